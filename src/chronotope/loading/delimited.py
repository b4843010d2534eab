"""Delimited text: CSV and its kin, row by row; a broken row never takes its neighbours along."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from chronotope.loading.files import BROKEN
from chronotope.loading.rejection import Line, Rejection

_DELIMITERS = ",\t;|"
_REST = "…"
"""Under this name a rejected row keeps the fields that it has too many."""


def sniff(first: str) -> str:
    """Return the delimiter of a line: that of comma, tab, semicolon and bar it has most of."""
    return max(_DELIMITERS, key=first.count)


def split(line: str, delimiter: str) -> list[str]:
    """Split one line into fields, without the empty ones at its end."""
    if len(delimiter) > 1:
        fields = line.rstrip("\r\n").split(delimiter)
    else:
        fields = next(csv.reader([line], delimiter=delimiter))
    while fields and not fields[-1].strip():
        fields.pop()
    return [field.strip() for field in fields]


def read(
    path: str,
    lines: Iterable[str],
    names: Sequence[str],
    *,
    delimiter: str,
    quoted: bool = True,
    spare: int = 0,
    line: int = 1,
) -> Iterator[Line | Rejection]:
    """Yield the rows of `lines`, the first of which is number `line` of its file.

    Empty fields beyond the last name are ignored, and the last `spare` may be missing. A quoted
    field may span lines; where the quotes do not close, only the line that opened them is rejected.
    Broken compression ends the rows with a rejection.
    """
    tape = _Tape(lines)
    if quoted and len(delimiter) == 1:
        records: Iterator[list[str]] = csv.reader(tape, delimiter=delimiter)
    else:
        records = (text.rstrip("\r\n").split(delimiter) for text in tape)
    count = len(names)
    while True:
        tape.taken.clear()
        reason = None
        fields: list[str] = []
        try:
            fields = next(records)
        except StopIteration:
            return
        except csv.Error as problem:
            reason = f"is not a row: {problem}"
        except BROKEN as problem:
            reason = f"the compressed file is broken from here on ({problem})"
            yield Rejection(path, line, None, reason, {})
            return
        span = len(tape.taken)
        if span > 1 and (reason or not _closes(tape.taken, delimiter)):
            reason = "opens a quote that it does not close"
            fields = split(tape.taken[0].replace('"', ""), delimiter)
            span = 1
            tape.take_back()
        row = dict(zip(names, map(str.strip, fields), strict=False))
        if reason is None and len(fields) != count:
            if not "".join(fields).strip():
                line += span
                continue
            if len(fields) < count - spare or "".join(fields[count:]).strip():
                reason = f"has {len(fields)} fields where there are {count} columns"
        if reason:
            if len(fields) > count:
                row[_REST] = delimiter.join(fields[count:])
            yield Rejection(path, line, None, reason, row)
        else:
            yield line, row
        line += span


class _Tape:
    """Lines, one by one; those taken since the last `clear` can be given back but for the first."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: list[str] = []
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self.taken.append(line)
        return line

    def take_back(self) -> None:
        self._again += reversed(self.taken[1:])


def _closes(lines: Sequence[str], delimiter: str) -> bool:
    """Tell whether the quotes of a record of several lines are in order."""
    try:
        next(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True
