"""Results of telling: what is trending."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chronotope.client.results import Result, Rows
from chronotope.client.values import Location


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
