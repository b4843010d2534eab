"""Read delimited files row by row, with line numbers; what cannot be read is a rejection."""

import csv
import gzip
import io
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from chronotope.errors import InputError
from chronotope.loading.columns import Table

_GZIP_MAGIC = b"\x1f\x8b"
_DELIMITERS = ",\t;|"


@dataclass(frozen=True)
class Rejection:
    """A row that was not loaded: where it stands, why, and what it says."""

    file: str
    line: int
    column: str | None
    reason: str
    row: Mapping[str, str]

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return (
            f"{where}: {self.column}: {self.reason}" if self.column else f"{where}: {self.reason}"
        )


@dataclass(frozen=True)
class Source:
    """An open file: its rows under our column names, and what its header says."""

    name: str
    columns: frozenset[str]
    unknown: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, str]] | Rejection]


def open_source(path: str, table: Table, renamed: Mapping[str, str]) -> Source:
    """Open a CSV or TSV file (gzip too; `-` is standard input) and read its header.

    Raises InputError for a file that is missing or empty, lacks a required column, or lacks one
    that `renamed` names.
    """
    text = io.TextIOWrapper(_open(path), encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        return _source(path, text, table, renamed)
    except BaseException:
        text.close()
        raise


def _source(path: str, text: io.TextIOWrapper, table: Table, renamed: Mapping[str, str]) -> Source:
    first = text.readline()
    if not first.strip():
        raise InputError(
            f"{path} is empty; a file of {table.name} begins with a line of column names."
        )
    delimiter = max(_DELIMITERS, key=first.count)
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter))]
    theirs = {renamed.get(name, name): name for name in table.columns}
    for name, other in renamed.items():
        if name not in table.columns:
            raise InputError(
                f"--map {name}={other}: {table.name} have no column '{name}'; "
                f"they have: {', '.join(table.columns)}."
            )
        if other not in header:
            raise InputError(f"{path} has no column '{other}'; it has: {', '.join(header)}.")
    for name in table.required:
        if renamed.get(name, name) not in header:
            raise InputError(
                f"{path} has no column '{name}'; it has: {', '.join(header)}. "
                f"Say which one it is with --map {name}=COLUMN."
            )
    ours = [theirs.get(name) for name in header]
    return Source(
        name=path,
        columns=frozenset(name for name in ours if name),
        unknown=tuple(name for name in header if name not in theirs),
        rows=_rows(path, text, delimiter, ours),
    )


def _open(path: str) -> BinaryIO:
    if path == "-":
        return sys.stdin.buffer
    try:
        file = Path(path).open("rb")  # noqa: SIM115  closed with the text around it
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}.") from None
    if file.peek(2)[:2] != _GZIP_MAGIC:
        return file
    file.close()
    return cast(BinaryIO, gzip.open(path))


def _rows(
    path: str, text: io.TextIOWrapper, delimiter: str, ours: list[str | None]
) -> Iterator[tuple[int, dict[str, str]] | Rejection]:
    with text:
        reader = csv.reader(text, delimiter=delimiter)
        line = 2  # a row's number is that of its first line; quoted fields may span several
        while True:
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                yield Rejection(path, line, None, f"not a row: {problem}", {})
                line = reader.line_num + 2
                continue
            except (EOFError, gzip.BadGzipFile) as problem:
                raise InputError(
                    f"{path}:{line}: the compressed file is broken here ({problem}); "
                    "what came before was read."
                ) from None
            row = {name: field.strip() for name, field in zip(ours, fields, strict=False) if name}
            if len(fields) != len(ours) and fields:
                reason = f"has {len(fields)} fields where the header has {len(ours)}"
                yield Rejection(path, line, None, reason, row)
            elif fields:
                yield line, row
            line = reader.line_num + 2
