"""Parse the time of an event and say it in the zone where the event happened. Pure."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chronotope.errors import InputError
from chronotope.loading.columns import TIME_UNITS, ReadOptions, TimeUnit
from chronotope.loading.text import number
from chronotope.loading.zones import check_offset, name_of, zone_or_offset

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = round(datetime(1900, 1, 1, tzinfo=UTC).timestamp() * 1000)
_AHEAD = timedelta(days=366)
_DAY = timedelta(days=1)
_MILLIS = {"s": 1000, "ms": 1, "us": 1e-3, "ns": 1e-6}

# Python takes any sign for the one between date and clock: 2024-05-01+02:00 would be two o'clock.
_BEGINNING = re.compile(r"\d{4}(?:-\d\d-\d\d|\d{4}|-?W\d\d(?:-?\d)?)(?![^T ])")
# What ISO 8601 allows and Python does not: midnight as 24:00, a space before the offset, a date
# with an offset; and months, days and hours of one digit.
_ODD = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:[T ] ?(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?))?"
    r"|(Z|[+-]\d\d:\d\d))?"
)
_CLOCK_OF_FORMAT = frozenset("HIcX")
_LONGEST = 200  # signs of a time; patterns take their time over long texts
_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]*")
_EXAMPLE = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)


class Moment(NamedTuple):
    """Epoch milliseconds, the local zone as Cypher takes it, and whether the hour is known."""

    millis: int
    zone: str
    has_clock: bool


def latest(now: datetime) -> int:
    """Return the epoch milliseconds after which a time is too far ahead to be one."""
    return round((now + _AHEAD).timestamp() * 1000)


def check_formats(patterns: tuple[str, ...]) -> None:
    """Raise InputError for a pattern of strptime that is none, or that leaves the date open."""
    for pattern in patterns:
        if ("I" in _directives(pattern)) != ("p" in _directives(pattern)):
            raise InputError(
                f"--time-format '{pattern}': %I and %p, AM or PM, tell an hour together; an hour "
                "to 24 is %H."
            )
        try:
            parsed = datetime.strptime(_EXAMPLE.strftime(pattern), pattern)
        except (ValueError, re.error):
            raise InputError(
                f"--time-format '{pattern}' is no pattern of Python's strptime, like "
                "'%d/%m/%Y %H:%M'; for numbers say --time-unit."
            ) from None
        if parsed.date() != _EXAMPLE.date():
            raise InputError(f"--time-format '{pattern}' has to tell year, month and day.")


def parse_time(text: str, options: ReadOptions, until: int, where: tzinfo | None = None) -> Moment:
    """Return the moment of an event; `where` is the zone that its row tells.

    Raises ValueError, with the reason, for text that is no time, a time without offset whose zone
    was not told or whose clocks skipped it, and one before 1900 or after `until`. A date without a
    clock is the local midnight, or the first moment of a day that has none.
    """
    local = where or options.local_timezone
    zone: tzinfo = UTC
    has_clock = True
    try:
        if options.time_unit:
            millis = _count(text, options.time_unit)
        else:
            moment, has_clock = _read(text, options.time_formats)
            own = moment.tzinfo
            if not has_clock:
                own = local or own or options.timezone
            elif own is None:
                own = options.timezone or where
            if own is None:
                raise ValueError(f"'{text}' has no offset; say what it means with --timezone")
            zone = check_offset(own)
            if not has_clock:
                moment = _midnight(moment.date(), zone)
            elif moment.tzinfo is None or isinstance(moment.tzinfo, ZoneInfo):
                moment = _in_zone(moment.replace(tzinfo=None), zone)
            millis = round(moment.timestamp() * 1000)
    except OverflowError:
        millis = until + 1  # beyond the years that there are
    if not _EARLIEST <= millis <= until:
        hint = ", counted in another --time-unit?" if options.time_unit else ""
        raise ValueError(f"'{text}' is not between 1900 and a year from now{hint}")
    if options.time_unit and local is None:
        return Moment(millis, "Z", has_clock)
    return Moment(millis, _name_at(local or zone, millis), has_clock)


def _name_at(zone: tzinfo, millis: int) -> str:
    """Return a zone as Cypher takes it, before 1970 as the offset that it had.

    For moments before 1970 the tz database vouches for nothing, and Java has other rules.
    """
    if millis >= 0:
        return name_of(zone)
    return name_of(timezone(_offset_at(zone, millis)))


def _offset_at(zone: tzinfo, millis: int) -> timedelta:
    moment = (_EPOCH + timedelta(milliseconds=millis)).astimezone(zone)
    return moment.utcoffset() or timedelta()


def _count(text: str, unit: TimeUnit) -> int:
    try:
        return round(number(text) * _MILLIS[unit])  # of NaN and infinity: errors
    except (ValueError, OverflowError):
        raise ValueError(f"'{text}' is not a number of {unit} since 1970") from None


def _read(text: str, patterns: tuple[str, ...]) -> tuple[datetime, bool]:
    """Return the time that a text says, perhaps without a zone, and whether it has a clock."""
    if len(text) > _LONGEST:
        raise ValueError(_no_time(f"{text[:_LONGEST]}…"))
    if patterns:
        return _by_patterns(text, patterns)
    upper = text.upper()
    try:
        if _BEGINNING.match(upper):
            return datetime.fromisoformat(upper), len(upper) > len("2024-05-01")
    except ValueError:
        pass
    if match := _ODD.fullmatch(upper):
        return _odd(text, match)
    raise ValueError(_no_time(text))


def _odd(text: str, match: re.Match[str]) -> tuple[datetime, bool]:
    year, month, day, hour, minute, second, fraction, offset, bare_offset = match.groups()
    until_midnight = (
        hour == "24" and minute == "00" and not int((second or "0") + (fraction or "0"))
    )
    try:
        moment = datetime(
            int(year), int(month), int(day),
            0 if until_midnight else int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "0")[:6].ljust(6, "0")),
        )  # fmt: skip
        zone = offset or bare_offset
        if zone:
            full = f"{zone}:00" if len(zone) == len("+02") else zone
            moment = moment.replace(tzinfo=zone_or_offset(full))
    except ValueError as problem:
        reason = str(problem) if "offset" in str(problem) else _no_time(text)
        raise ValueError(reason) from None
    return moment + _DAY if until_midnight else moment, hour is not None


def _no_time(text: str) -> str:
    try:
        float(text)
    except ValueError:
        return (
            f"'{text}' is not a time in ISO 8601, like 2026-11-25T18:30:00+01:00; say how it is "
            "written with --time-format, like '%d/%m/%Y %H:%M'"
        )
    units = "|".join(TIME_UNITS)
    return (
        f"'{text}' is not a time in ISO 8601; if it counts from 1970, say so with "
        f"--time-unit {units}"
    )


def _by_patterns(text: str, patterns: tuple[str, ...]) -> tuple[datetime, bool]:
    for pattern in patterns:
        directives = _directives(pattern)
        parse = _strptime_with_zone if "Z" in directives else datetime.strptime
        try:
            moment = parse(text, pattern)
        except (ValueError, OverflowError):
            continue
        return moment, not _CLOCK_OF_FORMAT.isdisjoint(directives)
    raise ValueError(f"'{text}' is not like {' or '.join(patterns)} (--time-format)")


@lru_cache
def _directives(pattern: str) -> frozenset[str]:
    return frozenset(re.findall("%(.)", pattern))


def _strptime_with_zone(text: str, pattern: str) -> datetime:
    """Parse a time with the name of a zone, which strptime reads and then forgets."""
    for name in _ZONE_NAME.findall(text):
        try:
            zone = zone_or_offset(name)
            moment = datetime.strptime(text.replace(name, "UTC", 1), pattern)
        except ValueError:
            continue
        return moment.replace(tzinfo=zone)
    raise ValueError(text)


def _in_zone(naive: datetime, zone: tzinfo) -> datetime:
    """Say a naive time in a zone; of an hour that happens twice it is the first.

    Raises ValueError for a time in the hour that clocks skip.
    """
    moment = naive.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise ValueError(f"'{naive}' did not happen in {name_of(zone)}: the clocks skipped it")
    return moment


def _midnight(day: date, zone: tzinfo) -> datetime:
    """Return the first moment of a day; where clocks skip its midnight, that is a later one."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return midnight.astimezone(UTC).astimezone(zone)
