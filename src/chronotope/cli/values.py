"""Turn what people type into values of Cypher's types, and such values into text and JSON."""

import json
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

import neo4j
from neo4j.spatial import Point, WGS84Point
from neo4j.time import Date, DateTime, Duration, Time

from chronotope.client import Location
from chronotope.errors import InputError
from chronotope.loading import Limit

VECTORS = frozenset({"embedding", "taste", "imageEmbedding", "audioEmbedding"})
"""Vectors, which are not printed unless asked for."""


def parse_moment(text: str) -> datetime:
    """Parse an ISO 8601 moment; one without an offset is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"'{text}' is not a moment; write it like 2026-11-25T18:30:00+01:00."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_point(text: str) -> WGS84Point:
    """Parse `latitude,longitude` in degrees."""
    try:
        latitude, longitude = map(float, text.split(","))
    except ValueError:
        latitude, longitude = float("nan"), float("nan")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InputError(
            f"'{text}' is not a place; write latitude,longitude like 40.7580,-73.9855."
        )
    return WGS84Point((longitude, latitude))


def parse_hours(text: str) -> list[int]:
    """Parse hours of the day, like `18-22` (until 22:00) or `22-2`, into those that begin in it."""
    try:
        start, end = (int(part.removesuffix(":00")) for part in text.split("-"))
    except ValueError:
        start, end = -1, -1
    if not (0 <= start <= 23 and 0 <= end <= 24 and start != end % 24):
        raise InputError(f"'{text}' are no hours of the day; write them like 18-22.")
    return [(start + n) % 24 for n in range((end - start) % 24)]


def parse_value(text: str, kind: str) -> Any:
    """Parse the value of a parameter of the Cypher type `kind`; `null` is null."""
    if text == "null":
        return None
    try:
        match kind:
            case "INTEGER":
                return int(text)
            case "FLOAT":
                return float(text)
            case "BOOLEAN":
                return {"true": True, "false": False}[text.lower()]
            case "STRING":
                return text
            case "ZONED DATETIME":
                return parse_moment(text)
            case "POINT":
                return parse_point(text)
            case _:
                return json.loads(text)
    except (ValueError, KeyError):
        raise InputError(f"'{text}' is not a value of the type {kind}.") from None


def parse_pairs(pairs: Iterable[str], option: str) -> dict[str, str]:
    """Parse the `KEY=VALUE` pairs of an option that may be repeated."""
    values = {}
    for pair in pairs:
        key, equals, value = (part.strip() for part in pair.partition("="))
        if not (key and equals and value):
            raise InputError(f"{option} {pair} is not KEY=VALUE, like item_id=venue.")
        values[key] = value
    return values


def parse_limit(text: str | None) -> Limit:
    """Parse how many rows may be rejected: `100`, or a share of those read like `5%`."""
    if text is None:
        return Limit()
    try:
        number = float(text.removesuffix("%")) if text.endswith("%") else int(text)
    except ValueError:
        number = -1
    if not 0 <= number < float("inf"):
        raise InputError(f"--max-rejects {text} is neither a number of rows nor a share like 5%.")
    return Limit(share=number / 100) if text.endswith("%") else Limit(rows=int(number))


def plain(value: Any, hidden: Collection[str] = VECTORS) -> Any:
    """Turn a value of the driver into what JSON can hold; points become GeoJSON.

    Entries with a `hidden` name are left out.
    """
    match value:
        case Location():
            return {"type": "Point", "coordinates": [value.longitude, value.latitude]}
        case dict():
            return {key: plain(item, hidden) for key, item in value.items() if key not in hidden}
        case list() | tuple() if not isinstance(value, Point):
            return [plain(item, hidden) for item in value]
        case neo4j.graph.Node() | neo4j.graph.Relationship():
            return plain(dict(value), hidden)
        case Point():
            return {"type": "Point", "coordinates": list(value)}
        case DateTime() | Date() | Time() | Duration():
            return value.iso_format()
        case datetime():
            return value.isoformat()
        case _:
            return value
