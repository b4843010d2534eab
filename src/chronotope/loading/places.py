"""The writings of a point: pairs, WKT, GeoJSON, maps, degrees with N, S, E, W. Pure."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from chronotope.loading.lists import structure

Coordinates = tuple[float, float]
"""Latitude and longitude, in degrees."""

_NUMBER = r"[-+−]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_COMMA_NUMBER = r"[-+−]?\d+(?:,\d+)?"
_PAIR = re.compile(rf"({_NUMBER})(?:\s*[,;]\s*|\s+)({_NUMBER})(?:(?:\s*[,;]\s*|\s+){_NUMBER})?")
_COMMA_PAIR = re.compile(rf"({_COMMA_NUMBER})(?:\s*;\s*|\s+)({_COMMA_NUMBER})")
_GEO_URI = re.compile(rf"geo:({_NUMBER}),({_NUMBER})(?:,{_NUMBER})?(?:;.*)?", re.IGNORECASE)
_WKT = re.compile(
    rf"(?:SRID=4326;)?\s*POINT\s*(?:Z|M|ZM)?\s*\(\s*({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})*\s*\)",
    re.IGNORECASE,
)
_SHAPE = re.compile(
    r"(?:SRID=\d|geo:|(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*(?:ZM|Z|M)?\s*(?:\(|EMPTY\b))",
    re.IGNORECASE,
)
_ANGLE = (
    r"\d+(?:[.,]\d+)?\s*[°ºd]?\s*(?:\d+(?:[.,]\d+)?\s*['′’m]\s*)?"
    "(?:\\d+(?:[.,]\\d+)?\\s*(?:[\"″”s]|''|′′)\\s*)?"
)
_COMPASS = re.compile(
    rf"(?:([NSEW])\s*({_ANGLE})|({_ANGLE})([NSEW]))[\s,;]*(?:([NSEW])\s*({_ANGLE})|({_ANGLE})([NSEW]))",
    re.IGNORECASE,
)
_ONE_SIDED = re.compile(rf"([NSEW])\s*({_ANGLE})|({_ANGLE})([NSEW])", re.IGNORECASE)
_DEGREES = re.compile(rf"([-+−]?)({_ANGLE})")
_LABELLED = re.compile(
    rf"lat(?:itude)?\s*[:=]\s*({_NUMBER})[\s,;]+(?:lon|lng|long|longitude)\s*[:=]\s*({_NUMBER})",
    re.IGNORECASE,
)
_LATITUDES = ("latitude", "lat")
_LONGITUDES = ("longitude", "lon", "lng", "long")
_NOTHING = re.compile(
    r"[\[(]?\s*(?:nan|none|null|na|n/a)?\s*[,;\s]\s*(?:nan|none|null|na|n/a)?\s*[\])]?", re.I
)
_NOWHERE = (0.0, 0.0)
_SIGNS = {"N": 1, "E": 1, "S": -1, "W": -1}


def point(text: str) -> Coordinates | None:
    """Return the point that a text writes, None for text that is a name.

    A bare pair is latitude, longitude; WKT and GeoJSON have the longitude first. Heights are left
    out. The numbers may be out of range; 0/0, where no one lives, is how many say nothing, and what
    a pair of missing numbers is. Raises ValueError for what looks like a point and is none.
    """
    written = structure(text)
    found = _of_structure(written) if written is not None else _of_text(text.strip())
    if found is None and (written is not None or _looks_like_one(text)):
        raise ValueError(f"'{text}' is no point; write it like 40.758,-73.9855")
    return found


def angle(text: str, column: str) -> float:
    """Return the degrees of a latitude or a longitude; raise ValueError for what is none."""
    try:
        return float(text)
    except ValueError:
        pass
    text = text.replace("−", "-")
    if (match := _ONE_SIDED.fullmatch(text)) and (side := _side(match.groups())):
        if (side[0] in "NS") != (column == "latitude"):
            raise ValueError(f"'{text}' is no {column}")
        return side[1]
    if match := _DEGREES.fullmatch(text):
        return _degrees(match[2]) * (-1 if match[1] == "-" else 1)
    raise ValueError(f"'{text}' is not a number")


def _of_text(text: str) -> Coordinates | None:
    if _NOTHING.fullmatch(text):
        return _NOWHERE
    if text[:1] in "([" and text[-1:] in ")]":
        text = text[1:-1].strip()
    for pattern in (_PAIR, _GEO_URI, _LABELLED):
        if match := pattern.fullmatch(text):
            return _float(match[1]), _float(match[2])
    if match := _WKT.fullmatch(text):
        return _float(match[2]), _float(match[1])
    if match := _COMMA_PAIR.fullmatch(text):
        return _float(match[1].replace(",", ".")), _float(match[2].replace(",", "."))
    if match := _COMPASS.fullmatch(text):
        sides = dict(filter(None, (_side(match.groups()[:4]), _side(match.groups()[4:]))))
        latitude = sides.get("N", sides.get("S"))
        longitude = sides.get("E", sides.get("W"))
        if latitude is not None and longitude is not None:
            return latitude, longitude
    return None


def _of_structure(value: Any) -> Coordinates | None:
    match value:
        case {"type": "Point", "coordinates": [longitude, latitude, *_]}:
            return _floats(latitude, longitude)
        case {"type": "Point", "coordinates": [] | None} | {"type": "Feature", "geometry": None}:
            return _NOWHERE
        case {"type": "Feature", "geometry": geometry}:
            return _of_structure(geometry)
        case [latitude, longitude] | [latitude, longitude, _]:
            return _floats(latitude, longitude)
        case Mapping() if value:
            known = {str(key).lower(): number for key, number in value.items()}
            latitudes = [known[name] for name in _LATITUDES if name in known]
            longitudes = [known[name] for name in _LONGITUDES if name in known]
            return _floats(latitudes[0], longitudes[0]) if latitudes and longitudes else None
    return None if value else _NOWHERE


def _floats(latitude: Any, longitude: Any) -> Coordinates | None:
    try:
        found = float(latitude), float(longitude)
    except (TypeError, ValueError, OverflowError):
        return None if latitude or longitude else _NOWHERE
    return _NOWHERE if all(map(math.isnan, found)) else found


def _float(text: str) -> float:
    return float(text.replace("−", "-"))


def _side(groups: Sequence[str | None]) -> tuple[str, float] | None:
    """Return the direction and the signed degrees of half a pair."""
    before, first, second, after = groups
    direction, numbers = (before or after or "").upper(), first or second or ""
    if direction not in _SIGNS:
        return None
    return direction, _SIGNS[direction] * _degrees(numbers)


def _degrees(text: str) -> float:
    numbers = [float(n.replace(",", ".")) for n in re.findall(r"\d+(?:[.,]\d+)?", text)]
    return sum((number / 60**power for power, number in enumerate(numbers)), 0.0)


def _looks_like_one(text: str) -> bool:
    if _SHAPE.match(text):
        return True
    numbers = re.findall(_NUMBER, text)
    return len(numbers) > 1 and not any(sign.isalpha() for sign in re.sub(_NUMBER, "", text))
