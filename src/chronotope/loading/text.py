"""Values that have a type (of JSON, of Parquet) as the text that a CSV file would have. Pure."""

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

_WRAPPERS = frozenset(
    ("$oid", "$date", "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$uuid")
)


def number(text: str) -> float:
    """Return the number that a text writes; 1_000 is one to Python alone. Raises ValueError."""
    if "_" in text:
        raise ValueError(text)
    return float(text)


def as_texts(record: Mapping[Any, Any]) -> dict[str, str]:
    """Return a record as one of text."""
    return {str(name): as_text(value) for name, value in record.items()}


def as_text(value: Any) -> str:
    """Return `value` as text: null and NaN are empty, a place is lat,lon, lists and maps are JSON.

    What MongoDB wraps in a map, like {"$oid": …}, is what it wraps. What they mean is for the
    checks of their column to judge.
    """
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bytes():
            return value.decode("utf-8", "surrogateescape").strip()
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
        case dict() if len(value) == 1 and not _WRAPPERS.isdisjoint(value):
            return as_text(next(iter(value.values())))
        case dict() | list() | tuple() | set():
            entries = sorted(map(str, value)) if isinstance(value, set) else value
            return json.dumps(entries, ensure_ascii=False, default=str)
        case _:
            return str(value)
