"""Results of publishing: counts of people with noise, and the budget that they are paid from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from chronotope.client.mapped import OfCell
from chronotope.client.results import Result, Rows
from chronotope.client.values import Location

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class DataRelease(Result):
    """What was published: `what`, when, what it cost, and what was asked for, as JSON."""

    id: str
    what: str
    at: datetime
    epsilon: float
    delta: float
    parameters: str


@dataclass(frozen=True, kw_only=True)
class Spent(Result):
    """How much of the privacy budget is spent, and of which limit."""

    epsilon: float
    delta: float
    limit_epsilon: float
    limit_delta: float


@dataclass(frozen=True, kw_only=True)
class PrivacyBudget(Rows[DataRelease]):
    """How much of the privacy budget is spent, and what for, the first first."""

    name = "releases"

    spent: Spent


@dataclass(frozen=True, kw_only=True)
class Published(Rows[T]):
    """Counts of people that are (`epsilon`, `delta`)-differentially private.

    Each person is in at most `per_person` of the counts of one table, for reasons that are theirs
    alone. 95 % of all counts are off by less than `error`; they may be below 0. Counts below
    `threshold` are left out; without one every row of the public domain is here. `spent` is what
    the graph has spent in all, this included.
    """

    at: datetime
    request: Mapping[str, Any]
    epsilon: float
    delta: float
    per_person: int
    error: float
    threshold: int | None
    spent: Spent


@dataclass(frozen=True, kw_only=True)
class PublishedCell(OfCell):
    """A hexagon: how many people, how many are expected, and whether that is a hotspot.

    All of it is made of published counts; `z` is Gi*, `p` and `q` are as in `hotspots`.
    """

    people: int
    expected: float
    excess: float
    z: float
    p: float
    q: float
    hot: bool


@dataclass(frozen=True, kw_only=True)
class PublishedHotspots(Published[PublishedCell]):
    """Hexagons of an area, the hottest first."""

    interest: Mapping[str, str] | None
    resolution: int

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The hexagons as GeoJSON, which libraries of maps ask for by this name."""
        return {"type": "FeatureCollection", "features": [row.feature() for row in self.rows]}


@dataclass(frozen=True, kw_only=True)
class PublishedFlow(Result):
    """How many people went from one hexagon to another."""

    origin: str
    destination: str
    origin_location: Location
    destination_location: Location
    people: int


@dataclass(frozen=True, kw_only=True)
class PublishedFlows(Published[PublishedFlow]):
    """Flows that reach the threshold, the largest first."""

    interest: Mapping[str, str] | None
    resolution: int


@dataclass(frozen=True, kw_only=True)
class PublishedHour(Result):
    """How many people at a local hour; `weekday` is 1 for Monday, None for hours of the day."""

    weekday: int | None
    hour: int
    people: int


@dataclass(frozen=True, kw_only=True)
class PublishedRhythm(Published[PublishedHour]):
    """All hours of the day, or of the week."""

    interest: Mapping[str, str] | None
    cell: str | None


@dataclass(frozen=True, kw_only=True)
class PublishedReach(Result):
    """How many users have at least a score."""

    score: float
    users: int


@dataclass(frozen=True, kw_only=True)
class PublishedAudience(Published[PublishedReach]):
    """How large an audience is: one row."""

    interests: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class PublishedInterest(Result):
    """How many people turned to an interest."""

    id: str
    name: str
    people: int


@dataclass(frozen=True, kw_only=True)
class PublishedInterests(Published[PublishedInterest]):
    """All interests of a scheme, the most people first."""
