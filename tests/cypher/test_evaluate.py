"""Golden cases of the evaluate.* queries: who answered what was shown to them."""

import json
from datetime import timedelta
from typing import Any

import pytest
import world

from chronotope import evaluation
from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.graph import Graph

SHOWN = """
MATCH (u:User {id: $user}), (i:Item {id: $item})
CREATE (u)-[:SHOWN {times: [t IN $times | datetime(t)], models: $models}]->(i)
"""


def show(graph: Graph, user: str, item: str, *showings: tuple[str, str]) -> None:
    query = world.query(SHOWN, mode="write", params="user item times models")
    times, models = [f"{time}+01:00" for time, _ in showings], [model for _, model in showings]
    graph.write(query, {"user": user, "item": item, "times": times, "models": models})


@pytest.fixture
def shown(town: Graph) -> Graph:
    """Open the town with showings, of which each line says what became of it."""
    world.spoil(town)
    show(town, "ann", "park", ("2026-02-20T10:00:00", "a"))  # a visit a day later
    show(
        town, "ann", "gym",
        ("2026-02-28T10:00:00", "a"),  # a visit ten days later
        ("2026-03-09T10:00:00", "b"),  # the same visit, a day later
        ("2026-03-10T18:00:00", "b"),  # at the moment of the visit: not after it
    )  # fmt: skip
    show(town, "bob", "gym", ("2026-02-20T10:00:00", "a"))  # a visit four days later
    show(town, "bob", "bar", ("2026-02-20T10:00:00", ""))  # nothing
    return town


def responses(graph: Graph, **given: Any) -> dict[str, tuple[int, int, int]]:
    rows = graph.read("evaluate.count_responses", {"until": world.END, **given})
    return {row["model"]: (row["shown"], row["answered"], row["users"]) for row in rows}


def test_evaluate_count_responses_tells_by_model_what_was_answered(shown: Graph) -> None:
    assert responses(shown) == {"a": (3, 2, 2), "b": (2, 1, 1), "unknown": (1, 0, 1)}
    assert responses(shown, within=timedelta(days=12)) == {
        "a": (3, 3, 2), "b": (2, 1, 1), "unknown": (1, 0, 1),
    }  # fmt: skip
    assert responses(shown, within=timedelta(hours=20)) == {
        "a": (3, 0, 2), "b": (2, 0, 1), "unknown": (1, 0, 1),
    }  # fmt: skip


def test_evaluate_count_responses_asks_of_a_span(shown: Graph) -> None:
    assert responses(shown, until=world.CUT) == {"a": (3, 2, 2), "unknown": (1, 0, 1)}
    assert responses(shown, since=world.CUT) == {"b": (2, 1, 1)}
    assert responses(shown, until=None, since=None) == responses(shown)


def test_an_answer_is_an_event_of_a_goal(shown: Graph) -> None:
    world.execute(shown, "MATCH ({id: 'bob'})-[e:INTERACTED]->({id: 'gym'}) SET e.kind = 'view'")
    assert responses(shown)["a"] == (3, 1, 2)
    world.execute(shown, "MATCH ({id: 'bob'})-[e:INTERACTED]->({id: 'gym'}) SET e.kind = 'hide'")
    assert responses(shown)["a"] == (3, 1, 2)
    world.execute(shown, "MATCH ({id: 'bob'})-[e:INTERACTED]->({id: 'gym'}) SET e.kind = null")
    assert responses(shown)["a"] == (3, 2, 2)


def test_where_no_event_is_of_a_goal_each_is_an_answer_but_what_declines(shown: Graph) -> None:
    world.execute(shown, "MATCH ()-[e:INTERACTED]->() SET e.kind = 'view'")
    world.execute(shown, "MATCH ({id: 'bob'})-[e:INTERACTED]->({id: 'gym'}) SET e.kind = 'hide'")
    assert responses(shown) == {"a": (3, 1, 2), "b": (2, 1, 1), "unknown": (1, 0, 1)}


def test_a_rate_has_the_interval_of_wilson(shown: Graph, run: world.Run) -> None:
    client = Client(shown.driver, shown.connection.database)
    found = client.evaluate_live(until=world.END)
    first = found[0]
    assert (first.model, first.shown, first.answered, first.users) == ("a", 3, 2, 2)
    rate = [first.rate.value, first.rate.low, first.rate.high]
    assert rate == pytest.approx([2 / 3, 0.2077, 0.9385], abs=1e-4)
    assert (found.within, found.remarks) == (timedelta(days=7), ())
    done = run("evaluate", "live", "--until", world.END.isoformat(), "--within", "0.5", "--json")
    report = json.loads(done.stdout)
    assert (report["within"], report["since"]) == (0.5, None)
    assert [row["rate"]["value"] for row in report["models"]] == [0.0, 0.0, 0.0]
    lines = run("evaluate", "live", "--until", world.END.isoformat()).stdout.splitlines()
    assert [line.split()[:4] for line in lines if "[" in line] == [
        ["a", "2", "3", "2"], ["b", "1", "2", "1"], ["unknown", "1", "1", "0"],
    ]  # fmt: skip


def test_where_nothing_was_shown_it_is_said(town: Graph, run: world.Run) -> None:
    done = run("evaluate", "live", "--since", "2026-01-01", "--until", "2026-02-01")
    assert (done.returncode, done.stdout) == (0, "")
    assert "Nothing was shown from 2026-01-01T00:00:00+00:00 until 2026-02-01" in done.stderr
    client = Client(town.driver, town.connection.database)
    with pytest.raises(InputError, match="within is a span of time, longer than nothing"):
        client.evaluate_live(within=timedelta())


@pytest.mark.parametrize(
    ("answered", "shown_times", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_the_interval_of_a_proportion(
    answered: int, shown_times: int, low: float, high: float
) -> None:
    found = evaluation.live.wilson(answered, shown_times)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)
