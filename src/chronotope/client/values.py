"""Values between Python and the driver: places are (latitude, longitude), moments aware."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import neo4j
from neo4j.spatial import Point, WGS84Point
from neo4j.time import Date, DateTime, Time

from chronotope.catalogue import Query
from chronotope.errors import InputError
from chronotope.suggestions import did_you_mean

DEFAULT_K = 20
"""How many rows an answer has, unless it is said."""

_MOST = 1000
_ZERO = timedelta()
_FARTHEST = timedelta(hours=18)  # that an offset is from UTC

Coordinates = tuple[float, float]
"""Latitude and longitude, in degrees."""


class Location(NamedTuple):
    """A place on the globe, in degrees."""

    latitude: float
    longitude: float

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The place as GeoJSON, which libraries of maps ask for by this name."""
        return {"type": "Point", "coordinates": [self.longitude, self.latitude]}


def moment(value: Any, name: str = "at") -> datetime:
    """Return an aware moment as it is; raise InputError for anything else.

    One with an offset that Neo4j does not know is said in UTC.
    """
    if not isinstance(value, datetime):
        raise InputError(f"{name} is a datetime, not {value!r}.")
    offset = value.utcoffset()
    if offset is None:
        raise InputError(
            f"{name} is {value.isoformat()} without an offset, which is a moment nowhere; give it "
            "one: datetime.now(timezone.utc), or a datetime with tzinfo=ZoneInfo('Europe/Vienna')."
        )
    try:
        instant = value.astimezone(UTC)
    except OverflowError:
        raise InputError(f"{name} is {value.isoformat()}, not in the years 1 to 9999.") from None
    return value if abs(offset) <= _FARTHEST else instant


def point(value: Any, name: str = "here") -> WGS84Point:
    """Return (latitude, longitude) as a point; raise InputError for anything else."""
    if isinstance(value, WGS84Point):
        return value
    try:
        latitude, longitude = map(float, value)
    except (TypeError, ValueError):
        latitude = longitude = float("nan")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InputError(
            f"{name} is (latitude, longitude) in degrees, like (40.758, -73.9855), not {value!r}."
        )
    return WGS84Point((longitude, latitude))


def moment_or_now(at: datetime | None, name: str = "at") -> datetime:
    """Return an aware moment, by default the present one."""
    return datetime.now(UTC) if at is None else moment(at, name)


def moment_or_none(value: datetime | None, name: str) -> datetime | None:
    """Return an aware moment as it is, nothing as nothing."""
    return None if value is None else moment(value, name)


def point_or_none(here: Coordinates | None, name: str = "here") -> WGS84Point | None:
    """Return (latitude, longitude) as a point, nothing as nothing."""
    return None if here is None else point(here, name)


def check_count(k: int, most: int | None = _MOST, name: str = "k") -> int:
    """Return how many rows are asked for; raise InputError unless it is from 1 to `most`."""
    if isinstance(k, bool) or not isinstance(k, int) or k < 1 or (most and k > most):
        raise InputError(
            f"{name} is how many, a number from 1 {f'to {most:,}' if most else 'on'}, not {k!r}."
        )
    return k


def check_choice(value: str | None, choices: Iterable[str], name: str) -> None:
    """Raise InputError, with what may have been meant, for a value that there is not."""
    known = tuple(choices)
    if value is not None and value not in known:
        either = " or ".join(f"'{choice}'" for choice in known)
        raise InputError(f"{name} is {either}, not {value!r}.{did_you_mean(str(value), known)}")


def check_text(text: str | None, name: str) -> None:
    """Raise InputError for a text that holds no sign; None is no text at all."""
    if text is not None and not text.strip():
        raise InputError(f"{name} is empty; write what is meant, like 'quiet coffee'.")


def check_hours(hours: Iterable[int]) -> tuple[int, ...]:
    """Return hours of the day; raise InputError for one that is not from 0 to 23."""
    given = tuple(hours)
    for hour in given:
        if hour not in range(24):
            raise InputError(f"hours are numbers from 0 to 23, not {hour!r}.")
    return given


def without_none(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked for, without what was left open."""
    return {name: value for name, value in request.items() if value is not None}


def bind(query: Query, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a query's parameters as the driver takes them."""
    types = {parameter.name: parameter.type for parameter in query.parameters}
    convert = {"ZONED DATETIME": moment, "POINT": point}
    return {
        name: convert[types[name]](value, name)
        if value is not None and types.get(name) in convert
        else value
        for name, value in values.items()
    }


def in_standard_zone(moment: datetime | None) -> datetime | None:
    """Return the same moment in a zone of `zoneinfo`: the driver gives those of pytz."""
    if moment is None:
        return None
    name = getattr(moment.tzinfo, "zone", None)
    return moment.astimezone(ZoneInfo(name) if name else timezone(moment.utcoffset() or _ZERO))


def _along(path: neo4j.graph.Path) -> Iterator[neo4j.graph.Entity]:
    """Yield the nodes of a path, and between them its relationships."""
    for node, relationship in zip(path.nodes, path.relationships, strict=False):
        yield from (node, relationship)
    yield path.end_node


def native(value: Any) -> Any:
    """Return a value of the driver as one of Python, all that is in it included."""
    match value:
        case neo4j.graph.Node() | neo4j.graph.Relationship():
            return native(dict(value))
        case neo4j.graph.Path():
            return tuple(native(part) for part in _along(value))
        case WGS84Point() if len(value) == 2:
            return Location(value.latitude, value.longitude)
        case Point():
            return tuple(value)
        case dict():
            return {key: native(item) for key, item in value.items()}
        case list():
            return tuple(native(item) for item in value)
        case DateTime():
            return in_standard_zone(value.to_native())
        case Date() | Time():
            return value.to_native()
        case _:
            return value
