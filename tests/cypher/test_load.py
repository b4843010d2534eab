"""The load.* queries, through the loader, and alone where a client would call them."""

import zoneinfo
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow
import pytest
import world
from pyarrow import parquet

from chronotope import language, loading
from chronotope.client import Loaded
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.loading import Limit, ReadOptions, validate
from chronotope.loading.validate import Row
from chronotope.loading.write import Known, Outcome, Step, write_bisected, write_events

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
    options = ReadOptions(timezone=ZoneInfo("UTC"), local_timezone=ZoneInfo("America/New_York"))
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


def test_load_merge_events_knows_no_hour_of_a_date(graph: Graph, tmp_path: Path) -> None:
    text = "user_id,item_id,timestamp,zone\nann,a,2026-05-01,Europe/Rome\n"
    assert load_events(graph, tmp_path, text).loaded == 1
    found = world.rows(
        graph,
        "MATCH ()-[e:INTERACTED]->() RETURN toString(e.at) AS at, e.hour AS hour, "
        "e.weekday AS weekday",
        "at hour weekday",
    )
    assert found == [("2026-05-01T00:00:00+02:00[Europe/Rome]", None, 5)]
    (row,) = graph.read("replay.read_events")
    assert (row["dateOnly"], row["zone"]) == (True, "Europe/Rome")


def test_the_server_takes_every_zone_that_the_loader_takes(graph: Graph) -> None:
    names = []
    for name in sorted(zoneinfo.available_timezones()):
        with suppress(InputError):
            names.append(loading.zone(name).key)
    rows = [{**EVENT, "id": name, "zone": name} for name in [*names, "+18:00", "+00:19:32"]]
    assert graph.write("load.merge_events", {"rows": rows})[0]["created"] == len(names) + 2 > 500


def test_what_an_index_takes_at_most_is_loaded(graph: Graph, tmp_path: Path) -> None:
    long = {"category": "x" * 7991, "tags": "y" * 7992, "item_id": "z" * 512}
    text = ",".join((*long, "description")) + "\n" + ",".join((*long.values(), "d" * 1_000_000))
    summary = load_items(graph, tmp_path, text + "\n")
    assert fates(summary) == {"rows": 1, "loaded": 1}


def test_strict_counts_for_events_when_all_is_loaded_at_once(graph: Graph, tmp_path: Path) -> None:
    options = ReadOptions(strict=True, shared=True)
    for table, text in (
        (loading.ITEMS, "item_id\na\n"),
        (loading.FRIENDSHIPS, "user_id,friend_id\nann,bob\n"),
        (loading.EVENTS, "user_id,item_id,timestamp\nann,a,2026-05-01T12:00Z\n"),
    ):
        path = tmp_path / table.name
        path.write_text(text)
        assert fates(loading.load(graph, table, [str(path)], options)) == {"rows": 1, "loaded": 1}


def test_load_merge_events_twice_changes_nothing(graph: Graph) -> None:
    once, again = (graph.write_rows("load.merge_events", [EVENT]) for _ in range(2))
    assert once["relationships_created"] == 1
    assert again == {}


def test_load_merge_events_tells_what_is_new_and_what_contradicts(graph: Graph) -> None:
    graph.write("load.merge_events", {"rows": [EVENT]})
    rows = [{**EVENT, "user": "bob"}, {**EVENT, "id": "e2"}]
    found = graph.write("load.merge_events", {"rows": rows})
    assert found == [{"created": 1, "changed": [], "conflicts": ["e1"]}]


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "dislike"},
        {"value": 0.0},
        {"cell": "place:Harbour"},
        {"latitude": 45.0, "longitude": 13.0},
        {"zone": "America/Toronto"},
        {"zone": "-04:00"},
        {"dateOnly": True},
        {"value": 1.0, "kind": "rating"},
    ],
    ids=str,
)
def test_load_merge_events_tells_what_is_told_otherwise(graph: Graph, other: Row) -> None:
    graph.write("load.merge_events", {"rows": [EVENT]})
    changed = {**EVENT, **other}
    for row, before in ((changed, EVENT), (EVENT, changed)):
        answer = [{"created": 0, "changed": ["e1"], "conflicts": []}]
        assert graph.write("load.merge_events", {"rows": [row]}) == answer, before
        assert graph.write("load.replace_events", {"rows": [row]}) == [{"replaced": 1}]
        same = [{"created": 0, "changed": [], "conflicts": []}]
        assert graph.write("load.merge_events", {"rows": [row]}) == same


