"""Compare what was derived with what stands in the graph, and write what differs."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from math import inf
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chronotope.config import Connection
from chronotope.errors import DatabaseError, InputError, UnavailableError
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.statistics.engine import HERE, Engine
from chronotope.statistics.sheets import Change, Sheet, changes, most_linked_first, vector
from chronotope.statistics.taste import hardly_moved

_BATCH = 100  # items or categories, whose links are read at once
_FEW = 20  # of them, that are compared at once
_ENOUGH = 2000  # rows for a transaction; of more, writers wait longer for each other
_USERS = 4000  # of fewer the index of tastes gets more segments, and is slower to search
_WRITERS = 2
_TASKS = 4  # for each that runs at once: what is lost with one is little


class Writer:
    """Writes in batches, in transactions that another derivation cannot be beside.

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
        total, order = len(sheet.ids), most_linked_first(sheet)
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
            waiting: list[Change] = []
            for few in range(0, len(found), _FEW):
                waiting = _joined(waiting, changes(sheet, found[few : few + _FEW]))
                if sum(count for *_, count in waiting) >= _ENOUGH:
                    self._commit(waiting)
                    waiting = []
            self._commit(waiting)

        self._each(sheet.what, write, total, _BATCH)

    def write_users(
        self, ids: Sequence[str], tastes: NDArray[np.float32], *, exactly: bool
    ) -> None:
        """Write the tastes of users that have moved, those of users without events are removed.

        With `exactly`, also those that hardly moved.
        """
        before = _tastes_of_users(self._graph)
        moved: list[tuple[str, NDArray[np.float32] | None]] = []
        for name, taste in zip(ids, tastes, strict=True):
            old = before.pop(name, None)
            if not (_is_same(taste, old) or (not exactly and _hardly_moved(taste, old))):
                moved.append((name, taste))
        self._write_tastes([*moved, *((name, None) for name in before)])

    def write_new_users(self, ids: Sequence[str], tastes: NDArray[np.float32]) -> None:
        """Write the tastes of those users who have none yet."""
        new = {row["id"] for row in self._graph.read("derive.find_untasted")}
        rows = zip(ids, tastes, strict=True)
        self._write_tastes([row for row in rows if row[0] in new and not np.isnan(row[1][0])])

    def _write_tastes(self, moved: Sequence[tuple[str, NDArray[np.float32] | None]]) -> None:
        what = "users"
        self.written[what] = 0

        def write(start: int) -> None:
            batch = moved[start : start + _USERS]
            rows = [{"id": name, "taste": vector(taste)} for name, taste in batch]
            self._commit([("derive.write_users", what, rows, len(rows))])

        self._each(what, write, len(moved), _USERS)

    def finish(self, numbers: Mapping[str, Any]) -> None:
        """Note that all stands as of one moment, with numbers of the whole; release the lock."""
        last = {**self._moment, **numbers}
        self._graph.write_all([("derive.keep_lock", self._owner), ("derive.finish", last)])

    def _each(self, what: str, write: Callable[[int], None], total: int, size: int) -> None:
        """Write the batches of `size` that begin at 0, size, … below `total`, a few at a time.

        One that others stood in the way of, again and again, is written when it is alone. The first
        that fails otherwise raises, once those that are on their way have ended.
        """
        starts, left = range(0, total, size), []
        self._progress(what, 0, total)
        with ThreadPoolExecutor(self._writers) as writers:
            pending = [writers.submit(copy_context().run, write, start) for start in starts]
            try:
                for start, batch in zip(starts, pending, strict=True):
                    try:
                        batch.result()
                    except DatabaseError as problem:
                        if not problem.transient or isinstance(problem, UnavailableError):
                            raise
                        left.append(start)
                    self._progress(what, min(start + size, total), total)
            except BaseException:
                writers.shutdown(cancel_futures=True)
                raise
        for start in left:
            write(start)

    def _commit(self, changes: Sequence[Change]) -> None:
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


def _joined(earlier: Sequence[Change], later: Iterable[Change]) -> list[Change]:
    """Put the rows of changes below those of earlier ones of the same kinds, if there are any."""
    if not earlier:
        return list(later)
    return [
        (query, what, rows + more, count + further)
        for (query, what, rows, count), (_, _, more, further) in zip(earlier, later, strict=True)
    ]


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


def _tastes_of_users(graph: Graph) -> dict[str, NDArray[np.float32]]:
    return graph.fold(
        "derive.read_users",
        None,
        lambda records: {row["id"]: np.array(row["taste"], np.float32) for row in records},
        timeout=inf,
    )


def _is_same(now: NDArray[np.float32], before: NDArray[np.float32] | None) -> bool:
    return bool(np.isnan(now[0])) if before is None else np.array_equal(now, before)


def _hardly_moved(now: NDArray[np.float32], before: NDArray[np.float32] | None) -> bool:
    return before is not None and len(now) == len(before) and bool(hardly_moved(now, before))
