"""Read files row by row, with line numbers; what cannot be read is a rejection.

A file is delimited text, NDJSON or Parquet, told by its first bytes. All of them give the same:
rows of text under our column names, those that are not ours under their own.
"""

import codecs
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, BinaryIO

from chronotope.errors import InputError
from chronotope.loading import delimited, formats, ndjson, parquet, records, times, zones
from chronotope.loading.columns import ReadOptions, Table
from chronotope.loading.files import BROKEN, STDIN, check_text, open_bytes
from chronotope.loading.formats import Layout
from chronotope.loading.lines import Lines, LongLineError
from chronotope.loading.naming import (
    Naming,
    Namings,
    Notes,
    Row,
    check_names,
    kept,
    without_nulls,
)
from chronotope.loading.rejection import Line, Rejection, RowError

_PEEK = 8192  # bytes; enough to know the format of a first line
_BYTE_ORDER_MARKS = ("\ufeff", "ï»¿")  # as UTF-8, and as UTF-8 read as Latin-1

Rows = Iterator[Line | Rejection]


@dataclass(frozen=True)
class Source:
    """An open file: its rows, and what is to be said of it once they were read.

    `options` are those for its values: a public format may know them better than the caller.
    `mark` returns what is written down, with a batch, once so many rows are in the graph.
    """

    name: str
    rows: Rows
    options: ReadOptions
    close: Callable[[], None] = lambda: None
    notes: Notes = field(default_factory=Notes)
    is_file: bool = True
    mark: Callable[[int], list[tuple[str, Mapping[str, Any]]]] | None = None


def row_source(name: str, rows: Any, table: Table, options: ReadOptions) -> Source:
    """Take records, or a frame of pandas or polars, for rows of the table.

    Raises InputError for what holds no rows, and for options that cannot be used.
    """
    check(table, options)
    notes = Notes()
    namings = Namings(name, table, options, notes)
    found = records.read(name, records.records_of(rows), namings.row, kept(table, options))
    found = _converted(name, found, without_nulls(options.nulls or (), notes))
    return Source(name, found, options, notes=notes, is_file=False)


def open_source(path: str, table: Table, options: ReadOptions) -> Source:
    """Open a file of the table's rows; `-` is standard input.

    Raises InputError for a file that is missing or empty, is no text in the encoding, lacks a
    required column or one that `options.renamed` names, or has one twice; and for options that
    cannot be used.
    """
    check(table, options)
    file = open_bytes(path)
    try:
        return _open(path, file, table, options)
    except BROKEN as problem:
        file.close()
        raise InputError(f"{path} cannot be read: it is broken ({problem}).") from None
    except LongLineError as problem:
        file.close()
        raise InputError(f"The first line of {path} {problem}.") from None
    except BaseException:
        file.close()
        raise


def check(table: Table, options: ReadOptions) -> None:
    """Raise InputError for options that cannot be used, whatever a file holds."""
    check_names(table, options)
    times.check_formats(options.time_formats)
    if options.time_unit and options.time_formats:
        raise InputError("Times are numbers (--time-unit) or written (--time-format), not both.")
    if options.format and options.renamed:
        raise InputError(f"The format {options.format} knows its columns; leave out --map.")
    for given in filter(None, (options.timezone, options.local_timezone)):
        zones.zone(given.key)
    if options.zones_from_coordinates:
        zones.finder()
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=options.encoding)
        codecs.decode(codecs.encode("a", options.encoding), options.encoding, "surrogateescape")
    except (LookupError, ValueError):
        raise InputError(
            f"'{options.encoding}' is no encoding of text; write one like latin-1."
        ) from None


def _open(path: str, file: BinaryIO, table: Table, options: ReadOptions) -> Source:
    if parquet.is_parquet(file):
        return _open_parquet(path, file, table, options)
    layout = _layout(path, file, table, options)
    encoding = layout.encoding if layout else options.encoding
    check_text(path, file, encoding)
    text = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
    lines = Lines(text, options.max_line)
    first = next(lines, "")
    for mark in _BYTE_ORDER_MARKS:
        first = first.removeprefix(mark)
    if not first.strip():
        raise InputError(
            f"{path} is empty; a file of {table.name} begins with a line of column names."
        )
    if layout:
        return _open_format(path, text, lines, first, layout, table, options)
    notes = Notes()
    if first.lstrip().startswith("{"):
        namings = Namings(path, table, options, notes)
        rows = ndjson.read(path, chain((first,), lines), namings.row, kept(table, options))
        rows = _converted(path, rows, without_nulls(options.nulls or (), notes))
        return Source(path, rows, options, text.close, notes)
    if first.lstrip().startswith("["):
        raise InputError(f"{path} is a list of JSON; write one object a line (NDJSON).")
    return _open_delimited(path, text, lines, first, table, options)


