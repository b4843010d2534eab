"""recommend.discover: every feature recomputed from the rows of the town, and the traps."""

import math
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import world
from neo4j.spatial import WGS84Point

from chronotope import catalogue
from chronotope.graph import Graph

QUERY = catalogue.get("recommend.discover")
DAY = 86400.0
KM_RADIUS = 6378.14


def discover(graph: Graph, user: str, at: datetime = world.CUT, **more: Any) -> dict[str, Any]:
    rows = graph.read(QUERY, {"user": user, "at": at, **more})
    return {row["id"]: row for row in rows}


def features(row: dict[str, Any]) -> dict[str, float]:
    return dict(zip(QUERY.feature_names, row["features"], strict=True))


class Town:
    """The numbers of the town, from its rows, as of the cut."""

    def __init__(self) -> None:
        lines = [line.split(",") for line in world.EVENTS.splitlines()[1:]]
        moments = [(user, item, datetime.fromisoformat(at)) for user, item, at, *_ in lines]
        self.events = [
            (user, item, (world.CUT - at).total_seconds() / DAY)
            for user, item, at in moments
            if at < world.CUT
        ]
        self.first: dict[tuple[str, str], float] = {}
        for user, item, age in self.events:
            self.first[user, item] = max(age, self.first.get((user, item), age))
        self.place: dict[str, tuple[float, float]] = {}
        self.category: dict[str, str] = {}
        for line in world.ITEMS.splitlines()[1:]:
            item, _, category, _, latitude, longitude, _ = line.split(",")
            self.category[item] = category
            if latitude:
                self.place[item] = float(latitude), float(longitude)
        self.visited = {item for _, item, _ in self.events}

    def users(self, item: str) -> set[str]:
        return {user for user, other in self.first if other == item}

    def rising(self, item: str, tau: float) -> float:
        return sum(math.exp(-age / tau) for (_, i), age in self.first.items() if i == item)

    def attraction(self, item: str) -> float:
        return 0.05 + self.rising(item, 90)

    def km(self, one: str, other: str) -> float:
        (a, b), (c, d) = (np.radians(self.place[item]) for item in (one, other))
        h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
        return 2 * KM_RADIUS * math.asin(math.sqrt(h))

    def gravity(self, item: str, scale: float) -> float:
        return sum(
            self.attraction(j) * math.exp(-self.km(item, j) / scale)
            for j in self.visited & set(self.place)
        )

    def weights(self, user: str) -> tuple[dict[str, float], dict[str, float]]:
        ages: dict[str, list[float]] = {}
        for who, item, age in self.events:
            if who == user and item in self.place:
                ages.setdefault(item, []).append(age)
        w0 = {item: math.log1p(len(found)) for item, found in ages.items()}
        w30 = {item: sum(math.exp(-a / 30) for a in found) for item, found in ages.items()}
        return (
            {item: w / sum(w0.values()) for item, w in w0.items()},
            {item: w / sum(w30.values()) for item, w in w30.items()},
        )


