"""Golden cases of the profile.* queries, on the town."""

import math
from datetime import datetime
from typing import Any

import numpy as np
import pytest
import world

from chronotope.graph import Graph
from chronotope.language import profile

VISITS = {  # of ann, before the cut: item -> moments in UTC
    "cafe-a": ("2026-02-02T07:00", "2026-02-09T07:10", "2026-02-16T07:05", "2026-02-23T07:00"),
    "park": ("2026-02-02T17:00", "2026-02-21T14:00"),
}


def decay(moment: str) -> float:
    days = (world.CUT - datetime.fromisoformat(f"{moment}+00:00")).total_seconds() / 86400
    return math.exp(-days / 90)


@pytest.fixture
def mixed(town: Graph) -> Graph:
    """Open the town where ann only looked at the park, and bought at the café the first time.

    Statistics know it: a purchase is 1, a view a tenth, and a visit a half.
    """
    world.spoil(town)
    world.execute(
        town, "MATCH (:User {id: 'ann'})-[e:INTERACTED]->({id: 'park'}) SET e.kind = 'view'"
    )
    world.execute(
        town,
        "MATCH (:User {id: 'ann'})-[e:INTERACTED]->({id: 'cafe-a'}) "
        "WHERE date(e.at) = date('2026-02-02') SET e.kind = 'purchase'",
    )
    world.derive(town)
    return town


def tags(town: Graph, user: str = "ann", **more: Any) -> dict[str, Any]:
    rows = town.read("profile.tags", {"user": user, "at": world.CUT, **more})
    return {row["id"]: row for row in rows}


def test_a_tag_weighs_its_share_of_the_users_decayed_events(town: Graph) -> None:
    sums = {item: sum(map(decay, moments)) for item, moments in VISITS.items()}
    total = sum(sums.values())
    found = tags(town)
    coffee = found["category:Dining > Coffee Shop"]
    assert set(found) == {
        "category:Dining > Coffee Shop",
        "category:Outdoors > Park",
        "keyword:quiet",
    }
    assert coffee["weight"] == pytest.approx(sums["cafe-a"] / total, abs=1e-9)
    assert found["category:Outdoors > Park"]["weight"] == pytest.approx(
        sums["park"] / total, abs=1e-9
    )
    assert (coffee["name"], coffee["broader"], coffee["events"]) == ("Coffee Shop", "Dining", 4)
    assert coffee["places"] == [{"id": "cafe-a", "name": "Café A", "events": 4}]
    assert [hour for hour, count in enumerate(coffee["hours"]) if count] == [8]
    assert coffee["weekdays"] == [4, 0, 0, 0, 0, 0, 0]
    assert [event["at"].iso_format()[:10] for event in coffee["evidence"]] == [
        "2026-02-23",
        "2026-02-16",
        "2026-02-09",
        "2026-02-02",
    ]
    assert coffee["lift"] > 1


def weighed() -> dict[str, float]:
    """Return the weight of ann's items in the mixed town, before it is a share."""
    first, *others = VISITS["cafe-a"]
    return {
        "cafe-a": decay(first) + 0.5 * sum(map(decay, others)),
        "park": 0.1 * sum(map(decay, VISITS["park"])),
    }


def test_an_event_counts_by_its_kind_for_tags(mixed: Graph) -> None:
    sums, found = weighed(), tags(mixed)
    total = sum(sums.values())
    coffee, park = found["category:Dining > Coffee Shop"], found["category:Outdoors > Park"]
    assert coffee["weight"] == pytest.approx(sums["cafe-a"] / total, abs=1e-9)
    assert park["weight"] == pytest.approx(sums["park"] / total, abs=1e-9)
    assert (coffee["events"], park["events"]) == (4, 2)
    assert park["trend"] == "steady"  # (.2 + 1) / (0 + 1), as views are
    assert [event["kind"] for event in park["evidence"]] == ["view", "view"]


