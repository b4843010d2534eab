"""The bytes of people's files: found by name or pattern, decompressed, and known by content."""

import glob
import gzip
import hashlib
import io
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
BROKEN = (EOFError, gzip.BadGzipFile, zlib.error, zstd.ZstdError)
"""What reading raises when a compressed file is cut off or damaged."""

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def expand(patterns: Sequence[str]) -> list[str]:
    """Return the files that the names and patterns (`*`, `?`, `[…]`, `**`) stand for, in order.

    A name that exists stands for itself, whatever signs it has. Raises InputError for a pattern
    that matches nothing.
    """
    paths: list[str] = []
    for pattern in patterns:
        if pattern == STDIN or Path(pattern).exists() or not glob.has_magic(pattern):
            paths.append(pattern)
            continue
        matches = sorted(glob.glob(pattern, recursive=True))
        if not matches:
            raise InputError(f"No file matches {pattern}.")
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
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}.") from None
    opener = gzip.open if magic[:2] == _GZIP_MAGIC else zstd.open if magic == _ZSTD_MAGIC else None
    if opener is None:
        return file
    if not can_be_read_again(path):
        return _Decompressed(cast(io.RawIOBase, opener(file)), file)
    file.close()  # opened anew, so that closing the one closes all
    return cast(BinaryIO, opener(path))


class _Decompressed(io.BufferedReader):
    """Read a stream that is decompressed on the way; closing it closes the file below as well."""

    def __init__(self, stream: io.RawIOBase, file: BinaryIO) -> None:
        super().__init__(stream)
        self._file = file

    def close(self) -> None:
        super().close()
        self._file.close()


def can_be_read_again(path: str) -> bool:
    """Tell files from standard input and pipes; a file that is missing is neither."""
    return path != STDIN and (Path(path).is_file() or not Path(path).exists())


def fingerprint(path: str) -> str | None:
    """Return the SHA-256 of a file's bytes; None for what can be read only once."""
    if not can_be_read_again(path):
        return None
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
