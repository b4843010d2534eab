"""What is allowed, asked within the query: each control alone, and any of them together."""

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import world
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neo4j.spatial import WGS84Point

from chronotope import loading
from chronotope.evaluation import TASKS
from chronotope.graph import Graph

SHELVES = ("Tea", "Coffee", "Bread", "Cheese")
GOODS = {f"good-{n:02}": SHELVES[n % 4] for n in range(36)}
PLACES = {f"place-{n:02}": "Market" for n in range(12)}
RETIRED = "good-35"
OWN = {f"good-{n:02}" for n in range(0, 30, 3)}
DECLINED = {"good-01", "place-01"}
SHOWN = {"good-02", "good-04", "place-02"}
VISITED = {f"good-{n:02}" for n in range(24)} | {f"place-{n:02}" for n in range(8)}
HERE = (45.0, 13.0)


def price(item: str) -> int:
    return int(item[-2:])


@pytest.fixture
def shop(migrated: Graph) -> Graph:
    """Open a graph of goods on four shelves and of places, with prices and brands."""

    def build(graph: Graph) -> None:
        rows = [
            {
                "item_id": item,
                "name": item,
                "category": f"Food > {shelf}",
                "price": price(item),
                "brand": "Acme" if price(item) % 2 else "Best",
                "active": str(item != RETIRED).lower(),
            }
            for item, shelf in GOODS.items()
        ]
        rows += [
            {
                "item_id": item,
                "name": item,
                "category": kind,
                "price": price(item),
                "latitude": str(HERE[0] + price(item) / 1000),
                "longitude": str(HERE[1]),
            }
            for item, kind in PLACES.items()
        ]
        kept = loading.ReadOptions(keep=("price", "brand"))
        assert loading.load_rows(graph, loading.ITEMS, rows, kept).loaded == len(rows)
        events = [(f"user-{n % 9}", item) for n, item in enumerate(sorted(VISITED) * 3)]
        events += [("keen", item) for item in sorted(OWN)]
        loading.load_rows(
            graph,
            loading.EVENTS,
            [
                {
                    "user_id": user,
                    "item_id": item,
                    "timestamp": f"2026-02-01T{n % 24:02}:{n % 60:02}:00Z",
                }
                for n, (user, item) in enumerate(events)
            ],
            world.OPTIONS,
        )
        world.derive(graph)
        graph.write(
            world.query(
                "MATCH (u:User {id: 'keen'}) UNWIND $declined AS id MATCH (i:Item {id: id}) "
                "CREATE (u)-[:DECLINED {id: 'no ' + id, at: $at, kind: 'dislike'}]->(i) "
                "WITH DISTINCT u UNWIND $shown AS id MATCH (i:Item {id: id}) "
                "CREATE (u)-[:SHOWN {times: [$at], models: ['']}]->(i)",
                mode="write",
                params="declined shown at",
            ),
            {
                "declined": sorted(DECLINED),
                "shown": sorted(SHOWN),
                "at": world.CUT - timedelta(days=1),
            },
        )

    return world.play(migrated, "shop", build)


def ask(graph: Graph, task: str, user: str | None = "keen", **given: Any) -> list[dict[str, Any]]:
    asked = {
        "user": user,
        "at": world.CUT,
        "here": WGS84Point((HERE[1], HERE[0])),
        "terms": 99,
        **given,
    }
    return graph.read(TASKS[task].query, asked)


