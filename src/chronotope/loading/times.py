"""Parse the time of an event and say it in the zone where the event happened. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chronotope.errors import InputError
from chronotope.loading.columns import ReadOptions

_EARLIEST = round(datetime(1900, 1, 1, tzinfo=UTC).timestamp() * 1000)
_AHEAD = timedelta(days=366)
_MILLIS = {"s": 1000, "ms": 1}


def zone(name: str) -> ZoneInfo:
    """Return a zone of the tz database; raise InputError for an unknown name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"'{name}' is no time zone; write one of the tz database, like America/New_York."
        ) from None


def latest(now: datetime) -> int:
    """Return the epoch milliseconds after which a time is too far ahead to be one."""
    return round((now + _AHEAD).timestamp() * 1000)


def parse_time(text: str, options: ReadOptions, until: int) -> tuple[int, str]:
    """Return the moment in epoch milliseconds, and the local zone as Cypher takes it.

    A zone is a name of the tz database or an offset like +05:30. Raises ValueError, with the
    reason, for text that is no time, a time without offset whose zone was not told or whose clocks
    skipped it, and one before 1900 or after `until`.
    """
    if options.time_unit:
        try:
            millis = round(float(text) * _MILLIS[options.time_unit])  # of infinity and NaN: errors
        except (ValueError, OverflowError):
            raise ValueError(
                f"'{text}' is not a number of {options.time_unit} since 1970"
            ) from None
        zone = "Z"
    else:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(
                f"'{text}' is not a time in ISO 8601, like 2026-11-25T18:30:00+01:00"
            ) from None
        if moment.tzinfo is None:
            if options.timezone is None:
                raise ValueError(f"'{text}' has no offset; say what it means with --timezone")
            moment = _in_zone(moment, options.timezone)
        millis = round(moment.timestamp() * 1000)
        zone = "" if options.local_timezone else _zone_of(moment)
    if not _EARLIEST <= millis <= until:
        raise ValueError(f"'{text}' is not between 1900 and a year from now")
    return millis, options.local_timezone.key if options.local_timezone else zone


def _in_zone(naive: datetime, zone: ZoneInfo) -> datetime:
    """Say a naive time in a zone; of an hour that happens twice it is the first.

    Raises ValueError for a time in the hour that clocks skip.
    """
    moment = naive.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise ValueError(f"'{naive}' did not happen in {zone.key}: the clocks skipped it")
    return moment


def _zone_of(moment: datetime) -> str:
    if isinstance(moment.tzinfo, ZoneInfo):
        return moment.tzinfo.key
    offset = f"{moment:%z}"
    return f"{offset[:3]}:{offset[3:5]}"
