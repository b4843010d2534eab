"""What `Graph` asks of the driver, and what it makes of interrupts meanwhile."""

import gc
import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

import neo4j
import pytest
import world
from neo4j._sync.io._bolt._common import Outbox
from neo4j.api import READ_ACCESS, WRITE_ACCESS, BookmarkManager
from neo4j.exceptions import Neo4jError

from chronotope.client import Client
from chronotope.config import Connection
from chronotope.errors import DatabaseError
from chronotope.graph import Graph, time_limit

Sessions = list[dict[str, Any]]


class Bookmarks(BookmarkManager):
    """Keeps the bookmarks of what was written, and notes which ones sessions begin with."""

    def __init__(self) -> None:
        self.latest: set[str] = set()
        self.begun: list[set[str]] = []

    def update_bookmarks(self, previous: Collection[str], new: Collection[str]) -> None:
        self.latest = (self.latest - set(previous)) | set(new)

    def get_bookmarks(self) -> Collection[str]:
        self.begun.append(set(self.latest))
        return self.latest


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> Sessions:
    """Note what drivers are asked for when sessions are opened."""
    asked: Sessions = []
    opened: Callable[..., neo4j.Session] = neo4j.Driver.session

    def session(driver: neo4j.Driver, **config: Any) -> neo4j.Session:
        asked.append(config)
        return opened(driver, **config)

    monkeypatch.setattr(neo4j.Driver, "session", session)
    return asked


@pytest.fixture
def routed(town: Graph, connection: Connection) -> Iterator[Graph]:
    """Open the town as a cluster is opened: by a routing table."""
    world.spoil(town)
    with Graph(replace(connection, uri=connection.uri.replace("bolt://", "neo4j://"))) as graph:
        yield graph


def test_what_reads_may_go_to_followers_and_what_writes_goes_to_the_leader(
    routed: Graph, sessions: Sessions
) -> None:
    beat = world.query("MERGE (:Beat)", mode="write")
    reading: list[Callable[[], Any]] = [
        lambda: routed.read("doctor.describe_graph"),
        lambda: routed.fold("doctor.describe_graph", {}, list),
        lambda: list(routed.stream("embed.read_items")),
        lambda: routed.profile("recommend.discover", {"user": "ann"}),
        lambda: routed.ask("RETURN true"),
    ]
    writing: list[Callable[[], Any]] = [
        lambda: routed.write(beat),
        lambda: routed.write_all([("events.retract", {"ids": []})]),
        lambda: routed.run_statements(["MERGE (:Beat)"], "test"),
    ]
    for call in reading:
        call()
    assert {asked["default_access_mode"] for asked in sessions} == {READ_ACCESS}
    sessions.clear()
    for call in writing:
        call()
    assert {asked["default_access_mode"] for asked in sessions} == {WRITE_ACCESS}


def test_a_client_only_reads_to_answer(routed: Graph, sessions: Sessions) -> None:
    client, at = Client(routed.driver), datetime(2026, 3, 2, tzinfo=UTC)
    client.recommend("ann", at=at)
    client.discover("ann", at=at)
    client.new_items("ann", at=at)
    client.tags("ann", at=at)
    client.rhythm("ann", at=at)
    assert {asked["default_access_mode"] for asked in sessions} == {READ_ACCESS}