def _open_parquet(path: str, file: BinaryIO, table: Table, options: ReadOptions) -> Source:
    if path == STDIN:
        raise InputError("A Parquet file cannot be read from standard input; name the file.")
    file.close()
    content = parquet.open_table(path)
    naming = _naming(path, parquet.columns(content), table, options)
    notes = _notes(path, naming, options)
    rows = parquet.read(path, content, naming.names, kept(table, options))
    rows = _finished(path, rows, naming, without_nulls(options.nulls or (), notes))
    return Source(path, rows, options, content.close, notes)


def _layout(path: str, file: BinaryIO, table: Table, options: ReadOptions) -> Layout | None:
    if options.format is None:
        return None
    beginning: bytes = file.peek(_PEEK)  # type: ignore[attr-defined]
    first = beginning.partition(b"\n")[0].decode("latin-1")
    return formats.layout(options.format, table, first, path) if first.strip() else None


def _open_delimited(
    path: str,
    text: io.TextIOWrapper,
    lines: Lines,
    first: str,
    table: Table,
    options: ReadOptions,
) -> Source:
    delimiter = options.delimiter or delimited.sniff(first)
    fields = delimited.split(first, delimiter, quoted=options.quoted)
    header, remark = options.columns or (), None
    named = not header and bool(options.renamed or _is_header(fields, table))
    if named:
        header = tuple(fields)
    elif not header:
        header = _positional(path, fields, table)
        remark = f"{path} has no line of column names; its columns are taken as " + ", ".join(
            header
        )
    naming = _naming(path, header, table, options)
    notes = _notes(path, naming, options)
    if remark:
        notes.remarks.append(remark)
    rows = delimited.read(
        path,
        lines if named else chain((first,), lines),
        naming.names,
        delimiter=delimiter,
        quoted=options.quoted,
        line=2 if named else 1,
        notes=notes,
    )
    if named:
        rows = _converted(path, rows, _without_header(header))
    rows = _finished(path, rows, naming, without_nulls(options.nulls, notes))
    return Source(path, rows, options, text.close, notes)


def _without_header(header: Sequence[str]) -> Callable[[Row], Row]:
    """Return what refuses the header where it stands again, as in files that were joined."""
    names = tuple(header)

    def check(row: Row) -> Row:
        first, *rest = row.values()
        if (first.removeprefix(_BYTE_ORDER_MARKS[0]), *rest) == names:
            raise RowError(None, "is the line of column names again")
        return row

    return check


def _open_format(
    path: str,
    text: io.TextIOWrapper,
    lines: Lines,
    first: str,
    layout: Layout,
    table: Table,
    options: ReadOptions,
) -> Source:
    if lost := [name for name in kept(table, options) if name not in layout.columns]:
        has = ", ".join(layout.columns)
        raise InputError(f"{path} has no column '{lost[0]}' to keep; it has: {has}.")
    notes = Notes()
    names_first = layout.header is not None and first.lstrip('"').startswith(layout.header)
    rows = delimited.read(
        path,
        lines if names_first else chain((first,), lines),
        layout.columns,
        delimiter=layout.delimiter,
        quoted=layout.quoted and options.quoted,
        spare=layout.spare,
        line=2 if names_first else 1,
        notes=notes,
    )
    rows = _converted(path, rows, without_nulls(options.nulls or (), notes))
    rows = _converted(path, rows, layout.convert)
    if options.constants:
        rows = _converted(path, rows, lambda row: _filled(row, options))
    return Source(path, rows, layout.options(options), text.close, notes)


def _filled(row: Row, options: ReadOptions) -> Row:
    return {**row, **{name: row.get(name) or text for name, text in options.constants.items()}}


def _naming(path: str, header: Sequence[str], table: Table, options: ReadOptions) -> Naming:
    naming = Naming(path, header, table, options)
    naming.require(path, table, options)
    return naming


def _notes(path: str, naming: Naming, options: ReadOptions) -> Notes:
    notes = Notes(remarks=naming.remarks(path, options))
    notes.know(naming.unknown)
    return notes


def _finished(path: str, rows: Rows, naming: Naming, empty: Callable[[Row], Row]) -> Rows:
    """Return rows as all options want them; constants stand where a null was."""
    rows = _converted(path, rows, empty)
    return rows if naming.is_plain else _converted(path, rows, naming.finish)


def _converted(path: str, rows: Rows, convert: Callable[[Row], Row]) -> Rows:
    for entry in rows:
        if isinstance(entry, Rejection):
            yield entry
            continue
        line, row = entry
        try:
            yield line, convert(row)
        except RowError as fault:
            yield Rejection(path, line, fault.column, fault.reason, row)


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
