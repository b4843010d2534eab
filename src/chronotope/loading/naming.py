"""How the columns of people's files become ours: by name, as renamed, joined, or given. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chronotope.errors import InputError
from chronotope.ids import LEVELS
from chronotope.loading.columns import (
    ALIASES,
    ITEMS,
    NULLS,
    OWN_PROPERTIES,
    TABLES,
    ReadOptions,
    Table,
)
from chronotope.suggestions import did_you_mean

_PATH = "/"
_JOINTS = {"category": LEVELS, "tags": ";"}
_MOST_TOLD = 100

Row = dict[str, str]


@dataclass
class Notes:
    """What is to be said of a source once it was read."""

    unknown: dict[str, None] = field(default_factory=dict)
    """Columns that are not used."""
    nulls: Counter[str] = field(default_factory=Counter)
    tall_rows: int = 0
    tall_lines: int = 0
    """Of rows that span lines: how many, and how many lines they have."""
    remarks: list[str] = field(default_factory=list)

    def know(self, unknown: Iterable[str]) -> None:
        """Take up columns that are not used; of very many, the first."""
        if len(self.unknown) < _MOST_TOLD:
            self.unknown.update(dict.fromkeys(unknown))

    def told(self, name: str) -> list[str]:
        """Return the remarks about a source of that name."""
        told = list(self.remarks)
        if self.tall_rows:
            told.append(
                f"{name}: {self.tall_rows:,} rows span {self.tall_lines:,} lines, within quotes; "
                "if these quotes are signs like others, say --no-quotes"
            )
        if self.nulls:
            texts = ", ".join(f"{text} ({count:,})" for text, count in self.nulls.most_common(8))
            told.append(f"{name}: taken for nothing (see --null): {texts}")
        return told


class Naming:
    """The columns of a source that has one header, in our names."""

    def __init__(
        self,
        path: str,
        header: Sequence[str],
        table: Table,
        options: ReadOptions,
        *,
        is_record: bool = False,
    ) -> None:
        """Find which column serves as which; raise InputError for one that is there twice.

        A record may lack what it says nothing about: parts of a path too.
        """
        self._header = [name.strip() for name in header]
        for first, second in _twice(self._header):
            raise InputError(
                f"{path} has the column '{header[second]}' twice: the columns {first + 1} "
                f"('{header[first]}') and {second + 1} ('{header[second]}'); rename one of them."
            )
        self._sources = {
            name: sources
            for name in table.columns
            if (sources := _sources(name, self._header, options, is_record=is_record))
        }
        self._constants = {
            name: text for name, text in options.constants.items() if name in table.columns
        }
        serves: dict[str, str] = {}
        for name, sources in self._sources.items():
            if len(sources) == 1:
                serves.setdefault(sources[0], name)
        taken = frozenset(table.columns)
        self.names = [
            serves.get(name) or (f"their {name}" if name in taken else name)
            for name in self._header
        ]
        """Of each column, the name under which a row has it."""
        own = dict(zip(self._header, self.names, strict=True))
        self._more = [
            (name, [own[source] for source in sources])
            for name, sources in self._sources.items()
            if [own[source] for source in sources] != [name]
        ]
        used = {source for sources in self._sources.values() for source in sources}
        used.update(kept(table, options))
        self.unknown = tuple(name for name in self._header if name and name not in used)
        self.is_plain = not self._more and not self._constants

    def require(self, path: str, table: Table, options: ReadOptions) -> None:
        """Raise InputError for a column that is missing."""
        has = ", ".join(self._header)
        for name, other in options.renamed.items():
            if name in self._sources or name not in table.columns:
                continue
            if not options.shared or _is_of_one_table(name):
                raise InputError(
                    f"{path} has no column '{other}'; it has: {has}."
                    f"{did_you_mean(other, self._header)}"
                )
        for name in kept(table, options):
            if name not in self._header:
                raise InputError(
                    f"{path} has no column '{name}' to keep; it has: {has}."
                    f"{did_you_mean(name, self._header)}"
                )
        for name in table.required:
            if name not in self._sources and name not in self._constants:
                raise InputError(
                    f"{path} has no column '{name}'; it has: {has}. Say which one it is with "
                    f"--map {name}=COLUMN, or name the columns of a file without names with "
                    "--columns."
                )

    def remarks(self, path: str, options: ReadOptions) -> list[str]:
        """Return what the options ask for and the file's own columns do instead."""
        own = [
            f"{path} has a column {name} of its own; --map {name}={other} does not count there"
            for name, other in options.renamed.items()
            if _split(other, self._header) not in ([], self._sources.get(name, []))
        ]
        return own + [
            f"{path} has a column {name} of its own; --set {name}={text} counts where it is empty"
            for name, text in self._constants.items()
            if name in self._sources
        ]

    def finish(self, row: Row) -> Row:
        """Return a row, whose columns have the names `names`, with all that is made of them."""
        for name, sources in self._more:
            parts = [row[source] for source in sources if row.get(source)]
            row[name] = parts[0] if len(parts) == 1 else _JOINTS.get(name, " ").join(parts)
        for name, text in self._constants.items():
            row[name] = row.get(name) or text
        return row


