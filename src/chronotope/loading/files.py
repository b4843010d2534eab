"""The bytes of people's files: found by name or pattern, decompressed, and known by content."""

import glob
import gzip
import hashlib
import io
import os
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

from chronotope.errors import InputError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STDIN = "-"
BROKEN = (EOFError, OSError, zlib.error, zstd.ZstdError, UnicodeError)
"""What reading raises when a file is cut off or damaged, or in another encoding."""

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_PEEK = 4096
_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_NO_TEXT = {
    b"PK\x03\x04": "a zip archive or a workbook",
    b"BZh": "compressed by bzip2",
    b"\xfd7zXZ": "compressed by xz",
}
_MOST_SHOWN = 200


def broken_from_here(problem: Exception) -> str:
    """Return what is said of the rest of a file that cannot be read on."""
    if isinstance(problem, UnicodeError):
        return f"the text is in another encoding from here on ({problem}); see --encoding"
    what = "the compressed file is broken"
    if isinstance(problem, OSError) and problem.errno is not None:
        what = "the file cannot be read"
    return f"{what} from here on ({problem})"


def expand(patterns: Sequence[str]) -> list[str]:
    """Return the files that the names and patterns (`*`, `?`, `[…]`, `**`) stand for, in order.

    A name that exists stands for itself, whatever signs it has. Raises InputError for a pattern
    that matches nothing.
    """
    paths: list[str] = []
    for pattern in patterns:
        if pattern == STDIN or os.path.exists(pattern) or not glob.has_magic(pattern):
            paths.append(pattern)
            continue
        try:
            matches = sorted(glob.glob(pattern, recursive=True))
        except (OSError, ValueError):  # too long, or no name of a file
            matches = []
        if not matches:
            raise InputError(f"No file matches {shown(pattern)}.")
        paths += matches
    return paths


def open_bytes(path: str) -> BinaryIO:
    """Open a file for reading, through gzip or zstd if it is compressed; `-` is standard input.

    Raises InputError for a file that cannot be opened.
    """
    try:
        file = (
            Path(path).open("rb")  # noqa: SIM115
            if path != STDIN
            else cast(io.BufferedReader, sys.stdin.buffer)
        )
        magic = file.peek(4)[:4]
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise InputError(f"{shown(path)} cannot be read: {reason}.") from None
    opener = gzip.open if magic[:2] == _GZIP_MAGIC else zstd.open if magic == _ZSTD_MAGIC else None
    if opener is None:
        return file
    if not can_be_read_again(path):
        return _Decompressed(cast(io.RawIOBase, opener(file)), file)
    file.close()  # opened anew, so that closing the one closes all
    return cast(BinaryIO, opener(path))


def check_text(path: str, file: BinaryIO, encoding: str) -> None:
    """Raise InputError for a file that is no text, or text in another encoding of two bytes."""
    beginning: bytes = file.peek(_PEEK)[:_PEEK]  # type: ignore[attr-defined]
    wide = any(width in encoding for width in ("16", "32"))
    for mark, name in () if wide else _MARKS.items():
        if beginning.startswith(mark):
            raise InputError(f"{path} is text in {name.upper()}; say --encoding {name}.")
    for magic, what in _NO_TEXT.items():
        if beginning.startswith(magic):
            raise InputError(f"{path} is {what}, not text; unpack it or save it as CSV.")
    line = beginning.partition(b"\n")[0]
    if b"\0" in line and not wide:
        order = "le" if line[1::2].count(0) > line[::2].count(0) else "be"
        hint = f"; is it in --encoding utf-16-{order}?" if line.strip(b"\0") else "."
        raise InputError(f"{path} is no text in {encoding}: it has zero bytes{hint}")


def shown(path: str) -> str:
    """Return the name of a file for a sentence: of a very long one the beginning and the end."""
    half = _MOST_SHOWN // 2
    return path if len(path) <= _MOST_SHOWN else f"{path[:half]}…{path[-half:]}"


class _Decompressed(io.BufferedReader):
    """Read a stream that is decompressed on the way; closing it closes the file below as well."""

    def __init__(self, stream: io.RawIOBase, file: BinaryIO) -> None:
        super().__init__(stream)
        self._file = file

    def close(self) -> None:
        super().close()
        self._file.close()


def can_be_read_again(path: str) -> bool:
    """Tell files from standard input and pipes; a folder or a missing file is neither."""
    # These take a name that is too long, or none, for one that is missing; those of Path raise.
    known = os.path.isfile(path) or os.path.isdir(path) or not os.path.exists(path)
    return path != STDIN and known


def fingerprint(path: str) -> str | None:
    """Return the SHA-256 of a file's bytes; None for what can be read only once."""
    if not can_be_read_again(path):
        return None
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
