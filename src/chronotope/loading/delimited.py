"""Delimited text: CSV and its kin, row by row; a broken row never takes its neighbours along.

A quote counts at the start of a field only. One that does not close in its line, while the lines
after it are rows of their own, is a sign like others: in text with tabs, where nothing else makes
sense, its row is read so; else it is rejected.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from chronotope.loading.files import BROKEN, broken_from_here
from chronotope.loading.lines import LongLineError
from chronotope.loading.naming import Notes
from chronotope.loading.rejection import REST, Line, Rejection

_DELIMITERS = ",\t;|"
_TAB = "\t"
_IN_QUOTES = re.compile('"[^"]*"')
_QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*')
_MOST_OF_A_ROW = 1_000_000  # signs of one that spans lines; texts are no longer
_MOST_OF_A_FIELD = 2**31 - 1  # lines have a limit of their own


def sniff(first: str) -> str:
    """Return the delimiter of a line: that of comma, tab, semicolon and bar it has most of.

    What stands in quotes does not count.
    """
    return max(_DELIMITERS, key=_IN_QUOTES.sub("", first).count)


def split(line: str, delimiter: str, *, quoted: bool = True) -> list[str]:
    """Split one line into fields, without the empty ones at its end."""
    if len(delimiter) > 1 or not quoted:
        fields = _literal(line, delimiter)
    else:
        csv.field_size_limit(_MOST_OF_A_FIELD)
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
    notes: Notes | None = None,
) -> Iterator[Line | Rejection]:
    """Yield the rows of `lines`, the first of which is number `line` of its file.

    Empty fields beyond the last name are ignored, and the last `spare` may be missing. A quoted
    field may span lines; where the quotes do not close, only the line that opened them is at fault.
    What cannot be read on ends the rows with a rejection.
    """
    count = len(names)
    tape = _Tape(lines, delimiter, count)
    if quoted and len(delimiter) == 1:
        csv.field_size_limit(_MOST_OF_A_FIELD)
        records: Iterator[list[str]] = csv.reader(tape, delimiter=delimiter, strict=True)
    else:
        records = (_literal(text, delimiter) for text in tape)
    while True:
        tape.begin()
        reason = None
        fields: list[str] = []
        try:
            fields = next(records)
        except StopIteration:
            return
        except csv.Error as problem:
            unclosed = len(tape.taken) > 1 or "expected after" not in str(problem)
            reason = (
                "opens a quote that it does not close" if unclosed else f"is not a row: {problem}"
            )
            fields = _literal(tape.taken[0], delimiter)
            if len(fields) == count and (delimiter == _TAB or not unclosed):
                reason = None  # each sign is one of the field, as in `"odd owl" singer`
                fields = list(map(_unquoted, fields))
            else:
                fields = split(tape.taken[0].replace('"', ""), delimiter)
            tape.take_back()
        except LongLineError as problem:
            yield Rejection(path, line, None, str(problem), {})
            if problem.endless:
                return
            line += 1
            continue
        except BROKEN as problem:
            yield Rejection(path, line, None, broken_from_here(problem), {})
            return
        span = len(tape.taken)
        row = dict(zip(names, map(str.strip, fields), strict=False))
        if reason is None and len(fields) != count:
            if not "".join(fields).strip():
                line += span
                continue
            if len(fields) < count - spare or "".join(fields[count:]).strip():
                reason = f"has {len(fields)} fields where there are {count} columns"
        if reason:
            if len(fields) > count:
                row[REST] = delimiter.join(fields[count:])
            yield Rejection(path, line, None, reason, row)
        else:
            if span > 1 and notes:
                notes.tall_rows += 1
                notes.tall_lines += span
            yield line, row
        line += span


class _Tape:
    """Lines, one by one; those taken since `begin` can be given back but for the first.

    A line more of a row raises csv.Error when the rows before it show that its quote does not
    close; and so does what cannot be read, which is told when it is the first of a row.
    """

    def __init__(self, lines: Iterable[str], delimiter: str, count: int) -> None:
        self._lines = iter(lines)
        self._again: list[str | Exception] = []
        self._delimiter = delimiter
        self._count = count
        self.taken: list[str] = []

    def begin(self) -> None:
        self.taken.clear()
        self._size, self._rows = 0, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        entry = self._again.pop() if self._again else self._read()
        if isinstance(entry, Exception):
            if not self.taken:
                raise entry
            self._again.append(entry)
            raise csv.Error("is followed by what cannot be read")
        self.taken.append(entry)
        self._size += len(entry)
        self._rows += self._is_row(entry)
        if len(self.taken) > 1 and (self._size > _MOST_OF_A_ROW or self._swallows(entry)):
            raise csv.Error("unclosed")
        return entry

    def take_back(self) -> None:
        self._again += reversed(self.taken[1:])
        del self.taken[1:]

    def _read(self) -> str | Exception:
        try:
            return next(self._lines)
        except (LongLineError, *BROKEN) as problem:
            return problem

    def _is_row(self, line: str) -> bool:
        return 1 < self._count == line.count(self._delimiter) + 1

    def _swallows(self, line: str) -> bool:
        """Tell whether a quote that goes on over this line eats rows.

        Between tabs, one line that has all columns says so. A text may well have commas: there it
        takes three lines of all columns, three or more, and none of them with prose's ", ".
        """
        if self._delimiter == _TAB:
            return self._is_row(line)
        lines = len(self.taken)
        prose = f"{self._delimiter} "
        return (
            lines > 2
            and self._rows == lines
            and self._count > 2
            and not any(prose in taken for taken in self.taken)
        )


def _literal(line: str, delimiter: str) -> list[str]:
    return line.rstrip("\r\n").split(delimiter)


def _unquoted(field: str) -> str:
    """Return what a field says that is quoted as it should be; others are as they are."""
    quoted = _QUOTED.fullmatch(field)
    return quoted[1].replace('""', '"') if quoted else field
