"""The events.* queries: what is done to events that the graph has."""

from pathlib import Path

import pytest
import world

from chronotope.client import Client
from chronotope.config import Connection
from chronotope.graph import Graph


def ids(graph: Graph) -> set[str]:
    rows = world.rows(graph, "MATCH ()-[e:INTERACTED]->() RETURN e.id AS id", "id")
    return {str(row[0]) for row in rows}


def test_events_retract_deletes_events_and_nothing_else(graph: Graph, tmp_path: Path) -> None:
    header = "event_id,user_id,item_id,timestamp\n"
    rows = "".join(f"e{n},ann,a,2026-05-01T12:0{n}:00Z\n" for n in range(4))
    world.load(graph, tmp_path, "item_id\na\n", header + rows)
    answer = graph.write("events.retract", {"ids": ["e1", "x", "e3"]})
    assert answer == [{"retracted": 2, "unknown": ["x"]}]
    assert ids(graph) == {"e0", "e2"}
    nodes = world.rows(graph, "MATCH (n:User|Item) RETURN n.id AS id", "id")
    assert set(nodes) == {("ann",), ("a",)}


def test_an_event_without_an_id_of_its_own_is_retracted_by_what_it_is(
    graph: Graph, connection: Connection
) -> None:
    row = {"user_id": "ann", "item_id": "a", "timestamp": "2026-05-01T12:00:00Z"}
    with Client.open(connection) as client:
        client.load_events([row])
        answer = client.retract("ann\x1fa\x1fvisit\x1f1777636800000")
        assert (answer.retracted, answer.unknown, ids(graph)) == (1, (), set())
        assert client.retract([]).to_dict() == {"retracted": 0, "unknown": []}
        assert client.load_events([row]).loaded == 1


@pytest.mark.usefixtures("graph")
def test_the_command_tells_ids_that_no_event_has(run: world.Run, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(
        "event_id,user_id,item_id,timestamp\ne1,ann,a,2026-05-01T12:00:00Z\n"
    )
    run("load", "events", str(tmp_path / "e.csv"))
    done = run("retract", "e1", "e2", "e1")
    assert (done.returncode, done.stdout) == (5, "1 events were retracted.\n")
    assert done.stderr == "No event has the id e2.\n"
