"""The file of rejected rows: it grows beside its place, and is put there when the load is done.

What it is called beside its place follows from the files' content and the options. So a load that
is run again after it was cut off finds it, and goes on: it rejects the same rows in the same order,
and what stands there already is not written again.
"""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Self

from chronotope import outputs
from chronotope.errors import InputError
from chronotope.loading.columns import ReadOptions, Table
from chronotope.loading.files import expand, fingerprint
from chronotope.loading.rejection import Rejection

_BUFFERED = 1 << 20  # bytes


class RejectsFile:
    """Takes the rejected rows of a load, as NDJSON under our column names.

    `place` is where it stands at the end, `part` where it stands until then: the same where a
    device or a pipe was named.
    """

    def __init__(self, place: Path, part: Path, *, overwrite: bool) -> None:
        """Open it. Raises OSError."""
        self.place, self.part = place, part
        self.is_done = False
        """Said by who loads: the load came to its end."""
        self._overwrite = overwrite
        self._pending: list[bytes] = []
        self._size = 0
        self._file = part.open("ab", buffering=0)
        self._end = 0  # of what this load has written or found
        self._earlier = part.open("rb") if part != place else None
        try:
            if self._earlier:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._close()
            raise

    def take(self, rejection: Rejection) -> None:
        """Write a row, unless an earlier run of this load has. Raises InputError."""
        text = json.dumps(asdict(rejection), ensure_ascii=False) + "\n"
        line = text.encode("utf-8", "backslashreplace")
        if self._earlier and self._earlier.readline() == line:
            self._end += len(line)
            return
        self._cut()
        self._pending.append(line)
        self._size += len(line)
        if self._size > _BUFFERED:
            self.flush()

    def flush(self) -> None:
        """Have all rows so far on the disk. Raises InputError; then whole rows stand there."""
        content = b"".join(self._pending)
        self._pending, self._size = [], 0
        if not content:
            return
        with outputs.sentences(self.part):
            try:
                outputs.write_whole(self._file, content)
                if self.part != self.place:
                    os.fsync(self._file.fileno())
            except OSError:
                self._truncate()
                raise
            self._end += len(content)

    @property
    def is_kept(self) -> bool:
        """Tell, at the end, whether it stands beside its place and holds rows."""
        return self.part != self.place and self.part.exists()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.flush()
            if self.is_done and self.part != self.place:
                self._cut()
                with outputs.sentences(self.part):
                    outputs.put(self.part, self.place, overwrite=self._overwrite)
        finally:
            if self.is_kept and not self.part.stat().st_size:
                self.part.unlink()
            self._close()

    def _cut(self) -> None:
        """Forget what an earlier run wrote beyond this place."""
        if self._earlier:
            self._earlier.close()
            self._earlier = None
            self._truncate()

    def _close(self) -> None:
        if self._earlier:
            self._earlier.close()
        self._file.close()

    def _truncate(self) -> None:
        if self.part != self.place:
            with suppress(OSError):
                self._file.truncate(self._end)


@contextmanager
def keep_rejects(
    path: Path,
    inputs: Sequence[tuple[Table, Sequence[str]]],
    options: ReadOptions,
    *,
    overwrite: bool = False,
    others: Sequence[str] = (),
) -> Iterator[RejectsFile]:
    """Open the file of a load's rejected rows.

    Raises InputError, before anything is loaded, for a place where it cannot be written, for a
    file that exists unless it may be replaced, and for an input of the load or one of `others`.
    """
    names = [name for _, files in inputs for name in expand(files)]
    place = outputs.check_file(path, overwrite=overwrite, inputs=[*names, *others])
    is_device = place.exists() and not place.is_file()
    part = place if is_device else place.with_name(f"{place.name}.{_key(inputs, options)}.part")
    with outputs.sentences(part):
        try:
            file = RejectsFile(place, part, overwrite=overwrite)
        except BlockingIOError:
            raise InputError(f"Another load of the same input writes {part}.") from None
    with file:
        yield file


def _key(inputs: Sequence[tuple[Table, Sequence[str]]], options: ReadOptions) -> str:
    """Return what the load of these contents, read so, is known by; of a pipe it is another one."""
    whole = [repr(options)]
    for table, files in inputs:
        whole += [f"{table.name} {_content(name)}" for name in expand(files)]
    return hashlib.sha256("\n".join(whole).encode()).hexdigest()[:8]


def _content(name: str) -> str:
    try:
        return fingerprint(name) or secrets.token_hex(8)
    except OSError:  # told by who reads it
        return secrets.token_hex(8)
