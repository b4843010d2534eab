"""Decays that are stored relative to an epoch: queries answer as if they were relative to now."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import world
from neo4j.spatial import WGS84Point

from chronotope import catalogue, statistics
from chronotope.graph import Graph
from chronotope.statistics import DeriveOptions, sheets

KEEPING = DeriveOptions(taste_dimension=3)
EXACTLY = DeriveOptions(taste_dimension=3, keep_basis=False)
HERE = WGS84Point((13.0, 45.002))
OF_TASTE = ("likeMinded", "declinedAlike")
"""What the rotation of tastes has a part in, which is of single precision."""

ASKED: dict[str, dict[str, Any]] = {
    "recommend.discover": {"user": "ann"},
    "recommend.next": {"user": "ann"},
    "recommend.new_items": {"user": "ann", "here": HERE, "items": ["fresh", "bar", "gym"]},
}
TO_EARLIER = (
    """
    MATCH (d:Derivation {name: 'statistics'}) MATCH (i:Item)
    WITH d, i, coalesce(i.userWeight, i.users) AS n
    SET i.attraction = .05 + i.firstVisits90, i.gravity1 = .05 * i.around1 + i.gravity1,
      i.gravity3 = .05 * i.around3 + i.gravity3, i.around1 = null, i.around3 = null,
      i.idf = CASE WHEN n > 0 THEN log(1 + toFloat(d.users) / n) ELSE 0.0 END,
      i.firstVisitsTrend = log(1 + i.firstVisitsLate)
        - log(1 + n / d.firstVisits * d.firstVisitsLate)
    """,
    """
    MATCH (d:Derivation {name: 'statistics'})
    SET d.epoch = null, d.lateDays = null, d.users = null, d.firstVisits = null,
      d.firstVisitsLate = null
    """,
)
"""Makes of a graph whose epoch is its moment what an earlier version derived."""


def answers(graph: Graph, but: tuple[str, ...] = OF_TASTE) -> dict[tuple[str, str], Any]:
    """Return the features of every candidate, by query and item; of strangers too."""
    found = {}
    for name, asked in ASKED.items():
        names = catalogue.get(name).feature_names
        for row in graph.read(name, {"at": world.END, **asked}):
            values = zip(names, row["features"], strict=True)
            found[name, row["id"]] = {key: value for key, value in values if key not in but}
    return found


def same(found: dict[tuple[str, str], Any], expected: dict[tuple[str, str], Any]) -> None:
    assert found.keys() == expected.keys()
    for key, features in found.items():
        for name, value in features.items():
            wanted = expected[key][name]
            if wanted is not None:
                wanted = pytest.approx(wanted, rel=1e-9, abs=1e-9)
            assert value == wanted, (key, name)


@pytest.fixture
def exact(town: Graph) -> Graph:
    """Open the town, which the test changes, with statistics that nothing before has a part in."""
    world.spoil(town)
    statistics.derive(town, world.END, EXACTLY)
    return town


def test_what_is_relative_to_an_earlier_moment_gives_the_same_answers(
    exact: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "OF_NUMBERS", {})
    monkeypatch.setattr(sheets, "OF_LINKS", {})
    expected = answers(exact)
    statistics.derive(exact, world.CUT, EXACTLY)
    statistics.derive(exact, world.END, KEEPING)
    text = "MATCH (d:Derivation {name: 'statistics'}) RETURN d.epoch AS e, d.asOf AS t"
    ((epoch, as_of),) = world.rows(exact, text, "e t")
    assert (epoch.to_native(), as_of.to_native()) == (world.CUT, world.END)
    same(answers(exact), expected)
    text = "MATCH (:Item {id: 'tea'})-[p:POPULAR_IN]->() RETURN p.count AS n"
    ((stored,),) = world.rows(exact, text, "n")
    days = (world.END - world.CUT) / timedelta(days=1)
    asked = {"user": "bob", "at": world.END, "place": "Harbour"}
    rows = {row["id"]: row for row in exact.read("recommend.discover", asked)}
    (local,) = [reason for reason in rows["tea"]["because"] if reason["reason"] == "local"]
    assert local["count"] == pytest.approx(stored * np.exp(-days / 90))


def test_while_statistics_are_of_two_moments_no_event_is_yet_to_come(exact: Graph) -> None:
    statistics.derive(exact, world.CUT, EXACTLY)
    statistics.derive(exact, world.END, KEEPING)
    moment = "datetime('2026-03-02T00:00Z')"
    world.execute(
        exact,
        f"MATCH (d:Derivation {{name: 'statistics'}}) WITH d, {moment} AS then "
        "SET d.asOf = then, d.recentAsOf = then",
    )
    found = answers(exact)
    assert found["recommend.discover", "bar"]["idle"] < 0  # of February
    asked = {"user": "ann", "at": world.END, "items": ["gym", "tea", "museum"]}
    names = catalogue.get("recommend.discover").feature_names
    for row in exact.read("recommend.discover", asked):
        assert row["features"][names.index("idle")] == 0.0, row["id"]  # of March


def test_a_graph_that_an_earlier_version_derived_gives_the_same_answers(exact: Graph) -> None:
    expected, vectors = answers(exact, ()), exact.read("profile.vectors", {"user": "ann"})
    for text in TO_EARLIER:
        world.execute(exact, text)
    same(answers(exact, ()), expected)
    assert exact.read("profile.vectors", {"user": "ann"}) == vectors
    statistics.derive(exact, world.END, KEEPING)
    text = "MATCH (i:Item) RETURN coalesce(i.attraction, i.idf, i.firstVisitsTrend) AS left"
    assert {left for (left,) in world.rows(exact, text, "left")} == {None}
    same(answers(exact, ()), expected)
