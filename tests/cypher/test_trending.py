"""Golden cases of recommend.trending: Mondays in the town, the last unlike the others."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import world
from neo4j.spatial import WGS84Point

from chronotope import loading
from chronotope.errors import InputError
from chronotope.graph import Graph

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
# user, item, hours before the moment, kind, place; weeks before it
USUAL = [
    (user, "cafe-b", hours, "visit", "") for user, hours in [("ann", 4), ("bob", 2), ("cid", 3)]
]
BURST = [
    ("ann", "bar", 1, "visit", ""), ("bob", "bar", 2, "visit", ""), ("cid", "bar", 6, "visit", ""),
    ("dee", "bar", 0.5, "visit", ""),
]  # fmt: skip
GOODS = [(user, "tea", 3, "visit", "Harbour") for user in ("ann", "bob", "cid")]
ALONE = [("dee", "gym", hours, "visit", "") for hours in (1, 2, 3, 4, 5)]
EVENTS = [
    *((*event, week) for event in USUAL for week in range(5)),
    *((*event, 0) for event in [*BURST, *GOODS, *ALONE]),
    ("ann", "bar", 5, "visit", "", 3),
    ("ann", "museum", 60, "visit", "", 0),  # not of the last day
    ("bob", "museum", 60, "visit", "", 0),
    ("ann", "park", 0, "visit", "", 4),  # at the moment itself, four weeks ago: it does not count
    ("ann", "park", 25, "visit", "", 4),  # the first of all: four weeks are whole
]  # fmt: skip


def level(*hours: float) -> float:
    return sum(math.exp(-2 * age / 24) for age in hours)


ITEMS = {  # of the last day and of the same day of four weeks before: the ages of events
    "cafe-b": ((4, 2, 3), (4, 2, 3) * 4),
    "bar": ((1, 2, 6, 0.5), (5,)),
    "tea": ((3, 3, 3), ()),
    "gym": ((1, 2, 3, 4, 5), ()),
}
MEAN = sum(level(*now) + level(*then) for now, then in ITEMS.values()) / len(ITEMS) / 5


def surprise(item: str) -> float:
    """Return the root of the deviance of the negative binomial distribution, as a book has it."""
    now, then = ITEMS[item]
    weights = [math.exp(-2 * age / 24) for age in (*now, *then)]
    scale = sum(w * w for w in weights) / sum(weights)
    o, r = level(*now) / scale, (level(*then) + MEAN) / scale
    e = r / 5
    return math.sqrt(2 * (o * math.log(o / e) - (o + r) * math.log((o + r) / (e + r))))


def lines(events: list[tuple[Any, ...]]) -> str:
    rows = [
        f"{user},{item},{(AT - timedelta(hours=hours, weeks=week)).isoformat()},{kind},{place}"
        for user, item, hours, kind, place, week in events
    ]
    return "\n".join(["user_id,item_id,timestamp,kind,place", *rows])


@pytest.fixture
def monday(migrated: Graph, tmp_path: Path) -> Graph:
    """Open the town with its Mondays."""

    def build(graph: Graph) -> None:
        world.load(graph, tmp_path, events=lines(EVENTS))

    return world.play(migrated, "mondays", build)


def ask(graph: Graph, **more: Any) -> list[dict[str, Any]]:
    return graph.read("recommend.trending", {"at": AT, "minUsers": 2, **more})


def ids(graph: Graph, **more: Any) -> list[str]:
    return [row["id"] for row in ask(graph, **more)]


def test_a_burst_is_found_and_what_is_usual_at_this_hour_is_not(monday: Graph) -> None:
    assert ids(monday) == ["bar", "tea"]
    assert surprise("bar") > surprise("tea") > 2


def test_the_numbers_are_what_the_header_says(monday: Graph) -> None:
    bar = ask(monday)[0]
    now, then = ITEMS["bar"]
    assert bar["observed"] == pytest.approx(level(*now), abs=1e-9)
    assert bar["expected"] == pytest.approx((level(*then) + MEAN) / 5, abs=1e-9)
    assert bar["surprise"] == pytest.approx(surprise("bar"), abs=1e-9)
    assert (bar["events"], bar["users"], bar["weeks"]) == (4, 4, 4)
    assert (bar["name"], bar["category"]) == ("Last Lamp", "Bar")
    assert bar["location"] == WGS84Point((13.002, 45.002))


def test_what_one_person_does_is_no_trend(monday: Graph) -> None:
    assert surprise("gym") > 2
    assert "gym" not in ids(monday)


def test_no_event_at_or_after_the_moment_counts(monday: Graph) -> None:
    before = AT - timedelta(hours=7)
    assert ids(monday, at=before) == []
    assert ask(monday, at=AT - timedelta(hours=0.5))[0]["events"] == 3  # the fourth is at it


def test_only_the_last_hours_count(monday: Graph) -> None:
    assert {row["id"]: row["events"] for row in ask(monday, hours=1.5)} == {"bar": 2}
    assert ask(monday)[1]["expected"] == pytest.approx(
        MEAN / 5, abs=1e-9
    )  # museum and park are none


def test_filters_leave_out_and_change_no_number(monday: Graph) -> None:
    found = {row["id"]: row for row in ask(monday)}
    assert ask(monday, only="goods") == [found["tea"]]
    assert ask(monday, only="places", k=1.0) == [found["bar"]]
    assert ask(monday, interest="category:Nightlife") == [found["bar"]]
    assert ask(monday, interest="category:Goods > Tea") == [found["tea"]]
    assert ask(monday, k=1) == [found["bar"]]


def test_where_is_where_items_are_else_where_events_were(monday: Graph) -> None:
    assert ids(monday, here=WGS84Point((13.002, 45.002)), within=50) == ["bar"]
    assert ids(monday, here=WGS84Point((13.0, 46.0))) == []
    assert ids(monday, place="Harbour") == ["tea"]
    assert ids(monday, place="Elsewhere") == []


def test_an_event_counts_by_its_kind_and_the_unit_does_not_matter(
    monday: Graph, tmp_path: Path
) -> None:
    world.spoil(monday)
    views = [(f"u{number}", "park", 2, "view", "", 0) for number in range(20)]
    (tmp_path / "views.csv").write_text(lines(views), encoding="utf-8")
    loading.load(monday, loading.EVENTS, [str(tmp_path / "views.csv")], world.OPTIONS)
    found = {row["id"]: row for row in ask(monday)}
    assert found["park"]["observed"] == pytest.approx(0.2 * 20 * level(2), abs=1e-9)
    monday.write(
        world.query(
            "MERGE (d:Derivation {name: 'statistics'}) SET d.largestWeight = 2.0", mode="write"
        )
    )
    halved = {row["id"]: row for row in ask(monday)}
    assert halved["bar"]["observed"] == pytest.approx(found["bar"]["observed"] / 2, abs=1e-9)
    assert halved["bar"]["surprise"] == pytest.approx(found["bar"]["surprise"], abs=1e-9)


def test_without_earlier_weeks_the_mean_of_all_items_is_expected(
    graph: Graph, tmp_path: Path
) -> None:
    assert ask(graph) == []
    burst = [(f"u{number}", "bar", 2, "visit", "", 0) for number in range(30)]
    rare = [("ann", item, 3, "visit", "", 0) for item in ("park", "gym", "museum", "fresh")]
    world.load(graph, tmp_path, events=lines([*burst, *rare]))
    bar = ask(graph)[0]
    assert (bar["id"], bar["weeks"]) == ("bar", 0)
    assert bar["expected"] == pytest.approx((30 * level(2) + 4 * level(3)) / 5, abs=1e-9)


def test_inactive_items_are_left_out(monday: Graph) -> None:
    switch = "MATCH (i:Item {id: 'bar'}) SET i.active = $active"
    try:
        monday.write(world.query(switch, mode="write", params="active"), {"active": False})
        assert ids(monday) == ["tea"]
    finally:
        monday.write(world.query(switch, mode="write", params="active"), {"active": None})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"hours": 0}, "hours has to be more than 0 and no more than a week, 168"),
        ({"hours": "day"}, "hours has to be a FLOAT, it is STRING NOT NULL"),
        ({"only": "all"}, "only has to be 'places' or 'goods'"),
    ],
)
def test_what_cannot_be_used_is_told(monday: Graph, given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        ask(monday, **given)
    assert said in str(caught.value)