def test_a_client_waits_for_its_own_event(routed: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    bookmarks = Bookmarks()
    monkeypatch.setattr(neo4j.Driver, "execute_query_bookmark_manager", bookmarks)
    client, at = Client(routed.driver), world.CUT + timedelta(days=30)
    event = {"user_id": "ann", "item_id": "bar", "timestamp": at - timedelta(hours=1)}
    client.load_events([event])
    written = set(bookmarks.latest)
    assert len(written) == 1
    bookmarks.begun.clear()
    assert "bar" not in [item.id for item in client.discover("ann", at=at)]
    assert all(written <= begun for begun in bookmarks.begun)
    assert bookmarks.begun


def test_what_others_write_with_the_same_driver_is_waited_for_too(routed: Graph) -> None:
    routed.driver.execute_query("CREATE (:Beat)")
    manager = routed.driver.execute_query_bookmark_manager
    written = set(manager.get_bookmarks())
    assert written
    routed.write(world.query("CREATE (:Beat)", mode="write"))
    assert not written & set(manager.get_bookmarks())  # the later one stands for both


@pytest.mark.filterwarnings("ignore:unclosed  Session:ResourceWarning")  # the interrupt's doing
def test_an_interrupt_in_the_middle_of_a_message_is_told_as_one(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    question = ("embed.count_brought_vectors", {"dimension": 4})
    note_as_sent = Outbox._clear
    interrupts = iter([KeyboardInterrupt])

    def interrupted(outbox: Outbox) -> None:
        if interrupt := next(interrupts, None):
            raise interrupt
        note_as_sent(outbox)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(Outbox, "_clear", interrupted)
    caplog.set_level(logging.CRITICAL, logger="neo4j")  # a captured record would keep the session
    with pytest.raises(KeyboardInterrupt):  # BEGIN goes out twice, which the server refuses
        graph.read(*question)
    gc.collect()
    assert graph.read(*question) == [{"items": 0}]


def test_a_limit_of_time_is_that_of_all_queries_of_a_block(graph: Graph) -> None:
    quick = world.query("RETURN 1 AS n", returns="n INTEGER")
    endless = world.query(
        "UNWIND range(1, 1000000000000) AS n WITH n WHERE n < 0 RETURN count(n) AS n",
        returns="n INTEGER",
    )
    began = time.monotonic()
    with time_limit(1):
        assert graph.read(quick) == [{"n": 1}]
        with pytest.raises(DatabaseError, match=r"The query test took longer than it may; "):
            graph.read(endless)
        with pytest.raises(DatabaseError, match=r"The time is over, before the query test\."):
            graph.read(quick)
    assert time.monotonic() - began < 20
    assert graph.read(quick) == [{"n": 1}]


def test_what_reads_all_that_a_graph_holds_may_take_as_long_as_it_takes(graph: Graph) -> None:
    many = world.query("UNWIND range(1, 20000) AS n RETURN n", returns="n INTEGER")

    def slowly(records: Iterable[neo4j.Record]) -> int:
        first = next(iter(records))
        time.sleep(4)  # the server looks every two seconds
        return int(first["n"]) + sum(1 for _ in records)

    with pytest.raises(DatabaseError, match=r"The query test took longer than it may; "):
        graph.fold(many, None, slowly, timeout=0.5)
    assert graph.fold(many, None, slowly, timeout=inf) == 20_000


def test_what_a_busy_server_refuses_is_tried_again_however_long_a_try_took(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chronotope.graph._RETRY_SECONDS", 0.0)  # each try takes longer
    code = "Neo.TransientError.Transaction.DeadlockDetected"
    tries: list[int] = []

    def attempt(needed: int) -> int:
        tries.append(needed)
        if len(tries) < needed:
            raise Neo4jError._hydrate_neo4j(code=code, message="they wait for each other")
        return needed

    assert graph._retry(lambda: attempt(3)) == 3
    tries.clear()
    with pytest.raises(Neo4jError, match="they wait for each other"):
        graph._retry(lambda: attempt(4))
    assert len(tries) == 3
    tries.clear()
    with time_limit(0), pytest.raises(Neo4jError):
        graph._retry(lambda: attempt(2))
    assert len(tries) == 1


def test_of_many_who_ask_the_same_at_once_one_has_it_planned(town: Graph) -> None:
    asked = {
        "user": "ann",
        "at": world.CUT,
        "exclude": ["gym"],
        "perCategory": 1,
    }  # by no other test
    transactions = world.query(
        "SHOW TRANSACTIONS YIELD metaData WHERE metaData.query = 'recommend.discover' "
        "RETURN count(*) AS n",
        returns="n INTEGER",
    )
    answers: list[int] = []

    def take(records: Iterable[neo4j.Record]) -> int:
        answers.append(len(list(records)))
        return answers[-1]

    most = 0
    with ThreadPoolExecutor(6) as threads:
        asking = [threads.submit(town.fold, "recommend.discover", asked, take) for _ in range(6)]
        while not answers and not all(one.done() for one in asking):
            count = town.read(transactions)[0]["n"]
            most = most if answers else max(most, count)
        assert len({one.result() for one in asking}) == 1
    assert most == 1