def allowed(task: str, user: str, given: Mapping[str, Any]) -> set[str]:
    """Return the items that a request allows, by the words of the header."""
    shelf = {**GOODS, **PLACES}
    found = set(given["items"] if given.get("items") is not None else shelf) & shelf.keys()
    if given.get("items") is None:
        found -= {RETIRED}
        if task == "new_items":
            found -= VISITED | OWN
        if user == "keen":
            found -= DECLINED | (OWN if task != "next" else set())
    found -= set(given.get("exclude") or ())
    if user == "keen" and given.get("unseenFor"):
        found -= SHOWN
    if given.get("only"):
        found = {item for item in found if (item in PLACES) == (given["only"] == "places")}
    names = {"category:Food": set(SHELVES), "category:Market": {"Market"}}
    names |= {f"category:Food > {name}": {name} for name in SHELVES}
    if given.get("interests") is not None:
        wanted = set().union(*(names[one] for one in given["interests"]))
        found = {item for item in found if shelf[item] in wanted}
    if given.get("notInterests") is not None:
        unwanted = set().union(*(names[one] for one in given["notInterests"]))
        found = {item for item in found if shelf[item] not in unwanted}
    if given.get("within") is not None:
        found = {item for item in found & PLACES.keys() if price(item) * 111.3 <= given["within"]}
    for name, wanted in (given.get("where") or {}).items():
        if name == "price":
            low, high = wanted.get("min", -math.inf), wanted.get("max", math.inf)
            found = {item for item in found if low <= price(item) <= high}
        else:
            brands = wanted if isinstance(wanted, list) else [wanted]
            found = {
                i for i in found & GOODS.keys() if ("Acme" if price(i) % 2 else "Best") in brands
            }
    return found


SHELF_IDS = [f"category:Food > {shelf}" for shelf in SHELVES]
INTERESTS = st.lists(
    st.sampled_from(["category:Food", "category:Market", *SHELF_IDS]), min_size=1, max_size=2
)
CONTROLS = st.fixed_dictionaries(
    {},
    optional={
        "only": st.sampled_from(["places", "goods"]),
        "items": st.lists(st.sampled_from([*GOODS, *PLACES, "nothing"]), max_size=30),
        "exclude": st.lists(st.sampled_from([*GOODS, *PLACES]), max_size=30),
        "interests": INTERESTS,
        "notInterests": INTERESTS,
        "within": st.sampled_from([250.0, 600.0, 5000.0]),
        "unseenFor": st.just(timedelta(days=7)),
        "where": st.fixed_dictionaries(
            {},
            optional={
                "price": st.sampled_from([{"max": 9}, {"min": 20}, {"min": 5, "max": 30}]),
                "brand": st.sampled_from(["Acme", ["Acme", "Best"], ["None"]]),
            },
        ),
        "diversity": st.sampled_from([0.0, 0.5, 1.0]),
    },
)


@pytest.mark.parametrize("task", list(TASKS))
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(controls=CONTROLS, user=st.sampled_from(["keen", "nobody"]), k=st.sampled_from([1, 7, 60]))
def test_as_many_as_any_controls_allow_come_back_with_the_score_of_each_alone(
    shop: Graph, task: str, controls: dict[str, Any], user: str, k: int
) -> None:
    rows = ask(shop, task, user, **controls, k=k)
    expected = allowed(task, user, controls)
    found = [row["id"] for row in rows]
    assert len(found) == len(set(found)) == min(k, len(expected))
    assert set(found) <= expected
    if rows:
        alone = {row["id"]: row for row in ask(shop, task, user, items=found, k=len(found))}
        for row in rows:
            repetition = sum(t["share"] for t in row["terms"] if t["feature"] == "repetition")
            assert row["score"] - repetition == pytest.approx(alone[row["id"]]["score"], abs=1e-9)
            assert row["base"] + sum(t["share"] for t in row["terms"]) + row["rest"] == (
                pytest.approx(row["score"], abs=1e-9)
            )
        one = found[0]
        assert ask(shop, task, user, items=[one])[0]["score"] == (
            pytest.approx(alone[one]["score"], abs=1e-9)
        )


@pytest.mark.parametrize("task", list(TASKS))
def test_controls_that_are_null_change_nothing(shop: Graph, task: str) -> None:
    names = ("items", "exclude", "interests", "notInterests", "within", "unseenFor", "where",
             "session", "diversity", "perCategory")  # fmt: skip
    assert ask(shop, task, **dict.fromkeys(names)) == ask(shop, task)


def test_items_overrules_what_the_user_has_declined_and_what_is_not_active(shop: Graph) -> None:
    asked = ["good-00", "good-01", RETIRED, "nothing"]
    assert {row["id"] for row in ask(shop, "discover", items=asked)} == set(asked[:3])


