"""Events of a lake, Parquet files, as columns of numbers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chronotope.errors import InputError
from chronotope.statistics.arrays import Events, Ints, Kinds, built
from chronotope.statistics.batches import Lake, files_of, told

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Columns:
    """Events as they stand in a lake: arrays with one entry an event, in the order of the files.

    `user`, `item`, `cell` and `kind` index the names, where a cell or an `own` id of -1 is none.
    `empty` counts rows that lack a user, an item or a moment.
    """

    users: Sequence[str]
    items: Sequence[str]
    cells: Sequence[str]
    kinds: Sequence[str]
    user: Ints
    item: Ints
    millis: Ints
    hour: Ints
    cell: Ints
    kind: Ints
    own: Ints
    empty: int

    def end(self) -> datetime:
        """Return the millisecond after the last event. Raises InputError when there is none."""
        if not len(self.millis):
            raise InputError("There is no event in the files.")
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(self.millis.max()) + 1)


@dataclass(frozen=True)
class Known:
    """What a graph has: users and items by their ids, None where all are; what was declined.

    `declined` are users, items, kinds and milliseconds since 1970.
    """

    users: Sequence[str] | None = None
    items: Sequence[str] | None = None
    declined: Collection[tuple[str, str, str, int]] = ()


class _Numbers:
    """Numbers of texts, in the order in which they come; -1 for none."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}

    def of(self, column: "pa.Array[Any]") -> NDArray[np.int32]:
        import pyarrow as pa

        found = column.cast(pa.string()).dictionary_encode()
        names = found.dictionary.to_pylist()
        own = [self.names.setdefault(name, len(self.names)) for name in names]
        places = found.indices.fill_null(len(own)).to_numpy(zero_copy_only=False)
        return np.asarray(np.array([*own, -1], np.int32)[places])


def read(lake: Lake) -> Columns:
    """Read all events of a lake.

    A row without user, item or moment is left out. Raises InputError when the extra is not
    installed, for files that are not there or cannot be read, and for a moment that is none.
    """
    return columns_of(batch for file in files_of(lake) for batch in told(lake, file))


def columns_of(batches: Iterable["pa.RecordBatch"]) -> Columns:
    """Return batches, as `told` yields them, with numbers for their texts."""
    users, items, cells, kinds, own = (_Numbers() for _ in range(5))
    parts: list[tuple[NDArray[Any], ...]] = []
    empty = 0
    for batch in batches:
        whole = batch.filter(batch["user"].is_valid())
        empty += len(batch) - len(whole)
        parts.append(
            (
                users.of(whole["user"]),
                items.of(whole["item"]),
                whole["millis"].to_numpy(),
                whole["hour"].to_numpy(),
                cells.of(whole["cell"]),
                kinds.of(whole["kind"]),
                own.of(whole["own"]),
            )
        )
    columns = zip(*(parts or [(np.zeros(0, np.int64),) * 7]), strict=True)
    user, item, millis, hour, cell, kind, own_id = map(np.concatenate, columns)
    return Columns(
        list(users.names),
        list(items.names),
        list(cells.names),
        list(kinds.names),
        user,
        item,
        millis,
        hour,
        cell,
        kind,
        own_id,
        empty,
    )


