"""Every query of the catalogue keeps, on a real server, what its header promises."""

from collections.abc import Callable, Iterator
from functools import cache

import neo4j
import pytest

from chronotope import catalogue
from chronotope.catalogue import Query
from chronotope.config import Connection
from chronotope.graph import Graph

QUERIES = list(catalogue.load().values())
# The server counts a procedure about itself among the schema commands.
ABOUT_THE_SERVER = {"doctor.describe_server"}
Explain = Callable[[Query], neo4j.ResultSummary]
QUERY_TYPES = {"read": {"r"}, "write": {"w", "rw"}, "schema": {"s"}}


def operators(plan: dict[str, object]) -> Iterator[str]:
    yield str(plan["operatorType"]).partition("@")[0]
    children = plan.get("children", [])
    assert isinstance(children, list)
    for child in children:
        yield from operators(child)


@pytest.fixture(scope="module")
def explain(connection: Connection, migrated: Graph) -> Iterator[Explain]:
    """Return a function that has the server explain a query, once for all tests of this module."""
    driver = neo4j.GraphDatabase.driver(
        connection.uri,
        auth=(connection.username, connection.password),
        notifications_disabled_classifications=["UNRECOGNIZED", "PERFORMANCE", "GENERIC", "HINT"],
    )
    with driver, driver.session(database=migrated.connection.database) as session:

        @cache
        def explain(query: Query) -> neo4j.ResultSummary:
            parameters = {parameter.name: None for parameter in query.parameters}
            return session.run(f"EXPLAIN {query.text}", parameters).consume()

        yield explain


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_mode_is_the_servers_query_type(explain: Explain, query: Query) -> None:
    expected = {"s"} if query.name in ABOUT_THE_SERVER else QUERY_TYPES[query.mode]
    assert explain(query).query_type in expected


@pytest.mark.parametrize("query", [q for q in QUERIES if q.plan], ids=lambda query: query.name)
def test_plan_has_the_promised_operators(explain: Explain, query: Query) -> None:
    plan = explain(query).plan
    assert plan is not None
    assert set(query.plan) <= set(operators(plan))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_nothing_deprecated_is_used(explain: Explain, query: Query) -> None:
    told = explain(query).gql_status_objects[1:]
    assert [status.status_description for status in told] == []


def test_the_plan_detector_tells_a_scan_from_a_seek(migrated: Graph) -> None:
    head = "// Look.\n// @mode read\n// @returns n NODE\nCYPHER 25\n"
    seek = migrated.explain(catalogue.parse(f"{head}MATCH (n:User {{id: 'x'}}) RETURN n", "a"))
    scan = migrated.explain(catalogue.parse(f"{head}MATCH (n:User {{name: 'x'}}) RETURN n", "b"))
    assert seek.plan is not None
    assert scan.plan is not None
    assert "NodeUniqueIndexSeek" in set(operators(seek.plan))
    assert "NodeUniqueIndexSeek" not in set(operators(scan.plan))
