"""Statistics of events in parts, and of blocks elsewhere, are those of all at once."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from chronotope.progress import silent
from chronotope.statistics import HERE, DeriveOptions, Lake, counts
from chronotope.statistics.arrays import ANY_KIND, Events, Items, built, items_of, kinds_of
from chronotope.statistics.computed import Computed, compute
from chronotope.statistics.engine import Parts, Source
from chronotope.statistics.lake import Known, arranged, columns_of, told_once
from chronotope.statistics.links import Links
from chronotope.statistics.sheets import Kind, Sheet

AT = datetime(2026, 6, 1, tzinfo=UTC)
ITEMS, USERS, EVENTS = 12, 9, 400
KINDS = kinds_of(
    [
        {"name": "view", "weight": 0.3, "goal": False, "consumes": False},
        {"name": "purchase", "weight": 2.0, "goal": True, "consumes": True},
    ]
)
ROOM = 10**9


def copied(value: Any) -> Any:
    """Return what another process would get."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301  made here


class Elsewhere:
    """Runs blocks on copies, three at once; parts are those of nine users."""

    at_once, is_here = 3, False

    def room(self) -> int:
        return ROOM

    def run(self, work: Callable[[Any, Any], Any], shared: Any, tasks: Sequence[Any]) -> list[Any]:
        return [copied(work(copied(shared), copied(task))) for task in tasks]

    def open(self, files: Lake) -> Source:
        raise NotImplementedError

    def spread(self, events: Events) -> Parts:
        return Copies(events.cut(self.at_once))


class Copies:
    def __init__(self, parts: list[Events]) -> None:
        self.parts = parts

    def run(self, work: Callable[[Any, Events], Any], shared: Any) -> list[Any]:
        return [copied(work(copied(shared), copied(part))) for part in self.parts]


def drawn(kinds: Sequence[int]) -> Events:
    """Return events of users by chance, some at a place, some without an hour."""
    draw = np.random.default_rng(3)
    user = np.sort(draw.integers(0, USERS, EVENTS))
    epoch = int(AT.timestamp()) - draw.integers(1, 100 * 86_400, EVENTS)
    item = draw.integers(0, ITEMS, EVENTS)
    order = np.lexsort((item, epoch, user))
    hour, cell = draw.integers(-1, 24, EVENTS), draw.integers(-1, 3, EVENTS)
    return built(
        [f"u{k}" for k in range(USERS)],
        ["place:X", "891ec902e93ffff", "place:A"],
        *(user[order], item[order], epoch[order], hour, cell, draw.choice(kinds, EVENTS)),
        AT.timestamp(),
        KINDS,
    )


def town() -> Items:
    rows = [
        {
            "id": f"i{k:02}",
            "latitude": 45 + k / 1000 if k else None,
            "longitude": 13.0,
            "category": f"c{k % 4}" if k % 5 else None,
            "taste": None,
        }
        for k in range(ITEMS)
    ]
    return items_of(rows, [{"id": f"c{k}", "broader": "c0"} for k in range(4)])


def computed(events: Events, engine: Any, ease_items: int) -> Computed:
    options = DeriveOptions(3, ease_items)
    parts = engine.spread(events)
    return compute(parts, town(), AT, KINDS, options, None, None, ROOM, engine, silent)


def as_floats(column: Any) -> Any:
    return np.array(column, np.float64)


@pytest.mark.parametrize("ease_items", [5, 100], ids=["local", "dense"])
@pytest.mark.parametrize("kinds", [[0, 1], [1]], ids=["weighted", "alike"])
def test_parts_and_blocks_give_the_numbers_of_the_whole(kinds: list[int], ease_items: int) -> None:
    events = drawn(kinds)
    whole, found = computed(events, HERE, ease_items), computed(events, Elsewhere(), ease_items)
    assert found.users == whole.users
    assert found.tastes.tolist() == whole.tastes.tolist()
    assert (found.events, found.moment["at"]) == (EVENTS, AT)
    late = pytest.approx(whole.moment["firstVisitsLate"], rel=1e-12)
    visits = pytest.approx(whole.moment["firstVisits"], rel=1e-12)
    assert found.moment == {**whole.moment, "firstVisitsLate": late, "firstVisits": visits}
    assert found.repeat_share == pytest.approx(whole.repeat_share, rel=1e-12)
    for one, other in zip(found.sheets, whole.sheets, strict=True):
        assert one.ids == other.ids
        assert one.numbers.keys() == other.numbers.keys()
        for name, column in one.numbers.items():
            expected = as_floats(other.numbers[name])
            assert as_floats(column) == pytest.approx(expected, rel=1e-12, nan_ok=True), name
        for kind, same in zip(one.kinds, other.kinds, strict=True):
            assert len(kind.links.other)
            assert kind.links.start.tolist() == same.links.start.tolist()
            assert [kind.ids[k] for k in kind.links.other] == [
                same.ids[k] for k in same.links.other
            ]
            for name, column in kind.links.values.items():
                expected = as_floats(same.links.values[name])
                assert as_floats(column) == pytest.approx(expected, rel=1e-12, nan_ok=True), name


