"""Golden cases of the audience.* queries, on the town."""

import math
from datetime import datetime
from typing import Any

import pytest
import world
from neo4j.spatial import WGS84Point

from chronotope import language
from chronotope.graph import Graph

COFFEE = "category:Dining > Coffee Shop"


def users(town: Graph, *interests: str, **more: Any) -> dict[str, dict[str, Any]]:
    given = {"interests": list(interests), "at": world.CUT, "minSize": 1, **more}
    return {row["id"]: row for row in town.read("audience.find_users", given)}


def decay(moment: str) -> float:
    days = (world.CUT - datetime.fromisoformat(f"{moment}+01:00")).total_seconds() / 86400
    return math.exp(-days / 90)


def test_the_score_is_the_fitting_share_of_what_a_user_did(town: Graph) -> None:
    found = users(town, COFFEE)
    coffee = sum(map(decay, ("2026-02-03T08:30", "2026-02-03T12:30", "2026-02-25T12:30")))
    rest = sum(map(decay, ("2026-02-07T15:00", "2026-02-24T19:00")))
    assert set(found) == {"ann", "bob", "cid", "dee"}
    assert found["bob"]["score"] == pytest.approx(coffee / (coffee + rest + 3), abs=1e-9)
    assert found["bob"]["events"] == 3
    assert found["bob"]["because"] == [
        {"id": "cafe-b", "name": "Café B", "events": 2},
        {"id": "cafe-a", "name": "Café A", "events": 1},
    ]
    assert next(iter(found)) == "ann"


def test_broader_interests_hold_the_narrower_ones(town: Graph) -> None:
    assert set(users(town, "category:Dining")) == set(users(town, COFFEE))
    both = users(town, "category:Sports", "category:Nightlife")
    assert set(both) == {"bob", "cid", "dee"}


def test_hours_and_places_narrow_an_audience(town: Graph) -> None:
    assert set(users(town, COFFEE, hours=[12])) == {"bob"}
    here = WGS84Point((13.0, 45.001))  # Café B; Café A is 111 m away
    assert set(users(town, COFFEE, near=here, within=50)) == {"bob", "dee"}


def test_nobody_is_named_when_fewer_fit_than_the_minimal_size(town: Graph) -> None:
    assert len(users(town, COFFEE, minSize=4)) == 4
    assert users(town, COFFEE, minSize=5) == {}
    assert users(town, COFFEE, minSize=None) == {}
    assert users(town, COFFEE, minScore=0.99) == {}


def test_goods_are_found_where_they_were_bought_and_purchases_count_twice(town: Graph) -> None:
    world.spoil(town)
    world.execute(town, "MATCH ()-[e:INTERACTED]->(:Item {id: 'tea'}) SET e.kind = 'purchase'")
    world.derive(town)
    found = users(town, "category:Goods")
    assert set(found) == {"dee"}
    tea = sum(map(decay, ("2026-02-15T20:00", "2026-02-28T20:00")))
    rest = sum(map(decay, ("2026-02-10T08:00", "2026-02-14T23:00"))) / 2
    assert found["dee"]["score"] == pytest.approx(tea / (tea + rest + 3), abs=1e-9)
    assert found["dee"]["events"] == 2


def test_what_a_user_declined_counts_against_an_audience(town: Graph) -> None:
    world.spoil(town)
    before = users(town, COFFEE)
    world.decline(town, "bob", "fresh", "2026-02-26T12:30:00+01:00")
    world.decline(town, "bob", "cafe-b", "2026-02-10T12:30:00+01:00")  # they came back
    found = users(town, COFFEE)
    coffee = sum(map(decay, ("2026-02-03T08:30", "2026-02-03T12:30", "2026-02-25T12:30")))
    rest = sum(map(decay, ("2026-02-07T15:00", "2026-02-24T19:00")))
    fitting = coffee - decay("2026-02-26T12:30")
    assert found["bob"]["score"] == pytest.approx(fitting / (coffee + rest + 3), abs=1e-9)
    assert (found["bob"]["events"], found["bob"]["because"]) == (3, before["bob"]["because"])
    assert found["bob"]["last"] == before["bob"]["last"]
    assert {name: row for name, row in found.items() if name != "bob"} == {
        name: row for name, row in before.items() if name != "bob"
    }


def test_who_declined_an_interest_is_in_no_audience_of_it_or_what_is_narrower(
    town: Graph,
) -> None:
    world.spoil(town)
    world.decline(town, "bob", "category:Dining", "2026-02-01T00:00:00Z")
    world.decline(town, "cid", COFFEE, "2026-02-01T00:00:00Z")
    world.decline(town, "dee", COFFEE, "2026-03-05T00:00:00Z")  # not before the moment
    assert set(users(town, COFFEE)) == {"ann", "dee"}
    assert set(users(town, "category:Dining")) == {"ann", "cid", "dee"}


def test_interests_are_found_by_meaning(embedded: Graph) -> None:
    vector = language.encode_query(language.open_encoder("packaged"), "咖啡馆")
    rows = embedded.read("audience.find_interests", {"vector": vector, "k": 2})
    assert rows[0]["id"] == COFFEE
    assert len(rows) == 2
