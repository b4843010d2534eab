"""Results of telling: what is trending, and why an item is recommended or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chronotope.client.asked import Term
from chronotope.client.results import Result, Rows
from chronotope.client.values import Location
from chronotope.language import Language, reasons
from chronotope.language import explain as in_words


@dataclass(frozen=True, kw_only=True)
class Trend(Result):
    """An item with more events lately than it has at this time of the week.

    `events` of so many `users` came lately. With what their kinds and ages count they are the
    `observed`; `expected` is what the same hours of `weeks` earlier weeks let expect, and
    `surprise` how many standard deviations lie between them.
    """

    id: str
    name: str | None
    category: str | None
    location: Location | None
    observed: float
    expected: float
    surprise: float
    events: int
    users: int
    weeks: int


@dataclass(frozen=True, kw_only=True)
class Trending(Rows[Trend]):
    """What was trending at a moment, the greatest surprise first."""

    name = "trending"
    at: datetime
    request: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Weighed(Term):
    """A term with its weight: what a standard deviation more of the feature adds.

    It is None where the value is the usual one or could not be computed, of which the share is 0.
    """

    weight: float | None


@dataclass(frozen=True, kw_only=True)
class Cause(Result):
    """What a feature adds for the item, and for the last that is recommended."""

    feature: str
    share: float
    last: float
    difference: float


@dataclass(frozen=True, kw_only=True)
class Change(Result):
    """What the same question would answer, asked otherwise; `rank` is None far behind.

    `what` is 'hour' for the best hour of the day, 'here' for being there, or 'withoutLast' for the
    moment before the user's last `event`.
    """

    what: str
    at: datetime
    here: Location | None
    score: float
    rank: int | None
    event: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Paths(Result):
    """What lies between a user and an item, as data.

    - `co_visits`: own items that others visited with it, with how many `users` did
    - `similar`: how many `users` near in taste were there, and the items that they `shared`
    - `distances`: kilometres (`km`) from own places, and from here, which has no id
    - `interests`: what it is about, from narrow to broad, each with how many own `items`
    - `hours`: events there by local hour and weekday, and the user's own by hour
    """

    co_visits: tuple[Mapping[str, Any], ...]
    similar: Mapping[str, Any] | None
    distances: tuple[Mapping[str, Any], ...]
    interests: tuple[Mapping[str, Any], ...]
    hours: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Explanation(Result):
    """How an item stands for a user, why, and what would change it.

    `rank` is its place among 1,000, also where it is not `recommended`, which the best `k` are;
    `base` and the shares of all `terms` add up to the score. `apart` are the three terms that
    separate it most from the `last` that is recommended. `exclusions` are what leaves it out, and
    what counts against it without that (`excludes` false). `by_hour` are the scores at all local
    hours of the day.
    """

    user: str | None
    known: bool
    id: str
    name: str | None
    category: str | None
    location: Location | None
    task: str
    at: datetime
    here: Location | None
    as_of: datetime | None
    partial: bool
    model: str
    k: int
    rank: int | None
    recommended: bool
    score: float
    base: float
    terms: tuple[Weighed, ...]
    because: tuple[Mapping[str, Any], ...]
    last: Mapping[str, Any] | None
    apart: tuple[Cause, ...]
    exclusions: tuple[Mapping[str, Any], ...]
    paths: Paths
    by_hour: tuple[float, ...]
    changes: tuple[Change, ...]
    remarks: tuple[str, ...] = ()

    def reasons(self, language: Language = "en", count: int = 3) -> list[str]:
        """Return the strongest reasons in words, English or Chinese (zh)."""
        shares = {term.feature: term.share for term in self.terms}
        return reasons(shares, self.because, count, language, goods=self.location is None)

    def sentences(self, language: Language = "en") -> list[str]:
        """Return it in sentences, English or Chinese (zh)."""
        return in_words(self.to_dict(), self.reasons(language), language)
