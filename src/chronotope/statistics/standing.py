"""Compare what was derived with what stands in the graph, and write what differs."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chronotope.config import Connection
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.statistics.engine import HERE, Engine
from chronotope.statistics.links import Links
from chronotope.statistics.taste import hardly_moved
from chronotope.statistics.tolerance import OF_LINKS, OF_NUMBERS, Tolerance, kept

Row = dict[str, Any]

_BATCH = 100  # items or categories, each with some hundreds of links
_USERS = 1000
_WRITERS = 2
_TASKS = 4  # for each that runs at once: what is lost with one is little
RETIRED = ("attraction", "firstVisitsTrend", "idf")
"""Numbers of items that earlier versions derived, and queries compute now."""
_NEVER: tuple[Any, ...] = ()  # equals the numbers of no link


@dataclass(frozen=True)
class Kind:
    """A kind of links: what it is called, the column that reads it, the query that writes it.

    `ids` are those of the others.
    """

    what: str
    column: str
    query: str
    links: Links
    ids: Sequence[str]

    def take(self, chosen: Sequence[int]) -> "Kind":
        """Keep the links of the chosen ones, and the ids of their others."""
        links = self.links.take(chosen)
        others, other = np.unique(links.other, return_inverse=True)
        ids = [self.ids[k] for k in others.tolist()]
        return replace(self, links=replace(links, other=other), ids=ids)


@dataclass(frozen=True)
class Sheet:
    """All that is derived of items, or of categories: numbers by name, tastes, links.

    `read` and `write` are the queries of the numbers. Where `linked` is given, links among `ids`
    are compared that begin at one of these alone; the others stay as they stand. Numbers that are
    `retired` are removed where an earlier version had written them. What need not stand `exactly`
    is left while it hardly moves.
    """

    what: str
    read: str
    write: str
    ids: Sequence[str]
    numbers: Mapping[str, NDArray[Any]]
    kinds: Sequence[Kind]
    tastes: NDArray[np.float32] | None = None
    linked: frozenset[str] | None = None
    retired: Sequence[str] = ()
    exactly: bool = True

    def take(self, chosen: Sequence[int]) -> "Sheet":
        """Keep the chosen ones, with what their links need of the others."""
        return replace(
            self,
            ids=[self.ids[k] for k in chosen],
            numbers={name: column[chosen] for name, column in self.numbers.items()},
            kinds=[kind.take(chosen) for kind in self.kinds],
            tastes=None if self.tastes is None else self.tastes[chosen],
        )

    def leaves(self, k: int, kind: Kind) -> bool:
        """Tell whether the links of `k` of a kind are left as they stand."""
        return self.linked is not None and kind.ids is self.ids and self.ids[k] not in self.linked


class Writer:
    """Writes in batches, each in one transaction that another derivation cannot be beside.

    `moment` is what the derivation records of itself: `at`, `parameters`, `largestWeight`.
    `written` counts what was written of each kind. The first batch notes that statistics are a
    mixture from now on; where nothing differs, none is written. Some batches are on their way at
    the same time: what belongs to one item is in one of them.
    """

    def __init__(
        self,
        graph: Graph,
        owner: str,
        moment: Mapping[str, Any],
        progress: Progress,
        writers: int = _WRITERS,
    ) -> None:
        self._graph, self._progress, self._writers = graph, progress, writers
        self._owner = {"owner": owner}
        self._moment = {"owner": owner, **moment}
        self._begun, self._beginning = False, Lock()
        self.written: Counter[str] = Counter()

    def write(self, sheet: Sheet, engine: Engine = HERE) -> None:
        """Write all that differs of a sheet; what is of one item is written at once.

        Where the engine is elsewhere, so are the writers. What one of its tasks wrote that was
        broken off is not told: the task that begins again finds it.
        """
        parts = [sheet.what, *(["tastes of " + sheet.what] if sheet.tastes is not None else [])]
        self.written.update(dict.fromkeys([*parts, *(kind.what for kind in sheet.kinds)], 0))
        total, order = len(sheet.ids), _most_linked_first(sheet)
        if not engine.is_here and total:
            self._progress(sheet.what, 0, total)
            size = -(-total // (_TASKS * engine.at_once))
            tasks = [sheet.take(order[k : k + size]) for k in range(0, total, size)]
            shared = (_elsewhere(self._graph), self._moment)
            for written in engine.run(_write, shared, tasks):
                self.written.update(written)
            return

        def write(start: int) -> None:
            numbers = order[start : start + _BATCH]
            ids = [sheet.ids[k] for k in numbers]
            asked: dict[str, Any] = {"ids": ids, "numbers": [*sheet.numbers, *sheet.retired]}
            if sheet.linked is not None:
                asked["linked"] = [name for name in ids if name in sheet.linked]
            stands = {row["id"]: row for row in self._graph.read(sheet.read, asked)}
            # One that has been deleted meanwhile does not stand there.
            found = [(k, stands[sheet.ids[k]]) for k in numbers if sheet.ids[k] in stands]
            self._commit(list(_changes(sheet, found)))

        self._each(sheet.what, write, total, _BATCH)

    def write_users(
        self, ids: Sequence[str], tastes: NDArray[np.float32], *, exactly: bool
    ) -> None:
        """Write the tastes of users that have moved, those of users without events are removed.

        With `exactly`, also those that hardly moved.
        """
        what, before = "users", _tastes_of_users(self._graph)
        self.written[what] = 0
        moved: list[tuple[str, NDArray[np.float32] | None]] = []
        for name, taste in zip(ids, tastes, strict=True):
            old = before.pop(name, None)
            if not (_is_same(taste, old) or (not exactly and _hardly_moved(taste, old))):
                moved.append((name, taste))
        moved += [(name, None) for name in before]

        def write(start: int) -> None:
            batch = moved[start : start + _USERS]
            rows = [{"id": name, "taste": _vector(taste)} for name, taste in batch]
            self._commit([("derive.write_users", what, rows, len(rows))])

        self._each(what, write, len(moved), _USERS)

    def finish(self, numbers: Mapping[str, Any]) -> None:
        """Note that all stands as of one moment, with numbers of the whole; release the lock."""
        last = {**self._moment, **numbers}
        self._graph.write_all([("derive.keep_lock", self._owner), ("derive.finish", last)])

    def _each(self, what: str, write: Callable[[int], None], total: int, size: int) -> None:
        """Write the batches of `size` that begin at 0, size, … below `total`, a few at a time.

        The first that fails raises, once those that are on their way have ended.
        """
        starts = range(0, total, size)
        self._progress(what, 0, total)
        with ThreadPoolExecutor(self._writers) as writers:
            pending = [writers.submit(copy_context().run, write, start) for start in starts]
            try:
                for start, batch in zip(starts, pending, strict=True):
                    batch.result()
                    self._progress(what, min(start + size, total), total)
            except BaseException:
                writers.shutdown(cancel_futures=True)
                raise

    def _commit(self, changes: Sequence[tuple[str, str, list[Row], int]]) -> None:
        steps = [(query, {"rows": rows}) for query, _, rows, _ in changes if rows]
        if not steps:
            return
        # The lock comes last: until then the transactions of several writers run side by side.
        keep = ("derive.keep_lock", self._owner)
        with self._beginning:
            if not self._begun:
                self._graph.write_all([*steps, keep, ("derive.begin", self._moment)])
                self._begun, steps = True, []
        if steps:
            self._graph.write_all([*steps, keep])
        with self._beginning:
            self.written.update({what: count for _, what, _, count in changes})


def _write(shared: tuple[Connection, Mapping[str, Any]], sheet: Sheet) -> dict[str, int]:
    """Write a sheet from another process, beside others that write others of it."""
    connection, moment = shared
    with Graph(connection) as graph:
        writer = Writer(graph, moment["owner"], moment, silent, writers=1)
        writer.write(sheet)
        return dict(writer.written)


def _elsewhere(graph: Graph) -> Connection:
    """Return how other processes reach a graph."""
    if not graph.connection.username:
        raise InputError(
            "Other processes cannot share a driver; connect with an address, a name and a password."
        )
    return replace(graph.connection, home=None)


def _most_linked_first(sheet: Sheet) -> list[int]:
    """Return the numbers of a sheet in the order in which they are written.

    Whoever links a node of few relationships has it for themselves until the transaction ends; that
    one of many is shared. So those come first that most others will be linked to.
    """
    linked = np.zeros(len(sheet.ids), np.int64)
    for kind in sheet.kinds:
        if kind.ids is sheet.ids:
            linked += np.bincount(kind.links.other, minlength=len(linked))
    order: list[int] = np.argsort(-linked, kind="stable").tolist()
    return order


def _changes(
    sheet: Sheet, found: Sequence[tuple[int, Row]]
) -> Iterator[tuple[str, str, list[Row], int]]:
    """Yield (query, what, rows, how many are written) for what differs of what stands."""
    columns = {
        name: column[[k for k, _ in found]].tolist() for name, column in sheet.numbers.items()
    }
    names = [*sheet.numbers, *sheet.retired]
    of_numbers, of_links = (None, None) if sheet.exactly else (OF_NUMBERS, OF_LINKS)
    rows: list[Row] = []
    for place, (k, old) in enumerate(found):
        numbers = {name: _or_null(column[place]) for name, column in columns.items()}
        numbers |= dict.fromkeys(sheet.retired)
        if not kept(names, list(numbers.values()), old["numbers"], of_numbers):
            rows.append({"id": sheet.ids[k], "numbers": numbers})
    yield sheet.write, sheet.what, rows, len(rows)
    if sheet.tastes is not None:
        tastes = [(sheet.ids[k], _vector(sheet.tastes[k]), old["taste"]) for k, old in found]
        rows = [{"id": name, "taste": new} for name, new, old in tastes if new != old]
        yield "derive.write_tastes", f"tastes of {sheet.what}", rows, len(rows)
    for kind in sheet.kinds:
        rows, count = [], 0
        for k, old in found:
            if sheet.leaves(k, kind):
                continue
            links = kind.links.rows(k, kind.ids)
            gone, new = _difference(old[kind.column], links, tuple(kind.links.values), of_links)
            count += len(gone | new)
            if gone or new:
                others = [
                    {"id": other, **dict(zip(kind.links.values, links[other], strict=True))}
                    for other in sorted(new)
                ]
                rows.append({"id": sheet.ids[k], "gone": sorted(gone), "others": others})
        yield kind.query, kind.what, rows, count


def _difference(
    stands: Sequence[Sequence[Any]],
    links: Mapping[str, tuple[Any, ...]],
    names: Sequence[str],
    tolerances: Mapping[str, Tolerance] | None,
) -> tuple[set[str], set[str]]:
    """Return the others whose links are to be deleted, and those whose are to be created."""
    known: dict[str, tuple[Any, ...]] = {}
    for other, *values in stands:  # there twice: two derivations at once had written it
        known[other] = _NEVER if other in known else tuple(values)
    left = {
        other
        for other, values in links.items()
        if kept(names, values, known.get(other, _NEVER), tolerances)
    }
    return known.keys() - left, links.keys() - left


def _tastes_of_users(graph: Graph) -> dict[str, NDArray[np.float32]]:
    return graph.fold(
        "derive.read_users",
        None,
        lambda records: {row["id"]: np.array(row["taste"], np.float32) for row in records},
    )


def _is_same(now: NDArray[np.float32], before: NDArray[np.float32] | None) -> bool:
    return bool(np.isnan(now[0])) if before is None else np.array_equal(now, before)


def _hardly_moved(now: NDArray[np.float32], before: NDArray[np.float32] | None) -> bool:
    return before is not None and len(now) == len(before) and bool(hardly_moved(now, before))


def _or_null(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _vector(row: NDArray[np.float32] | None) -> list[float] | None:
    return None if row is None or np.isnan(row[0]) else row.tolist()
