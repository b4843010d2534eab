"""What people do counts by what it is: each kind moves the ranking the right way, by so much."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import world

from chronotope.evaluation import TASKS
from chronotope.graph import Graph

AN_HOUR_AGO = world.CUT - timedelta(hours=1)
ADDED = world.query(
    "MATCH (:User)-[e:INTERACTED|DECLINED|SHOWN|KNOWS]->() "
    "WHERE e.id STARTS WITH 'added' OR NOT e:INTERACTED DELETE e",
    mode="write",
)


@pytest.fixture
def lively(town: Graph) -> Iterator[Graph]:
    """Open the town, and take out of it again what a test adds."""
    yield town
    town.write(ADDED)


def write(graph: Graph, text: str, **given: Any) -> None:
    graph.write(world.query(text, mode="write", params=" ".join(given)), given)


def does(graph: Graph, user: str, item: str, kind: str, at: datetime = AN_HOUR_AGO) -> None:
    write(
        graph,
        "MATCH (u:User {id: $user}), (i:Item {id: $item}) CREATE (u)-[:INTERACTED {at: $at, "
        "id: 'added ' + $user + $item + $kind + toString($at), kind: $kind, hour: $at.hour, "
        "weekday: $at.dayOfWeek}]->(i)",
        user=user, item=item, kind=kind, at=at,
    )  # fmt: skip


def declines(graph: Graph, user: str, what: str, at: datetime = AN_HOUR_AGO) -> None:
    write(
        graph,
        "MATCH (u:User {id: $user}), (w:Item|Interest {id: $what}) "
        "CREATE (u)-[:DECLINED {id: $user + $what, at: $at, kind: 'dislike'}]->(w)",
        user=user, what=what, at=at,
    )  # fmt: skip


def ask(graph: Graph, user: str, task: str = "discover", **more: Any) -> dict[str, dict[str, Any]]:
    asked = {"user": user, "at": world.CUT, "terms": 99, **more}
    return {row["id"]: row for row in graph.read(TASKS[task].query, asked)}


def term(row: dict[str, Any], feature: str) -> dict[str, Any]:
    return next(t for t in row["terms"] if t["feature"] == feature)


def fact(row: dict[str, Any], reason: str) -> dict[str, Any] | None:
    return next((b for b in row["because"] if b["reason"] == reason), None)


@pytest.mark.parametrize("kind", ["purchase", "stroll", "visit"])
def test_on_data_of_one_kind_every_answer_is_the_same_to_the_digit(
    town: Graph, tmp_path: Path, kind: str
) -> None:
    def answers() -> dict[tuple[str, str, str], list[float]]:
        return {
            (task.name, user, row["id"]): [
                math.nan if number is None else number
                for number in (row["score"], row["base"], *row["features"])
            ]
            for task in TASKS.values()
            for user in ("ann", "bob", "cid", "dee", "nobody")
            for row in town.read(task.query, {"user": user, "at": world.CUT})
        }

    before = answers()
    world.wipe(town)
    world.load(town, tmp_path, events=world.EVENTS.replace(",visit,", f",{kind},"))
    world.derive(town)
    after = answers()
    assert after.keys() == before.keys()
    for key, numbers in before.items():
        # Sums are of the same numbers, in the order of nodes, which are others now.
        assert after[key] == pytest.approx(numbers, rel=1e-12, abs=1e-12, nan_ok=True), key


@pytest.mark.parametrize(("kind", "weight"), [("view", 0.2), ("click", 0.5), ("cart", 1.0)])
def test_what_was_looked_at_comes_back_as_its_own_reason(
    lively: Graph, kind: str, weight: float
) -> None:
    before = ask(lively, "ann")["gym"]
    does(lively, "ann", "gym", kind)
    after = ask(lively, "ann")["gym"]
    looked = math.log(1 + weight * math.exp(-1 / 24 / 7))
    assert term(before, "looked")["value"] is None
    assert term(after, "looked")["value"] == pytest.approx(looked, rel=1e-6)
    assert term(after, "looked")["share"] == pytest.approx(5 * looked, rel=1e-6)
    assert fact(after, "looked") == {
        "reason": "looked", "count": 1, "days": pytest.approx(1 / 24, rel=1e-6),
    }  # fmt: skip
    assert "own" in after["because"][0]["sources"]


def test_what_was_had_is_no_discovery_and_what_was_looked_at_is(lively: Graph) -> None:
    does(lively, "ann", "gym", "view")
    assert "gym" in ask(lively, "ann")
    does(lively, "ann", "gym", "purchase")
    assert "gym" not in ask(lively, "ann")


def test_an_event_weighs_what_its_kind_does(lively: Graph) -> None:
    share = world.rows(
        lively, "MATCH (c:Interest {id: 'category:Nightlife > Bar'}) RETURN c.share AS s", "s"
    )[0][0]

    def category(n: float, liked: float) -> float:
        return math.log((liked + 5 * share) / (n + 5) / share)

    def found() -> float:
        value: float = term(ask(lively, "ann", items=["bar"])["bar"], "category")["value"]
        return value

    assert found() == pytest.approx(category(2, 0))
    does(lively, "ann", "bar", "view")
    assert found() == pytest.approx(category(2.2, 0.2))
    does(lively, "ann", "bar", "click")
    assert found() == pytest.approx(category(2.5, 0.5))  # of a pair the largest weight counts


def test_next_sums_the_weights_of_events(lively: Graph) -> None:
    def visits() -> float:
        value: float = term(ask(lively, "ann", "next")["park"], "visits")["value"]
        return value

    assert visits() == pytest.approx(math.log(1 + 2))
    does(lively, "ann", "park", "view")
    does(lively, "ann", "park", "stroll")  # a kind that nobody described weighs 1
    row = ask(lively, "ann", "next")["park"]
    assert visits() == pytest.approx(math.log(1 + 2 + 0.2 + 1))
    assert fact(row, "visited")["count"] == 4  # type: ignore[index]


@pytest.mark.parametrize("task", list(TASKS))
def test_what_was_declined_does_not_come_back_until_a_later_event(lively: Graph, task: str) -> None:
    item = "fresh" if task == "new_items" else "museum"
    assert item in ask(lively, "ann", task)
    declines(lively, "ann", item)
    assert item not in ask(lively, "ann", task)
    assert item in ask(lively, "ann", task, at=AN_HOUR_AGO)  # nobody knew it then
    assert item in ask(lively, "ann", task, items=[item])
    does(lively, "ann", item, "view", AN_HOUR_AGO + timedelta(minutes=1))
    assert item in ask(lively, "ann", task)


@pytest.mark.parametrize("task", list(TASKS))
def test_a_declined_interest_takes_its_items_and_those_of_narrower_ones_away(
    lively: Graph, task: str
) -> None:
    dining = {"cafe-a", "cafe-b", "fresh"}
    before = ask(lively, "cid", task).keys()
    assert before & dining
    declines(lively, "cid", "category:Dining")
    assert ask(lively, "cid", task).keys() == before - dining


def test_what_is_like_what_was_declined_is_weighed_down_and_that_fades(lively: Graph) -> None:
    before = ask(lively, "ann")["fresh"]
    declines(lively, "ann", "cafe-b", world.CUT - timedelta(days=30))
    after = ask(lively, "ann")["fresh"]
    # Its one interest is the category that cafe-b has, too.
    value = math.log(1 + math.exp(-30 / 90))
    found = term(after, "declinedInterest")
    assert (found["value"], found["share"]) == (pytest.approx(value), pytest.approx(-value))
    assert after["score"] < before["score"]
    later = ask(lively, "ann", at=world.CUT + timedelta(days=60))["fresh"]
    assert term(later, "declinedInterest")["value"] == pytest.approx(math.log(1 + math.exp(-1)))


def test_a_keyword_that_was_declined_with_an_item_counts_among_those_of_another(
    lively: Graph,
) -> None:
    declines(lively, "cid", "cafe-b")  # coffee shop, quiet, wifi
    row = ask(lively, "cid", items=["cafe-a"])["cafe-a"]  # coffee shop, quiet
    fading = math.exp(-1 / 24 / 90)
    assert term(row, "declinedInterest")["value"] == pytest.approx(math.log(1 + fading))
    declines(lively, "dee", "fresh")  # coffee shop alone
    row = ask(lively, "dee", items=["cafe-b"])["cafe-b"]
    assert term(row, "declinedInterest")["value"] == pytest.approx(math.log(1 + fading / 3))


def test_what_tastes_like_what_was_declined_is_weighed_down(lively: Graph) -> None:
    tastes = dict(world.rows(lively, "MATCH (i:Item) RETURN i.id AS id, i.taste AS t", "id t"))
    declines(lively, "ann", "museum")
    row = ask(lively, "ann")["gym"]
    lengths = [math.hypot(*tastes[item]) for item in ("gym", "museum")]
    dot = sum(a * b for a, b in zip(tastes["gym"], tastes["museum"], strict=True))
    cosine = max(0.0, dot / math.prod(lengths))
    value = math.log(1 + math.exp(-1 / 24 / 90) * cosine)
    assert term(row, "declinedAlike")["value"] == pytest.approx(value, abs=1e-6)


def shows(graph: Graph, user: str, item: str, days: list[int]) -> None:
    write(
        graph,
        "MATCH (u:User {id: $user}), (i:Item {id: $item}) MERGE (u)-[s:SHOWN]->(i) "
        "SET s.times = $times, s.models = [t IN $times | '']",
        user=user, item=item, times=[world.CUT - timedelta(days=n) for n in days],
    )  # fmt: skip


def test_the_more_often_it_was_shown_without_an_answer_the_less(lively: Graph) -> None:
    scores = [ask(lively, "ann")["gym"]["score"]]
    for days in ([3], [5, 3], [5, 3, 1]):
        shows(lively, "ann", "gym", days)
        row = ask(lively, "ann")["gym"]
        value = math.log(1 + sum(math.exp(-n / 30) for n in days))
        assert term(row, "shown")["value"] == pytest.approx(value)
        assert row["score"] == pytest.approx(scores[0] - value / 2)
        assert fact(row, "shown") == {"reason": "shown", "count": len(days)}
        scores.append(row["score"])
    assert scores == sorted(scores, reverse=True)
    does(lively, "ann", "gym", "view", world.CUT - timedelta(days=2))  # that is an answer
    assert term(ask(lively, "ann")["gym"], "shown")["value"] == pytest.approx(
        math.log(1 + math.exp(-1 / 30))
    )
    assert term(ask(lively, "ann")["museum"], "shown")["value"] == 0


def test_what_was_shown_lately_can_be_left_out(lively: Graph) -> None:
    shows(lively, "ann", "gym", [9, 3])
    assert "gym" in ask(lively, "ann", unseenFor=timedelta(days=2))
    assert "gym" not in ask(lively, "ann", unseenFor=timedelta(days=3))
    at = world.CUT - timedelta(days=5)
    assert "gym" in ask(lively, "ann", at=at, unseenFor=timedelta(days=3))


def test_where_those_were_whom_one_knows(lively: Graph) -> None:
    write(
        lively,
        "MATCH (ann:User {id: 'ann'}), (friend:User) WHERE friend.id IN ['cid', 'dee'] "
        "CREATE (ann)-[:KNOWS]->(friend)",
    )
    found = ask(lively, "ann")
    assert term(found["bar"], "friends")["value"] == pytest.approx(math.log(1 + 2))
    assert term(found["bar"], "friends")["share"] == pytest.approx(math.log(1 + 2) / 2)
    assert fact(found["bar"], "friends") == {"reason": "friends", "count": 2}
    assert term(found["fresh"], "friends")["value"] == 0
    assert "friends" in found["bar"]["because"][0]["sources"]