def test_what_a_user_declined_counts_against_its_interests_until_they_come_back(
    town: Graph,
) -> None:
    world.spoil(town)
    before = tags(town)
    # Three days before the café's last event, which lifts it, and for an item nobody was at.
    world.decline(town, "ann", "cafe-a", "2026-02-20T00:00:00Z")
    assert tags(town) == before
    world.decline(town, "ann", "fresh", "2026-02-25T00:00:00Z")
    sums = {item: sum(map(decay, moments)) for item, moments in VISITS.items()}
    found = tags(town)
    coffee = found["category:Dining > Coffee Shop"]
    expected = sums["cafe-a"] - decay("2026-02-25T00:00")
    assert coffee["weight"] == pytest.approx(expected / sum(sums.values()), abs=1e-9)
    assert (coffee["events"], len(coffee["evidence"])) == (4, 4)
    assert found["keyword:quiet"] == before["keyword:quiet"]
    assert found["category:Outdoors > Park"] == before["category:Outdoors > Park"]


@pytest.mark.parametrize(
    "declined", ["category:Dining > Coffee Shop", "category:Dining"], ids=["itself", "broader"]
)
def test_a_declined_interest_is_no_tag_and_nothing_narrower(town: Graph, declined: str) -> None:
    world.spoil(town)
    before = tags(town)
    world.decline(town, "ann", declined, "2026-03-02T00:00:00Z")  # not before the moment
    assert tags(town) == before
    world.decline(town, "ann", declined, "2026-02-01T00:00:00Z")
    del before["category:Dining > Coffee Shop"]
    assert tags(town) == before


def test_an_event_counts_by_its_kind_for_rhythm(mixed: Graph) -> None:
    sums = weighed()
    rows = mixed.read("profile.rhythm", {"user": "ann", "at": world.CUT})
    assert [(row["id"], row["events"]) for row in rows] == [("cafe-a", 4), ("park", 2)]
    assert [row["weight"] for row in rows] == pytest.approx(
        [sums[item] / sum(sums.values()) for item in ("cafe-a", "park")], abs=1e-9
    )
    assert rows[0]["hours"][8] == pytest.approx(rows[0]["weight"], abs=1e-9)


def test_vectors_take_the_largest_event_of_an_item(mixed: Graph) -> None:
    found = mixed.read("profile.vectors", {"user": "ann", "at": world.CUT})[0]
    items = {
        name: (np.array(taste), idf)
        for name, taste, idf in world.rows(
            mixed,
            world.TASTES,
            "id taste idf",
        )
    }
    weight = {"cafe-a": 1.0, "park": 0.1}
    expected = sum(
        weight[item] * decay(max(moments)) * items[item][1] * items[item][0]
        for item, moments in VISITS.items()
    )
    assert found["taste"] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)


def test_trends_compare_the_last_month_with_the_three_before(town: Graph) -> None:
    assert {name: row["trend"] for name, row in tags(town).items()} == {
        "category:Dining > Coffee Shop": "rising",
        "category:Outdoors > Park": "rising",
        "keyword:quiet": "rising",
    }
    later = tags(town, at=datetime.fromisoformat("2026-03-30T00:00:00+00:00"))
    assert later["category:Dining > Coffee Shop"]["trend"] == "fading"  # (0 + 1) / (4 / 3 + 1)
    assert later["category:Sports > Gym"]["trend"] == "rising"  # (1 + 1) / (0 + 1)


def test_schemes_and_numbers_limit_tags(town: Graph) -> None:
    assert set(tags(town, scheme="keyword")) == {"keyword:quiet"}
    assert list(tags(town, k=1)) == ["category:Dining > Coffee Shop"]
    assert tags(town, user="nobody") == {}


