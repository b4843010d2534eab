"""What a procedure computes counts as the caller's: memory, time, cancelling, and only reading."""

import runpy
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from chronotope import catalogue, doctor, server
from chronotope.catalogue import Query
from chronotope.graph import Graph
from chronotope.server import plugin, process

pytestmark = pytest.mark.slow

BUILD = Path(__file__).resolve().parents[2] / "plugin" / "build.py"
LONG = "UNWIND range(1, 2000000000) AS n WITH n WHERE n < 0 RETURN count(n) AS n"
LARGE = "UNWIND range(1, 100000000) AS n WITH collect(toString(n)) AS ns RETURN size(ns) AS n"
WRITING = "CREATE (:Written) RETURN 1 AS n"


def a_query(name: str, statement: str) -> Query:
    head = "// Test.\n// @mode read\n// @public\n// @returns n INTEGER\nCYPHER 25\n"
    return catalogue.parse(f"{head}{statement}", f"test.{name}")


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[neo4j.Driver]:
    """Reach a server whose plugin carries three queries that go too far; 64 MB a transaction."""
    queries = [a_query("long", LONG), a_query("large", LARGE), a_query("writing", WRITING)]
    jar = tmp_path_factory.mktemp("plugin") / "chronotope.jar"
    jar.write_bytes(runpy.run_path(str(BUILD))["build"](queries))
    usual = process.configuration
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plugin, "path", lambda: jar)
        limit = "db.memory.transaction.max=64m\n"
        patch.setattr(process, "configuration", lambda *given: usual(*given) + limit)
        with server.scratch() as connection:
            auth = (connection.username, connection.password)
            with neo4j.GraphDatabase.driver(connection.uri, auth=auth) as driver:
                yield driver


def ask(driver: neo4j.Driver, name: str, timeout: float = 60) -> str:
    """Call a query of the plugin; return the code of the error that it ends with."""
    with (
        pytest.raises(neo4j.exceptions.Neo4jError) as caught,
        driver.session() as session,
        session.begin_transaction(timeout=timeout) as transaction,
    ):
        transaction.run(f"CALL chronotope.test.{name}()").consume()
    assert driver.execute_query("RETURN 1 AS one").records[0]["one"] == 1  # the server goes on
    return f"{caught.value.code} {caught.value.message}"


def test_memory_is_counted_in_the_callers_transaction(driver: neo4j.Driver) -> None:
    assert "MemoryPoolOutOfMemoryError" in ask(driver, "large")


def test_the_callers_timeout_ends_a_call(driver: neo4j.Driver) -> None:
    begun = time.monotonic()
    assert "TransactionTimedOut" in ask(driver, "long", timeout=1)
    assert time.monotonic() - begun < 20


def test_a_call_is_cancelled_with_its_transaction(driver: neo4j.Driver) -> None:
    errors: list[str] = []
    thread = threading.Thread(target=lambda: errors.append(ask(driver, "long")))
    thread.start()
    running: list[str] = []
    while not running:
        found = driver.execute_query(
            "SHOW TRANSACTIONS YIELD transactionId, currentQuery "
            "WHERE currentQuery CONTAINS '2000000000' AND NOT currentQuery CONTAINS 'SHOW' "
            "RETURN transactionId AS id"
        )
        running = [row["id"] for row in found.records]
    driver.execute_query("TERMINATE TRANSACTIONS $ids", ids=running)
    thread.join(20)
    assert len(errors) == 1
    assert "Terminated" in errors[0]


def test_a_text_that_writes_is_refused(driver: neo4j.Driver) -> None:
    assert "Forbidden" in ask(driver, "writing")
    assert driver.execute_query("MATCH (w:Written) RETURN w").records == []


def test_a_plugin_of_other_queries_does_not_fit(driver: neo4j.Driver) -> None:
    found = doctor.plugin(Graph.share(driver))
    assert found.version is not None
    assert not found.fits
    assert {"test.long", "recommend.discover"} <= set(found.differing)
