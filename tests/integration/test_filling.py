"""The filling half of the client: rows of programs take the way of rows of files."""

import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import world

from chronotope.client import Client, Location
from chronotope.config import Connection
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.loading import Limit, ReadOptions, Rejection, Watch


@pytest.fixture
def client(graph: Graph, connection: Connection) -> Iterator[Client]:
    """Open a client of a graph without data."""
    del graph
    with Client.open(connection) as client:
        yield client


def records(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))


def everything(graph: Graph) -> set[tuple[Any, ...]]:
    """Return all nodes and relationships with what they say."""
    nodes = world.rows(
        graph,
        "MATCH (n:User|Item|Interest|Cell) RETURN labels(n) AS l, n.id AS id, n.name AS name,"
        " toString(n.location) AS where",
        "l id name where",
    )
    edges = world.rows(
        graph,
        "MATCH (a)-[r:INTERACTED|ABOUT|IN_CELL|BROADER|WITHIN|KNOWS]->(b)"
        " RETURN a.id AS a, type(r) AS t, b.id AS b, r.id AS id, toString(r.at) AS at, r.cell AS c",
        "a t b id at c",
    )
    return {tuple(map(str, row)) for row in [*nodes, *edges]}


def test_rows_make_the_graph_that_files_make(client: Client, tmp_path: Path) -> None:
    world.load(client.graph, tmp_path)
    by_files = everything(client.graph)
    world.wipe(client.graph)
    items = client.load_items(records(world.ITEMS))
    events = client.load_events((row for row in records(world.EVENTS)), world.OPTIONS)
    assert everything(client.graph) == by_files
    assert (items.table, items.rows, items.loaded) == ("items", 8, 8)
    assert (events.rows, events.loaded, events.bare_items) == (23, 23, 0)
    assert client.load_events(records(world.EVENTS), world.OPTIONS).unchanged == 23
    assert client.load_friendships([{"user_id": "ann", "friend_id": "bob"}]).loaded == 1


def test_files_are_named_by_a_path_a_pattern_or_several(client: Client, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text(f"item_id\n{name}\n")
    assert client.load_items(tmp_path / "a.csv").loaded == 1
    assert client.load_items(f"{tmp_path}/*.csv").unchanged == 1
    again = client.load_items([tmp_path / "a.csv", str(tmp_path / "b.csv")])
    assert (again.rows, again.unchanged) == (2, 2)
    with pytest.raises(InputError, match="cannot be read: No such file"):
        client.load_items("none.csv")


def test_values_of_a_program_are_understood(client: Client) -> None:
    row = {
        "poi": 7,
        "category": [("Dining", "Café"), "Bar"],
        "tags": np.array(["quiet", "wifi"]),
        "latitude": np.float64(45.0),
        "longitude": 13,
        "active": True,
        "name": None,
    }
    assert client.load_items([row], ReadOptions({"item_id": "poi"})).loaded == 1
    about = "MATCH (i:Item)-[:ABOUT]->(t) RETURN i.id AS id, t.id AS about, i.active AS active"
    assert set(world.rows(client.graph, about, "id about active")) == {
        ("7", "category:Dining > Café", True),
        ("7", "category:Bar", True),
        ("7", "keyword:quiet", True),
        ("7", "keyword:wifi", True),
    }
    events = [
        {"user_id": "ann", "item_id": 7, "timestamp": world.CUT, "location": place}
        for place in (Location(45.0, 13.0), (45.5, 13.5))
    ]
    events[1]["timestamp"] = world.END
    assert client.load_events(events).loaded == 2
    where = "MATCH ()-[e:INTERACTED]->() RETURN e.location.latitude AS latitude"
    assert {row[0] for row in world.rows(client.graph, where, "latitude")} == {45.0, 45.5}


def test_rows_are_rejected_one_by_one_with_a_reason(client: Client) -> None:
    heard: list[Rejection] = []
    rows = [
        {"user_id": "ann", "item_id": "a", "timestamp": "noon", "mood": "good"},
        ["ann", "a"],
        {"user_id": "ann", "item_id": "a", "timestamp": "2026-05-01T12:00:00Z"},
    ]
    done = client.load_events(rows, watch=Watch(heard.append))
    assert (done.rows, done.loaded, done.rejected) == (3, 1, 2)
    first, second = map(str, heard)
    assert [first, second] == list(map(str, done.rejections))
    assert first.startswith("rows:1: timestamp: 'noon' is not a time in ISO 8601, like 2026-11-25T")
    assert second == "rows:2: is not a mapping of columns to values"
    plain = done.to_dict()
    assert plain["bareItems"] == 1
    assert plain["rejections"][0]["row"]["mood"] == "good"
    stopped = client.load_events(rows, watch=Watch(limit=Limit(rows=1)))
    assert stopped.stopped == "2 rows were rejected"


@pytest.mark.parametrize("rows", [{"item_id": "a"}, 7, None])
def test_what_holds_no_rows_is_refused(client: Client, rows: Any) -> None:
    with pytest.raises(InputError, match="Rows are a path, a pattern, or an iterable of mappings"):
        client.load_items(rows)


def test_frames_are_known_by_their_methods(client: Client) -> None:
    given = [{"item_id": "a", "name": "A"}, {"item_id": "b", "name": None}]
    polars_like = SimpleNamespace(iter_rows=lambda named: iter(given) if named else None)
    assert client.load_items(polars_like).loaded == 2


def test_a_frame_of_pandas_is_loaded(client: Client) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "user_id": [1, 2],
            "item_id": ["a", "b"],
            "timestamp": pandas.to_datetime(["2026-05-01T12:00Z", "2026-05-02T12:00Z"]),
            "value": [1.5, None],
            "place": [None, "Harbour"],
        }
    )
    done = client.load_events(frame)
    assert (done.loaded, done.rejected) == (2, 0), done.rejections
    text = "MATCH (u)-[e:INTERACTED]->() RETURN u.id AS u, e.value AS value, e.cell AS cell"
    assert set(world.rows(client.graph, text, "u value cell")) == {
        ("1", 1.5, None),
        ("2", None, "place:Harbour"),
    }


