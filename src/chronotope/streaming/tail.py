"""Messages of a file that grows, line by line, whatever becomes of the file meanwhile.

A file that is renamed is read to its end before the one that takes its place. So are the files that
were put aside while nobody followed: they are known by their names, `events.ndjson.1` or
`events.ndjson-20260501`, and the one that was read last by how it begins. A file that is emptied is
read again from its beginning, after what is left of it in a copy.
"""

import hashlib
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path

from chronotope.errors import InputError
from chronotope.streaming.messages import Chunk, Find, Message, Position
from chronotope.streaming.splitter import Splitter

_PIECE = 1 << 20
_HEAD = 1024  # bytes that a file is known by
_PAUSE = 0.02
_GRACE = 1.0
"""Seconds for which somebody may still write to a file that was renamed."""
_PUT_ASIDE = re.compile(r"[.-]\d[\dTZ.:_-]*")


class FileTail:
    """A file by its path; one that is not there yet is waited for."""

    unit = "bytes"
    is_over = False

    def __init__(self, path: str, name: str, max_line: int) -> None:
        """Prepare to read; `name` is what the position is known by."""
        self.name = name
        self.remarks: list[str] = []
        self._path = Path(path)
        self._max_line = max_line
        self._splitter = Splitter(max_line)
        self._file: FileIO | None = None
        self._inode = self._offset = self._read = self._lines = 0
        self._head = b""
        self._reads_an_older = False
        self._older: deque[tuple[Path, Position]] = deque()
        """Files to be read before the one at the path, and from where."""
        self._replaced_at: float | None = None
        """When it was seen that another file has the name."""

    @property
    def trouble(self) -> str | None:
        """See Source."""
        return None if self._file else f"{self._path} does not exist yet"

    def open(self, find: Find, release: Callable[[], None]) -> Mapping[str, Position]:
        """See Source: a file that is there is known from now on, whatever name it gets."""
        del release
        saved = find([self.name]).get(self.name)
        if saved is None:
            return {self.name: self._position()} if self._next() else {}
        if _is_of(saved, self._path, with_inode=True):
            self._begin(self._path, saved)
        else:
            if not self._look_for(saved):
                self.remarks.append(
                    f"The file that was read last under the name {self._path} is gone; if it held "
                    "more than was read, load it"
                )
            self._next()
        return {}

    def poll(self, most: int, seconds: float) -> Chunk:
        """See Source."""
        deadline = time.monotonic() + seconds
        while True:
            before = (self._inode, self._offset)
            messages = self._take(most)
            if before != (self._inode, self._offset):
                return Chunk(messages, {self.name: self._position()})
            if time.monotonic() > deadline:
                return Chunk([], {})
            time.sleep(_PAUSE)

    def rest(self) -> None:
        """See Source."""

    def lag(self, positions: Mapping[str, Position]) -> int | None:
        """See Source. Files that wait to be read before the one at the path are not counted."""
        if self._file is None:
            return 0
        saved = positions.get(self.name)
        done = saved.offset if saved and _inode_of(saved) == self._inode else 0
        return max(0, os.fstat(self._file.fileno()).st_size - done)

    def close(self) -> None:
        """See Source."""
        if self._file:
            self._file.close()

    def _take(self, most: int) -> list[Message]:
        messages: list[Message] = []
        while len(messages) < most:
            line = self._splitter.take()
            if line is None:
                if not self._fill():
                    break
                continue
            text, size = line
            self._offset += size
            self._lines += 1
            if text is None:
                messages.append(self._message(b"", self._splitter.too_long))
            elif text.strip():
                messages.append(self._message(text))
        return messages

    def _message(self, text: bytes, fault: str | None = None) -> Message:
        return Message(str(self._path), self._lines, text, fault)

    def _fill(self) -> bool:
        """Read on, when all lines are taken, or turn to the next file; tell whether to go on."""
        if self._file is None:
            return self._next()
        size = os.fstat(self._file.fileno()).st_size
        if size < self._read or (size > self._read and not self._begins_as_before()):
            return self._begin_again()
        if size > self._read:
            piece = self._file.read(_PIECE)
            self._read += len(piece)
            self._splitter.feed(piece)
            if len(self._head) < _HEAD:
                self._head = _head(self._file, self._read)
            self._replaced_at = None
            return True
        return self._is_replaced() and self._leave()

    def _begins_as_before(self) -> bool:
        return self._file is not None and _head(self._file, len(self._head)) == self._head

    def _begin_again(self) -> bool:
        """Turn to what is in a file that was emptied, after what a copy has of it."""
        if not self._look_for(self._position()):
            self._splitter.finish()
            if self._splitter.has_lines:
                return True
        return self._next()

    def _is_replaced(self) -> bool:
        """Tell whether this file, which was read to its end, is one that nobody writes to."""
        if self._reads_an_older:
            return True
        with suppress(OSError):
            there = self._path.stat()
            if there.st_ino != self._inode and there.st_size:
                self._replaced_at = self._replaced_at or time.monotonic()
                return time.monotonic() - self._replaced_at > _GRACE
        return False

    def _leave(self) -> bool:
        """Turn to the file after one that is read; a line without an end is whole now."""
        self._splitter.finish()
        if self._splitter.has_lines:
            return True
        if self._file and not self._reads_an_older:  # several may have come and gone meanwhile
            self._queue(after=os.fstat(self._file.fileno()).st_mtime_ns)
        return self._next()

    def _next(self) -> bool:
        """Begin with the next file; tell whether it is there."""
        with suppress(FileNotFoundError):
            self._begin(*(self._older.popleft() if self._older else (self._path, Position(0))))
            return True
        return False

    def _begin(self, path: Path, position: Position) -> None:
        """Read a file from a position on."""
        try:
            file = path.open("rb", buffering=0)
        except PermissionError as problem:
            raise InputError(f"{path} cannot be read: {problem.strerror}.") from None
        self.close()
        file.seek(position.offset)
        self._file = file
        self._splitter = Splitter(self._max_line)
        self._reads_an_older = path != self._path
        self._inode = os.fstat(file.fileno()).st_ino
        self._head = _head(file, position.offset)
        self._read = self._offset = position.offset
        self._lines = position.lines or 0
        self._replaced_at = None

    def _position(self) -> Position:
        head = self._head[: self._offset]
        digest = hashlib.sha256(head).hexdigest()[:16]
        return Position(self._offset, self._lines, f"{self._inode}:{len(head)}:{digest}")

    def _look_for(self, saved: Position) -> bool:
        """Queue the file that a position is of, and those after it, wherever they are now."""
        for with_inode in (True, False):
            for modified, path in self._put_aside():
                if _is_of(saved, path, with_inode=with_inode):
                    self._older.append((path, saved))
                    self._queue(after=modified)
                    return True
        return False

    def _queue(self, after: int) -> None:
        """Queue the files that had the name, and were written last after a moment."""
        self._older.extend((path, Position(0)) for when, path in self._put_aside() if when > after)

    def _put_aside(self) -> list[tuple[int, Path]]:
        """Return the files that had the name before, with when they were written last, in order."""
        return sorted(self._files_put_aside())

    def _files_put_aside(self) -> Iterator[tuple[int, Path]]:
        name = self._path.name
        for path in self._path.parent.iterdir():
            with suppress(OSError):  # one that goes meanwhile
                is_one = path.name.startswith(name) and _PUT_ASIDE.fullmatch(path.name[len(name) :])
                if is_one and path.is_file() and path.stat().st_ino != self._inode:
                    yield path.stat().st_mtime_ns, path


def _head(file: FileIO, most: int) -> bytes:
    return os.pread(file.fileno(), min(_HEAD, most), 0)


def _inode_of(position: Position) -> int:
    return int((position.mark or "0").partition(":")[0])


def _is_of(position: Position, path: Path, *, with_inode: bool) -> bool:
    """Tell whether a position is one of this file; without its inode, of it or of a copy of it."""
    _, size, digest = (position.mark or "0:0:").split(":")
    with suppress(OSError), path.open("rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        head = os.pread(file.fileno(), int(size), 0)
        return (
            status.st_size >= position.offset
            and (status.st_ino == _inode_of(position) if with_inode else bool(head))
            and hashlib.sha256(head).hexdigest()[:16] == digest
        )
    return False
