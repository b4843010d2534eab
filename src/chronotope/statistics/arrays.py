"""The graph as arrays: what the statistics are computed from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY = 86400.0


@dataclass(frozen=True)
class Kinds:
    """Kinds of events by number: what one counts, and whether it is a goal and consumes.

    The arrays have one entry more than `names`, the last: that of all other kinds, number -1. A
    weight below 0 is that of a kind that declines, which is no event.
    """

    names: Sequence[str]
    weight: Floats
    goal: NDArray[np.bool_]
    consumes: NDArray[np.bool_]

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each kind, by its name."""
        return {name: number for number, name in enumerate(self.names)}


def kinds_of(rows: Iterable[Mapping[str, Any]]) -> Kinds:
    """Build the kinds from their rows; one without a weight is like those that are not there."""
    known = [row for row in rows if row["weight"] is not None]
    return Kinds(
        [row["name"] for row in known],
        np.array([*(float(row["weight"]) for row in known), 1.0]),
        np.array([*(row["goal"] is not False for row in known), True]),
        np.array([*(row["consumes"] is not False for row in known), True]),
    )


ANY_KIND = kinds_of([])
"""What is known of kinds where none is described: all count alike."""


@dataclass(frozen=True)
class Events:
    """Events in the order (user, time, item); all arrays have one entry an event.

    `user`, `item` and `cell` index `users`, the items and `cells`; a cell of -1 is none, and so is
    an hour of -1: the event is a date without a clock. `age` is in days before the moment that the
    statistics stand for. `kind` indexes the kinds that they were built with; `weight` is that of
    the kind beside the `largest` of these events, None where all are 1.
    """

    users: Sequence[str]
    cells: Sequence[str]
    user: Ints
    item: Ints
    epoch: Ints
    age: Floats
    hour: Ints
    cell: Ints
    kind: Ints
    largest: float = 1.0
    weight: Floats | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Pack numbers into as few bytes as hold them, for other processes."""
        return {name: _small(value) for name, value in self.__dict__.items()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what `__getstate__` gave."""
        self.__dict__.update({name: _large(value) for name, value in state.items()})

    def weighed(self, kinds: Kinds, found: Ints) -> "Events":
        """Let events count by their kinds, beside the largest weight of the kinds `found`."""
        weights = kinds.weight[found]
        largest = float(weights.max(initial=0.0)) or 1.0
        weight = kinds.weight[self.kind] / largest if (weights < largest).any() else None
        return replace(self, largest=largest, weight=weight)

    def cut(self, count: int) -> "list[Events]":
        """Cut the events into at most so many parts, each with all events of its users."""
        ends = np.flatnonzero(np.diff(self.user, append=len(self.users))) + 1
        wanted = len(self.user) * np.arange(1, count + 1) / count
        bounds = np.unique([0, *ends[np.searchsorted(ends, wanted)].tolist()]).tolist()
        return [self._part(start, end) for start, end in pairwise(bounds)]

    def _part(self, start: int, end: int) -> "Events":
        first, last = int(self.user[start]), int(self.user[end - 1])
        part = self.take(slice(start, end))
        return replace(part, users=self.users[first : last + 1], user=part.user - first)

    def weighted(self, values: Floats) -> Floats:
        """Multiply a number of each event by what the event counts."""
        return values if self.weight is None else values * self.weight

    def first_visits(self) -> "Events":
        """Keep each user's first event at each item; it counts as their largest one there."""
        pair = self.user * (self.item.max(initial=0) + 1) + self.item
        if self.weight is None:
            _, first = np.unique(pair, return_index=True)
            return self.take(np.sort(first))
        _, first, number = np.unique(pair, return_index=True, return_inverse=True)
        largest = np.zeros(len(first))
        np.maximum.at(largest, number, self.weight)
        order = np.argsort(first)
        return replace(self.take(first[order]), weight=largest[order])

    def take(self, chosen: NDArray[Any] | slice) -> "Events":
        """Keep the chosen events (a mask, indices, or a slice)."""
        return replace(
            self,
            user=self.user[chosen],
            item=self.item[chosen],
            epoch=self.epoch[chosen],
            age=self.age[chosen],
            hour=self.hour[chosen],
            cell=self.cell[chosen],
            kind=self.kind[chosen],
            weight=None if self.weight is None else self.weight[chosen],
        )

    def visited(self, items: int) -> sp.csr_array:
        """Return the users × items matrix of who has been where: their largest weight there."""
        pairs = self if self.weight is None else self.first_visits()
        weights = np.ones(len(pairs.user)) if pairs.weight is None else pairs.weight
        matrix = sp.coo_array((weights, (pairs.user, pairs.item)), shape=(len(self.users), items))
        visited = sp.csr_array(matrix)
        if self.weight is None:
            visited.data[:] = 1.0  # of several events at an item
        return visited


