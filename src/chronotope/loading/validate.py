"""Turn a row of text into a row for the graph, or say what is wrong with it. Pure."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from neo4j.spatial import WGS84Point

from chronotope.ids import category_id, event_id, keyword_id, place_id
from chronotope.loading import lists, places
from chronotope.loading.cells import cell_of
from chronotope.loading.columns import DEFAULTS, RATING, VISIT, ReadOptions
from chronotope.loading.hiding import hidden_event, hidden_friendship
from chronotope.loading.places import Coordinates
from chronotope.loading.rejection import RowError
from chronotope.loading.text import kept, number
from chronotope.loading.times import parse_time
from chronotope.loading.zones import zone_at, zone_or_offset

_MAX_ID_BYTES = 512
_MAX_INTEREST_BYTES = 8000  # of an id: a range index of Neo4j takes 8,164
_MAX_TEXT_BYTES = 1_000_000  # the bulk import takes fields of 4 MB, quotes doubled
# Control characters, and what `surrogateescape` makes of bytes that are not UTF-8.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_BOOLEANS = {
    "true": True, "yes": True, "t": True, "y": True, "1": True, "1.0": True,
    "false": False, "no": False, "f": False, "n": False, "0": False, "0.0": False,
}  # fmt: skip
_SIDES = ("latitude", "longitude")
_PLACES = frozenset((*_SIDES, "location"))

Row = dict[str, Any]


def item(row: Mapping[str, str], keep: Sequence[str] = ()) -> Row:
    """Return {id, properties, interests, located, cell} and the interests' own rows, `ladder`.

    Only the columns that the file has are said anything about; those to `keep` are properties as
    they are. Raises RowError.
    """
    properties: Row = {name: _text(row, name) for name in ("name", "description") if name in row}
    coordinates, nowhere = _place(row)
    # The name of a place, in `location`, says nothing about where it is.
    located = nowhere is None and not _PLACES.isdisjoint(row)
    cell = None
    if located:
        location = WGS84Point(coordinates[::-1]) if coordinates else None
        cell = cell_of(*coordinates) if coordinates else None
        properties |= {"location": location, "cell": cell}
    if "active" in row:
        properties["active"] = _boolean(row, "active")
    properties |= {name: kept(_text(row, name) or "") for name in keep if name in row}
    ladder: list[Row] = []
    interests: list[str] | None = None
    if "category" in row or "tags" in row:
        paths = lists.paths(_text(row, "category") or "")
        ladders = [_checked("category", categories(path)) for path in paths]
        keywords = _checked("tags", tags(_text(row, "tags") or ""))
        ladder = list({step["id"]: step for steps in ladders for step in steps}.values())
        ladder += keywords
        interests = [steps[-1]["id"] for steps in ladders]
        interests += [keyword["id"] for keyword in keywords]
    return {
        "id": identifier(row, "item_id"),
        "properties": properties,
        "interests": interests,
        "ladder": ladder,
        "located": located,
        "cell": cell,
    }


def event(row: Mapping[str, str], options: ReadOptions, until: int) -> Row:
    """Return {id, user, item, epochMillis, zone, dateOnly, kind} and what else is given.

    That is {value, latitude, longitude, cell, place, declined}; a place serves as the cell where
    there are no coordinates, and a rating under the threshold of the options is `declined`. Of a
    date without a clock, `dateOnly`, the hour is not known. `until` is in epoch milliseconds, see
    `times.latest`. Raises RowError.
    """
    user, item_id = identifier(row, "user_id"), identifier(row, "item_id")
    kind = identifier(row, "kind") if row.get("kind") else _kind_of(row, options)
    coordinates, location = _place(row)
    time = row.get("timestamp")
    if not time:
        raise RowError("timestamp", "is missing")
    where = _zone(row)
    if where is None and coordinates and options.zones_from_coordinates:
        where = zone_at(*coordinates)
    try:
        moment = parse_time(time, options, until, where)
    except ValueError as problem:
        raise RowError("timestamp", str(problem)) from None
    own_id = identifier(row, "event_id") if row.get("event_id") else None
    event: Row = {
        "id": own_id or event_id(user, item_id, kind, moment.millis),
        "user": user,
        "item": item_id,
        "epochMillis": moment.millis,
        "zone": moment.zone,
        "dateOnly": not moment.has_clock,
        "kind": kind,
    }
    if row.get("value"):
        event["value"] = _number(row, "value")
        if kind == RATING and options.rating_threshold is not None:
            event |= {"declined": True} if event["value"] < options.rating_threshold else {}
    if coordinates:
        event["latitude"], event["longitude"] = coordinates
        event["cell"] = cell_of(*coordinates)
    elif row.get("place") or location:
        event["place"] = identifier(row, "location" if location else "place")
        event["cell"] = place_id(event["place"])
    return hidden_event(event, options.secrecy)


def _kind_of(row: Mapping[str, str], options: ReadOptions) -> str:
    """Return the kind of an event that tells none."""
    return RATING if options.rating_threshold is not None and row.get("value") else VISIT


def friendship(row: Mapping[str, str], options: ReadOptions = DEFAULTS) -> Row:
    """Return {user, friend}: the one knows the other. Raises RowError."""
    user, friend = identifier(row, "user_id"), identifier(row, "friend_id")
    if user == friend:
        raise RowError("friend_id", f"'{friend}' is the user's own id")
    return hidden_friendship({"user": user, "friend": friend}, options.secrecy)


def categories(path: Sequence[str]) -> list[Row]:
    """Return the interests of a path like (Dining, Coffee Shop), broad ones first."""
    rows: list[Row] = []
    for level, name in enumerate(path, start=1):
        rows.append(
            {
                "id": category_id(path[:level]),
                "name": name,
                "scheme": "category",
                "level": level,
                "broader": rows[-1]["id"] if rows else None,
            }
        )
    return rows


def tags(text: str) -> list[Row]:
    """Return the interests of a list of tags."""
    rows = (
        {
            "id": keyword_id(name),
            "name": name,
            "scheme": "keyword",
            "level": 0,
            "broader": None,
        }
        for name in lists.names(text)
    )
    return list({row["id"]: row for row in rows}.values())


def _checked(column: str, interests: list[Row]) -> list[Row]:
    """Return interests that an index takes. Raises RowError."""
    for interest in interests:
        if _bytes(interest["id"]) > _MAX_INTEREST_BYTES:
            raise RowError(column, f"has a name of more than {_MAX_INTEREST_BYTES:,} bytes")
        if _CONTROL.search(interest["name"]):
            raise RowError(column, "holds control characters")
    return interests


def identifier(row: Mapping[str, str], column: str) -> str:
    """Return the id in a column. Raises RowError."""
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
    return len(text.encode("utf-8", "surrogatepass"))


def _text(row: Mapping[str, str], column: str) -> str | None:
    text = row.get(column, "")
    if _NOT_TEXT.search(text):
        raise RowError(column, "holds zero bytes, or bytes that are not UTF-8 (see --encoding)")
    if len(text) > _MAX_TEXT_BYTES // 4 and _bytes(text) > _MAX_TEXT_BYTES:
        raise RowError(column, f"is longer than {_MAX_TEXT_BYTES:,} bytes")
    return text or None


def _zone(row: Mapping[str, str]) -> tzinfo | None:
    """Return the zone that a row tells. Raises RowError."""
    if not (text := row.get("zone")):
        return None
    try:
        return zone_or_offset(text)
    except ValueError as problem:
        raise RowError("zone", str(problem)) from None


def _number(row: Mapping[str, str], column: str) -> float | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        found = number(text)
    except ValueError:
        raise RowError(column, f"'{text}' is not a number") from None
    if not math.isfinite(found):
        raise RowError(column, f"'{text}' is not a finite number")
    return found


def _boolean(row: Mapping[str, str], column: str) -> bool | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise RowError(column, f"'{text}' is neither true nor false") from None


def _place(row: Mapping[str, str]) -> tuple[Coordinates | None, str | None]:
    """Return latitude and longitude in degrees, and what `location` says where it is a name.

    0/0, where no one lives, is how many say nothing. Raises RowError.
    """
    coordinates = _columns_of_place(row)
    if coordinates is None and (location := row.get("location")):
        try:
            coordinates = places.point(location)
        except ValueError as problem:
            raise RowError("location", str(problem)) from None
        if coordinates is None:
            return None, location
        for number, most, what in zip(coordinates, (90, 180), _SIDES, strict=True):
            if not abs(number) <= most:
                raise RowError("location", f"has the {what} {number}: not from -{most} to {most}")
    return (coordinates if coordinates and any(coordinates) else None), None


def _columns_of_place(row: Mapping[str, str]) -> Coordinates | None:
    if not row.get("latitude") and not row.get("longitude"):
        return None
    for column in _SIDES:
        if not row.get(column):
            raise RowError(column, "is missing where the other coordinate is given")
    return _degrees(row, "latitude", 90), _degrees(row, "longitude", 180)


def _degrees(row: Mapping[str, str], column: str, most: int) -> float:
    try:
        degrees = places.angle(row[column], column)
    except ValueError as problem:
        raise RowError(column, str(problem)) from None
    if not math.isfinite(degrees):
        raise RowError(column, f"'{row[column]}' is not a finite number")
    if abs(degrees) > most:
        raise RowError(column, f"{degrees} is not between -{most} and {most}")
    return degrees
