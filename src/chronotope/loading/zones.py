"""Time zones: those that Python and the server both know, and where which one counts."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chronotope.errors import InputError

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder

# Python finds them among the files of the system. Java, and so Neo4j, has no such zone, or, as of
# EET and WET before 1996, another one.
_NOT_IN_JAVA = frozenset(
    (
        "EST", "HST", "MST", "EET", "WET", "ROC", "Factory", "GMT+0", "GMT-0", "localtime",
        "posixrules",
    )
)  # fmt: skip
_NOT_IN_JAVA_BELOW = ("posix/", "right/")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)(?::?(\d\d))?")
_FARTHEST = timedelta(hours=18)


def zone(name: str) -> ZoneInfo:
    """Return a zone of the tz database that Neo4j knows too; raise InputError for another name."""
    try:
        found = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"'{_short(name)}' is no time zone; write one of the tz database, like "
            "America/New_York."
        ) from None
    if name in _NOT_IN_JAVA or name.startswith(_NOT_IN_JAVA_BELOW):
        raise InputError(
            f"'{name}' is no time zone that Python and Neo4j agree on; write one of a city, like "
            "America/New_York, or UTC."
        )
    return found


@lru_cache(1024)
def zone_or_offset(text: str) -> tzinfo:
    """Return the zone or the offset, like +05:30, that a text names; raise ValueError."""
    if match := _OFFSET.fullmatch(text):
        sign, hours, minutes, seconds = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
        if offset < timedelta(days=1):
            return check_offset(timezone(-offset if sign == "-" else offset))
    if text in {"Z", "z"}:
        return UTC
    try:
        return zone(text)
    except InputError as problem:
        raise ValueError(str(problem).rstrip(".")) from None


def check_offset(zone: tzinfo) -> tzinfo:
    """Return a zone; raise ValueError for an offset that no place on earth, and no Java, has."""
    if isinstance(zone, timezone):
        offset = zone.utcoffset(None)
        if abs(offset) > _FARTHEST:
            raise ValueError(f"the offset {name_of(zone)} is not between -18:00 and +18:00")
        if offset.microseconds:
            raise ValueError("the offset has a fraction of a second")
    return zone


def name_of(zone: tzinfo) -> str:
    """Return a zone as Cypher takes it: a name of the tz database, Z, or an offset."""
    if isinstance(zone, ZoneInfo):
        return zone.key
    offset = zone.utcoffset(None)
    if not offset:
        return "+00:00"
    seconds = abs(round(offset.total_seconds()))
    text = f"{'-' if offset < timedelta() else '+'}{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return f"{text}:{seconds % 60:02}" if seconds % 60 else text


def known_name(given: tzinfo | None) -> str | None:
    """Return the name of a zone that Neo4j knows too, of zoneinfo or of pytz; None for others."""
    name = getattr(given, "key", None) or getattr(given, "zone", None)
    try:
        return zone(name).key if name else None
    except InputError:
        return None


@lru_cache(100_000)
def zone_at(latitude: float, longitude: float) -> ZoneInfo | None:
    """Return the zone of a place, in degrees; None where there is none.

    Raises InputError when the extra `timezones` is not installed.
    """
    name = finder().timezone_at(lat=latitude, lng=longitude)
    return zone(name) if name else None


@cache
def finder() -> "TimezoneFinder":
    """Return what knows the borders of zones; raise InputError when it is not installed."""
    try:
        from timezonefinder import TimezoneFinder
    except ImportError:
        raise InputError(
            "Zones come from coordinates by an extra; install it: "
            "pip install 'chronotope[timezones]'."
        ) from None
    return TimezoneFinder()


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:79]}…"
