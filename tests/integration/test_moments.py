"""A moment is a parameter: what comes later changes nothing, to the digit."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import world

from chronotope.graph import Graph

QUERIES = ("recommend.new_items", "recommend.discover", "recommend.next")
STATISTICS = (
    "MATCH (n:Item|User|Interest) RETURN n.id AS id, properties(n) AS values ORDER BY n.id",
    """
    MATCH (a)-[r:CO_VISITED|FOLLOWED_BY|LEADS_TO|POPULAR_IN|MOST_POPULAR_IN]->(b)
    RETURN a.id + type(r) + b.id AS id, properties(r) AS values ORDER BY id
    """,
)


def answers(graph: Graph) -> list[list[dict[str, Any]]]:
    return [
        graph.read(query, {"user": user, "at": world.CUT, "k": 100})
        for query in QUERIES
        for user in ("ann", "bob", "cid", "dee", "nobody")
    ]


def statistics(graph: Graph) -> list[list[tuple[Any, ...]]]:
    return [world.rows(graph, text, "id values") for text in STATISTICS]


def test_later_events_change_no_digit_of_an_answer(graph: Graph, tmp_path: Path) -> None:
    world.load(graph, tmp_path)
    world.derive(graph)
    with_later = answers(graph), statistics(graph)
    world.delete_later_events(graph, world.CUT)
    world.derive(graph)
    assert (answers(graph), statistics(graph)) == with_later


def test_an_event_at_the_moment_itself_does_not_count(graph: Graph, tmp_path: Path) -> None:
    """Written in another zone, the same instant is a datetime less than the moment's."""
    world.load(graph, tmp_path)
    world.derive(graph)
    before = answers(graph), statistics(graph)
    local = world.CUT.astimezone(ZoneInfo("Europe/Rome")).isoformat()
    at_the_cut = f"user_id,item_id,timestamp\nann,museum,{local}\nbob,bar,{local}\n"
    world.load(graph, tmp_path, events=at_the_cut)
    assert graph.read("user.describe_history", {"user": "ann", "at": world.CUT})[0]["events"] == 6
    world.derive(graph)
    assert (answers(graph), statistics(graph)) == before


def test_deriving_twice_gives_the_same_graph(graph: Graph, tmp_path: Path) -> None:
    world.load(graph, tmp_path)
    world.derive(graph)
    once = statistics(graph)
    world.derive(graph)
    assert statistics(graph) == once


def test_deriving_as_of_earlier_leaves_nothing_of_later(graph: Graph, tmp_path: Path) -> None:
    world.load(graph, tmp_path)
    world.derive(graph)
    once = answers(graph)
    world.derive(graph, world.END)
    assert answers(graph) != once
    world.derive(graph)
    for found, before in zip(answers(graph), once, strict=True):
        assert [row["id"] for row in found] == [row["id"] for row in before]
        assert [row["score"] for row in found] == pytest.approx(
            [row["score"] for row in before], rel=1e-4
        )


def test_every_recommendation_says_as_of_when(graph: Graph, tmp_path: Path) -> None:
    world.load(graph, tmp_path)
    world.derive(graph)
    found = {row["asOf"].to_native() for rows in answers(graph) for row in rows}
    assert found == {world.CUT}