def test_load_replace_events_leaves_one_event_of_an_id(graph: Graph) -> None:
    graph.write("load.merge_events", {"rows": [EVENT, {**EVENT, "id": "e2"}]})
    later = {**EVENT, "user": "bob", "item": "park", "epochMillis": 0, "zone": "Z", "value": 2.0}
    graph.write("load.replace_events", {"rows": [later]})
    found = world.rows(
        graph,
        "MATCH (u:User)-[e:INTERACTED]->(i:Item) RETURN e.id AS id, u.id AS user, i.id AS item, "
        "toString(e.at) AS at, e.hour AS hour, e.weekday AS weekday, e.value AS value ORDER BY id",
        "id user item at hour weekday value",
    )
    assert found == [
        ("e1", "bob", "park", "1970-01-01T00:00:00Z", 0, 4, 2.0),
        ("e2", "ann", "cafe", "2026-05-01T08:00:00-04:00[America/New_York]", 8, 5, None),
    ]


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


def fates(summary: loading.Summary) -> dict[str, int]:
    names = ("rows", "loaded", "updated", "unchanged", "duplicate", "rejected", "bare_items")
    counts = {name: getattr(summary, name) for name in names}
    told = sum(counts[name] for name in names[1:-1])
    assert told == counts["rows"]
    return {name: count for name, count in counts.items() if count}


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_every_event_has_a_fate(
    graph: Graph, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chronotope.loading.loader._BATCH", size)
    text = (
        "user_id,item_id,timestamp\n"
        "ann,a,2026-05-01T12:00:00\n"
        "ann,a,2026-05-01T12:00:00\n"
        ",a,2026-05-01T12:00:00\n"
        "ann,a,noon\n"
        "ann,b,2026-05-01T12:00:00\n"
        "ann,a,2026-05-01T12:00:00\n"
    )
    first, again = (load_events(graph, tmp_path, text) for _ in range(2))
    expected = {"rows": 6, "loaded": 2, "duplicate": 2, "rejected": 2, "bare_items": 2}
    assert fates(first) == expected
    assert fates(again) == {"rows": 6, "unchanged": 2, "duplicate": 2, "rejected": 2}
    assert [(r.line, r.column) for r in first.rejections] == [(4, "user_id"), (5, "timestamp")]


def test_every_item_has_a_fate(graph: Graph, tmp_path: Path) -> None:
    header = "item_id,name,category,latitude,longitude\n"
    text = header + "a,A,Bar,45,13\nb,B,Bar,45,13\nc,C,,,\na,A,Bar,45,13\nb,X,Bar,45,13\n"
    first, again = (load_items(graph, tmp_path, text) for _ in range(2))
    assert fates(first) == {"rows": 5, "loaded": 3, "duplicate": 1, "rejected": 1}
    assert str(first.rejections[0]).endswith(
        "items.csv:6: item_id: was given to a row before this one that says something else"
    )
    assert fates(again) == {"rows": 5, "unchanged": 3, "duplicate": 1, "rejected": 1}
    changed = load_items(graph, tmp_path, header + "a,A,Pub,45,13\nb,B,Bar,46,13\nc,C,,,\n")
    assert fates(changed) == {"rows": 3, "updated": 2, "unchanged": 1}


def test_every_friendship_has_a_fate(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("user_id,friend_id\nann,bob\nbob,ann\nann,bob\nann,ann\n")
    first, again = (
        loading.load(graph, loading.FRIENDSHIPS, [str(tmp_path / "f.csv")]) for _ in range(2)
    )
    assert fates(first) == {"rows": 4, "loaded": 2, "duplicate": 1, "rejected": 1}
    assert fates(again) == {"rows": 4, "unchanged": 2, "duplicate": 1, "rejected": 1}
    found = world.rows(graph, "MATCH (a:User)-[:KNOWS]->(b) RETURN a.id AS a, b.id AS b", "a b")
    assert set(found) == {("ann", "bob"), ("bob", "ann")}


def test_a_dry_run_tells_the_same_and_writes_nothing(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("user_id,item_id,timestamp\na,b,2026-05-01T12:00Z\n,,\n" * 2)
    summary = loading.load(None, loading.EVENTS, [str(tmp_path / "e.csv")])
    assert fates(summary) == {"rows": 5, "loaded": 1, "duplicate": 1, "rejected": 3}
    assert world.rows(graph, "MATCH (n:User|Item) RETURN n.id AS id", "id") == []


def test_an_event_id_belongs_to_one_event(graph: Graph, tmp_path: Path) -> None:
    header = "event_id,user_id,item_id,timestamp\n"
    row = "1,ann,a,2026-05-01T12:00:00\n"
    load_events(graph, tmp_path, header + row)
    text = header + row + "1,bob,a,2026-05-01T12:00:00\n2,bob,a,2026-05-01T12:00:00\n"
    within = load_events(graph, tmp_path, text)
    assert fates(within) == {"rows": 3, "loaded": 1, "unchanged": 1, "rejected": 1}
    text = header + "1,ann,a,2026-05-01T13:00:00\n3,bob,a,2026-05-01T12:00:00\n"
    across = load_events(graph, tmp_path, text)
    assert fates(across) == {"rows": 2, "loaded": 1, "rejected": 1}
    assert [(r.line, r.column, r.reason) for r in across.rejections] == [
        (
            2,
            "event_id",
            "belongs to another event, which the graph has already; if this row corrects it: --replace",  # noqa: E501
        )
    ]
    options = ReadOptions(timezone=ZoneInfo("UTC"), replace=True)
    corrected = loading.load(graph, loading.EVENTS, [str(tmp_path / "events.csv")], options)
    assert fates(corrected) == {"rows": 2, "updated": 2}  # the other in its zone
    assert told(graph, "event.id, user.id, toString(event.at)") == {
        ("1", "ann", "2026-05-01T13:00:00Z[UTC]"),
        ("2", "bob", "2026-05-01T08:00:00-04:00[America/New_York]"),
        ("3", "bob", "2026-05-01T12:00:00Z[UTC]"),
    }


def told(graph: Graph, what: str) -> set[tuple[Any, ...]]:
    """Return of every event what is asked for."""
    text = f"MATCH (user:User)-[event:INTERACTED]->(item:Item) RETURN [{what}] AS row"
    return {tuple(row) for (row,) in world.rows(graph, text, "row")}


@pytest.mark.parametrize("own_id", [True, False])
def test_an_event_that_is_loaded_again_and_told_otherwise_is_updated(
    graph: Graph, tmp_path: Path, own_id: bool
) -> None:
    header = "event_id,user_id,item_id,timestamp,value,place\n"
    first, second = ("e1", "e2") if own_id else ("", "")
    load_events(
        graph,
        tmp_path,
        f"{header}{first},ann,a,2026-05-01T12:00:00,3,\n{second},ann,b,2026-05-01T12:00:00,,\n",
    )
    text = header + f"{first},ann,a,2026-05-01T12:00:00,1,Harbour\n"
    later, again = (load_events(graph, tmp_path, text) for _ in range(2))
    assert fates(later) == {"rows": 1, "updated": 1}
    assert fates(again) == {"rows": 1, "unchanged": 1}
    assert told(graph, "item.id, event.value, event.cell") == {
        ("a", 1.0, "place:Harbour"), ("b", None, None)
    }  # fmt: skip
    (remark,) = Loaded.of_summary(later).remarks
    assert remark == (
        "1 rows tell otherwise what was told of an event before (kind, value, place or zone); the "
        "later row counts."
    )
    assert Loaded.of_summary(again).remarks == ()


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("into", ["graph", "nothing"])
def test_of_an_event_that_one_file_tells_twice_the_later_row_counts(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, into: str
) -> None:
    monkeypatch.setattr("chronotope.loading.loader._BATCH", size)
    rows = [
        "e1,ann,a,2026-05-01T12:00Z,1",
        "e1,ann,a,2026-05-01T12:00Z,2",
        "e2,ann,b,2026-05-01T12:00Z,1",
        "e1,bob,a,2026-05-01T12:00Z,3",  # a conflict
        *(f"x{n},ann,c,2026-05-01T12:{n}Z," for n in range(10, 20)),
        "e1,ann,a,2026-05-01T12:00Z,2",
        "e2,ann,b,2026-05-01T12:00Z,4",
    ]
    path = tmp_path / "e.csv"
    path.write_text("event_id,user_id,item_id,timestamp,value\n" + "\n".join(rows) + "\n")
    target = graph if into == "graph" else None
    summary = loading.load(target, loading.EVENTS, [str(path)])
    expected = {"rows": 16, "loaded": 12, "updated": 2, "duplicate": 1, "rejected": 1}
    found = fates(summary)
    found.pop("bare_items", None)
    # What repeats a change, too far apart to be seen, is found in the graph.
    found["duplicate"] = found.pop("duplicate", 0) + found.pop("unchanged", 0)
    if into == "graph":
        assert found == expected
        values = {value for value in told(graph, "event.id, event.value") if value[1]}
        assert values == {("e1", 2.0), ("e2", 4.0)}
    elif size > 3:  # how far apart a dry run sees a conflict: as far as batches are on their way
        assert found == expected


def test_with_replace_the_later_row_counts_whatever_it_says(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(
        "event_id,user_id,item_id,timestamp\n"
        "1,ann,a,2026-05-01T12:00Z\n1,bob,b,2026-05-01T13:00Z\n2,cid,c,2026-05-01T12:00Z\n"
    )
    options = ReadOptions(replace=True)
    first, again = (loading.load(graph, loading.EVENTS, [str(path)], options) for _ in range(2))
    assert fates(first) == {"rows": 3, "loaded": 2, "updated": 1, "bare_items": 2}
    assert fates(again) == {"rows": 3, "updated": 1, "unchanged": 2}
    assert told(graph, "event.id, user.id, item.id") == {("1", "bob", "b"), ("2", "cid", "c")}


def test_a_row_that_is_refused_takes_those_along_that_it_tells_otherwise(
    graph: Graph, tmp_path: Path
) -> None:
    header = "event_id,user_id,item_id,timestamp,value\n"
    load_events(graph, tmp_path, header + "1,ann,a,2026-05-01T12:00Z,1\n")
    text = header + "1,bob,a,2026-05-01T12:00Z,2\n1,bob,a,2026-05-01T12:00Z,3\n"
    summary = load_events(graph, tmp_path, text)
    assert fates(summary) == {"rows": 2, "rejected": 2}
    assert [rejection.line for rejection in summary.rejections] == [2, 3]


def test_a_row_that_the_database_refuses_does_not_cost_its_neighbours(graph: Graph) -> None:
    # A zone that no check lets through: as if one were missing.
    def write(graph: Graph, rows: Sequence[Row], known: Known, then: Sequence[Step]) -> Outcome:
        bad = [{**row, "zone": "Mars"} if row["user"] == "bad" else row for row in rows]
        return write_events(graph, bad, known, then)

    good = [validate.event(columns("ann", n), ReadOptions(), 2**62) for n in range(10)]
    rows = [*good[:3], validate.event(columns("bad", 0), ReadOptions(), 2**62), *good[3:]]
    outcome = write_bisected(write, graph, rows, Known())
    assert (outcome.created, list(outcome.refused)) == (10, [3])
    assert "Mars" in outcome.refused[3].reason
    assert world.rows(graph, "MATCH ()-[e:INTERACTED]->() RETURN count(e) AS n", "n") == [(10,)]


def columns(user: str, minute: int) -> dict[str, str]:
    return {"user_id": user, "item_id": "a", "timestamp": f"2026-05-01T12:{minute:02}:00Z"}


def test_strict_events_need_items_that_are_known(graph: Graph, tmp_path: Path) -> None:
    load_items(graph, tmp_path, "item_id\na\n")
    (tmp_path / "e.csv").write_text(
        "user_id,item_id,timestamp\nann,a,2026-05-01T12:00Z\nann,b,2026-05-01T12:00Z\n"
    )
    options = ReadOptions(strict=True)
    summary = loading.load(graph, loading.EVENTS, [str(tmp_path / "e.csv")], options)
    assert fates(summary) == {"rows": 2, "loaded": 1, "rejected": 1}
    assert summary.rejections[0].reason == "'b' is no item of the graph (--strict)"


@pytest.mark.parametrize("limit", [Limit(rows=1), Limit(share=0.5)])
def test_too_many_rejections_stop_a_load(
    graph: Graph, tmp_path: Path, limit: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chronotope.loading.loader._BATCH", 3)
    good = "ann,a,2026-05-01T12:00Z\n"
    (tmp_path / "e.csv").write_text("user_id,item_id,timestamp\n" + good + ",,\n,,\n" + good * 9)
    watch = loading.Watch(limit=limit)
    files = [str(tmp_path / "e.csv")]
    summary = loading.load(graph, loading.EVENTS, files, watch=watch)
    assert fates(summary) == {"rows": 3, "loaded": 1, "rejected": 2, "bare_items": 1}
    assert summary.stopped == "2 rows were rejected"


def test_a_load_that_was_interrupted_goes_on_where_it_was(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chronotope.loading.loader._BATCH", 2)
    rows = [f"ann,a,2026-05-01T12:{n:02}:00Z\n" for n in range(10)]
    (tmp_path / "e.csv").write_text("user_id,item_id,timestamp\n" + "".join(rows))
    files = [str(tmp_path / "e.csv")]
    asked = iter([False, False, False, True])
    watch = loading.Watch(interrupted=lambda: next(asked))
    first = loading.load(graph, loading.EVENTS, files, watch=watch)
    assert (first.rows, first.loaded, first.interrupted) == (4, 4, True)
    positions = world.rows(graph, "MATCH (c:Checkpoint) RETURN max(c.position) AS n", "n")
    assert positions == [(4,)]
    rest = loading.load(graph, loading.EVENTS, files)
    assert (rest.rows, rest.loaded, rest.unchanged, rest.resumed) == (10, 6, 4, 4)
    assert world.rows(graph, "MATCH (c:Checkpoint) RETURN c.position AS n", "n") == []


def test_load_read_checkpoint_gives_the_farthest_of_its_file(graph: Graph) -> None:
    for file, position in (("f", 10), ("f", 30), ("f", 20), ("g", 99)):
        graph.write("load.save_checkpoint", {"file": file, "position": position})
    assert graph.read("load.read_checkpoint", {"file": "f"}) == [{"position": 30}]
    graph.write("load.delete_checkpoints", {"file": "f"})
    assert graph.read("load.read_checkpoint", {"file": "f"}) == [{"position": 0}]
    assert graph.read("load.read_checkpoint", {"file": "g"}) == [{"position": 99}]


def test_load_merge_bare_nodes_tells_which_items_are_new(graph: Graph) -> None:
    found = [
        graph.write("load.merge_bare_nodes", {"users": ["u"], "items": items})
        for items in (["a", "b"], ["b", "c"], [])
    ]
    assert found == [[{"items": 2}], [{"items": 1}], [{"items": 0}]]
    text = "MATCH (n:User|Item) RETURN labels(n)[0] AS label, n.id AS id"
    assert set(world.rows(graph, text, "label id")) == {
        ("User", "u"), ("Item", "a"), ("Item", "b"), ("Item", "c")
    }  # fmt: skip


def test_load_is_empty_tells_anybodys_data_from_the_schema(graph: Graph) -> None:
    empty = graph.read("load.is_empty")
    graph.write(world.query("CREATE (:Customer {name: 'x'})", mode="write"))
    assert (empty, graph.read("load.is_empty")) == ([{"empty": True}], [{"empty": False}])


@pytest.mark.parametrize("kind", ["npy", "parquet"])
def test_vectors_that_people_bring_are_written_once_and_kept(
    graph: Graph, tmp_path: Path, kind: str
) -> None:
    load_items(graph, tmp_path, "item_id,name\na,A\nb,B\nc,C\n")
    vectors = np.array([[1, 0], [0, 0], [0.5, 0.25]], np.float32)
    path = tmp_path / f"vectors.{kind}"
    if kind == "npy":
        np.save(path, vectors)
        expected = {"rows": 3, "loaded": 2, "rejected": 1}
    else:
        ids = ["a", "b", "c", "d"]
        columns = {"item_id": ids, "embedding": [*vectors.tolist(), [1.0, 1.0]]}
        parquet.write_table(pyarrow.table(columns), path)
        expected = {"rows": 4, "loaded": 2, "rejected": 2}
    files = [str(tmp_path / "items.csv")]
    first, again = (loading.load_vectors(graph, str(path), files, ReadOptions()) for _ in range(2))
    assert fates(first) == expected
    assert (again.loaded, again.unchanged) == (0, 2)
    language.embed(graph, language.open_encoder("packaged"))
    found = world.rows(
        graph,
        "MATCH (i:Item) WHERE size(i.embedding) = 2 RETURN i.id AS id, i.embedding AS vector",
        "id vector",
    )
    assert sorted(found) == [("a", [1.0, 0.0]), ("c", [0.5, 0.25])]


def test_vectors_go_by_the_rows_of_items(graph: Graph, tmp_path: Path) -> None:
    load_items(graph, tmp_path, "item_id\na\n")
    np.save(tmp_path / "v.npy", np.ones((2, 3)))
    files = [str(tmp_path / "items.csv")]
    with pytest.raises(InputError, match=r"v\.npy has 2 vectors for 1 rows of items"):
        loading.load_vectors(graph, str(tmp_path / "v.npy"), files, ReadOptions())


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_the_size_of_batches_does_not_matter(
    graph: Graph, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chronotope.loading.loader._BATCH", size)
    world.load(graph, tmp_path)
    text = "MATCH (u:User)-[e:INTERACTED]->(i:Item) RETURN count(e) AS n, count(DISTINCT i) AS m"
    assert world.rows(graph, text, "n m") == [(23, 7)]
