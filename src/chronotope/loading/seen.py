"""Which rows an input has had already; kept in temporary files, so that memory stays flat.

Rows are told apart by 64-bit hashes of what they are known by and of what they say.
"""

import sqlite3
import tempfile
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from enum import Enum
from typing import Protocol, Self

import numpy as np

from chronotope import outputs
from chronotope.errors import InputError

Hashes = tuple[int, int]
"""Of what a row is known by, and of all it says."""

_ADD = "INSERT OR IGNORE INTO seen VALUES (?, ?)"
_PARTS = 64
_PART_BITS = 6


class Sight(Enum):
    """What a row is to those before it: new, the same again, or another under the same id."""

    NEW = "new"
    SAME = "same"
    OTHER = "other"


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

    def overlooked(self) -> int:
        """Return how many of the rows taken were not new after all."""


class Exact:
    """Knows of each row at once, which costs about as much as checking the row.

    Two ids with one hash (chance 3e-6 among ten million) show as OTHER, so that none is lost.
    """

    def __enter__(self) -> Self:
        # The empty name is a private file that is deleted when it is closed.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA cache_size = -16000")  # 16 MB
        self._database.execute("CREATE TABLE seen (id INTEGER PRIMARY KEY, content INTEGER)")
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

    def overlooked(self) -> int:
        """See Memory."""
        return 0

    def _sight(self, key: int, content: int) -> Sight:
        if self._database.execute(_ADD, (key, content)).rowcount:
            return Sight.NEW
        query = "SELECT content FROM seen WHERE id = ?"
        (known,) = self._database.execute(query, (key,)).fetchone()
        return Sight.SAME if known == content else Sight.OTHER


class Counting:
    """Knows at once of the rows of the last batches, and at the end how many there were.

    That is enough where writing a row again does no harm, and costs next to nothing. Batches that
    are written at the same time have to be among the last `window`: or a row could overtake the one
    that it repeats.
    """

    def __init__(self, window: int) -> None:
        self._window: deque[dict[int, int]] = deque(maxlen=window)
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
        batch = dict(reversed(rows))  # of two with one key the first stays
        keys = batch.keys()
        new = len(keys) == len(rows) and all(map(keys.isdisjoint, self._window))
        sights = [Sight.NEW] * len(rows) if new else list(_among(rows, self._window))
        self._window.append(batch)
        return sights

    def take(self, rows: Sequence[Hashes]) -> None:
        """See Memory."""
        keys = np.sort(np.fromiter((key for key, _ in rows), np.int64, len(rows)).view(np.uint64))
        starts = np.arange(1, _PARTS, dtype=np.uint64) << np.uint64(64 - _PART_BITS)
        with outputs.sentences(_folder()):
            for part, some in zip(
                self._parts, np.split(keys, keys.searchsorted(starts)), strict=True
            ):
                part.write(some.tobytes())
        self._taken += len(rows)

    def overlooked(self) -> int:
        """See Memory."""
        distinct = 0
        for part in self._parts:
            part.seek(0)
            distinct += np.unique(np.frombuffer(part.read(), np.uint64)).size
        return self._taken - distinct


def _folder() -> str:
    return f"The folder of temporary files, {tempfile.gettempdir()},"


def _among(rows: Iterable[Hashes], earlier: Iterable[dict[int, int]]) -> Iterable[Sight]:
    contents = {key: content for batch in earlier for key, content in batch.items()}
    for key, content in rows:
        if key not in contents:
            contents[key] = content
            yield Sight.NEW
        else:
            yield Sight.SAME if contents[key] == content else Sight.OTHER
