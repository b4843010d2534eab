"""Messages that come through a pipe, line by line: standard input, or a named one.

A pipe cannot be read again: it has no positions.
"""

import io
import os
import select
import sys
from collections.abc import Callable, Mapping

from chronotope.errors import InputError
from chronotope.loading.files import STDIN
from chronotope.streaming.messages import Chunk, Find, Message, Position
from chronotope.streaming.splitter import Splitter

_PIECE = 1 << 20


class Pipe:
    """Standard input (`-`), or a pipe by its path."""

    unit = "messages"
    trouble = None

    def __init__(self, path: str, max_line: int) -> None:
        self.name = "standard input" if path == STDIN else path
        self.is_over = False
        self.remarks: list[str] = []
        self._path = path
        self._splitter = Splitter(max_line)
        self._line = 0
        self._ended = False

    def open(self, find: Find, release: Callable[[], None]) -> Mapping[str, Position]:
        """See Source: nobody can go on with a pipe."""
        del find, release
        if self._path == STDIN:
            self._read, self._descriptor = _of_standard_input()
            return {}
        try:
            # Without waiting for somebody who writes: an interrupt is heard meanwhile.
            self._descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as problem:
            raise InputError(f"{self._path} cannot be read: {problem.strerror}.") from None
        self._read = lambda: os.read(self._descriptor, _PIECE)
        return {}

    def poll(self, most: int, seconds: float) -> Chunk:
        """See Source."""
        messages: list[Message] = []
        while len(messages) < most:
            line = self._splitter.take()
            if line is None:
                if self._ended or not self._fill(0 if messages else seconds):
                    break
                continue
            text, _ = line
            self._line += 1
            if text is None:
                messages.append(Message(self.name, self._line, b"", self._splitter.too_long))
            elif text.strip():
                messages.append(Message(self.name, self._line, text))
        self.is_over = self._ended and len(messages) < most
        return Chunk(messages, {})

    def rest(self) -> None:
        """See Source."""

    def lag(self, positions: Mapping[str, Position]) -> int | None:
        """See Source."""
        del positions
        return None

    def close(self) -> None:
        """See Source."""
        if self._path != STDIN:
            os.close(self._descriptor)

    def _fill(self, seconds: float) -> bool:
        """Read on, if something comes in that time; tell whether it did."""
        if self._descriptor >= 0 and not select.select([self._descriptor], [], [], seconds)[0]:
            return False
        try:
            piece = self._read()
        except BlockingIOError:  # nobody writes yet
            return False
        if piece:
            self._splitter.feed(piece)
        else:
            self._ended = True
            self._splitter.finish()
        return True


def _of_standard_input() -> tuple[Callable[[], bytes], int]:
    """Return what reads standard input, and its descriptor: -1 where a program put a text there."""
    stream = sys.stdin.buffer
    try:
        descriptor = stream.fileno()
    except io.UnsupportedOperation:
        return lambda: stream.read(_PIECE), -1
    return lambda: os.read(descriptor, _PIECE), descriptor