@pytest.mark.parametrize("task", list(TASKS))
def test_at_most_so_many_of_a_category(shop: Graph, task: str) -> None:
    rows = ask(shop, task, "nobody", perCategory=2, k=60)
    whole = ask(shop, task, "nobody", k=60)
    expected: list[str] = []
    for category in {row["category"] for row in whole}:
        expected += [row["id"] for row in whole if row["category"] == category][:2]
    assert {row["id"] for row in rows} == set(expected)
    assert len(rows) == len(expected)


def test_diversity_sets_back_what_repeats_those_above(shop: Graph) -> None:
    plain, diverse = (
        ask(shop, "discover", "nobody", diversity=weight, only="goods", k=8) for weight in (0, 1)
    )
    assert all(t["feature"] != "repetition" for row in plain for t in row["terms"])
    terms = [row["terms"][-1] for row in diverse]
    assert {term["feature"] for term in terms} == {"repetition"}
    assert terms[0]["value"] == terms[0]["share"] == 0
    assert all(term["share"] <= 0 for term in terms)

    def repeated(rows: list[dict[str, Any]]) -> int:
        return len(rows) - len({row["category"] for row in rows[:4]})

    assert repeated(diverse) <= repeated(plain)
    assert [row["score"] for row in diverse] == sorted((r["score"] for r in diverse), reverse=True)


def test_the_first_of_two_alike_stays_and_the_second_pays_for_what_they_share(shop: Graph) -> None:
    first, second = ask(shop, "new_items", "nobody", items=["good-26", "good-30"], diversity=1.0)
    assert (first["category"], second["category"]) == ("Bread", "Bread")
    # The same category .4; names 'good-2…' and 'good-3…' begin alike in 4 of 7 signs .2; no tastes.
    assert second["terms"][-1]["value"] == pytest.approx(0.6)
    scores = [row["score"] - row["terms"][-1]["share"] for row in (first, second)]
    deviation = abs(scores[0] - scores[1]) / 2
    assert second["terms"][-1]["share"] == pytest.approx(-2 * deviation * math.log(1.6), abs=1e-9)


def test_a_session_counts_as_the_latest_events(shop: Graph) -> None:
    stranger = ask(shop, "discover", None, k=60)
    visitor = ask(shop, "discover", None, session=["good-00", "good-03"], k=60)
    assert {"good-00", "good-03"} <= {row["id"] for row in stranger}
    assert not {"good-00", "good-03"} & {row["id"] for row in visitor}
    sources = {source for row in visitor for source in row["because"][0]["sources"]}
    assert "item-to-item" in sources
    found = ask(shop, "next", None, session=["good-00", "good-03"], k=60)
    features = dict(zip(TASKS["next"].query.feature_names, found[0]["features"], strict=True))
    last = next(row for row in found if row["id"] == "good-03")
    values = dict(zip(TASKS["next"].query.feature_names, last["features"], strict=True))
    assert (values["visited"], values["stay"]) == (1.0, 1.0)
    assert features.keys() == values.keys()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"items": [1]}, "items has to be a LIST<STRING>, it is LIST<INTEGER"),
        ({"session": [1]}, "session has to be a LIST<STRING>, it is LIST<INTEGER"),
        ({"exclude": [1]}, "exclude has to be a LIST<STRING>, it is LIST<INTEGER"),
        ({"interests": 3}, "interests has to be a LIST<STRING>, it is INTEGER"),
        ({"notInterests": "x"}, "notInterests has to be a LIST<STRING>, it is STRING"),
        ({"within": "near"}, "within has to be a FLOAT, it is STRING"),
        ({"within": 100, "here": None}, "here has to be given too"),
        ({"diversity": 2}, "diversity has to be a number from 0 to 1"),
        ({"perCategory": 0}, "perCategory has to be an INTEGER from 1 on"),
    ],
)
def test_what_cannot_be_meant_is_said(shop: Graph, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(Exception, match="has to be") as problem:
        ask(shop, "next", **wrong)
    assert said in str(problem.value)
