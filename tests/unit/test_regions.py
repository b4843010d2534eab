"""How users and events are split by region (benchmarks/regions.py), and sizes fitted (sizes.py)."""

from datetime import datetime

import numpy as np
import pytest
from regions import FIRST, HOME, KNOWN, questions
from regions_cities import Log, crossing, home_regions, simulate
from sizes import Size, fit

from chronotope.replay import Instance


def event(user: str, region: str, hour: int) -> dict[str, str]:
    moment = f"2026-03-02T{hour:02}:00:00+00:00"
    return {"user_id": user, "item_id": f"{region} bar", "region": region, "timestamp": moment}


EVENTS = [
    event("ann", "North", 8),
    event("ann", "South", 9),
    event("ann", "North", 10),
    event("bob", "South", 8),
    event("bob", "North", 18),
]
ITEMS = [{"item_id": f"{region} bar", "region": region} for region in ("North", "South", "West")]
HOMES = {"ann": "North", "bob": "South"}


def test_home_is_the_region_of_most_events_and_of_several_the_first() -> None:
    assert home_regions(EVENTS) == {"ann": "North", "bob": "North"}
    assert home_regions(EVENTS[:4]) == HOMES


def test_an_event_crosses_that_happened_away_from_home() -> None:
    assert crossing(EVENTS, HOMES) == pytest.approx(2 / 5)
    assert crossing(EVENTS, {"ann": "North"}) == pytest.approx(1 / 3)


def test_a_region_is_asked_about_what_is_relevant_of_it() -> None:
    at = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
    asked = [
        Instance("ann", at, ("North bar", "South bar")),
        Instance("bob", at, ("North bar",)),
    ]
    assert [
        (one.instance.user, one.instance.relevant, one.region, one.where)
        for one in questions(asked, Log(ITEMS, EVENTS), HOMES)
    ] == [
        ("ann", ("North bar",), "North", HOME),
        ("ann", ("South bar",), "South", KNOWN),
        ("bob", ("North bar",), "North", FIRST),
    ]


def test_about_as_many_events_happen_away_as_days_are_spent_there() -> None:
    log = simulate(residents=30, venues=60, days=28, away=0.25, seed=7)
    homes = {row["user_id"]: row["user_id"].partition(" ")[0] for row in log.events}
    assert len(homes) == 90
    assert crossing(log.events, homes) == pytest.approx(0.25, abs=0.05)
    assert {row["item_id"] for row in log.events} <= {row["item_id"] for row in log.items}


def test_what_an_event_a_user_and_an_item_take_is_found_again() -> None:
    sizes = [Size(100, 10, 2), Size(100, 30, 2), Size(100, 10, 6), Size(300, 30, 6)]
    shares, error = fit(sizes, [50 + 3 * e + 7 * u + 11 * i for e, u, i in sizes])
    assert shares == pytest.approx(np.array([50, 3, 7, 11]))
    assert error == pytest.approx(0, abs=1e-9)
