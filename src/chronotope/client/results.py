"""Results: frozen, and turned into dicts and frames on demand.

`to_dict` has the names that `--json` prints, which are those of the queries' columns: `as_of` is
`asOf`. Places are `Location`s and moments are datetimes, in results and in their dicts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar, Generic, Self, TypeVar, get_args, overload

from chronotope.analysis import audience
from chronotope.client.values import Location, native
from chronotope.doctor import Finding
from chronotope.errors import InputError
from chronotope.language import Language, distance_words, reasons, usual_times

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
class Term(Result):
    """What a feature adds to a score; `value` is None where it could not be computed."""

    feature: str
    value: float | None
    share: float


@dataclass(frozen=True, kw_only=True)
class Recommendation(Result):
    """An item, and why: base, the shares of all terms and the rest add up to the score.

    `terms` are the strongest ones, `rest` is what all others add, and `because` are facts behind
    them, each with its `reason`; all are None when no explanation was asked for. `features` are all
    numbers that the query computed, by their names.
    """

    id: str
    name: str | None
    category: str | None
    location: Location | None
    score: float
    base: float
    terms: tuple[Term, ...] | None
    rest: float | None
    because: tuple[Mapping[str, Any], ...] | None
    features: Mapping[str, float | None]

    @classmethod
    def of_row(cls, row: Mapping[str, Any], features: Sequence[str]) -> Self:
        """Return the row of a recommendation query, which computes `features`."""
        terms = row["terms"]
        return replace(
            cls.of(row),
            terms=None if terms is None else Term.of_all(terms),
            features=dict(zip(features, row["features"], strict=True)),
        )

    def reasons(self, language: Language = "en", count: int = 3) -> list[str]:
        """Return the strongest reasons in words, English or Chinese (zh)."""
        shares = {term.feature: term.share for term in self.terms or ()}
        return reasons(shares, self.because or (), count, language)

    def distance(self, language: Language = "en") -> str:
        """Return how far it is from here, else from the nearest own place; empty if unknown."""
        return distance_words(self.because or (), language)


@dataclass(frozen=True, kw_only=True)
class Recommendations(Rows[Recommendation]):
    """What is recommended to a user at a moment.

    `known` tells whether the graph has the user; the statistics across users stand as of `as_of`.
    """

    name = "recommendations"
    user: str
    known: bool
    at: datetime
    as_of: datetime | None
    model: str
    request: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sentences(Result):
    """Recommendations in two sentences."""

    language: Language
    text: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item(Result):
    """An item that was found; its `terms` add up to the score.

    Found by a vector of one's own, it has only a score, the cosine. `exact` tells that all items
    that the filters leave were compared.
    """

    id: str
    name: str | None
    category: str | None
    location: Location | None
    score: float
    terms: Mapping[str, float] | None
    because: tuple[Mapping[str, Any], ...] | None
    exact: bool | None

    def distance(self, language: Language = "en") -> str:
        """Return how far it is from where it was searched; empty if unknown."""
        return distance_words(self.because or (), language)


@dataclass(frozen=True, kw_only=True)
class Items(Rows[Item]):
    """What a search found.

    `text` is what was searched, without what the question said of time and place: `here`, `hours`
    and `weekdays`. `known` tells whether the graph has the user, None where none was given.
    """

    name = "items"
    user: str | None
    known: bool | None
    at: datetime
    request: Mapping[str, Any]
    text: str | None = None
    here: Location | None = None
    hours: tuple[int, ...] | None = None
    weekdays: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Tag(Result):
    """An interest of a user, how strong it is and how it goes, and the events behind it.

    `weight` is its share of the user's events, `lift` that beside all users' share. `hours` and
    `weekdays` count events, from 0 o'clock and from Monday.
    """

    id: str
    name: str
    scheme: str
    broader: str | None
    weight: float
    lift: float | None
    trend: str
    events: int
    first: datetime
    last: datetime
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    places: tuple[Mapping[str, Any], ...]
    evidence: tuple[Mapping[str, Any], ...]

    def when(self, language: Language = "en") -> str:
        """Return the usual hours and days in words; empty if it is at any time."""
        return usual_times(self.hours, self.weekdays, language)


@dataclass(frozen=True, kw_only=True)
class Tags(Rows[Tag]):
    """The interests of a user at a moment, the strongest first."""

    name = "tags"
    user: str
    known: bool
    at: datetime
    as_of: datetime | None
    request: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Place(Result):
    """A place where a user is, and when: intensities of hours and weekdays."""

    id: str
    name: str | None
    location: Location | None
    weight: float
    events: int
    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    last: datetime


@dataclass(frozen=True, kw_only=True)
class Rhythm(Rows[Place]):
    """When a user is where: the matrix T, 24 hours by places; all hours add up to at most 1."""

    name = "places"
    user: str
    known: bool
    at: datetime
    request: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Profile(Result):
    """What a user is interested in, as text, and what the text is made of.

    `terms` are the mean shares of features in the user's first recommendations, by task; with
    `taste`, `meaning` and `embedding` they are None unless they were asked for.
    """

    user: str
    known: bool
    at: datetime
    language: str
    text: str
    tags: tuple[Tag, ...]
    rhythm: tuple[Place, ...]
    terms: Mapping[str, Mapping[str, float]] | None = None
    taste: tuple[float, ...] | None = None
    meaning: tuple[float, ...] | None = None
    embedding: tuple[float, ...] | None = None
    remarks: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dict, without what was not asked for."""
        return {name: value for name, value in super().to_dict().items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Profiles(Result):
    """How many profiles were written."""

    profiles: int
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Member(Result):
    """A user of an audience, with the share of their events that fits."""

    id: str
    score: float
    events: int
    last: datetime
    because: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Overlap(Result):
    """What an audience has in common with another one, of which these are the interests.

    The numbers are None where a group that could be told from them is too small.
    """

    interests: tuple[Mapping[str, str], ...]
    size: int | None
    other: int | None
    common: int | None
    jaccard: float | None


@dataclass(frozen=True, kw_only=True)
class Audience(Rows[Member]):
    """Users whose recent interests fit, the best first.

    `size` is that of the whole audience; None, without rows, when it is smaller than `min_size`.
    """

    name = "users"
    at: datetime
    request: Mapping[str, Any]
    interests: tuple[Mapping[str, str], ...]
    min_size: int
    size: int | None
    reach: tuple[audience.Reach, ...]
    overlap: Overlap | None = None


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
