"""Values that have a type (of JSON, of Parquet) as the text that a CSV file would have. Pure."""

import json
import math
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_WRAPPERS = frozenset(
    ("$oid", "$date", "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$uuid")
)

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")  # as JSON writes it: 007 is text
_BOOLEANS = {"true": True, "false": False}
_LARGEST = 2**63

Plain = str | int | float | bool | list[Any] | None
"""A property that a graph takes; a list has entries of one type."""


def number(text: str) -> float:
    """Return the number that a text writes; 1_000 is one to Python alone. Raises ValueError."""
    if "_" in text:
        raise ValueError(text)
    return float(text)


def as_texts(record: Mapping[Any, Any], keep: Collection[str] = ()) -> dict[str, str]:
    """Return a record as one of text; `kept` reads what the columns of `keep` were."""
    return {
        name: as_kept(value) if name.strip() in keep else as_text(value)
        for name, value in ((str(name), value) for name, value in record.items())
    }


def as_kept(value: Any) -> str:
    """Return a value as a text that `kept` reads as the same."""
    if isinstance(value, Decimal):
        value = float(value)
    elif hasattr(value, "item") and not getattr(value, "ndim", 1):  # a number of numpy
        value = value.item()
    text = as_text(value)
    is_told_otherwise = isinstance(value, str) and text != "" and kept(text) != text
    return json.dumps(text, ensure_ascii=False) if is_told_otherwise else text


def kept(text: str) -> Plain:
    """Return the property that a text writes: a number, a boolean, a list of JSON, else itself.

    Nothing is null. A text between quotes is that text, also where it looks like a number.
    """
    if not text:
        return None
    if match := _NUMBER.fullmatch(text):
        found = float(text) if any(match.groups()) else int(text)
        is_one = math.isfinite(found) if isinstance(found, float) else abs(found) < _LARGEST
        return found if is_one else text
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] + text[-1] in ('""', "[]") and len(text) > 1:
        try:
            written = json.loads(text)
        except (ValueError, RecursionError):
            return text
        if isinstance(written, str):
            return written
        entries = _of_one_type(written)
        return text if entries is None else entries
    return text


def _of_one_type(entries: list[Any]) -> list[Any] | None:
    """Return a list as a graph takes it, None when it does not."""
    types = {type(entry) for entry in entries}
    if types == {int, float}:
        return [float(entry) for entry in entries]
    is_plain = len(types) <= 1 and types <= {str, int, float, bool}
    return (
        entries if is_plain and all(abs(e) < _LARGEST for e in entries if type(e) is int) else None
    )


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
