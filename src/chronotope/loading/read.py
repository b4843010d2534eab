"""Read files row by row, with line numbers; what cannot be read is a rejection.

A file is delimited text, NDJSON or Parquet, told by its first bytes. All of them give the same:
rows of text under our column names, those that are not ours under their own.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, BinaryIO

from chronotope.errors import InputError
from chronotope.loading import delimited, formats, ndjson, parquet, records
from chronotope.loading.columns import ReadOptions, Table
from chronotope.loading.files import BROKEN, STDIN, open_bytes
from chronotope.loading.formats import Layout
from chronotope.loading.rejection import Line, Rejection, RowError

_PEEK = 8192  # bytes; a first line is shorter
_BYTE_ORDER_MARKS = ("\ufeff", "ï»¿")  # as UTF-8, and as UTF-8 read as Latin-1


@dataclass(frozen=True)
class Source:
    """An open file: its rows, the columns that are not used, and what was guessed of it.

    `options` are those for its values: a public format may know them better than the caller.
    """

    name: str
    rows: Iterator[Line | Rejection]
    options: ReadOptions
    close: Callable[[], None] = lambda: None
    unknown: tuple[str, ...] = ()
    remark: str | None = None
    is_file: bool = True


def row_source(name: str, rows: Any, table: Table, options: ReadOptions) -> Source:
    """Take records, or a frame of pandas or polars, for rows of the table.

    Raises InputError for what holds no rows, and for a name in `options.renamed` that is not ours.
    """
    _check_renamed(table, options)
    names = _Names(table, options.renamed)
    return Source(name, records.read(name, records.records_of(rows), names), options, is_file=False)


def open_source(path: str, table: Table, options: ReadOptions) -> Source:
    """Open a file of the table's rows; `-` is standard input.

    Raises InputError for a file that is missing or empty, lacks a required column or one that
    `options.renamed` names, and for a name in there that is not ours.
    """
    _check_renamed(table, options)
    file = open_bytes(path)
    try:
        if parquet.is_parquet(file):
            return _open_parquet(path, file, table, options)
        layout = _layout(path, file, table, options)
        encoding = layout.encoding if layout else options.encoding
        text = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
    except LookupError:
        file.close()
        raise InputError(
            f"'{options.encoding}' is no encoding of text; write one like latin-1."
        ) from None
    except BaseException:
        file.close()
        raise
    try:
        return _open_text(path, text, layout, table, options)
    except BROKEN as problem:
        text.close()
        raise InputError(f"{path} cannot be read: it is broken ({problem}).") from None
    except BaseException:
        text.close()
        raise


def _check_renamed(table: Table, options: ReadOptions) -> None:
    for name, other in options.renamed.items():
        if name not in table.columns and not options.shared:
            raise InputError(
                f"--map {name}={other}: {table.name} have no column '{name}'; "
                f"they have: {', '.join(table.columns)}."
            )


def _open_parquet(path: str, file: BinaryIO, table: Table, options: ReadOptions) -> Source:
    if path == STDIN:
        raise InputError("A Parquet file cannot be read from standard input; name the file.")
    file.close()
    content = parquet.open_table(path)
    header = parquet.columns(content)
    renamed = _renamed(header, options)
    _require(path, header, table, renamed)
    names = _Names(table, renamed)
    rows = parquet.read(path, content, names)
    return Source(path, rows, options, content.close, names.unknown(header))


def _layout(path: str, file: BinaryIO, table: Table, options: ReadOptions) -> Layout | None:
    if options.format is None:
        return None
    beginning: bytes = file.peek(_PEEK)  # type: ignore[attr-defined]
    first = beginning.partition(b"\n")[0].decode("latin-1")
    return formats.layout(options.format, table, first, path) if first.strip() else None


def _open_text(
    path: str, text: io.TextIOWrapper, layout: Layout | None, table: Table, options: ReadOptions
) -> Source:
    first = text.readline()
    for mark in _BYTE_ORDER_MARKS:
        first = first.removeprefix(mark)
    if not first.strip():
        raise InputError(
            f"{path} is empty; a file of {table.name} begins with a line of column names."
        )
    if layout:
        return _open_format(path, text, first, layout, options)
    lines = chain((first,), text)
    if first.lstrip().startswith("{"):
        rows = ndjson.read(path, lines, _Names(table, options.renamed))
        return Source(path, rows, options, text.close)
    delimiter = options.delimiter or delimited.sniff(first)
    fields = delimited.split(first, delimiter)
    header, line, remark = options.columns or (), 1, None
    if not header and (options.renamed or _is_header(fields, table)):
        header, line = tuple(fields), 2
        next(lines)
    elif not header:
        header = _positional(path, fields, table)
        remark = f"{path} has no line of column names; its columns are taken as " + ", ".join(
            header
        )
    renamed = _renamed(header, options)
    _require(path, header, table, renamed)
    names = _Names(table, renamed)
    rows = delimited.read(path, lines, [*map(names, header)], delimiter=delimiter, line=line)
    return Source(path, rows, options, text.close, names.unknown(header), remark)


def _open_format(
    path: str, text: io.TextIOWrapper, first: str, layout: Layout, options: ReadOptions
) -> Source:
    names_first = layout.header is not None and first.lstrip('"').startswith(layout.header)
    rows = delimited.read(
        path,
        text if names_first else chain((first,), text),
        layout.columns,
        delimiter=layout.delimiter,
        quoted=layout.quoted,
        spare=layout.spare,
        line=2 if names_first else 1,
    )
    return Source(path, _converted(path, rows, layout), layout.options(options), text.close)


def _converted(
    path: str, rows: Iterator[Line | Rejection], layout: Layout
) -> Iterator[Line | Rejection]:
    for entry in rows:
        if isinstance(entry, Rejection):
            yield entry
            continue
        line, row = entry
        try:
            yield line, layout.convert(row)
        except RowError as fault:
            yield Rejection(path, line, fault.column, fault.reason, row)


class _Names:
    """Our names of their columns. A column of theirs that only looks like ours gets another."""

    def __init__(self, table: Table, renamed: Mapping[str, str]) -> None:
        self._ours = {renamed.get(name, name): name for name in table.columns}
        self._taken = frozenset(table.columns)

    def __call__(self, name: str) -> str:
        return self._ours.get(name) or (f"their {name}" if name in self._taken else name)

    def unknown(self, header: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in header if name and name not in self._ours)


def _renamed(header: Sequence[str], options: ReadOptions) -> Mapping[str, str]:
    """Return the renamings that count for a file with this header."""
    if not options.shared:
        return options.renamed
    return {name: other for name, other in options.renamed.items() if other in header}


def _require(path: str, header: Sequence[str], table: Table, renamed: Mapping[str, str]) -> None:
    has = ", ".join(header)
    for name, other in renamed.items():
        if name in table.columns and other not in header:
            raise InputError(f"{path} has no column '{other}'; it has: {has}.")
    for name in table.required:
        if renamed.get(name, name) not in header:
            raise InputError(
                f"{path} has no column '{name}'; it has: {has}. Say which one it is with "
                f"--map {name}=COLUMN, or name the columns of a file without names with --columns."
            )


def _is_header(fields: Sequence[str], table: Table) -> bool:
    """Tell a line of names from a row of data: it has a name of ours, or no number and no time."""
    return not set(table.columns).isdisjoint(fields) or not any(map(_is_value, fields))


def _is_value(text: str) -> bool:
    for parse in (float, datetime.fromisoformat):
        try:
            parse(text)
        except ValueError:
            continue
        return True
    return False


def _positional(path: str, fields: Sequence[str], table: Table) -> tuple[str, ...]:
    if len(fields) == len(table.required):
        return table.required
    raise InputError(
        f"{path} has no line of column names; name its {len(fields)} columns with --columns, like "
        f"--columns {','.join((table.required + table.optional)[: len(fields)])}."
    )