def _small(value: Any) -> Any:
    if not (isinstance(value, np.ndarray) and value.dtype == np.int64 and len(value)):
        return value
    return value.astype(np.result_type(*map(np.min_scalar_type, (value.min(), value.max()))))


def _large(value: Any) -> Any:
    is_small = isinstance(value, np.ndarray) and value.dtype.kind in "iu"
    return value.astype(np.int64) if is_small else value


@dataclass(frozen=True)
class Items:
    """All items; `location` is (n, 2) latitude and longitude in degrees, NaN where there is none.

    `category` and `broader` index `categories`, -1 where there is none; the broader of a top
    category is itself.
    """

    ids: Sequence[str]
    location: Floats
    categories: Sequence[str]
    category: Ints
    broader: Ints
    taste: NDArray[np.float32] | None

    def __len__(self) -> int:
        return len(self.ids)


def events_of(
    rows: Iterable[Mapping[str, Any]],
    items: Mapping[str, int],
    at: float,
    kinds: Kinds = ANY_KIND,
) -> Events:
    """Build the events from rows of parallel lists, one row a user; `at` in epoch seconds.

    Events at items that `items` does not number are left out, which came while the graph was read,
    and those of kinds that decline.
    """
    users: list[str] = []
    cells: dict[str, int] = {}
    columns: list[tuple[Ints, ...]] = []
    for row in rows:
        length = len(row["items"])
        item = np.fromiter((items.get(name, -1) for name in row["items"]), np.int64, length)
        epoch = np.fromiter(row["epochs"], np.int64, length)
        hour = np.fromiter(row["hours"], np.int64, length)
        kind = np.fromiter(row["kinds"], np.int64, length)
        cell = np.fromiter(
            (cells.setdefault(name, len(cells)) if name else -1 for name in row["cells"]),
            np.int64,
            length,
        )
        order = np.lexsort((item, epoch))
        order = order[(item[order] >= 0) & (kinds.weight[kind[order]] >= 0)]
        if not len(order):
            continue
        user = np.full(len(order), len(users))
        columns.append((user, item[order], epoch[order], hour[order], cell[order], kind[order]))
        users.append(row["user"])
    if columns:
        user, item, epoch, hour, cell, kind = map(np.concatenate, zip(*columns, strict=True))
    else:
        user, item, epoch, hour, cell, kind = (np.zeros(0, np.int64) for _ in range(6))
    return built(users, list(cells), user, item, epoch, hour, cell, kind, at, kinds)


def built(
    users: Sequence[str],
    cells: Sequence[str],
    user: NDArray[Any],
    item: NDArray[Any],
    epoch: NDArray[Any],
    hour: NDArray[Any],
    cell: NDArray[Any],
    kind: NDArray[Any],
    at: float,
    kinds: Kinds,
) -> Events:
    """Build events from columns that are in order; `at` in epoch seconds."""
    age = np.asarray((at - epoch) / DAY, np.float64)
    user, item, epoch, hour, cell, kind = (
        column.astype(np.int64, copy=False) for column in (user, item, epoch, hour, cell, kind)
    )
    events = Events(users, cells, user, item, epoch, age, hour, cell, kind)
    return events.weighed(kinds, np.unique(kind))


def items_of(rows: Sequence[Mapping[str, Any]], interests: Sequence[Mapping[str, Any]]) -> Items:
    """Build the items from their rows and those of the categories."""
    categories = [row["id"] for row in interests]
    index = {name: number for number, name in enumerate(categories)}
    above = np.array([index.get(row["broader"] or row["id"], -1) for row in interests], np.int64)
    category = np.array([index.get(row["category"], -1) for row in rows], np.int64)
    location = np.array(
        [
            (row["latitude"], row["longitude"]) if row["latitude"] is not None else (np.nan, np.nan)
            for row in rows
        ],
        np.float64,
    ).reshape(len(rows), 2)
    return Items(
        ids=[row["id"] for row in rows],
        location=location,
        categories=categories,
        category=category,
        broader=np.where(category >= 0, above[category], -1) if len(above) else category,
        taste=_tastes([row["taste"] for row in rows]),
    )


def _tastes(rows: Sequence[Sequence[float] | None]) -> NDArray[np.float32] | None:
    dimension = next((len(row) for row in rows if row), 0)
    if not dimension:
        return None
    nothing = [np.nan] * dimension
    same = (row if row and len(row) == dimension else nothing for row in rows)
    return np.array(list(same), np.float32)
