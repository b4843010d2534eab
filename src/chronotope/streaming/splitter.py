"""Cuts bytes that arrive in pieces into lines; of a line that is too long nothing is kept."""

from collections import deque

_MEGABYTE = 2**20


class Splitter:
    """Lines, as they become whole."""

    def __init__(self, megabytes: int) -> None:
        self._limit = megabytes * _MEGABYTE
        self._lines: deque[tuple[bytes | None, int]] = deque()
        self._rest = b""
        self._skipped = 0

    def feed(self, piece: bytes) -> None:
        """Take the next bytes."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        if whole and self._skipped:
            self._lines.append((None, self._skipped + len(whole.pop(0)) + 1))
            self._skipped = 0
        for line in whole:
            self._lines.append((line if len(line) <= self._limit else None, len(line) + 1))
        if self._skipped or len(self._rest) > self._limit:
            self._skipped += len(self._rest)
            self._rest = b""

    def finish(self) -> None:
        """Take what has no end yet for a line: nothing will follow."""
        if self._skipped:
            self._lines.append((None, self._skipped))
        elif self._rest:
            self._lines.append((self._rest, len(self._rest)))
        self._rest, self._skipped = b"", 0

    def take(self) -> tuple[bytes | None, int] | None:
        """Return the next line, None if it was too long, and its size; None if there is none."""
        return self._lines.popleft() if self._lines else None

    @property
    def has_lines(self) -> bool:
        """Tell whether there are lines to take."""
        return bool(self._lines)

    @property
    def too_long(self) -> str:
        """What is wrong with a line that is longer than the limit."""
        return f"is longer than {self._limit // _MEGABYTE} MB (see --max-line)"