def test_a_frame_of_polars_is_loaded(client: Client) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"item_id": ["a", "b"], "tags": [["x"], None], "latitude": [1.0, 2.0]})
    done = client.load_items(frame.with_columns(longitude=polars.lit(3)))
    assert (done.loaded, done.rejected) == (2, 0), done.rejections


def test_all_is_made_of_what_was_loaded(client: Client, tmp_path: Path) -> None:
    assert not client.migrate()
    client.load_items(records(world.ITEMS))
    client.load_events(records(world.EVENTS), world.OPTIONS)
    embedded = client.embed()
    assert (embedded.unchanged, embedded.dimension) == (0, 512)
    assert client.embed().embedded == 0
    derived = client.derive(world.CUT, taste_dimension=3)
    assert derived.as_of == world.CUT
    assert derived.written["users"] == 4
    with pytest.raises(InputError, match="without an offset"):
        client.derive(world.CUT.replace(tzinfo=None))
    keywords = client.extract(min_items=1)
    assert keywords.described == 8
    assert keywords.to_dict()["keywords"][0]["items"] == keywords[0].items
    assert {keyword.below for keyword in keywords} >= {"Outdoors > Park"}
    np.save(tmp_path / "v.npy", np.eye(8, 4, dtype=np.float32) + 0.1)
    (tmp_path / "items.csv").write_text(world.ITEMS, encoding="utf-8")
    vectors = client.load_vectors(tmp_path / "v.npy", [tmp_path / "items.csv"], index="item_image")
    assert (vectors.table, vectors.updated + vectors.loaded) == ("vectors", 8)


def test_searches_are_answered_while_keywords_are_extracted(embedded: Graph) -> None:
    world.spoil(embedded)
    client = Client(embedded.driver, embedded.connection.database)
    found: list[str] = []

    def search_meanwhile(what: str, done: int, total: int | None) -> None:
        del done, total
        searching = threads.submit(client.search, "coffee", k=1)
        found.append(f"{what}: {searching.result(300)[0].id}")

    with ThreadPoolExecutor(1) as threads:
        client.extract(min_items=1, progress=search_meanwhile)
    assert "writing keywords: cafe-a" in found
