"""Values that have a type (of JSON, of Parquet) as the text that a CSV file would have. Pure."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from chronotope.ids import LEVELS

_JOINTS = {"category": LEVELS, "tags": ";"}


def as_row(record: Mapping[str, Any], ours: Callable[[str], str]) -> dict[str, str]:
    """Return a record as a row of text; `ours` gives our name of a key."""
    named = ((ours(key), value) for key, value in record.items())
    return {name: as_text(name, value) for name, value in named}


def as_text(column: str, value: Any) -> str:
    """Return `value` as text: null is empty, lists of names are joined, a point is lat,lon.

    A point is GeoJSON, or (latitude, longitude) as a tuple.

    What has no such form is given as JSON, for the checks of the column to judge.
    """
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "true" if value else "false"
        case datetime() | date():
            return value.isoformat()
        case _ if getattr(value, "ndim", 0):  # an array, as frames hold lists
            return as_text(column, value.tolist())
        case list() | tuple() if column in _JOINTS and all(isinstance(n, str) for n in value):
            return _JOINTS[column].join(value)
        case {"type": "Point", "coordinates": [longitude, latitude, *_]}:
            return f"{latitude},{longitude}"
        case object(latitude=latitude, longitude=longitude):
            return f"{latitude},{longitude}"
        case (latitude, longitude) if column == "location" and isinstance(value, tuple):
            return f"{latitude},{longitude}"
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)
