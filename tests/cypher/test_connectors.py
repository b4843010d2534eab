"""Queries behind the connectors of Kafka and Spark, wrapped as those wrap them."""

import neo4j
import pytest
import world

from chronotope import catalogue
from chronotope.graph import Graph

# What the sink's Cypher strategy and Spark's connector send, as their sources have it.
SINK = (
    "UNWIND $events AS message WITH message.value AS event, message.header AS __header, "
    "message.key AS __key, message.value AS __value CALL {{WITH * {}}}"
)
SPARK = "UNWIND $events AS event {}"
SPARK_TRIAL = "WITH {{}} AS event, [] AS scriptResult {}"
"""How Spark's connector sees whether a text writes, and answers nothing."""

EVENTS = [
    {
        "id": f"e{n}", "user": f"u{n % 7}", "item": f"i{n % 5}",
        "epochMillis": 1_780_000_000_000 + n * 1000, "zone": "America/New_York", "dateOnly": False,
        "kind": "visit", "value": None, "latitude": None, "longitude": None, "cell": None,
    }
    for n in range(100)
]  # fmt: skip
TAKEN = [
    query.name
    for query in catalogue.load().values()
    if query.mode == "write" and [p.type for p in query.parameters] == ["LIST<MAP>"]
]


@pytest.mark.parametrize("wrapping", ["sink", "spark"])
def test_events_behind_a_connector_are_merged(graph: Graph, run: world.Run, wrapping: str) -> None:
    shown = run("query", "show", "load.merge_events", "--as", wrapping).stdout
    text = (SINK if wrapping == "sink" else SPARK).format(shown.rstrip("\n"))
    rows = [{"value": row, "key": None, "header": {}} for row in EVENTS]
    for created in (100, 0):
        found = graph.driver.execute_query(
            text,
            {"events": rows if wrapping == "sink" else EVENTS},
            database_=graph.connection.database,
        )
        assert found.summary.counters.relationships_created == created
    hours = world.rows(
        graph,
        "MATCH ()-[e:INTERACTED {id: 'e0'}]->() RETURN e.hour AS hour, e.weekday AS day",
        "hour day",
    )
    assert hours == [(16, 4)]


@pytest.mark.parametrize("name", TAKEN)
def test_every_query_of_rows_can_be_given_to_a_connector(graph: Graph, name: str) -> None:
    text = catalogue.connector_text(catalogue.get(name))
    assert "\n" not in text
    assert "CYPHER 25" not in text
    with graph.driver.session(database=graph.connection.database) as session:
        for wrapping in (SINK, SPARK, SPARK_TRIAL):
            statement = f"EXPLAIN {wrapping.format(text)}"
            summary = session.run(statement, {"events": []}).consume()
            assert summary.query_type == "w"


def test_what_connectors_put_in_front_would_refuse_the_text_itself(graph: Graph) -> None:
    text = catalogue.get("load.merge_events").text
    with (
        graph.driver.session(database=graph.connection.database) as session,
        pytest.raises(neo4j.exceptions.ClientError),
    ):
        session.run(f"EXPLAIN {SINK.format(text)}", {"events": []}).consume()
