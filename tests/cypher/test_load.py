"""The load.* queries, through the loader, and alone where a client would call them."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import world

from chronotope import loading
from chronotope.graph import Graph
from chronotope.loading import Options

EVENT = {
    "id": "e1", "user": "ann", "item": "cafe", "epochMillis": 1777636800000,
    "zone": "America/New_York", "kind": "visit", "value": None, "latitude": None, "longitude": None,
    "cell": None,
}  # fmt: skip


def load_items(graph: Graph, folder: Path, text: str) -> loading.Summary:
    (folder / "items.csv").write_text(text, encoding="utf-8")
    return loading.load(graph, loading.ITEMS, [str(folder / "items.csv")])


def load_events(graph: Graph, folder: Path, text: str) -> loading.Summary:
    (folder / "events.csv").write_text(text, encoding="utf-8")
    options = Options(timezone=ZoneInfo("UTC"), local_timezone=ZoneInfo("America/New_York"))
    return loading.load(graph, loading.EVENTS, [str(folder / "events.csv")], options)


def test_load_merge_events_writes_hour_and_weekday_of_the_local_zone(graph: Graph) -> None:
    graph.write("load.merge_events", {"rows": [EVENT]})
    found = world.rows(
        graph,
        "MATCH (u:User)-[e:INTERACTED]->(i:Item) RETURN u.id AS user, i.id AS item, e.id AS id, "
        "e.hour AS hour, e.weekday AS weekday, toString(e.at) AS at, e.kind AS kind",
        "user item id hour weekday at kind",
    )
    at = "2026-05-01T08:00:00-04:00[America/New_York]"
    assert found == [("ann", "cafe", "e1", 8, 5, at, "visit")]


def test_load_merge_events_twice_changes_nothing(graph: Graph) -> None:
    once = graph.write_rows("load.merge_events", [EVENT])
    again = graph.write_rows("load.merge_events", [EVENT])
    assert once["relationships_created"] == 1
    assert again == {}


def test_load_merge_events_takes_text_as_text(graph: Graph) -> None:
    injection = "x'}) DETACH DELETE (n) //"
    graph.write("load.merge_events", {"rows": [{**EVENT, "user": injection}]})
    assert world.rows(graph, "MATCH (u:User) RETURN u.id AS id", "id") == [(injection,)]


def test_load_find_missing_items_tells_what_the_graph_lacks(graph: Graph) -> None:
    graph.write("load.merge_events", {"rows": [EVENT]})
    rows = graph.read("load.find_missing_items", {"ids": ["cafe", "park"]})
    assert rows == [{"id": "park"}]


def test_load_merge_items_keeps_what_a_file_does_not_say(graph: Graph, tmp_path: Path) -> None:
    load_items(
        graph, tmp_path, "item_id,name,latitude,longitude,category\na,A,45,13,Dining > Bar\n"
    )
    load_items(graph, tmp_path, "item_id,description\na,Dark\n")
    load_items(graph, tmp_path, "item_id,category,latitude,longitude\na,Dining > Café,,\n")
    found = world.rows(
        graph,
        "MATCH (i:Item) RETURN i.name AS name, i.description AS text, i.location AS location, "
        "[(i)-[:ABOUT]->(c) | c.id] AS about, [(i)-[:IN_CELL]->(c) | c.id] AS cells",
        "name text location about cells",
    )
    assert found == [("A", "Dark", None, ["category:Dining > Café"], [])]


def test_load_merge_interests_builds_the_ladder(graph: Graph, tmp_path: Path) -> None:
    load_items(graph, tmp_path, "item_id,category,tags\na,Dining > Coffee Shop,quiet\n")
    found = world.rows(
        graph,
        "MATCH (i:Interest) RETURN i.id AS id, i.scheme AS scheme, i.level AS level, "
        "[(i)-[:BROADER]->(b) | b.id] AS broader",
        "id scheme level broader",
    )
    assert {(i, s, level, *broader) for i, s, level, broader in found} == {
        ("category:Dining", "category", 1),
        ("category:Dining > Coffee Shop", "category", 2, "category:Dining"),
        ("keyword:quiet", "keyword", 0),
    }


def test_load_merge_cells_puts_each_within_the_next(graph: Graph, tmp_path: Path) -> None:
    load_items(graph, tmp_path, "item_id,latitude,longitude\na,45.0,13.0\n")
    found = world.rows(
        graph,
        "MATCH (i:Item)-[:IN_CELL]->(c:Cell)-[:WITHIN]->(d:Cell)-[:WITHIN]->(e:Cell) "
        "RETURN [c.resolution, d.resolution, e.resolution] AS resolutions, i.cell = c.id AS same, "
        "point.distance(c.center, i.location) < 250 AS near",
        "resolutions same near",
    )
    assert found == [([9, 7, 5], True, True)]


def test_load_merge_places_makes_a_named_place_a_cell(graph: Graph, tmp_path: Path) -> None:
    text = "user_id,item_id,timestamp,place\nann,tea,2026-05-01T12:00:00,Harbour\n"
    summary = load_events(graph, tmp_path, text)
    assert (summary.loaded, summary.bare_items) == (1, 1)
    found = world.rows(
        graph,
        "MATCH (p:Place:Cell), ()-[e:INTERACTED]->() RETURN p.id AS id, p.name AS name, "
        "e.cell AS cell",
        "id name cell",
    )
    assert found == [("place:Harbour", "Harbour", "place:Harbour")]


def test_every_row_has_a_fate(graph: Graph, tmp_path: Path) -> None:
    text = (
        "user_id,item_id,timestamp\n"
        "ann,a,2026-05-01T12:00:00\n"
        "ann,a,2026-05-01T12:00:00\n"
        ",a,2026-05-01T12:00:00\n"
        "ann,a,noon\n"
        "ann,b,2026-05-01T12:00:00\n"
    )
    first, again = (load_events(graph, tmp_path, text) for _ in range(2))
    counts = [
        (s.rows, s.loaded, s.unchanged, s.duplicate, s.rejected, s.bare_items)
        for s in (first, again)
    ]
    assert counts == [(5, 2, 0, 1, 2, 2), (5, 0, 2, 1, 2, 0)]
    assert [(r.line, r.column) for r in first.rejections] == [(4, "user_id"), (5, "timestamp")]


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_the_size_of_batches_does_not_matter(
    graph: Graph, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chronotope.loading.loader._BATCH", size)
    world.load(graph, tmp_path)
    text = "MATCH (u:User)-[e:INTERACTED]->(i:Item) RETURN count(e) AS n, count(DISTINCT i) AS m"
    assert world.rows(graph, text, "n m") == [(23, 7)]
