"""The kinds.* queries, and how loads route what kinds and thresholds decline."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import world

from chronotope import loading, migrations
from chronotope.client import Client, Loaded
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.loading import ReadOptions

SHIPPED = {
    "view": (0.2, False, False), "click": (0.5, False, False), "cart": (1.0, False, False),
    "save": (1.0, False, False), "like": (1.0, True, True), "rating": (1.0, True, True),
    "review": (1.0, True, True), "visit": (1.0, True, True), "purchase": (2.0, True, True),
    "dislike": (-1.0, False, False), "hide": (-1.0, False, False),
    "not interested": (-1.0, False, False), "return": (-1.0, False, False),
}  # fmt: skip
RESET = world.query(
    "MATCH (kind:EventKind) DELETE kind "
    "WITH count(*) AS n UNWIND keys($kinds) AS name "
    "CREATE (:EventKind {name: name, weight: $kinds[name][0], goal: $kinds[name][1], "
    "consumes: $kinds[name][2]})",
    mode="write",
    params="kinds",
)
EDGES = (
    "MATCH (u:User)-[e:INTERACTED|DECLINED]->(i) RETURN type(e) AS type, e.id AS id, "
    "e.kind AS kind, e.value AS value, e.hour AS hour, e.weekday AS weekday ORDER BY id, kind"
)
AT = "2026-05-01T12:00:00Z"


@pytest.fixture
def own_kinds(graph: Graph) -> Iterator[Graph]:
    """Open a graph whose kinds a test may change."""
    yield graph
    graph.write(RESET, {"kinds": {name: list(kind) for name, kind in SHIPPED.items()}})


def edges(graph: Graph, columns: str = "type id kind value") -> list[tuple[Any, ...]]:
    names = "type id kind value hour weekday"
    found = (dict(zip(names.split(), row, strict=True)) for row in world.rows(graph, EDGES, names))
    return [tuple(row[name] for name in columns.split()) for row in found]


def load(graph: Graph | None, *rows: dict[str, Any], **options: Any) -> loading.Summary:
    events = [{"user_id": "ann", "item_id": "a", "timestamp": AT, **row} for row in rows]
    return loading.load_rows(graph, loading.EVENTS, events, ReadOptions(**options))


def test_kinds_read_kinds_gives_the_shipped_ones(migrated: Graph) -> None:
    found = migrated.read("kinds.read_kinds")
    assert {r["name"]: (r["weight"], r["goal"], r["consumes"]) for r in found} == SHIPPED
    assert [row["name"] for row in found] == sorted(SHIPPED)


def test_kinds_set_kind_changes_what_is_given(own_kinds: Graph) -> None:
    def set_kind(name: str, **given: Any) -> tuple[Any, ...]:
        return tuple(own_kinds.write("kinds.set_kind", {"name": name, **given})[0].values())

    assert set_kind("gift", weight=3) == ("gift", 3.0, True, True)
    assert set_kind("gift", goal=False) == ("gift", 3.0, False, True)
    assert set_kind("view", weight=0.5, consumes=True) == ("view", 0.5, False, True)
    for given, said in (
        ({"name": ""}, "name is empty"),
        ({"weight": float("inf")}, "weight is not a number"),
        ({"weight": "x"}, "weight has to be a FLOAT"),
        ({"goal": 1}, "goal has to be a BOOLEAN"),
        ({"consumes": 1}, "consumes has to be a BOOLEAN"),
    ):
        with pytest.raises(InputError, match=said):
            own_kinds.write("kinds.set_kind", {"name": "gift", **given})


def test_a_users_own_kinds_survive_the_migration(own_kinds: Graph) -> None:
    own_kinds.write("kinds.set_kind", {"name": "view", "weight": 0.7})
    own_kinds.write("kinds.set_kind", {"name": "gift", "weight": 3})
    own_kinds.write(world.query("MATCH (k:EventKind {name: 'click'}) DELETE k", mode="write"))
    root = Path(migrations.__file__).resolve().parents[3] / "migrations"
    text = (root / "R0009__Event_kinds.cypher").read_text(encoding="utf-8")
    own_kinds.run_statements([text.rstrip().removesuffix(";")], "again")
    weights = {row["name"]: row["weight"] for row in own_kinds.read("kinds.read_kinds")}
    assert (weights["view"], weights["gift"], weights["click"]) == (0.7, 3.0, 0.5)


def test_a_kind_that_declines_from_now_on_moves_its_events_and_back(own_kinds: Graph) -> None:
    client = Client(own_kinds.driver, own_kinds.connection.database)
    load(own_kinds, {"kind": "refund", "value": 2, "event_id": "r"}, {"event_id": "v"})
    at_first = edges(own_kinds, "type id kind value hour weekday")
    assert client.set_kind("refund", weight=-1).weight == -1
    assert edges(own_kinds) == [
        ("DECLINED", "r", "refund", 2.0), ("INTERACTED", "v", "visit", None)
    ]  # fmt: skip
    client.set_kind("refund", goal=False)
    assert client.set_kind("refund", weight=0.5).goal is False
    assert edges(own_kinds, "type id kind value hour weekday") == at_first


def test_load_merge_events_declines_by_kind(graph: Graph) -> None:
    summary = load(
        graph,
        {"kind": "dislike", "event_id": "a", "place": "Harbour"},
        {"kind": "return", "event_id": "b", "value": 3},
        {"kind": "visit", "event_id": "c"},
        {"kind": "unheard of", "event_id": "d"},
    )
    assert summary.loaded == 4
    assert edges(graph) == [
        ("DECLINED", "a", "dislike", None),
        ("DECLINED", "b", "return", 3.0),
        ("INTERACTED", "c", "visit", None),
        ("INTERACTED", "d", "unheard of", None),
    ]
    loaded = Loaded.of_summary(summary)
    assert loaded.kinds == {"dislike": 1, "return": 1, "visit": 1, "unheard of": 1}
    declined, unknown = loaded.remarks
    assert declined == "Kept as declined, not as events: 'dislike' (1), 'return' (1)."
    assert unknown == (
        "Kinds that the graph does not know, which weigh 1: 'unheard of' (1); say what they are "
        "worth with: chronotope kinds set KIND --weight W."
    )


def test_what_is_told_again_may_change_from_one_to_the_other(graph: Graph) -> None:
    for kind, fate in (
        ("visit", "loaded"),
        ("hide", "updated"),
        ("hide", "unchanged"),
        ("view", "updated"),
    ):
        summary = load(graph, {"kind": kind, "event_id": "e"})
        assert getattr(summary, fate) == 1, kind
        expected = "DECLINED" if kind == "hide" else "INTERACTED"
        assert edges(graph, "type kind") == [(expected, kind)]
    load(graph, {"kind": "hide", "event_id": "e"})
    refused = load(graph, {"kind": "hide", "event_id": "e", "user_id": "bob"})
    assert refused.rejected == 1
    replaced = load(graph, {"kind": "visit", "event_id": "e", "user_id": "bob"}, replace=True)
    assert (replaced.updated, edges(graph, "type kind")) == (1, [("INTERACTED", "visit")])


RATED = (
    {"event_id": "a", "value": 1},
    {"event_id": "b", "value": 4, "kind": "rating"},
    {"event_id": "c", "value": 2.5, "kind": "rating"},
    {"event_id": "d", "value": 1, "kind": "purchase"},
    {"event_id": "e"},
)


def test_ratings_under_a_threshold_are_declined(graph: Graph) -> None:
    summary = load(graph, *RATED, rating_threshold=3.0)
    assert edges(graph) == [
        ("DECLINED", "a", "rating", 1.0),
        ("INTERACTED", "b", "rating", 4.0),
        ("DECLINED", "c", "rating", 2.5),
        ("INTERACTED", "d", "purchase", 1.0),
        ("INTERACTED", "e", "visit", None),
    ]
    assert summary.remarks == (
        "2 of 3 ratings are under 3 (--rating-threshold): they are kept as declined, not as events",
    )
    assert load(graph, *RATED, rating_threshold=3.0).unchanged == 5
    assert load(graph, *RATED[1:], rating_threshold=2.0).updated == 1


def test_without_a_threshold_a_value_says_nothing_of_its_kind(graph: Graph) -> None:
    assert load(graph, *RATED).remarks == ()
    assert edges(graph, "type id kind")[0] == ("INTERACTED", "a", "visit")


def test_a_dry_run_tells_the_threshold_and_asks_no_graph() -> None:
    summary = load(None, *RATED, {"kind": "unheard of"}, rating_threshold=3.0)
    assert [remark[:26] for remark in summary.remarks] == ["2 of 3 ratings are under 3"]
