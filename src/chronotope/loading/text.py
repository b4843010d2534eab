"""Values that have a type (of JSON, of Parquet) as the text that a CSV file would have. Pure."""

import json
from datetime import date, datetime
from typing import Any

_JOINTS = {"category": " > ", "tags": ";"}


def as_text(column: str, value: Any) -> str:
    """Return `value` as text: null is empty, lists of names are joined, a GeoJSON point is lat,lon.

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
        case list() if column in _JOINTS and all(isinstance(name, str) for name in value):
            return _JOINTS[column].join(value)
        case {"type": "Point", "coordinates": [longitude, latitude, *_]}:
            return f"{latitude},{longitude}"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)
