"""Golden cases of the queries that explain, on the town."""

from datetime import datetime
from typing import Any

import pytest
import recompute
import world
from neo4j.spatial import WGS84Point

from chronotope import catalogue
from chronotope.graph import Graph

NAMES = catalogue.get("recommend.discover").feature_names
HERE = WGS84Point((13.0, 45.001))
COFFEE, DINING = "category:Dining > Coffee Shop", "category:Dining"


def ask(graph: Graph, name: str, **given: Any) -> list[dict[str, Any]]:
    return graph.read(f"explain.{name}", {"at": world.CUT, **given})


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def described(graph: Graph, user: str, item: str, **more: Any) -> dict[str, Any]:
    return ask(graph, "describe_item", user=user, item=item, **more)[0]


@pytest.fixture
def declining(town: Graph) -> Graph:
    """Open the town after ann declined the bar, museums, and, before her last visit, the park."""
    world.spoil(town)
    town.write(
        world.query(
            "MATCH (ann:User {id: 'ann'}) MATCH (what:Item|Interest) WHERE what.id IN keys($when) "
            "CREATE (ann)-[:DECLINED {id: what.id, at: datetime($when[what.id]), kind: 'hide'}]"
            "->(what)",
            mode="write",
            params="when",
        ),
        {
            "when": {
                "bar": "2026-02-10T12:00:00Z",
                "park": "2026-02-20T12:00:00Z",
                "gym": "2026-03-02T00:00:00Z",
                "category:Culture": "2026-02-11T12:00:00Z",
            }
        },
    )
    return town


def test_an_item_is_described_beside_a_user(town: Graph) -> None:
    found = described(town, "ann", "cafe-a")
    (own,) = found["events"]
    assert (own["kind"], own["count"]) == ("visit", 4)
    assert own["last"].to_native().timestamp() == moment("2026-02-23T08:00:00+01:00")
    assert (found["had"], found["visited"], found["active"]) == (True, True, True)
    assert (found["name"], found["category"]) == ("Café A", "Coffee Shop")
    assert (found["last"]["id"], found["last"]["name"]) == ("cafe-a", "Café A")
    assert found["last"]["at"] == own["last"]
    assert found["zone"] == "Europe/Rome"
    assert (found["declined"], found["declinedInterests"], found["shown"]) == (None, [], [])


def test_a_stranger_and_an_item_that_nobody_knows_are_described(town: Graph) -> None:
    found = described(town, "nobody", "fresh")
    assert (found["had"], found["visited"], found["events"]) == (False, False, [])
    assert (found["last"], found["zone"]) == (None, None)
    assert described(town, "nobody", "tea")["zone"] == "Europe/Rome"
    assert ask(town, "describe_item", item="nothing") == []


def test_only_what_was_before_the_moment_is_described(town: Graph) -> None:
    early = described(town, "ann", "cafe-a", at=datetime.fromisoformat("2026-02-02T08:00:00+01:00"))
    assert (early["events"], early["had"], early["visited"], early["last"]) == (
        [],
        False,
        False,
        None,
    )


def test_a_kind_that_does_not_consume_leaves_an_item_to_be_had(town: Graph) -> None:
    world.spoil(town)
    view = (
        "MATCH (u:User {id: 'ann'}), (i:Item {id: 'tea'}) CREATE (u)-[:INTERACTED "
        "{id: 'v', at: datetime('2026-02-01T10:00:00Z'), kind: 'view'}]->(i)"
    )
    town.write(world.query(view, mode="write"))
    found = described(town, "ann", "tea")
    assert found["had"] is False
    assert [(event["kind"], event["count"]) for event in found["events"]] == [("view", 1)]


def test_what_was_declined_is_told_until_a_later_event(declining: Graph) -> None:
    bar = described(declining, "ann", "bar")
    assert bar["declined"].to_native().timestamp() == moment("2026-02-10T12:00:00+00:00")
    assert described(declining, "ann", "park")["declined"] is None  # she was there the day after
    assert described(declining, "ann", "gym")["declined"] is None  # not before the moment
    (museum,) = described(declining, "ann", "museum")["declinedInterests"]
    assert (museum["id"], museum["name"]) == ("category:Culture", "Culture")
    assert bar["declinedInterests"] == []


