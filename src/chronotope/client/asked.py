"""Results of asking: recommendations, items, and what is known of users."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from chronotope import fusion
from chronotope.analysis import audience, worth
from chronotope.client.results import Result, Rows
from chronotope.client.values import Location
from chronotope.language import Language, distance_words, reasons, usual_times


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
        goods = self.location is None
        return reasons(shares, self.because or (), count, language, goods=goods)

    def distance(self, language: Language = "en") -> str:
        """Return how far it is from here, else from the nearest own place; empty if unknown."""
        return distance_words(self.because or (), language)


@dataclass(frozen=True, kw_only=True)
class Recommendations(Rows[Recommendation]):
    """What is recommended to a user at a moment.

    `user` is None for a stranger, and `known` tells whether the graph has the user. The statistics
    across users stand as of `as_of`; they are `partial` while they are derived, and after that
    broke off: of two moments, of which `as_of` is the older. The weights are those of `model`, and
    `learned_from` says what they were learned from ('this graph'), None where nobody noted it.
    """

    name = "recommendations"
    user: str | None
    known: bool
    at: datetime
    as_of: datetime | None
    partial: bool
    model: str
    learned_from: str | None
    request: Mapping[str, Any]

    @property
    def whose_weights(self) -> str | None:
        """What the weights were learned from, and how to have one's own, in words."""
        return fusion.whose_weights(self.request["task"], self.learned_from)


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
    partial: bool
    request: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Place(Result):
    """A place where a user is, or a cell, and when: intensities of hours and weekdays.

    `last` is the last event of a user there, None of many people.
    """

    id: str
    name: str | None
    location: Location | None
    weight: float
    events: int
    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    last: datetime | None


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
    So many of them are `expected` to do what fits within a week.
    """

    name = "users"
    at: datetime
    request: Mapping[str, Any]
    interests: tuple[Mapping[str, str], ...]
    min_size: int
    size: int | None
    reach: tuple[audience.Reach, ...]
    expected: worth.Expected | None
    overlap: Overlap | None = None


@dataclass(frozen=True, kw_only=True)
class AudienceEvaluation(Rows[worth.Reached]):
    """Whom the audience of the moment `cut` reached before `until`, by the least score.

    `known` users had an event before the cut, of whom so many `came`: did something that fits, the
    `base_rate` of them. So many of the audience were `expected` to. What would be told of fewer
    than `min_size` users is None.
    """

    name = "reached"
    cut: datetime
    until: datetime
    request: Mapping[str, Any]
    interests: tuple[Mapping[str, str], ...]
    min_size: int
    size: int | None
    known: int
    came: int | None
    base_rate: float | None
    expected: worth.Expected | None
    overlap: Overlap | None