def test_every_feature_has_its_formula(town: Graph) -> None:
    facts, item, own = Town(), "gym", ("cafe-a", "park")
    found = features(discover(town, "ann")[item])
    w0, w30 = facts.weights("ann")
    latest = {
        i: min(age for user, other, age in facts.events if (user, other) == ("ann", i)) for i in own
    }
    newest = min(latest.values())
    recent = {i: math.exp(-(age - newest) / 90) for i, age in latest.items()}
    together = {i: len(facts.users(i) & facts.users(item)) for i in own}
    late = float(np.quantile([age for *_, age in facts.events], 0.1))
    rising = sum(facts.rising(i, late) for i in facts.visited)
    popularity = {i: math.log1p(len(facts.users(i))) for i in facts.visited}
    usual = np.mean([popularity[i] for _, i in facts.first])
    usually = np.mean([popularity[i] for i in own])
    place = {"cafe-a": 0, "park": 1}
    ease = {
        i: weight
        for i, weight in world.rows(
            town,
            f"MATCH (i:Item)-[c:CO_VISITED]->({{id: '{item}'}}) RETURN i.id AS id, c.ease AS ease",
            "id ease",
        )
        if i in own
    }
    nearest = sorted(facts.km(item, j) for j in facts.visited & set(facts.place))
    reach = max(nearest[-1], 0.05)
    expected = {
        "popularity": math.log(1 + 2),
        "events": math.log(1 + 2),
        "rising7": math.log(0.05 + facts.rising(item, 7)),
        "rising30": math.log(0.05 + facts.rising(item, 30)),
        "rising90": math.log(0.05 + facts.rising(item, 90)),
        "risingLate": math.log(0.05 + facts.rising(item, late)),
        "trend": math.log1p(facts.rising(item, late)) - math.log1p(2 / len(facts.first) * rising),
        "age": math.log1p(max(age for _, other, age in facts.events if other == item)),
        "idle": -math.log1p(min(age for _, other, age in facts.events if other == item)),
        "categoryRate": math.log(0.05 + facts.rising(item, 60) / 1),
        "huff3": math.log(
            1e-6
            + facts.attraction(item)
            * sum(w0[h] / facts.gravity(h, 3) * math.exp(-facts.km(h, item) / 3) for h in own)
        ),
        "huff1": math.log(
            1e-6
            + facts.attraction(item)
            * sum(w30[h] / facts.gravity(h, 1) * math.exp(-facts.km(h, item)) for h in own)
        ),
        "reach": math.log(1e-4 + sum(w0[h] * math.exp(-facts.km(h, item) / reach) for h in own)),
        "density": math.log(
            1 + sum(facts.km(item, j) <= 0.3 for j in facts.visited & set(facts.place))
        ),
        "home": -math.log(facts.km("cafe-a", item) + 0.1),
        "nearest": -math.log(min(facts.km(h, item) for h in own) + 0.05),
        "together": math.sqrt(
            sum(recent[h] * together[h] / (len(facts.users(h)) + 5) for h in own)
        ),
        "easeRecent": math.sqrt(max(0, sum(recent[h] * w for h, w in ease.items()))),
        "easeLatest": math.sqrt(max(0, sum(math.exp(-place[h] / 50) * w for h, w in ease.items()))),
        "popularityDistance": -abs(popularity[item] - usually),
        "popularityTendency": (popularity[item] - usual) * (usually - usual),
        "maturity": (math.log(1 + 2) - 3.3) / 0.8,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-5)


def test_category_affinity_is_shrunk_to_the_share_of_all(town: Graph) -> None:
    found = features(discover(town, "ann")["cafe-b"])
    share = dict(
        world.rows(town, "MATCH (i:Interest) RETURN i.id AS id, i.share AS share", "id share")
    )
    p = share["category:Dining > Coffee Shop"]
    assert found["category"] == pytest.approx(math.log((1 + 5 * p) / (2 + 5) / p), rel=1e-9)


def test_similar_users_are_those_nearest_in_taste(town: Graph) -> None:
    tastes = dict(
        world.rows(town, "MATCH (u:User) RETURN u.id AS id, u.taste AS taste", "id taste")
    )
    stored = world.rows(
        town,
        world.TASTES,
        "id taste idf",
    )
    items = {name: (np.array(taste), idf) for name, taste, idf in stored if taste}
    facts = Town()
    ages = {
        i: min(age for user, other, age in facts.events if (user, other) == ("ann", i))
        for i in ("cafe-a", "park")
    }
    q = sum(
        math.exp(-(age - min(ages.values())) / 90) * items[i][1] * items[i][0]
        for i, age in ages.items()
    )
    cosine = {
        user: float(q @ np.array(t) / np.linalg.norm(q) / np.linalg.norm(t))
        for user, t in tastes.items()
    }
    similar = sum(max(cosine[user], 0) for user in facts.users("gym") - {"ann"})
    found = features(discover(town, "ann")["gym"])
    assert found["likeMinded"] == pytest.approx(math.sqrt(similar), rel=1e-4)


