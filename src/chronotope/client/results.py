"""Results: frozen, and turned into dicts and frames on demand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar, Generic, TypeVar, overload

from chronotope.client.values import Location
from chronotope.doctor import Finding
from chronotope.errors import InputError

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Result:
    """An answer; `to_dict` has the names that `--json` prints, which are those of the queries."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dict of plain values: places are tuples, moments datetimes."""
        found: dict[str, Any] = as_dict(self)
        return found


@dataclass(frozen=True, kw_only=True)
class Rows(Result, Sequence[T], Generic[T]):
    """A sequence that cannot be changed, with what is to be said about it.

    `remarks` are sentences: what a reader should know before they trust the rows.
    """

    name: ClassVar[str] = "rows"
    rows: tuple[T, ...]
    remarks: tuple[str, ...] = ()

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dict of plain values; the rows stand under their own name."""
        found = as_dict(self)
        rows = found.pop("rows")
        return {**found, self.name: rows}

    def to_frame(self) -> Any:
        """Return the rows as a frame of pandas, else of polars. A place becomes two columns.

        Raises InputError when neither is installed.
        """
        rows = [_flat(as_dict(row)) for row in self.rows]
        for package in ("pandas", "polars"):
            if find_spec(package):
                return import_module(package).DataFrame(rows)
        raise InputError("A frame needs pandas or polars; install one: pip install pandas.")


@dataclass(frozen=True, kw_only=True)
class Answer(Rows[Mapping[str, Any]]):
    """The rows of a query of the catalogue, as it returned them."""

    query: str


@dataclass(frozen=True, kw_only=True)
class Findings(Rows[Finding]):
    """What the doctor found."""

    name = "findings"


def as_dict(value: Any) -> Any:
    """Return a result, and all that is in it, as dicts, lists and plain values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {camel(f.name): as_dict(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: as_dict(item) for key, item in value.items()}
    if isinstance(value, list | tuple) and not isinstance(value, Location):
        return [as_dict(item) for item in value]
    return value


def camel(name: str) -> str:
    """Return a name of Python as the queries write it: as_of is asOf."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name == "location":
            found["latitude"], found["longitude"] = value or (None, None)
        else:
            found[name] = value
    return found
