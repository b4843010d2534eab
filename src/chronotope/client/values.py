"""Values between Python and the driver: places are (latitude, longitude), moments aware."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import neo4j
from neo4j.spatial import Point, WGS84Point
from neo4j.time import Date, DateTime, Time

from chronotope.catalogue import Query
from chronotope.errors import InputError


class Location(NamedTuple):
    """A place on the globe, in degrees."""

    latitude: float
    longitude: float


def moment(value: Any, name: str = "at") -> datetime:
    """Return an aware moment as it is; raise InputError for anything else."""
    if not isinstance(value, datetime):
        raise InputError(f"{name} is a datetime, not {value!r}.")
    if value.utcoffset() is None:
        raise InputError(
            f"{name} is {value.isoformat()} without an offset, which is a moment nowhere; give it "
            "one: datetime.now(timezone.utc), or a datetime with tzinfo=ZoneInfo('Europe/Vienna')."
        )
    return value


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


def bind(query: Query, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a query's parameters as the driver takes them."""
    types = {parameter.name: parameter.type for parameter in query.params}
    convert = {"ZONED DATETIME": moment, "POINT": point}
    return {
        name: convert[types[name]](value, name)
        if value is not None and types.get(name) in convert
        else value
        for name, value in values.items()
    }


def native(value: Any) -> Any:
    """Return a value of the driver as one of Python, all that is in it included."""
    match value:
        case neo4j.graph.Node() | neo4j.graph.Relationship():
            return native(dict(value))
        case WGS84Point() if len(value) == 2:
            return Location(value.latitude, value.longitude)
        case Point():
            return tuple(value)
        case dict():
            return {key: native(item) for key, item in value.items()}
        case list():
            return [native(item) for item in value]
        case DateTime() | Date() | Time():
            return value.to_native()
        case _:
            return value
