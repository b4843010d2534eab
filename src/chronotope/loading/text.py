"""Values that have a type (of JSON, of Parquet) as the text that a CSV file would have. Pure."""

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any


def as_texts(record: Mapping[Any, Any]) -> dict[str, str]:
    """Return a record as one of text."""
    return {str(name): as_text(value) for name, value in record.items()}


def as_text(value: Any) -> str:
    """Return `value` as text: null and NaN are empty, a place is lat,lon, lists and maps are JSON.

    What they mean is for the checks of their column to judge.
    """
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "true" if value else "false"
        case float() if math.isnan(value):
            return ""
        case datetime() | date():
            return value.isoformat()
        case _ if getattr(value, "ndim", 0):  # an array, as frames hold lists
            return as_text(value.tolist())
        case object(latitude=latitude, longitude=longitude):
            return f"{latitude},{longitude}"
        case dict() | list() | tuple() | set():
            entries = sorted(map(str, value)) if isinstance(value, set) else value
            return json.dumps(entries, ensure_ascii=False, default=str)
        case _:
            return str(value)
