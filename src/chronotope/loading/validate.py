"""Turn a row of text into a row for the graph, or say what is wrong with it. Pure."""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from neo4j.spatial import WGS84Point

from chronotope.loading.cells import cell_of
from chronotope.loading.columns import Options
from chronotope.loading.times import parse_time, zone_name

UNIT_SEPARATOR = "\x1f"
DEFAULT_KIND = "visit"
_MAX_ID_BYTES = 512
# Control characters, and what `surrogateescape` makes of bytes that are not UTF-8.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_LEVEL_SEPARATOR = re.compile(r"\s*>\s*")
_TAG_SEPARATOR = re.compile(r"\s*[;|]\s*")
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Row = dict[str, Any]


class RowError(Exception):
    """What is wrong with a row, and in which column."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(column, reason)
        self.column = column
        self.reason = reason


def item(row: Mapping[str, str]) -> Row:
    """Return {id, properties, interests, located, cell} and the interests' own rows, `ladder`.

    Only the columns that the file has are said anything about. Raises RowError.
    """
    properties: Row = {name: _text(row, name) for name in ("name", "description") if name in row}
    located = "latitude" in row or "longitude" in row
    cell = None
    if located:
        location = _point(row)
        cell = cell_of(location) if location else None
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


def event(row: Mapping[str, str], options: Options, now: datetime) -> Row:
    """Return {id, user, item, epochMillis, zone, kind, value, location, cell, place}.

    Raises RowError.
    """
    user, item_id = _identifier(row, "user_id"), _identifier(row, "item_id")
    kind = _identifier(row, "kind") if row.get("kind") else DEFAULT_KIND
    if not row.get("timestamp"):
        raise RowError("timestamp", "is missing")
    try:
        at = parse_time(row["timestamp"], options, now)
    except ValueError as problem:
        raise RowError("timestamp", str(problem)) from None
    location = _point(row)
    place = _identifier(row, "place") if row.get("place") else None
    cell = cell_of(location) if location else place_id(place) if place else None
    own_id = _identifier(row, "event_id") if row.get("event_id") else None
    millis = round(at.timestamp() * 1000)
    return {
        "id": own_id or event_id(user, item_id, kind, millis),
        "user": user,
        "item": item_id,
        "epochMillis": millis,
        "zone": zone_name(at),
        "kind": kind,
        "value": _number(row, "value"),
        "location": location,
        "cell": cell,
        "place": place,
    }


def event_id(user: str, item_id: str, kind: str, epoch_millis: int) -> str:
    """Return the id that an event without one gets; Cypher can make the same."""
    return UNIT_SEPARATOR.join((user, item_id, kind, str(epoch_millis)))


def place_id(name: str) -> str:
    """Return the id under which a named place serves as a cell."""
    return f"place:{name}"


def categories(path: str) -> list[Row]:
    """Return the interests of a path like `Dining > Coffee Shop`, broad ones first."""
    names = [name for name in _LEVEL_SEPARATOR.split(path) if name]
    rows: list[Row] = []
    for level, name in enumerate(names, start=1):
        rows.append(
            {
                "id": "category:" + " > ".join(names[:level]),
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
            "id": f"keyword:{name.casefold()}",
            "name": name,
            "scheme": "keyword",
            "level": 0,
            "broader": None,
        }
        for name in names
    ]


def _identifier(row: Mapping[str, str], column: str) -> str:
    text = row.get(column, "")
    if not text:
        raise RowError(column, "is missing")
    if len(text.encode("utf-8", "surrogateescape")) > _MAX_ID_BYTES:
        raise RowError(column, f"is longer than {_MAX_ID_BYTES} bytes")
    if _CONTROL.search(text):
        raise RowError(column, "holds control characters or bytes that are not UTF-8")
    return text


def _text(row: Mapping[str, str], column: str) -> str | None:
    text = row.get(column, "")
    if _NOT_TEXT.search(text):
        raise RowError(column, "holds bytes that are not UTF-8")
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


def _point(row: Mapping[str, str]) -> WGS84Point | None:
    latitude, longitude = _number(row, "latitude"), _number(row, "longitude")
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        missing = "latitude" if latitude is None else "longitude"
        raise RowError(missing, "is missing where the other coordinate is given")
    if abs(latitude) > 90:
        raise RowError("latitude", f"{latitude} is not between -90 and 90")
    if abs(longitude) > 180:
        raise RowError("longitude", f"{longitude} is not between -180 and 180")
    return WGS84Point((longitude, latitude))
