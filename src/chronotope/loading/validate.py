"""Turn a row of text into a row for the graph, or say what is wrong with it. Pure."""

import math
import re
from collections.abc import Mapping
from typing import Any

from neo4j.spatial import WGS84Point

from chronotope.ids import category_id, keyword_id, place_id
from chronotope.loading.cells import cell_of
from chronotope.loading.columns import VISIT, ReadOptions
from chronotope.loading.rejection import RowError
from chronotope.loading.times import parse_time

_MAX_ID_BYTES = 512
# Control characters, and what `surrogateescape` makes of bytes that are not UTF-8.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_LEVEL_SEPARATOR = re.compile(r"\s*>\s*")
_TAG_SEPARATOR = re.compile(r"\s*[;|]\s*")
_PAIR = re.compile(r"\s*([-+]?[\d.]+)\s*,\s*([-+]?[\d.]+)\s*")
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Row = dict[str, Any]
Coordinates = tuple[float, float]
"""Latitude and longitude, in degrees."""


def item(row: Mapping[str, str]) -> Row:
    """Return {id, properties, interests, located, cell} and the interests' own rows, `ladder`.

    Only the columns that the file has are said anything about. Raises RowError.
    """
    properties: Row = {name: _text(row, name) for name in ("name", "description") if name in row}
    located = "latitude" in row or "longitude" in row
    cell = None
    if located:
        coordinates = _coordinates(row)
        location = WGS84Point(coordinates[::-1]) if coordinates else None
        cell = cell_of(*coordinates) if coordinates else None
        properties |= {"location": location, "cell": cell}
    if "active" in row:
        properties["active"] = _boolean(row, "active")
    ladder: list[Row] = []
    interests: list[str] | None = None
    if "category" in row or "tags" in row:
        ladder = categories(_text(row, "category") or "")
        interests = [ladder[-1]["id"]] if ladder else []
        keywords = tags(_text(row, "tags") or "")
        ladder += keywords
        interests += [keyword["id"] for keyword in keywords]
    return {
        "id": _identifier(row, "item_id"),
        "properties": properties,
        "interests": interests,
        "ladder": ladder,
        "located": located,
        "cell": cell,
    }


def event(row: Mapping[str, str], options: ReadOptions, until: int) -> Row:
    """Return {id, user, item, epochMillis, zone, kind} and what else is given.

    That is {value, latitude, longitude, cell, place}; a place serves as the cell where there are
    no coordinates. `until` is in epoch milliseconds, see `times.latest`. Raises RowError.
    """
    user, item_id = _identifier(row, "user_id"), _identifier(row, "item_id")
    kind = _identifier(row, "kind") if row.get("kind") else VISIT
    time = row.get("timestamp")
    if not time:
        raise RowError("timestamp", "is missing")
    try:
        millis, zone = parse_time(time, options, until)
    except ValueError as problem:
        raise RowError("timestamp", str(problem)) from None
    own_id = _identifier(row, "event_id") if row.get("event_id") else None
    event: Row = {
        "id": own_id or f"{user}\x1f{item_id}\x1f{kind}\x1f{millis}",
        "user": user,
        "item": item_id,
        "epochMillis": millis,
        "zone": zone,
        "kind": kind,
    }
    if row.get("value"):
        event["value"] = _number(row, "value")
    coordinates = _coordinates(row)
    place = row.get("place")
    if coordinates is None and (location := row.get("location")):
        pair = _PAIR.fullmatch(location)
        if pair:
            coordinates = _coordinates(
                dict(zip(("latitude", "longitude"), pair.groups(), strict=True))
            )
        else:
            place = location
    if coordinates:
        event["latitude"], event["longitude"] = coordinates
        event["cell"] = cell_of(*coordinates)
    elif place:
        event["place"] = _identifier(row, "place" if row.get("place") == place else "location")
        event["cell"] = place_id(place)
    return event


def friendship(row: Mapping[str, str]) -> Row:
    """Return {user, friend}: the one knows the other. Raises RowError."""
    user, friend = _identifier(row, "user_id"), _identifier(row, "friend_id")
    if user == friend:
        raise RowError("friend_id", f"'{friend}' is the user's own id")
    return {"user": user, "friend": friend}


def categories(path: str) -> list[Row]:
    """Return the interests of a path like `Dining > Coffee Shop`, broad ones first."""
    names = [name for name in _LEVEL_SEPARATOR.split(path) if name]
    rows: list[Row] = []
    for level, name in enumerate(names, start=1):
        rows.append(
            {
                "id": category_id(names[:level]),
                "name": name,
                "scheme": "category",
                "level": level,
                "broader": rows[-1]["id"] if rows else None,
            }
        )
    return rows


def tags(text: str) -> list[Row]:
    """Return the interests of a list of tags, separated by semicolons or bars."""
    names = dict.fromkeys(name for name in _TAG_SEPARATOR.split(text) if name)
    return [
        {
            "id": keyword_id(name),
            "name": name,
            "scheme": "keyword",
            "level": 0,
            "broader": None,
        }
        for name in names
    ]


def _identifier(row: Mapping[str, str], column: str) -> str:
    text = row.get(column, "")
    if text and len(text) <= _MAX_ID_BYTES // 4 and not _CONTROL.search(text):
        return text
    if not text:
        raise RowError(column, "is missing")
    if _bytes(text) > _MAX_ID_BYTES:
        raise RowError(column, f"is longer than {_MAX_ID_BYTES} bytes")
    if _CONTROL.search(text):
        raise RowError(
            column, "holds control characters or bytes that are not UTF-8 (see --encoding)"
        )
    return text


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def _text(row: Mapping[str, str], column: str) -> str | None:
    text = row.get(column, "")
    if _NOT_TEXT.search(text):
        raise RowError(column, "holds bytes that are not UTF-8 (see --encoding)")
    return text or None


def _number(row: Mapping[str, str], column: str) -> float | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise RowError(column, f"'{text}' is not a number") from None
    if not math.isfinite(number):
        raise RowError(column, f"'{text}' is not a finite number")
    return number


def _boolean(row: Mapping[str, str], column: str) -> bool | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise RowError(column, f"'{text}' is neither true nor false") from None


def _coordinates(row: Mapping[str, str]) -> Coordinates | None:
    """Return latitude and longitude in degrees; 0/0, where no one lives, is how many say nothing.

    Raises RowError.
    """
    if not row.get("latitude") and not row.get("longitude"):
        return None
    latitude, longitude = _number(row, "latitude"), _number(row, "longitude")
    if latitude is None or longitude is None:
        missing = "latitude" if latitude is None else "longitude"
        raise RowError(missing, "is missing where the other coordinate is given")
    if abs(latitude) > 90:
        raise RowError("latitude", f"{latitude} is not between -90 and 90")
    if abs(longitude) > 180:
        raise RowError("longitude", f"{longitude} is not between -180 and 180")
    return (latitude, longitude) if latitude or longitude else None
