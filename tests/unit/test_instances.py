"""What is asked of the past."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from chronotope import evaluation, loading, replay
from chronotope.errors import InputError
from chronotope.evaluation import TASKS, baselines
from chronotope.fusion import LearnOptions
from chronotope.fusion.collect import Window, windows
from chronotope.fusion.learn import enough_windows
from chronotope.progress import Stopwatch
from chronotope.replay import History, Instance, LaterEvent, instances, of_users
from chronotope.statistics.arrays import events_of, kinds_of

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


KINDS = kinds_of(
    [
        {"name": "view", "weight": 0.2, "goal": False, "consumes": False},
        {"name": "purchase", "weight": 2.0, "goal": True, "consumes": True},
        {"name": "hide", "weight": -1.0, "goal": False, "consumes": False},
    ]
)
VIEW, PURCHASE = 0, 1


def shop(users: Mapping[str, Sequence[tuple[str, float, int]]]) -> History:
    """Return a history of (item, hour, kind)."""
    rows = [
        {
            "user": user,
            "items": [item for item, *_ in events],
            "epochs": [int(hours(at).timestamp()) for _, at, _ in events],
            "hours": [0] * len(events),
            "cells": [""] * len(events),
            "kinds": [kind for *_, kind in events],
        }
        for user, events in users.items()
    ]
    index = {name: n for n, name in enumerate(ITEMS)}
    found = events_of(rows, index, hours(1000).timestamp(), KINDS)
    return History(found, ITEMS, KINDS)


SHOP = {
    # ann looked at a and bought b, then bought a and b; she looked at c.
    "ann": [
        ("a", 0, VIEW), ("b", 1, PURCHASE),
        ("a", 10, PURCHASE), ("b", 11, PURCHASE), ("c", 12, VIEW),
    ],
    "bob": [("c", 2, PURCHASE), ("a", 13, VIEW)],
    "cid": [("b", 12, PURCHASE)],  # has no history
}  # fmt: skip


def test_what_was_only_looked_at_is_discovered_by_the_first_goal() -> None:
    asked = shop(SHOP).discoveries(hours(5), hours(20))
    assert asked.instances == [Instance("ann", hours(5), ("a",))]
    assert asked.cold == 0
    looked = shop({"ann": [("a", 0, VIEW), ("a", 10, PURCHASE)]})
    assert looked.discoveries(hours(5), hours(20)).instances == [Instance("ann", hours(5), ("a",))]


def test_moves_are_goals_and_all_else_is_history() -> None:
    assert shop(SHOP).moves(hours(5), hours(20)) == [
        Instance("ann", hours(10), ("a",)),
        Instance("ann", hours(11), ("b",)),
    ]


def test_of_later_events_those_of_goal_kinds_are_asked() -> None:
    millis = round(hours(30).timestamp() * 1000)
    later = [LaterEvent("bob", name, millis, kind) for name, kind in (
        ("a", "view"), ("b", "purchase"), ("c", "purchase"), ("d", "hide"),
    )]  # fmt: skip
    asked = shop(SHOP).discoveries(hours(20), hours(40), later)
    assert asked.instances == [Instance("bob", hours(20), ("b",))]
    assert asked.cold == 0  # what was hidden is no miss
    unknown = [LaterEvent("bob", "b", millis, "a kind that nobody described")]
    assert shop(SHOP).discoveries(hours(20), hours(40), unknown).instances == asked.instances


def test_where_no_kind_that_occurs_is_a_goal_all_are() -> None:
    views = shop(
        {"ann": [("a", 0, VIEW), ("b", 1, VIEW), ("a", 10, VIEW)], "bob": [("c", 2, VIEW)]}
    )
    assert views.moves(hours(1), hours(20)) == [
        Instance("ann", hours(1), ("b",)),
        Instance("ann", hours(10), ("a",)),
    ]
    # Nothing was consumed, so that what was looked at before may come again.
    assert views.discoveries(hours(5), hours(20)).instances == [Instance("ann", hours(5), ("a",))]
    bought = [LaterEvent("ann", "b", round(hours(15).timestamp() * 1000), "purchase")]
    assert views.discoveries(hours(5), hours(20), bought).instances == [
        Instance("ann", hours(5), ("b",))
    ]


def test_baselines_weigh_kinds_and_leave_out_what_was_consumed() -> None:
    data = shop(SHOP)
    asked = [Instance("ann", hours(9), ("a",))]
    known = baselines.histories(data, asked)
    assert known.visits.toarray().tolist() == [[0.1, 1, 0, 0]]
    assert known.had.toarray().tolist() == [[0, 1, 0, 0]]
    later = baselines.histories(data, [Instance("ann", hours(20), ("d",))])
    assert later.visits.toarray()[0] == pytest.approx([1.1, 2, 0.1, 0])
    assert later.largest.toarray().tolist() == [[1, 1, 0.1, 0]]
    popular = baselines.baselines(data.events, len(ITEMS), TASKS["discover"])["popularity"]
    assert popular(known)[0] == pytest.approx([1.1, 2, 1.1, 0])
    events = baselines.baselines(data.events, len(ITEMS), TASKS["next"])["popularity"]
    assert events(known)[0] == pytest.approx([1.2, 3, 1.1, 0])
    ranking = baselines.rank(popular, asked, known, ITEMS, new=True)
    assert (ranking.ranks[0].tolist(), ranking.shown[0][0]) == ([1], "a")


def test_histories_are_those_of_the_moment() -> None:
    data = history(TWO)
    asked = [Instance("ann", hours(6), ("b",)), Instance("bob", hours(100), ("a",))]
    known = baselines.histories(data, asked)
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
    known = baselines.histories(data, asked)
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


def test_the_baselines_of_neighbours_and_walks_are_those_of_their_formulas() -> None:
    data = history(
        {
            "ann": [("a", 0)],
            "bob": [("a", 0), ("c", 1)],
            "cid": [("a", 0), ("c", 1), ("b", 2)],
            "dee": [("d", 24 * 90)],
        }
    )
    asked = [Instance("ann", hours(9), ("c",))]
    known = baselines.histories(data, asked)
    found = baselines.baselines(data.events, len(ITEMS), TASKS["discover"])
    # Users of a, b, c, d: 3, 1, 2, 1; of both a and c: 2, of a and b: 1.
    assert found["item-kNN"](known)[0] == pytest.approx([0, 1 / 3**0.5, 2 / 6**0.5, 0])
    walk = [(1 + 1 / 2 + 1 / 3) / 8 / 3**0.25, 1 / 3 / 8, (1 / 2 + 1 / 3) / 8 / 2**0.25, 0]
    assert found["walk"](known)[0] == pytest.approx(walk)
    recent = found["popularity, 90 days"](known)[0]
    assert recent[3] / recent[0] == pytest.approx(np.exp(1) / 3)


def test_the_last_event_of_each_user_is_left_out(tmp_path: Path) -> None:
    rows = {
        "ann": [("a", 0), ("b", 1), ("a", 2)],
        "bob": [("a", 0), ("c", 5)],
        "cid": [("b", 1), ("d", 9), ("c", 9)],  # at one moment: d is left out
        "dee": [("a", 3)],
    }
    lines = [
        f"{user},{item},{hours(hour).isoformat()}"
        for user, row in rows.items()
        for item, hour in row
    ]
    path = tmp_path / "events.csv"
    path.write_text("\n".join(["user_id,item_id,timestamp", *lines]))
    source = replay.LastOut(replay.FileSource([], [str(path)], loading.ReadOptions()))
    seen = replay.look(source, hours(10**6))
    assert sorted((event.user, event.item) for event in seen.later) == [
        ("ann", "a"), ("bob", "c"), ("cid", "d"), ("dee", "a"),
    ]  # fmt: skip
    assert len(seen.history.events.epoch) == 5
    end = hours(10)
    asked = evaluation.protocol(seen, TASKS["discover"], end, end, last_out=True)
    assert asked.instances == [
        Instance("bob", end, ("c",))
    ]  # d is nobody else's; a is known to ann
    assert asked.cold == 1
    moves = evaluation.protocol(seen, TASKS["next"], end, end, last_out=True).instances
    assert [(one.user, one.at, one.relevant) for one in moves] == [
        ("ann", hours(2), ("a",)), ("bob", hours(5), ("c",)),
    ]  # fmt: skip
    # Taken out twice, the last one is nowhere, and the one before it is asked for.
    earlier = replay.look(replay.LastOut(source), hours(10**6))
    assert sorted((event.user, event.item) for event in earlier.later) == [
        ("ann", "b"), ("bob", "a"), ("cid", "c"),
    ]  # fmt: skip
    assert len(earlier.history.events.epoch) == 2


def test_what_takes_long_is_told_by_its_stages() -> None:
    told: list[str] = []
    watch = Stopwatch(lambda what, done, total: told.append(what))
    watch("reading", 0, 1)
    with watch.stage("learning"):
        watch("window 1", 0, 1)
    watch("ranking by EASE", 0, 2)
    watch("ranking by ALS", 1, 2)
    assert list(watch.seconds) == ["reading", "learning", "ranking"]
    assert told == ["reading", "window 1", "ranking by EASE", "ranking by ALS"]


def test_windows_are_as_many_as_hold_enough_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    users = {f"user {n}": [(ITEMS[(n + k) % 4], k + n / 100) for k in range(40)] for n in range(30)}
    known = history(users)
    options, end = LearnOptions(), known.end
    module = sys.modules["chronotope.fusion.learn"]  # a function of the package has its name
    every = windows(known, end)
    assert len(every) == 4
    for plenty, count in ((1, 2), (300, 3), (10_000, 4)):
        monkeypatch.setattr(module, "PLENTY", plenty)
        assert enough_windows(known, TASKS["next"], end, options) == every[-count:]
    with pytest.raises(InputError, match="not enough data to learn from: 0 windows of users"):
        enough_windows(known, TASKS["discover"], end, options)


def test_of_many_users_some_are_drawn_with_all_their_questions() -> None:
    asked = [Instance(user, hours(k), ("a",)) for user in "abcd" for k in range(3)]
    drawn = of_users(asked, 2, seed=0)
    assert len({one.user for one in drawn}) == 2
    assert drawn == [one for one in asked if one.user in {other.user for other in drawn}]
    assert of_users(asked, 2, seed=0) == drawn
    assert of_users(asked, 4, seed=0) == asked