def test_the_rhythm_is_a_matrix_of_hours_by_places_that_sums_to_one(town: Graph) -> None:
    rows = town.read("profile.rhythm", {"user": "ann", "at": world.CUT})
    sums = {item: sum(map(decay, moments)) for item, moments in VISITS.items()}
    assert [row["id"] for row in rows] == ["cafe-a", "park"]
    assert [row["weight"] for row in rows] == pytest.approx(
        [sums[item] / sum(sums.values()) for item in ("cafe-a", "park")], abs=1e-9
    )
    assert rows[0]["hours"][8] == pytest.approx(rows[0]["weight"], abs=1e-9)
    assert sum(map(sum, (row["hours"] for row in rows))) == pytest.approx(1, abs=1e-9)
    assert rows[1]["hours"][18] == pytest.approx(
        decay("2026-02-02T17:00") / sum(sums.values()), abs=1e-9
    )
    assert sum(rows[1]["weekdays"]) == pytest.approx(rows[1]["weight"], abs=1e-9)


def test_a_date_without_a_clock_is_at_no_hour(town: Graph) -> None:
    before, rhythm = tags(town), town.read("profile.rhythm", {"user": "ann", "at": world.CUT})
    forget = "MATCH (:User {id: 'ann'})-[e:INTERACTED]->() SET e.hour = null"
    town.write(world.query(forget, mode="write"))
    found = tags(town)
    assert {name: sum(row["hours"]) for name, row in found.items()} == dict.fromkeys(found, 0)
    assert all(row["weekdays"] == before[name]["weekdays"] for name, row in found.items())
    places = town.read("profile.rhythm", {"user": "ann", "at": world.CUT})
    assert all(place["hours"] == [0.0] * 24 for place in places)
    assert [(p["weight"], p["weekdays"]) for p in places] == [
        (p["weight"], p["weekdays"]) for p in rhythm
    ]
    hours = {"hours": list(range(24)), "at": world.CUT, "minSize": 1, "days": 9999.0}
    coffee = {"interests": ["category:Dining > Coffee Shop"], **hours}
    users = [row["id"] for row in town.read("audience.find_users", coffee)]
    assert "ann" not in users
    text = profile.describe(profile.read_facts(town, "ann", world.CUT), "en")
    assert " h" not in text
    world.spoil(town)


def test_goods_have_the_rhythm_of_the_places_they_are_bought_at(town: Graph) -> None:
    rows = town.read("profile.rhythm", {"user": "dee", "at": world.CUT})
    assert {(row["id"], row["name"], row["events"]) for row in rows} == {
        ("place:Harbour", "Harbour", 2),
        ("bar", "Last Lamp", 1),
        ("cafe-b", "Café B", 1),
    }


def test_vectors_fold_the_tastes_of_own_items_as_discover_does(town: Graph) -> None:
    found = town.read("profile.vectors", {"user": "ann", "at": world.CUT})[0]
    items = {
        name: (np.array(taste), idf)
        for name, taste, idf in world.rows(
            town,
            world.TASTES,
            "id taste idf",
        )
    }
    last = {item: max(moments) for item, moments in VISITS.items()}
    expected = sum(decay(last[item]) * items[item][1] * items[item][0] for item in last)
    assert found["taste"] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)
    assert found["meaning"] is None


def test_tastes_of_another_length_wait_until_a_derivation_comes_to_them(town: Graph) -> None:
    ann = {"user": "ann", "at": world.CUT}
    world.execute(town, "MATCH (i:Item {id: 'park'}) SET i.taste = i.taste + [1.0]")
    found = town.read("profile.vectors", ann)[0]["taste"]
    world.execute(town, "MATCH (i:Item {id: 'park'}) SET i.taste = null")
    assert found == town.read("profile.vectors", ann)[0]["taste"] is not None
    world.spoil(town)


def test_no_later_event_says_anything(town: Graph) -> None:
    facts = profile.read_facts(town, "ann", world.CUT)
    text = profile.describe(facts, "en")
    assert text == (
        "Interests: Coffee Shop (rising, weekdays 8-9 h, at Café A); "
        "quiet (rising, weekdays 8-9 h, at Café A); Park (rising, 15-19 h, at Willow Park). "
        "Often at: Café A (weekdays 8-9 h); Willow Park (15-19 h)."
    )
    assert "Gym" not in text