def test_moments_of_showing_count_since_the_last_event_with_the_item(town: Graph) -> None:
    world.spoil(town)
    shown = (
        "MATCH (u:User {id: 'ann'}), (i:Item {id: $item}) CREATE (u)-[:SHOWN {times: "
        "[day IN ['2026-02-01', '2026-02-24', '2026-03-02'] | datetime(day)], "
        "models: ['', '', '']}]->(i)"
    )
    for item in ("cafe-a", "gym"):
        town.write(world.query(shown, mode="write", params="item"), {"item": item})
    assert [at.day for at in described(town, "ann", "cafe-a")["shown"]] == [24]
    assert [at.day for at in described(town, "ann", "gym")["shown"]] == [1, 24]


def test_co_visits_lead_from_own_items_to_the_item(town: Graph) -> None:
    found = ask(town, "trace_co_visits", user="ann", item="gym")
    assert [(way["id"], way["name"], way["events"], way["users"]) for way in found] == [
        ("cafe-a", "Café A", 4, 2),
        ("park", "Willow Park", 2, 1),
    ]
    assert all(way["ease"] is not None for way in found)
    assert [way["id"] for way in ask(town, "trace_co_visits", user="ann", item="gym", k=1.0)] == [
        "cafe-a"
    ]
    assert ask(town, "trace_co_visits", user="ann", item="cafe-a")[0]["id"] == "park"  # not itself


def test_distances_are_those_from_own_places(town: Graph) -> None:
    found = ask(town, "trace_distances", user="ann", item="gym")
    gym = (45.004, 13.001)
    expected = [
        ("park", recompute.km((45.003, 13.0), gym)),
        ("cafe-a", recompute.km((45.0, 13.0), gym)),
    ]
    assert [(place["id"], place["km"]) for place in found] == [
        (item, pytest.approx(km, abs=1e-4)) for item, km in expected
    ]
    assert ask(town, "trace_distances", user="ann", item="tea", here=HERE) == []
    here, *own = ask(town, "trace_distances", user="ann", item="gym", here=HERE)
    assert (here["id"], own) == (None, found)
    assert here["km"] == pytest.approx(recompute.km((45.001, 13.0), gym), abs=1e-4)
    assert ask(town, "trace_distances", item="gym") == []


def test_hours_and_weekdays_are_counted_with_the_own_ones(town: Graph) -> None:
    (found,) = ask(town, "trace_hours", user="ann", item="cafe-a")
    assert found["events"] == 6
    assert {h: n for h, n in enumerate(found["hours"]) if n} == {8: 5, 9: 1}
    assert {h: n for h, n in enumerate(found["ownHours"]) if n} == {8: 4}
    assert found["weekdays"] == [4, 1, 0, 1, 0, 0, 0]
    (stranger,) = ask(town, "trace_hours", item="cafe-a")
    assert sum(stranger["ownHours"]) == 0


def test_interests_lead_from_narrow_to_broad(town: Graph) -> None:
    found = ask(town, "trace_interests", user="ann", item="cafe-b")
    assert [row["scheme"] for row in found] == ["category", "keyword", "keyword"]
    assert found[0]["chain"] == [
        {"id": COFFEE, "name": "Coffee Shop", "items": 1, "examples": ["Café A"]},
        {"id": DINING, "name": "Dining", "items": 1, "examples": ["Café A"]},
    ]
    assert [(step["name"], step["items"]) for row in found[1:] for step in row["chain"]] == [
        ("quiet", 1),
        ("wifi", 0),
    ]
    assert found[1]["chain"][0]["examples"] == ["Café A"]


def test_similar_users_are_those_of_discover_and_nobody_is_named(town: Graph) -> None:
    (gym,) = [row for row in town.read("recommend.discover", {"user": "ann", "at": world.CUT})
              if row["id"] == "gym"]  # fmt: skip
    votes = {fact["reason"]: fact for fact in gym["because"]}["similarUsers"]["count"]
    (found,) = ask(town, "trace_similar_users", user="ann", item="gym")
    assert found["users"] == votes
    assert found["shared"][0] == {"id": "cafe-a", "name": "Café A", "users": votes}
    value = dict(zip(NAMES, gym["features"], strict=True))["likeMinded"]
    assert found["similarity"] == pytest.approx(value**2, abs=1e-6)


def test_ids_like_one_that_there_is_not_are_found(town: Graph) -> None:
    found = [row["id"] for row in town.read("explain.find_items_like", {"item": "cafe-x"})]
    assert {"cafe-a", "cafe-b", "gym"} < set(found)
