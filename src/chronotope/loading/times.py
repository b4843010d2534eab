"""Parse the time of an event and say it in the zone where the event happened. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chronotope.errors import InputError
from chronotope.loading.columns import Options

_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST_AHEAD = timedelta(days=366)
_PER_SECOND = {"s": 1, "ms": 1000}


def zone(name: str) -> ZoneInfo:
    """Return a zone of the tz database; raise InputError for an unknown name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"'{name}' is no time zone; write one of the tz database, like America/New_York."
        ) from None


def parse_time(text: str, options: Options, now: datetime) -> datetime:
    """Return the moment, in the local zone of the event.

    Raises ValueError, with the reason, for text that is no time, a time without offset whose
    zone was not told, and a time before 1900 or more than a year after `now`.
    """
    if options.time_unit:
        try:
            seconds = float(text) / _PER_SECOND[options.time_unit]
            moment = datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            raise ValueError(
                f"'{text}' is not a number of {options.time_unit} since 1970"
            ) from None
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
            moment = moment.replace(tzinfo=options.timezone)
    if not _EARLIEST <= moment <= now + _LATEST_AHEAD:
        raise ValueError(f"'{text}' is not between 1900 and a year from now")
    return moment.astimezone(options.local_timezone) if options.local_timezone else moment


def zone_name(moment: datetime) -> str:
    """Return the zone of a moment as Cypher takes it: a name of the tz database or an offset."""
    if isinstance(moment.tzinfo, ZoneInfo):
        return moment.tzinfo.key
    offset = f"{moment:%z}"
    return f"{offset[:3]}:{offset[3:5]}"
