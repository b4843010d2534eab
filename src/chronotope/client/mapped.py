"""Results of mapping: rhythms, hotspots, gaps and flows, on the hexagons of H3."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chronotope.analysis import grid
from chronotope.client.asked import Place
from chronotope.client.results import Result, Rows
from chronotope.client.values import Location


@dataclass(frozen=True, kw_only=True)
class OfCell(Result):
    """Something of a cell, by the index of H3; `location` is its middle."""

    cell: str
    location: Location

    def boundary(self) -> tuple[Location, ...]:
        """Return the corners of the cell, counterclockwise."""
        return tuple(Location(*corner) for corner in grid.boundary(self.cell))

    def feature(self) -> dict[str, Any]:
        """Return it as a feature of GeoJSON: the hexagon, and all numbers as properties."""
        corners = [[corner.longitude, corner.latitude] for corner in self.boundary()]
        properties = {name: value for name, value in self.to_dict().items() if name != "location"}
        polygon = {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}
        return {"type": "Feature", "id": self.cell, "geometry": polygon, "properties": properties}


@dataclass(frozen=True, kw_only=True)
class KeyTime(Result):
    """An hour with more events than the events of all people let expect.

    `hour` is local, and `weekday` is 1 for Monday, or None where hours of the day were asked for.
    `strength` is events / expected, p that of a Poisson count, and q its false-discovery rate.
    """

    weekday: int | None
    hour: int
    events: int
    expected: float
    strength: float
    p: float
    q: float


@dataclass(frozen=True, kw_only=True)
class KeyPlace(Result):
    """What a place is to a user: 'home-like', 'work-like', 'regular' or 'passing'.

    It has so many events, on so many `days`, in so many `weeks`; `nights` is the share from 22 to 7
    o'clock, `work` that from 9 to 17 on Monday to Friday.
    """

    id: str
    name: str | None
    location: Location | None
    role: str
    events: int
    days: int
    weeks: int
    nights: float
    work: float


@dataclass(frozen=True, kw_only=True)
class Period(Result):
    """After so many days it is as before; chance alone stays below the `bound`, at 95 %."""

    days: int
    correlation: float
    bound: float


@dataclass(frozen=True, kw_only=True)
class Drift(Result):
    """An interest whose share rose or fell from one span to the next.

    `ratio` is that of the later share to the earlier, from `low` to `high` at 95 %; None is without
    bound.
    """

    id: str
    name: str
    before: int
    after: int
    ratio: float | None
    low: float
    high: float | None
    p: float
    q: float


@dataclass(frozen=True, kw_only=True)
class Anomaly(Result):
    """A day unlike the same weekday of the weeks around it, by `surprise` standard deviations."""

    day: date
    events: int
    expected: float
    surprise: float
    p: float
    q: float


@dataclass(frozen=True, kw_only=True)
class ForecastHour(Result):
    """An hour that comes: how many events are expected, from `low` to `high` at 95 %."""

    start: datetime
    expected: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Forecast(Rows[ForecastHour]):
    """The coming week by local hour, and how far such forecasts were off.

    Errors are per hour, over `weeks` held out, each forecast from those before it: mean absolute
    and root mean squared, of the model and of last week's value; `covered` is the share of hours
    that were within the interval. They are None where too few weeks are known.
    """

    name = "hours"
    weeks: int
    absolute: float | None
    absolute_last_week: float | None
    squared: float | None
    squared_last_week: float | None
    covered: float | None


@dataclass(frozen=True, kw_only=True)
class Rhythm(Rows[Place]):
    """When somebody or something is where: the matrix T, hours by places or cells.

    Of a user the rows are places, else cells; all hours of all rows add up to at most 1. `week` is
    the intensity of the 168 hours of the week from Monday 0:00, None unless it was asked for. What
    there is too little of is empty, and a remark says so.
    """

    name = "places"
    user: str | None
    known: bool
    at: datetime
    request: Mapping[str, Any]
    interest: Mapping[str, str] | None = None
    cell: str | None = None
    events: int = 0
    week: tuple[float, ...] | None = None
    key_times: tuple[KeyTime, ...] = ()
    key_places: tuple[KeyPlace, ...] = ()
    periods: tuple[Period, ...] = ()
    drift: tuple[Drift, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    forecast: Forecast | None = None


@dataclass(frozen=True, kw_only=True)
class Hotspot(OfCell):
    """A cell with its Gi*: how much it and its neighbours exceed what is expected of them.

    `z` is the standardised Gi*, p by permutations, q its false-discovery rate; `hot` where q is at
    most 5 % and the cell itself has more than expected. `names` are the items of it that most
    people come for.
    """

    events: int
    users: int
    expected: float
    excess: float
    z: float
    p: float
    q: float
    hot: bool
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Hotspots(Rows[Hotspot]):
    """Cells by Gi*, the hottest first; `hidden` cells have events of too few people to be told."""

    name = "hotspots"
    at: datetime
    request: Mapping[str, Any]
    interest: Mapping[str, str] | None
    resolution: int
    events: int
    cells: int
    hidden: int

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The cells as GeoJSON, which libraries of maps ask for by this name."""
        return {"type": "FeatureCollection", "features": [row.feature() for row in self.rows]}


