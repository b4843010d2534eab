"""What is asked of the past."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from chronotope.evaluation import TASKS, baselines
from chronotope.fusion.collect import Window, windows
from chronotope.replay import History, Instance, LaterEvent, instances
from chronotope.statistics.arrays import events_of

START = datetime(2026, 1, 1, tzinfo=UTC)
ITEMS = ["a", "b", "c", "d"]


def hours(n: float) -> datetime:
    return START + timedelta(hours=n)


def history(users: Mapping[str, Sequence[tuple[str, float]]]) -> History:
    rows = [
        {
            "user": user,
            "items": [item for item, _ in events],
            "epochs": [int(hours(at).timestamp()) for _, at in events],
            "hours": [0] * len(events),
            "cells": [""] * len(events),
            "kinds": [-1] * len(events),
        }
        for user, events in users.items()
    ]
    index = {name: n for n, name in enumerate(ITEMS)}
    return History(events_of(rows, index, hours(1000).timestamp()), ITEMS)


TWO = {"ann": [("a", 0), ("b", 5), ("b", 6), ("c", 7)], "bob": [("b", 1), ("d", 8)]}


def test_relevant_is_what_a_user_first_visits_after_the_cut() -> None:
    asked = history(TWO).discoveries(hours(5), hours(8))
    assert asked.instances == [Instance("ann", hours(5), ("b",))]
    assert asked.cold == 1  # c was unknown to everybody at the cut; d came too late


def test_cold_items_alone_are_relevant_when_asked_for() -> None:
    asked = history(TWO).discoveries(hours(5), hours(9), new_items=True)
    assert asked.instances == [
        Instance("ann", hours(5), ("c",)),
        Instance("bob", hours(5), ("d",)),
    ]


def test_events_that_the_past_lacks_can_be_added() -> None:
    later = [LaterEvent("bob", "a", round(hours(9).timestamp() * 1000))]
    later.append(LaterEvent("stranger", "a", later[0].millis))
    asked = history(TWO).discoveries(hours(8), hours(10), later)
    assert asked.instances == [Instance("bob", hours(8), ("a",))]
    assert asked.cold == 1


def test_a_move_is_an_event_of_a_user_with_earlier_ones() -> None:
    found = history(TWO).moves(hours(0), hours(8))
    assert found == [
        Instance("ann", hours(5), ("b",)),
        Instance("ann", hours(6), ("b",)),
        Instance("ann", hours(7), ("c",)),
    ]


def test_a_sample_keeps_the_order_and_the_seed_decides_it() -> None:
    many = [Instance(str(n), START, ("a",)) for n in range(100)]
    chosen = instances.sampled(many, 10, 1)
    assert chosen == sorted(chosen, key=lambda instance: int(instance.user))
    assert chosen == instances.sampled(many, 10, 1) != instances.sampled(many, 10, 2)
    assert instances.sampled(many, 100, 1) == many


def test_windows_hold_a_tenth_of_the_events_each() -> None:
    users = {f"user {n}": [("a", n), ("b", n + 0.5)] for n in range(100)}
    found = windows(history(users), hours(1000))
    assert [window.until for window in found[:-1]] == [window.cut for window in found[1:]]
    counts = [
        len(history(users).before(window.until).epoch)
        - len(history(users).before(window.cut).epoch)
        for window in found
    ]
    assert counts == pytest.approx([20] * len(found), abs=1)
    assert windows(history(users), hours(1000), hours(60))[-1] == Window(hours(60), hours(1000))


def test_no_window_is_made_of_nothing() -> None:
    assert windows(history(TWO), hours(0)) == []
    assert windows(history(TWO), hours(1000), hours(0)) == []


def test_a_cold_item_that_the_past_has_never_heard_of_is_left_out() -> None:
    later = [LaterEvent("bob", name, round(hours(9).timestamp() * 1000)) for name in ("c", "new")]
    asked = history({"bob": [("b", 1)]}).discoveries(hours(8), hours(10), later, new_items=True)
    assert asked.instances == [Instance("bob", hours(8), ("c",))]


def test_histories_are_those_of_the_moment() -> None:
    data = history(TWO)
    asked = [Instance("ann", hours(6), ("b",)), Instance("bob", hours(100), ("a",))]
    known = baselines.histories(data.events, ITEMS, asked)
    assert known.visits.toarray().tolist() == [[1, 1, 0, 0], [0, 1, 0, 1]]


def test_baselines_rank_as_their_definitions_say() -> None:
    data = history(
        {
            "ann": [("a", 0), ("b", 1), ("b", 2)],
            "bob": [("a", 0), ("c", 1)],
            "cid": [("a", 0), ("c", 1)],
            "dee": [("d", 0)],
        }
    )
    asked = [Instance("ann", hours(9), ("c",))]
    known = baselines.histories(data.events, ITEMS, asked)
    found = baselines.baselines(data.events, len(ITEMS), TASKS["next"])
    assert found["popularity"](known)[0].tolist() == [3, 2, 2, 1]
    own = found["own counter"](known)[0]
    assert np.argsort(-own).tolist() == [1, 0, 2, 3]
    similar = found["user-kNN"](known)[0]
    assert similar[3] == 0  # nobody who was at d shares a place with ann
    assert similar[0] == pytest.approx(similar[2])  # the two who know a know c as well
    ranking = baselines.rank(found["EASE"], asked, known, ITEMS, new=True)
    assert ranking.ranks[0].tolist() == [1]
    assert ranking.shown[0][:1] == ("c",)