@pytest.mark.parametrize("count", [1, 2, 4, 100])
def test_parts_have_all_events_of_their_users(count: int) -> None:
    events = drawn([0, 1])
    parts = [copied(part) for part in events.cut(count)]
    assert len(parts) == min(count, USERS)
    assert [name for part in parts for name in part.users] == events.users
    names = [part.users[k] for part in parts for k in part.user]
    assert names == [events.users[k] for k in events.user]
    for column in ("item", "epoch", "age", "hour", "cell", "kind", "weight"):
        found = np.concatenate([getattr(part, column) for part in parts])
        assert found.tolist() == getattr(events, column).tolist()
        assert found.dtype == getattr(events, column).dtype


def test_events_are_packed_into_few_bytes() -> None:
    events = drawn([1])
    assert len(pickle.dumps(events)) < EVENTS * 26 + 1_500


@pytest.mark.parametrize("count", [1, 2, 7, 20, 21, 400])
def test_the_last_tenth_is_that_of_all_ages(count: int) -> None:
    ages = np.random.default_rng(count).random(count) * 30
    days = np.bincount(ages.astype(int))
    first, last = counts.days_of_tenth(days)
    among = ages[(ages.astype(int) >= first) & (ages.astype(int) <= last)]
    assert counts.last_tenth(days, among) == max(float(np.quantile(ages, 0.1)), 1.0)


def batch(*rows: tuple[Any, ...]) -> pa.RecordBatch:
    names = ("user", "item", "millis", "kind", "own")
    lists = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    lists |= {"hour": [8] * len(rows), "cell": [None] * len(rows)}
    types = {"millis": pa.int64(), "hour": pa.int8()}
    arrays = {name: pa.array(one, types.get(name, pa.string())) for name, one in lists.items()}
    return pa.RecordBatch.from_pydict(arrays)


def test_of_an_own_id_the_first_that_counts_stays() -> None:
    late = round(AT.timestamp() * 1000)
    told = columns_of(
        [
            batch(
                ("u", "i", late, "visit", "a"),
                ("x", "i", 1, "visit", "a"),
                ("u", "i", 2, "visit", "a"),
                ("v", "i", 3, "visit", "a"),
                ("v", "i", 3, "visit", None),
                ("v", "i", 3, "visit", None),
            )
        ]
    )
    known = Known(["u", "v"], ["i"])
    assert told_once(told, known, AT, ANY_KIND).tolist() == [True, True, True, False, True, True]
    events, _, left = arranged(told, known, AT, ANY_KIND)
    assert events.user.tolist() == [0, 1]
    assert left["events that are told again"] == 2
    assert left["events of users whom the graph does not have"] == 1


def test_events_of_one_moment_are_in_the_order_of_their_kinds_in_whatever_order_they_come() -> None:
    rows = [("u", "i", 1, kind, None) for kind in ("view", "purchase")]
    for told in (rows, rows[::-1]):
        events, _, _ = arranged(columns_of([batch(*told)]), Known(), AT, KINDS)
        assert events.kind.tolist() == [1, 0]


def test_a_row_that_lacks_something_is_counted() -> None:
    found = columns_of([batch(("u", "i", 1, "visit", None), (None,) * 5)])
    assert (found.empty, found.users, len(found.item)) == (1, ["u"], 1)


def test_links_of_parts_add_up() -> None:
    bins = np.arange(6).reshape(3, 2)
    one = Links(np.array([0, 1, 1, 3]), np.array([4, 0, 4]), {"n": np.array([1, 2, 3]), "b": bins})
    other = Links(np.array([0, 0, 1, 2]), np.array([1, 4]), {"n": np.array([5, 6]), "b": bins[:2]})
    found = Links.added([one, other])
    ids = range(5)
    assert [found.rows(k, ids) for k in range(3)] == [
        {4: (1, [0, 1])},
        {1: (5, [0, 1])},
        {0: (2, [2, 3]), 4: (9, [6, 8])},
    ]


def test_a_part_of_a_sheet_has_what_its_links_need() -> None:
    links = Links(np.array([0, 1, 1, 3]), np.array([2, 0, 1]), {"n": np.array([7, 8, 9])})
    ids = ["a", "b", "c"]
    tastes = np.eye(3, dtype=np.float32)
    sheet = Sheet("items", "r", "w", ids, {"x": np.arange(3)}, [], tastes)
    sheet = replace(sheet, kinds=[Kind("co-visits", "c", "q", links, ids)])
    part = sheet.take([2, 0])
    assert (part.ids, part.numbers["x"].tolist()) == (["c", "a"], [2, 0])
    assert part.tastes is not None
    assert part.tastes.tolist() == [[0, 0, 1], [1, 0, 0]]
    (kind,) = part.kinds
    assert [kind.links.rows(k, kind.ids) for k in range(2)] == [
        {"a": (8,), "b": (9,)},
        {"c": (7,)},
    ]
