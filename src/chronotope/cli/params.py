"""Types of options: functions get moments, points and zones, not the text that people type.

What a type refuses is wrong usage, said in a sentence.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from chronotope.errors import InputError

if TYPE_CHECKING:
    from chronotope.loading import Limit

Coordinates = tuple[float, float]
"""Latitude and longitude, in degrees."""


class Parsed(click.ParamType):  # type: ignore[type-arg]  # generic in new versions of click
    """A value that a function parses, which raises InputError; `name` is what the help shows."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse text; a default that is a value already stays."""
        if not isinstance(value, str):
            return value
        try:
            return self._parse(value)
        except InputError as problem:
            self.fail(str(problem), param, ctx)


def parse_moment(text: str) -> datetime:
    """Parse an ISO 8601 moment; one without an offset is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"'{text}' is not a moment; write it like 2026-11-25T18:30:00+01:00."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_point(text: str) -> Coordinates:
    """Parse `latitude,longitude` in degrees."""
    try:
        latitude, longitude = map(float, text.split(","))
    except ValueError:
        latitude, longitude = float("nan"), float("nan")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InputError(
            f"'{text}' is not a place; write latitude,longitude like 40.7580,-73.9855."
        )
    return latitude, longitude


def parse_hours(text: str) -> tuple[int, ...]:
    """Parse hours of the day, like `18-22` (until 22:00) or `22-2`, into those that begin in it."""
    try:
        start, end = (int(part.removesuffix(":00")) for part in text.split("-"))
    except ValueError:
        start, end = -1, -1
    if not (0 <= start <= 23 and 0 <= end <= 24 and start != end % 24):
        raise InputError(f"'{text}' are no hours of the day; write them like 18-22.")
    return tuple((start + n) % 24 for n in range((end - start) % 24))


def parse_weekdays(text: str) -> tuple[int, ...]:
    """Parse weekdays, like `1-5` (Monday to Friday), `6-7`, `6-1` or `3`."""
    first, dash, last = text.partition("-")
    try:
        start, end = int(first), int(last if dash else first)
    except ValueError:
        start, end = 0, 0
    if not (1 <= start <= 7 and 1 <= end <= 7):
        raise InputError(f"'{text}' are no weekdays; write them like 1-5, Monday to Friday.")
    return tuple((start - 1 + n) % 7 + 1 for n in range((end - start) % 7 + 1))


def parse_pair(text: str) -> dict[str, str]:
    """Parse `KEY=VALUE`."""
    key, equals, value = (part.strip() for part in text.partition("="))
    if not (key and equals and value):
        raise InputError(f"'{text}' is not KEY=VALUE, like item_id=venue.")
    return {key: value}


def parse_pairs(text: str) -> dict[str, str]:
    """Parse `KEY=VALUE[,KEY=VALUE…]`."""
    return {key: value for pair in text.split(",") for key, value in parse_pair(pair).items()}


def parse_limit(text: str) -> "Limit":
    """Parse how many rows may be rejected: `100`, or a share of those read like `5%`."""
    from chronotope.loading import Limit  # with the loader comes the driver

    try:
        number = float(text.removesuffix("%")) if text.endswith("%") else int(text)
    except ValueError:
        number = -1
    if not 0 <= number < float("inf"):
        raise InputError(f"'{text}' is neither a number of rows nor a share like 5%.")
    return Limit(share=number / 100) if text.endswith("%") else Limit(rows=int(number))


def parse_megabytes(text: str) -> int:
    """Parse an amount of memory: `2GB`, or in megabytes `500MB` or `500`."""
    found = re.fullmatch(r"(\d{1,9}) ?([MG]?)B?", text.strip(), re.IGNORECASE)
    megabytes = int(found[1]) * (1000 if found[2].upper() == "G" else 1) if found else 0
    if not megabytes:
        raise InputError(f"'{text}' is no amount of memory; write it like 500MB or 2GB.")
    return megabytes


def parse_zone(text: str) -> ZoneInfo:
    """Parse the name of a zone of the tz database."""
    from chronotope.loading import zone  # with the loader comes the driver

    return zone(text)


def parse_vector(path: str) -> list[float]:
    """Read a vector from an .npy file."""
    import numpy as np  # takes a while

    try:
        vector = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as problem:
        raise InputError(f"{path} cannot be read as a vector (.npy): {problem}.") from None
    numbers: list[float] = np.atleast_1d(vector.squeeze()).tolist()
    return numbers


def merged(
    context: click.Context, parameter: click.Parameter, given: Iterable[dict[str, str]]
) -> dict[str, str]:
    """Merge the pairs of an option that may be repeated; its `callback`."""
    del context, parameter
    return {key: value for pairs in given for key, value in pairs.items()}


MOMENT = Parsed("T", parse_moment)
POINT = Parsed("LAT,LON", parse_point)
HOURS = Parsed("FROM-UNTIL", parse_hours)
WEEKDAYS = Parsed("FIRST-LAST", parse_weekdays)
ZONE = Parsed("ZONE", parse_zone)
PAIR = Parsed("KEY=VALUE", parse_pair)
PAIRS = Parsed("KEY=VALUE[,…]", parse_pairs)
VECTOR = Parsed("FILE", parse_vector)
LIMIT = Parsed("N|P%", parse_limit)
MEMORY = Parsed("SIZE", parse_megabytes)
