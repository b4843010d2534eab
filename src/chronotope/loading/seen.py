"""Which rows an input has had already; kept in temporary files, so that memory stays flat.

Rows are told apart by 64-bit hashes: of what they are known by, of what may not differ under it,
and of all else that they say.
"""

import sqlite3
import tempfile
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from enum import Enum
from typing import NamedTuple, Protocol, Self

import numpy as np

from chronotope import outputs
from chronotope.errors import InputError

Hashes = tuple[int, int, int]
"""Of what a row is known by, of what may not differ under it, and of all else that it says."""

Told = dict[int, tuple[int, int]]
"""What was said last under what rows are known by."""

_TABLE = "CREATE TABLE seen (id INTEGER PRIMARY KEY, subject INTEGER, content INTEGER)"
_ADD = "INSERT OR IGNORE INTO seen VALUES (?, ?, ?)"
_PARTS = 64
_PART_BITS = 6


class Sight(Enum):
    """What a row is to those before it.

    New, the same again, the same told otherwise, or another under the same id.
    """

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    OTHER = "other"


class Overlooked(NamedTuple):
    """How many of the rows taken as new said the same as one before, or the same otherwise."""

    same: int
    changed: int


class Memory(Protocol):
    """Remembers the rows of a load; a context manager."""

    def __enter__(self) -> Self:
        """Open the temporary files."""

    def __exit__(self, *_: object) -> None:
        """Delete them."""

    def look(self, rows: Sequence[Hashes]) -> list[Sight]:
        """Say what each row of a batch is to those before it, as far as is known at once."""

    def take(self, rows: Sequence[Hashes]) -> None:
        """Take up rows that were found new and were accepted."""

    def overlooked(self) -> Overlooked:
        """Return how many of the rows taken were not new after all."""


class Exact:
    """Knows of each row at once, which costs about as much as checking the row.

    Two ids with one hash (chance 3e-6 among ten million) show as OTHER, so that none is lost.
    """

    def __enter__(self) -> Self:
        # The empty name is a private file that is deleted when it is closed.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA cache_size = -16000")  # 16 MB
        self._database.execute(_TABLE)
        self._database.execute("BEGIN")  # never committed: nothing here outlives the process
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def look(self, rows: Sequence[Hashes]) -> list[Sight]:
        """See Memory."""
        try:
            return [self._sight(*row) for row in rows]
        except sqlite3.OperationalError as problem:
            raise InputError(f"{_folder()} cannot be written: {problem}.") from None

    def take(self, rows: Sequence[Hashes]) -> None:
        """See Memory; `look` took them."""

    def overlooked(self) -> Overlooked:
        """See Memory."""
        return Overlooked(0, 0)

    def _sight(self, key: int, subject: int, content: int) -> Sight:
        if self._database.execute(_ADD, (key, subject, content)).rowcount:
            return Sight.NEW
        query = "SELECT subject, content FROM seen WHERE id = ?"
        sight = _sight(self._database.execute(query, (key,)).fetchone(), (subject, content))
        if sight is Sight.CHANGED:
            self._database.execute("UPDATE seen SET content = ? WHERE id = ?", (content, key))
        return sight


class Counting:
    """Knows at once of the rows of the last batches, and at the end how many there were.

    That is enough where writing a row again does no harm, and costs next to nothing. Batches that
    are written at the same time have to be among the last `window`: or a row could overtake the one
    that it repeats. At the end, a row that returns to what was said before the last change counts
    as a repetition, and one that repeats the change does not.
    """

    def __init__(self, window: int) -> None:
        self._window: deque[Told] = deque(maxlen=window)
        self._taken = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._parts = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(_PARTS)]
            self._files = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def look(self, rows: Sequence[Hashes]) -> list[Sight]:
        """See Memory."""
        batch: Told = {key: (subject, content) for key, subject, content in rows}
        keys = batch.keys()
        sights = [Sight.NEW] * len(rows)
        if len(keys) != len(rows) or not all(map(keys.isdisjoint, self._window)):
            sights, batch = _among(rows, self._window)
        self._window.append(batch)
        return sights

    def take(self, rows: Sequence[Hashes]) -> None:
        """See Memory."""
        pairs = np.array([(key, hash((key, *said))) for key, *said in rows], np.int64)
        pairs = pairs.reshape(-1, 2).view(np.uint64)
        pairs = pairs[pairs[:, 0].argsort()]
        starts = np.arange(1, _PARTS, dtype=np.uint64) << np.uint64(64 - _PART_BITS)
        bounds = pairs[:, 0].searchsorted(starts)
        with outputs.sentences(_folder()):
            for part, some in zip(self._parts, np.split(pairs, bounds), strict=True):
                part.write(some.tobytes())
        self._taken += len(rows)

    def overlooked(self) -> Overlooked:
        """See Memory."""
        keys = rows = 0
        for part in self._parts:
            part.seek(0)
            pairs = np.frombuffer(part.read(), np.uint64).reshape(-1, 2)
            keys += np.unique(pairs[:, 0]).size
            rows += np.unique(pairs[:, 1]).size
        return Overlooked(self._taken - rows, rows - keys)


def _folder() -> str:
    return f"The folder of temporary files, {tempfile.gettempdir()},"


def _among(rows: Iterable[Hashes], earlier: Iterable[Told]) -> tuple[list[Sight], Told]:
    """Return what rows are to earlier ones and to each other, and what they say themselves."""
    told = {key: said for batch in earlier for key, said in batch.items()}
    sights: list[Sight] = []
    batch: Told = {}
    for key, *said in rows:
        sight = _sight(told.get(key), (said[0], said[1]))
        sights.append(sight)
        if sight is not Sight.OTHER:
            told[key] = batch[key] = (said[0], said[1])
    return sights, batch


def _sight(known: tuple[int, int] | None, said: tuple[int, int]) -> Sight:
    if known is None:
        return Sight.NEW
    if known == said:
        return Sight.SAME
    return Sight.CHANGED if known[0] == said[0] else Sight.OTHER