def arranged(
    found: Columns, known: Known, at: datetime, kinds: Kinds
) -> tuple[Events, Sequence[str], dict[str, int]]:
    """Return the events before a moment, the ids of the items, and how many were left out, and why.

    A repetition is left out: the same own id, or where there is none the same user, item, kind and
    moment; and what a graph does not know, or knows as declined.
    """
    rows = _Rows.of(found, known, at, kinds)
    place = np.flatnonzero(rows.chosen & _named_first(found, rows.chosen))
    # By the names of kinds: files in another order, and parts of them, give the same order.
    rank = _renumbered(found.kinds, sorted(found.kinds))[found.kind]
    keys = (found.own, rank, found.millis)
    columns: list[NDArray[Any]] = [key[place] for key in keys]
    second = found.millis[place] // 1000
    order = np.lexsort([*columns, rows.item[place], second, rows.user[place]])
    place = place[order]
    place = place[_first_of_each([key[place] for key in (rows.user, rows.item, *keys)])]
    left = {**rows.left, "events that are told again": int(rows.chosen.sum()) - len(place)}
    active, own = np.unique(rows.user[place], return_inverse=True)
    events = built(
        [rows.users[number] for number in active.tolist()],
        found.cells,
        *(own, rows.item[place], found.millis[place] // 1000),
        *(found.hour[place], found.cell[place], rows.kind[place]),
        at.timestamp(),
        kinds,
    )
    return events, rows.items, left


def told_once(found: Columns, known: Known, at: datetime, kinds: Kinds) -> NDArray[np.bool_]:
    """Tell which events stay when those go that have the own id of an earlier one that counts."""
    return _named_first(found, _Rows.of(found, known, at, kinds).chosen)


@dataclass(frozen=True)
class _Rows:
    """Events by the numbers of users, items and kinds that are known, and which of them count."""

    users: Sequence[str]
    items: Sequence[str]
    user: NDArray[np.int32]
    item: NDArray[np.int32]
    kind: NDArray[np.int32]
    chosen: NDArray[np.bool_]
    left: dict[str, int]

    @classmethod
    def of(cls, found: Columns, known: Known, at: datetime, kinds: Kinds) -> "_Rows":
        left = {"rows without a user, an item or a moment": found.empty}
        users = sorted(found.users) if known.users is None else known.users
        items = sorted(found.items) if known.items is None else known.items
        user = _renumbered(found.users, users)[found.user]
        item = _renumbered(found.items, items)[found.item]
        kind = _renumbered(found.kinds, kinds.names)[found.kind]
        chosen = found.millis < round(at.timestamp() * 1000)
        for why, fault in (
            ("events of kinds that decline", kinds.weight[kind] < 0),
            ("events that were declined", _declined(found, known.declined)),
            ("events of users whom the graph does not have", user < 0),
            ("events at items that the graph does not have", item < 0),
        ):
            left[why] = int((chosen & fault).sum())
            chosen &= ~fault
        return cls(users, items, user, item, kind, chosen, left)


def _renumbered(names: Sequence[str], others: Sequence[str]) -> NDArray[np.int32]:
    """Return the number of each name among others, -1 where it is not there."""
    index = {name: number for number, name in enumerate(others)}
    return np.fromiter((index.get(name, -1) for name in names), np.int32, len(names))


def _declined(found: Columns, declined: Collection[tuple[str, str, str, int]]) -> NDArray[np.bool_]:
    """Tell which events were declined."""
    marks = np.zeros(len(found.user), bool)
    indices = [
        {name: k for k, name in enumerate(names)}
        for names in (found.users, found.items, found.kinds)
    ]
    rows = [
        (*(index.get(name, -1) for index, name in zip(indices, names, strict=True)), millis)
        for *names, millis in declined
    ]
    if rows:
        wanted = np.array(rows, np.int64)
        for k in np.flatnonzero(np.isin(found.millis, wanted[:, 3])).tolist():
            own = (found.user[k], found.item[k], found.kind[k], found.millis[k])
            marks[k] = bool((wanted == own).all(axis=1).any())
    return marks


def _named_first(found: Columns, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which events have no own id, or are the first of the chosen ones that has it."""
    first = np.ones(len(chosen), bool)
    named = np.flatnonzero(chosen & (found.own >= 0))
    _, earliest = np.unique(found.own[named], return_index=True)
    first[np.delete(named, earliest)] = False
    return first


def _first_of_each(columns: Sequence[NDArray[Any]]) -> NDArray[np.bool_]:
    """Tell which rows, in an order where equal ones are neighbours, were not there before."""
    first = np.ones(len(columns[0]), bool)
    first[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return first
