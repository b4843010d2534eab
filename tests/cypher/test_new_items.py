"""Golden cases of recommend.new_items on the town, where nobody has been at Café Fresh yet."""

import math
from typing import Any

import numpy as np
import pytest
import recompute
import world
from neo4j.spatial import WGS84Point

from chronotope import catalogue, fusion, language
from chronotope.graph import Graph

NAMES = catalogue.get("recommend.new_items").feature_names


def ask(graph: Graph, user: str = "ann", **more: Any) -> list[dict[str, Any]]:
    return graph.read("recommend.new_items", {"user": user, "at": world.CUT, **more})


def test_only_what_nobody_has_been_at_is_recommended(town: Graph) -> None:
    assert [row["id"] for row in ask(town)] == ["fresh"]
    assert ask(town, only="goods") == []
    assert [row["name"] for row in ask(town, user="nobody")] == ["Café Fresh"]


def test_features_are_what_the_header_says(town: Graph) -> None:
    world.spoil(town)
    language.embed(town, world.LettersEncoder())
    town.write(world.AWAIT_INDEXES)
    found = dict(zip(NAMES, ask(town)[0]["features"], strict=True))
    places = {"cafe-a": (45.0, 13.0), "park": (45.003, 13.0), "fresh": (45.0005, 13.0)}
    ws = {"cafe-a": math.log(5), "park": math.log(3)}  # 4 and 2 visits
    kms = {name: recompute.km(places[name], places["fresh"]) for name in ws}
    facts = dict(
        world.rows(town, "MATCH (n:Item|Interest) RETURN n.id AS id, properties(n) AS f", "id f")
    )

    def near(scale: float) -> float:
        held = sum(w / sum(ws.values()) * math.exp(-kms[name] / scale) for name, w in ws.items())
        return math.log(1e-3 + held)

    def cosine(one: np.ndarray, other: np.ndarray) -> float:
        return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))

    coffee, dining = facts["category:Dining > Coffee Shop"], facts["category:Dining"]
    vectors = {name: np.array(facts[name]["embedding"]) for name in places}
    ages = {"cafe-a": 6 + 17 / 24, "park": 8 + 10 / 24}
    newest = min(ages.values())
    profile = sum(np.exp(-(age - newest) / 90) * vectors[name] for name, age in ages.items())
    expected = {
        "home": -math.log(kms["cafe-a"] + 0.1),
        "near03": near(0.3),
        "near1": near(1),
        "near3": near(3),
        "density": math.log(1 + facts["fresh"]["density"]),
        "busy1": math.log(0.05 * facts["fresh"]["around1"] + facts["fresh"]["gravity1"]),
        "busy3": math.log(0.05 * facts["fresh"]["around3"] + facts["fresh"]["gravity3"]),
        "categoryRate": math.log(0.05 + coffee["firstVisits60"] / coffee["items"]),
        "category": math.log((1 + 5 * coffee["share"]) / 7 / coffee["share"]),
        "broaderCategory": math.log((1 + 5 * dining["broadShare"]) / 7 / dining["broadShare"]),
        "meaning": cosine(profile, vectors["fresh"]),
        "goodsCategory": None,
        "goodsMeaning": None,
        "strangerMeaning": None,
        "shown": None,
        "declinedInterest": None,
        "declinedAlike": None,
        "alike": max(cosine(vectors[name], vectors["fresh"]) for name in ws),
    }
    assert found == {
        name: pytest.approx(value, abs=2e-6) if value is not None else None
        for name, value in expected.items()
    }


def test_because_tells_the_facts(town: Graph) -> None:
    row = ask(town, here=WGS84Point((13.0, 45.0)))[0]
    because = {fact["reason"]: fact for fact in row["because"]}
    assert because["near"]["id"] == "cafe-a"
    assert because["near"]["km"] == pytest.approx(0.0556, abs=1e-3)
    assert because["interest"] == {
        "reason": "interest",
        "id": "category:Dining > Coffee Shop",
        "name": "Coffee Shop",
        "count": 1,
    }
    assert set(because["candidate"]["sources"]) >= {"non-personalized", "nearby"}


def test_what_cannot_be_computed_counts_as_its_mean(town: Graph) -> None:
    row = ask(town, user="nobody")[0]
    found = dict(zip(NAMES, row["features"], strict=True))
    assert found["home"] is None
    assert found["category"] is None
    assert found["meaning"] is None
    terms = ask(town, user="nobody", terms=99)[0]["terms"]
    assert {"feature": "home", "value": None, "share": 0.0} in terms


def test_an_item_recorded_a_second_ago_is_found_near_the_users_places(town: Graph) -> None:
    town.write(
        world.query(
            "CREATE (:Item {id: 'now', location: point({longitude: 13.0, latitude: 45.0001})})",
            mode="write",
        )
    )
    try:
        assert {row["id"] for row in ask(town)} == {"fresh", "now"}
    finally:
        town.write(world.query("MATCH (i:Item {id: 'now'}) DETACH DELETE i", mode="write"))


def test_no_event_before_the_moment_is_a_stranger(town: Graph) -> None:
    rows = ask(town, at=world.CUT.replace(year=2020))
    assert dict(zip(NAMES, rows[0]["features"], strict=True))["near1"] is None


def test_the_shipped_model_is_in_use(town: Graph) -> None:
    model = fusion.in_use(town, "new_items")
    assert model is not None
    assert model.problem() is None
