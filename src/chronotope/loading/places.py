"""The writings of a point: pairs, WKT, GeoJSON, maps, degrees with N, S, E, W. Pure."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from chronotope.loading.lists import structure
from chronotope.loading.text import number

Coordinates = tuple[float, float]
"""Latitude and longitude, in degrees."""

_NUMBER = r"[-+−]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_COMMA_NUMBER = r"[-+−]?\d+(?:,\d+)?"
# Between a third number, the height, stands what stands between the two: 48,2;16 has two numbers.
_PAIR = re.compile(rf"({_NUMBER})(?:\s*([,;])\s*|\s+)({_NUMBER})(?:\s*(?(2)\2\s*|\s){_NUMBER})?")
_COMMA_PAIR = re.compile(rf"({_COMMA_NUMBER})(?:\s*;\s*|\s+)({_COMMA_NUMBER})")
_GEO_URI = re.compile(rf"geo:({_NUMBER}),({_NUMBER})(?:,{_NUMBER})?(?:;.*)?", re.IGNORECASE)
_WKT = re.compile(
    rf"(?:SRID=4326;)?\s*POINT\s*(?:Z|M|ZM)?\s*\(\s*({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})*\s*\)",
    re.IGNORECASE,
)
_SHAPE = re.compile(
    r"(?:SRID=\d|geo:|(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*(?:ZM|Z|M)?\s*(?:\(|EMPTY\b)"
    r"|(?:lat|lon|lng|long)(?:itude)?\s*[:=]"
    r"|(?:010[1-7]0000|00[0-9A-F]{2}00000[1-7])[0-9A-F]{32})",  # WKB, as PostGIS dumps it
    re.IGNORECASE,
)
_ANGLE = (  # 45' has no degrees: minutes and seconds do not begin within a number
    r"\d+(?:[.,]\d+)?\s*[°ºd]?\s*(?:(?<!\d)\d+(?:[.,]\d+)?\s*['′’m]\s*)?"
    "(?:(?<!\\d)\\d+(?:[.,]\\d+)?\\s*(?:[\"″”s]|''|′′)\\s*)?"
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
_LONGEST = 200  # signs of a point or an angle; patterns take their time over long texts
_SIDES = "NSEWnsewd"
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
        return number(text)
    except ValueError:
        pass
    text = text.replace("−", "-")[: _LONGEST + 1]
    if len(text) > _LONGEST:
        raise ValueError(f"'{text}…' is not a number")
    if (match := _ONE_SIDED.fullmatch(text)) and (side := _side(match.groups())):
        if (side[0] in "NS") != (column == "latitude"):
            raise ValueError(f"'{text}' is no {column}")
        return side[1]
    if match := _DEGREES.fullmatch(text):
        return _degrees(match[2]) * (-1 if match[1] == "-" else 1)
    raise ValueError(f"'{text}' is not a number")


def _of_text(text: str) -> Coordinates | None:
    if len(text) > _LONGEST:
        return None
    if _NOTHING.fullmatch(text):
        return _NOWHERE
    if text[:1] in "([" and text[-1:] in ")]":
        text = text[1:-1].strip()
    for pattern in (_PAIR, _GEO_URI, _LABELLED):
        if match := pattern.fullmatch(text):
            latitude, *_, longitude = match.groups()
            return _float(latitude), _float(longitude)
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
        found = number(str(latitude)), number(str(longitude))
    except ValueError:
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
    if any(number >= 60 for number in numbers[1:]):
        raise ValueError(f"'{text.strip()}' has 60 minutes or seconds, or more")
    return sum((number / 60**power for power, number in enumerate(numbers)), 0.0)


def _looks_like_one(text: str) -> bool:
    if _SHAPE.match(text):
        return True
    numbers = re.findall(_NUMBER, text)
    return len(numbers) > 1 and not any(
        sign.isalpha() and sign not in _SIDES for sign in re.sub(_NUMBER, "", text)
    )
