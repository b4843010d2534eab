"""Results: frozen, and turned into dicts and frames on demand.

`to_dict` has the names that `--json` prints, which are those of the queries' columns: `as_of` is
`asOf`. Places are `Location`s and moments are datetimes, in results and in their dicts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar, Generic, Self, TypeVar, get_args, overload

from chronotope.client.values import Location, native
from chronotope.doctor import Finding, Plugin
from chronotope.errors import InputError

T = TypeVar("T")

# Packages that make frames, and what their frames take: polars would look at the first rows alone
# to learn what facts there are.
_FRAMES: Mapping[str, Mapping[str, Any]] = {"pandas": {}, "polars": {"infer_schema_length": None}}


@dataclass(frozen=True, kw_only=True)
class Result:
    """Something that is known."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Return the row of a query as a result; what the row lacks is None."""
        names = (field.name for field in fields(cls))
        return cls(**{name: native(row.get(_camel(name))) for name in names})

    @classmethod
    def of_all(cls, rows: Iterable[Mapping[str, Any]]) -> tuple[Self, ...]:
        """Return the rows of a query as results."""
        return tuple(map(cls.of, rows))

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dict, all that is in it included."""
        values: dict[str, Any] = _plain(self)
        return values


@dataclass(frozen=True, kw_only=True)
class Rows(Result, Sequence[T], Generic[T]):
    """A sequence that cannot be changed, with what is to be said about it.

    `remarks` are sentences: what a reader should know before they trust the rows.
    """

    name: ClassVar[str] = "rows"
    """Of the rows, in `to_dict`."""

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
        """Return it as a dict: what it is an answer to, then remarks, then the rows."""
        values = super().to_dict()
        rows, remarks = values.pop("rows"), values.pop("remarks")
        return {**values, "remarks": remarks, self.name: rows}

    def to_frame(self) -> Any:
        """Return the rows as a frame of pandas, else of polars.

        A place becomes the columns `latitude` and `longitude`. Raises InputError when neither
        package is installed.
        """
        rows = [_flat(_plain(row)) for row in self.rows]
        for package, options in _FRAMES.items():
            if find_spec(package):
                frame = import_module(package).DataFrame
                if not rows:
                    return frame({name: [] for name in self._columns()})
                return frame(rows, **options)
        raise InputError(
            "A frame needs pandas or polars; install one: pip install 'chronotope[frames]'."
        )

    def _columns(self) -> Iterable[str]:
        """Return the columns of a frame that has no rows."""
        (kind,) = get_args(type(self).__orig_bases__[0])  # type: ignore[attr-defined]  # as generics
        names = [_camel(field.name) for field in fields(kind)] if is_dataclass(kind) else []
        return _flat(dict.fromkeys(names))


@dataclass(frozen=True, kw_only=True)
class Answer(Rows[Mapping[str, Any]]):
    """The rows of a query of the catalogue, as it returned them."""

    query: str


@dataclass(frozen=True, kw_only=True)
class Findings(Rows[Finding]):
    """What the doctor found."""

    name = "findings"


@dataclass(frozen=True, kw_only=True)
class PluginStatus(Result):
    """What the server has of the plugin; `text` says it.

    `version` is None where it has none, or one that does not say. `fits` tells whether it runs what
    this package would run; `differing` are the queries that it would not.
    """

    version: str | None
    procedures: tuple[str, ...]
    queries: tuple[str, ...]
    differing: tuple[str, ...]
    fits: bool
    text: str

    @classmethod
    def of_plugin(cls, found: Plugin) -> Self:
        """Return what was found on the server."""
        return cls(
            version=found.version,
            procedures=found.procedures,
            queries=found.queries,
            differing=found.differing,
            fits=found.fits,
            text=found.text,
        )


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {_camel(field.name): _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple) and not isinstance(value, Location):
        return [_plain(item) for item in value]
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a frame: a place is two columns."""
    columns: dict[str, Any] = {}
    for name, value in row.items():
        if name == "location":
            columns["latitude"], columns["longitude"] = value or (None, None)
        else:
            columns[name] = value
    return columns