def test_hidden_units_are_explained_exactly(town: Graph) -> None:
    width = len(QUERY.feature_names)
    town.write(
        world.query(
            """
            MATCH (m:FusionModel {name: 'discover'})
            MERGE (t:FusionModel {name: 'test'})
            SET t += m {.features, .mean, .scale, .linear, .task, .normalisation, bias: 0.25}
            CREATE (t)-[:HAS_UNIT]->(:HiddenUnit {index: 0, weights: $up, bias: .5, output: 2.0})
            CREATE (t)-[:HAS_UNIT]->(:HiddenUnit {index: 1, weights: $down, bias: .1, output: -1.0})
            """,
            mode="write",
            params="up down",
        ),
        {"up": [0.3] * width, "down": [-0.2] * width},
    )
    model = world.rows(
        town,
        "MATCH (m:FusionModel {name: 'test'}) RETURN m.mean AS mean, m.scale AS scale, "
        "m.linear AS linear",
        "mean scale linear",
    )[0]
    mean, scale, linear = map(np.array, model)
    found = discover(town, "ann", model="test")
    town.write(world.query("MATCH (t:FusionModel {name: 'test'}) DETACH DELETE t", mode="write"))
    assert found
    for row in found.values():
        x = np.array([np.nan if v is None else v for v in row["normalised"]])
        z = np.clip(np.nan_to_num((x - mean) / scale), -6, 6)
        units = 2.0 * max(0, 0.3 * z.sum() + 0.5) - max(0, -0.2 * z.sum() + 0.1)
        assert row["score"] == pytest.approx(0.25 + linear @ z + units, abs=1e-9)
        shares = sum(term["share"] for term in row["terms"])
        assert row["base"] + shares + row["rest"] == pytest.approx(row["score"], abs=1e-9)


def test_features_are_normalised_by_what_they_are_of_all_candidates(town: Graph) -> None:
    rows = list(discover(town, "ann").values())
    x = np.array([row["features"] for row in rows], np.float64)
    known = ~np.isnan(x).all(axis=0)
    relative = known & np.array([feature.relative for feature in QUERY.features])
    spread = np.nanstd(x[:, relative], axis=0)
    z = (x[:, relative] - np.nanmean(x[:, relative], axis=0)) / np.where(
        spread > 1e-6, spread, 1e300
    )
    found = np.array([row["normalised"] for row in rows], np.float64)
    assert found[:, relative] == pytest.approx(np.clip(z, -6, 6), abs=1e-9, nan_ok=True)
    rest = known & ~relative
    assert found[:, rest] == pytest.approx(x[:, rest], nan_ok=True)


def test_a_score_is_the_same_whatever_else_is_asked_for(town: Graph) -> None:
    whole = {name: row["score"] for name, row in discover(town, "ann").items()}
    for given in ({"items": ["gym", "tea"]}, {"exclude": ["bar"]}, {"only": "places"}, {"k": 1}):
        scores = {name: row["score"] for name, row in discover(town, "ann", **given).items()}
        assert scores == pytest.approx({name: whole[name] for name in scores}, abs=1e-9)
        assert scores


def test_what_the_user_knows_is_left_out(town: Graph) -> None:
    assert set(discover(town, "ann")) == {"cafe-b", "museum", "bar", "gym", "tea", "fresh"}


def test_because_names_the_paths(town: Graph) -> None:
    because = {fact["reason"]: fact for fact in discover(town, "ann")["cafe-b"]["because"]}
    assert because["coVisited"] == {
        "reason": "coVisited", "id": "cafe-a", "name": "Café A", "count": 1,
    }  # fmt: skip
    assert because["interest"]["name"] == "Coffee Shop"
    assert because["near"]["id"] == "cafe-a"
    assert because["near"]["km"] == pytest.approx(0.11132, rel=1e-3)
    assert because["popular"]["count"] == 2
    assert because["candidate"]["sources"] == [
        "item-to-item", "user-to-user", "nearby", "next", "non-personalized",
    ]  # fmt: skip


def test_only_places_or_only_goods(town: Graph) -> None:
    assert set(discover(town, "ann", only="goods")) == {"tea"}
    assert "tea" not in discover(town, "ann", only="places")


def test_goods_are_ranked_by_what_sells_at_the_place(town: Graph) -> None:
    here = features(discover(town, "cid", place="Harbour")["tea"])
    ages = [age for _, item, age in Town().events if item == "tea"]
    bought = sum(math.exp(-age / 90) for age in ages)
    assert here["localPopularity"] == pytest.approx(math.log(0.05 + bought), rel=1e-9)
    elsewhere = features(discover(town, "cid", place="Nowhere")["tea"])
    assert elsewhere["localPopularity"] is None


