"""The graph as arrays: what the statistics are computed from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY = 86400.0


@dataclass(frozen=True)
class Events:
    """Events in the order (user, time, item); all arrays have one entry an event.

    `user`, `item` and `cell` index `users`, the items and `cells`; a cell of -1 is none, and so is
    an hour of -1: the event is a date without a clock. `age` is in days before the moment that the
    statistics stand for.
    """

    users: Sequence[str]
    cells: Sequence[str]
    user: Ints
    item: Ints
    epoch: Ints
    age: Floats
    hour: Ints
    cell: Ints

    def first_visits(self) -> "Events":
        """Keep each user's first event at each item."""
        pair = self.user * (self.item.max(initial=0) + 1) + self.item
        _, first = np.unique(pair, return_index=True)
        return self.take(np.sort(first))

    def take(self, chosen: NDArray[Any]) -> "Events":
        """Keep the chosen events (a mask or indices)."""
        return Events(
            self.users,
            self.cells,
            self.user[chosen],
            self.item[chosen],
            self.epoch[chosen],
            self.age[chosen],
            self.hour[chosen],
            self.cell[chosen],
        )

    def visited(self, items: int) -> sp.csr_array:
        """Return the binary users × items matrix of who has been where."""
        ones = np.ones(len(self.user))
        matrix = sp.coo_array((ones, (self.user, self.item)), shape=(len(self.users), items))
        binary = sp.csr_array(matrix)
        binary.data[:] = 1.0
        return binary


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


def events_of(rows: Iterable[Mapping[str, Any]], items: Mapping[str, int], at: float) -> Events:
    """Build the events from rows of parallel lists, one row a user; `at` in epoch seconds.

    Events at items that `items` does not number are left out: they came while the graph was read.
    """
    users: list[str] = []
    cells: dict[str, int] = {}
    columns: list[tuple[Ints, ...]] = []
    for row in rows:
        length = len(row["items"])
        item = np.fromiter((items.get(name, -1) for name in row["items"]), np.int64, length)
        epoch = np.fromiter(row["epochs"], np.int64, length)
        hour = np.fromiter(row["hours"], np.int64, length)
        cell = np.fromiter(
            (cells.setdefault(name, len(cells)) if name else -1 for name in row["cells"]),
            np.int64,
            length,
        )
        order = np.lexsort((item, epoch))
        order = order[item[order] >= 0]
        if not len(order):
            continue
        user = np.full(len(order), len(users))
        columns.append((user, item[order], epoch[order], hour[order], cell[order]))
        users.append(row["user"])
    if columns:
        user, item, epoch, hour, cell = map(np.concatenate, zip(*columns, strict=True))
    else:
        user, item, epoch, hour, cell = (np.zeros(0, np.int64) for _ in range(5))
    age = np.asarray((at - epoch) / DAY, np.float64)
    return Events(users, list(cells), user, item, epoch, age, hour, cell)


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