@dataclass(frozen=True, kw_only=True)
class Gap(OfCell):
    """A cell with what its people ask for and what they have within reach.

    `demand` are visits of so many `users` who live or work there, half of which go no farther than
    `metres`; `supply` are items in the cell, `access` items per visit within reach, and `unmet` the
    visits beyond a fair share of supply.
    """

    demand: int
    users: int
    metres: float
    supply: int
    nearest: float | None
    access: float
    unmet: float


@dataclass(frozen=True, kw_only=True)
class Site(OfCell):
    """A cell that is proposed for a new facility; so many unmet `visits` turn to it."""

    visits: float


@dataclass(frozen=True, kw_only=True)
class Proposal(Rows[Site]):
    """Sites that were chosen together for the demand that is not met.

    `objective` is 'p-median', which makes the ways of all unmet visits the shortest, or 'maximal
    coverage', which has the most of them within reach. Both tell `metres`, the mean way to the
    nearest site, and `covered`, unmet visits with one within reach, a `share` of all. `gap` is how
    much better the objective of another choice could be, relatively: 0 is proven the best.
    """

    name = "sites"
    objective: str
    metres: float
    covered: float
    share: float
    gap: float


@dataclass(frozen=True, kw_only=True)
class Gaps(Rows[Gap]):
    """Cells by unmet demand, the largest first, with proposals where facilities were asked for.

    `within` metres is reach: what was asked for, or how far three of four visits go; half of them
    go no farther than `halfway`, None where the reach was asked for.
    """

    name = "gaps"
    at: datetime
    request: Mapping[str, Any]
    interest: Mapping[str, str]
    resolution: int
    within: float
    halfway: float | None
    demand: int
    hidden: int | None
    supply: int
    proposals: tuple[Proposal, ...]
    assumptions: tuple[str, ...]

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The cells as GeoJSON, which libraries of maps ask for by this name."""
        return {"type": "FeatureCollection", "features": [row.feature() for row in self.rows]}


@dataclass(frozen=True, kw_only=True)
class Flow(Result):
    """Steps from one cell to another, by so many users.

    `origin_location` and `destination_location` are their middles. `hours` are the steps of each
    local hour of arrival, None where too few people went.
    """

    origin: str
    destination: str
    origin_location: Location
    destination_location: Location
    kilometres: float
    steps: int
    users: int
    hours: tuple[int | None, ...]

    def feature(self) -> dict[str, Any]:
        """Return it as a feature of GeoJSON: a line, and all numbers as properties."""
        ends = (self.origin_location, self.destination_location)
        line = {"type": "LineString", "coordinates": [[p.longitude, p.latitude] for p in ends]}
        properties = {
            name: value for name, value in self.to_dict().items() if not name.endswith("Location")
        }
        return {"type": "Feature", "geometry": line, "properties": properties}


@dataclass(frozen=True, kw_only=True)
class Flows(Rows[Flow]):
    """Where people go, most people first."""

    name = "flows"
    at: datetime
    request: Mapping[str, Any]
    interest: Mapping[str, str] | None
    resolution: int

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The flows as GeoJSON, which libraries of maps ask for by this name."""
        return {"type": "FeatureCollection", "features": [row.feature() for row in self.rows]}