class Namings:
    """The same for records, each of which has keys of its own."""

    def __init__(self, path: str, table: Table, options: ReadOptions, notes: Notes) -> None:
        self._path, self._table, self._options, self._notes = path, table, options, notes
        self._known: dict[tuple[str, ...], Naming] = {}

    def row(self, record: Mapping[str, str]) -> Row:
        """Return a record of text as a row of ours; raise InputError for a key that is there twice.

        A record without a column of ours is a row without it: rows are checked one by one.
        """
        keys = tuple(record)
        naming = self._known.get(keys)
        if naming is None:
            naming = Naming(self._path, keys, self._table, self._options, is_record=True)
            self._notes.know(naming.unknown)
            if len(self._known) < _MOST_TOLD:
                self._known[keys] = naming
        row = dict(zip(naming.names, record.values(), strict=True))
        return row if naming.is_plain else naming.finish(row)


def check_names(table: Table, options: ReadOptions) -> None:
    """Raise InputError for a column in the options that no table has, or that cannot be kept."""
    tables = TABLES if options.shared else (table,)
    columns = tuple(dict.fromkeys(name for one in tables for name in one.columns))
    for option, pairs in (("--map", options.renamed), ("--set", options.constants)):
        for name, other in pairs.items():
            if name not in columns:
                whose = "no table has a" if options.shared else f"{table.name} have no"
                raise InputError(
                    f"{option} {name}={other}: {whose} column '{name}'; they have: "
                    f"{', '.join(columns)}.{did_you_mean(name, columns)}"
                )
    _check_kept(options)


def _check_kept(options: ReadOptions) -> None:
    ours = {*OWN_PROPERTIES, *ITEMS.columns, *(alias for own in ALIASES.values() for alias in own)}
    served = {
        part.strip(): name
        for name, other in options.renamed.items()
        for part in (other, *other.split(_PATH))
    }
    for name in options.keep:
        if name in ours:
            raise InputError(
                f"--keep {name}: chronotope has that name of items for itself; rename the column "
                "in the file to keep it."
            )
        if name in served:
            raise InputError(
                f"--keep {name}: the column serves as {served[name]} already; leave one of the two "
                "out."
            )


def kept(table: Table, options: ReadOptions) -> tuple[str, ...]:
    """Return the columns of the table that are kept under their own names."""
    return options.keep if table is ITEMS else ()


def without_nulls(nulls: tuple[str, ...] | None, notes: Notes) -> Callable[[Row], Row]:
    """Return what empties the columns of a row that hold a text that stands for nothing."""
    texts = frozenset(NULLS if nulls is None else nulls) - {""}

    def empty(row: Row) -> Row:
        if texts.isdisjoint(row.values()):
            return row
        notes.nulls.update(text for text in row.values() if text in texts)
        return {name: "" if text in texts else text for name, text in row.items()}

    return empty


def _sources(
    name: str, header: Sequence[str], options: ReadOptions, *, is_record: bool
) -> list[str]:
    """Return the columns of theirs that serve as one of ours."""
    other = options.renamed.get(name)
    if other is not None and not (options.shared and name in header):
        return _split(other, header, is_record=is_record)
    if name in header:
        return [name]
    return next(([alias] for alias in ALIASES.get(name, ()) if alias in header), [])


def _split(other: str, header: Sequence[str], *, is_record: bool = False) -> list[str]:
    """Return the column of that name, or those of a path like `department/type`; else none."""
    if other in header:
        return [other]
    parts = [part.strip() for part in other.split(_PATH)]
    if is_record:
        return [part for part in parts if part in header]
    return parts if set(parts) <= set(header) else []


def _is_of_one_table(name: str) -> bool:
    return sum(name in table.columns for table in TABLES) == 1


def _twice(header: Sequence[str]) -> Iterable[tuple[int, int]]:
    first: dict[str, int] = {}
    for index, name in enumerate(header):
        if name and first.setdefault(name, index) != index:
            yield first[name], index
