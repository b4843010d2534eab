"""The soak (benchmarks/soak.py): two hours of use, and that what it is told is what it compares."""

import time
from pathlib import Path

import pytest
import soak
import world
from soak_facts import Journal, acknowledged, compare, stored
from soak_load import Load

from chronotope.city import City
from chronotope.client import Client
from chronotope.graph import Graph

_TOWN = City(
    items=[{"item_id": "cafe-a", "category": "Dining > Coffee Shop"},
           {"item_id": "park", "category": "Outdoors > Park"}],
    events=[],
    homes={"ann": (45.0, 13.0), "bob": (45.001, 13.0)},
)  # fmt: skip


def test_what_a_load_was_told_is_what_the_graph_has(graph: Graph, tmp_path: Path) -> None:
    world.load(graph, tmp_path)
    journal = Journal(tmp_path / "facts")
    for fact in stored(graph):
        journal.is_so(*fact)
    load = Load(Client(graph.driver, graph.connection.database), _TOWN, journal, seed=1)
    for number in range(100):
        load.write(number, time.monotonic())
    lines = tmp_path / "events.ndjson"
    for number in range(5):
        load.append(lines, number, 0.0)
    followed = load.client.load_events(lines)
    journal.close()
    assert (len(load.tally.writes), followed.loaded, followed.rejected) == (100, 4, 1)
    assert not load.tally.waited_out

    expected = acknowledged(journal.path.read_text().splitlines())
    assert {key[0] for key in expected} == {"event", "declined", "shown", "item"}
    assert str(compare(expected, stored(graph))) == ""
    world.execute(graph, "MATCH (:User {id: 'dee'})-[e:INTERACTED]->(:Item {id: 'bar'}) DELETE e")
    world.execute(graph, "MATCH (i:Item {id: 'gym'}) SET i.name = 'Another Gym'")
    found = compare(expected, stored(graph))
    assert (len(found.missing), found.other) == (1, [("item", "gym")])
    assert not found.repeated + found.unasked


@pytest.mark.world
def test_two_hours_of_use_lose_nothing_and_grow_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    assert soak.main([]) == 0, capsys.readouterr().out