def test_an_item_recorded_a_second_ago_counts_as_usual(town: Graph) -> None:
    row = discover(town, "ann")["fresh"]
    assert features(row)["home"] == pytest.approx(-math.log(Town().km("cafe-a", "fresh") + 0.1))
    assert math.isfinite(row["score"])


def test_a_bare_item_scores_by_its_means(town: Graph) -> None:
    town.write(
        world.query(
            "MATCH (h:Item {id: 'cafe-a'}) CREATE (b:Item {id: 'bare'}) "
            "CREATE (h)-[:CO_VISITED {count: 1, ease: 0.1}]->(b)",
            mode="write",
        )
    )
    try:
        row = discover(town, "ann")["bare"]
        known = {name for name, value in features(row).items() if value is not None}
        assert known == {"together", "easeRecent", "easeLatest", "maturity", "likeMinded"}
        assert math.isfinite(row["score"])
    finally:
        town.write(world.query("MATCH (b:Item {id: 'bare'}) DETACH DELETE b", mode="write"))


def test_a_new_item_in_a_category_without_items_scores(graph: Graph, tmp_path: Path) -> None:
    world.load(graph, tmp_path)
    world.derive(graph)
    new = "item_id,name,category,latitude,longitude\nbroad,Something,Dining,45.0,13.0\n"
    world.load(graph, tmp_path, items=new)
    row = discover(graph, "ann")["broad"]
    assert features(row)["categoryRate"] is None
    assert math.isfinite(row["score"])


def test_a_stranger_gets_what_is_popular_near_here_at_this_hour(town: Graph) -> None:
    evening = datetime.fromisoformat("2026-03-02T22:00:00+01:00")
    here = WGS84Point((13.002, 45.002))
    rows = discover(town, "nobody", evening, here=here)
    assert next(iter(rows)) == "bar"
    assert features(rows["bar"])["strangerHour"] > 0 > features(rows["cafe-a"])["strangerHour"]
    assert features(rows["bar"])["likeMinded"] is None


def test_a_stranger_without_a_place_gets_what_is_rising(town: Graph) -> None:
    rows = discover(town, "nobody")
    assert {"cafe-a", "gym"} < set(rows)
    assert all(math.isfinite(row["score"]) for row in rows.values())


def test_the_zone_of_the_moment_does_not_matter(town: Graph) -> None:
    there = world.CUT.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+09:00").tzinfo)
    assert discover(town, "ann", there) == discover(town, "ann", world.CUT)


def test_a_far_future_moment_gives_finite_scores(town: Graph) -> None:
    rows = discover(town, "ann", world.CUT + timedelta(days=365 * 500))
    assert rows
    assert all(math.isfinite(row["score"]) for row in rows.values())


def test_a_new_event_counts_in_the_next_query(graph: Graph, tmp_path: Path) -> None:
    world.load(graph, tmp_path)
    world.derive(graph)
    assert "gym" in discover(graph, "ann")
    more = world.EVENTS.splitlines()[0] + "\nann,gym,2026-03-01T09:00:00+01:00,visit,\n"
    world.load(graph, tmp_path, events=more)
    assert "gym" not in discover(graph, "ann")


def test_a_graph_without_coordinates_works(graph: Graph, tmp_path: Path) -> None:
    items = "item_id,name,category\n" + "".join(
        f"{line.split(',')[0]},{line.split(',')[1]},{line.split(',')[2]}\n"
        for line in world.ITEMS.splitlines()[1:]
    )
    world.load(graph, tmp_path, items=items)
    world.derive(graph)
    found = discover(graph, "ann")
    assert {"cafe-b", "gym", "tea"} <= set(found)
    assert features(found["gym"])["huff3"] is None
    assert all(math.isfinite(row["score"]) for row in found.values())


def test_a_graph_without_events_has_nothing_to_say(graph: Graph) -> None:
    assert discover(graph, "ann") == {}


def test_memory_stays_small(town: Graph) -> None:
    plan = town.profile(QUERY, {"user": "ann", "at": world.CUT}).profile
    assert plan is not None
    assert plan["args"]["GlobalMemory"] < 40e6
