"""The columns of people's files: their names, and what the loader has to be told about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Table:
    """The columns that a kind of file may have, and the one that a row is known by."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    key: str

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        return self.required + self.optional


ITEMS = Table(
    "items",
    required=("item_id",),
    optional=("name", "category", "description", "latitude", "longitude", "tags", "active"),
    key="item_id",
)
EVENTS = Table(
    "events",
    required=("user_id", "item_id", "timestamp"),
    optional=("kind", "value", "latitude", "longitude", "place", "location", "event_id"),
    key="event_id",
)
FRIENDSHIPS = Table("friendships", required=("user_id", "friend_id"), optional=(), key="friend_id")

VISIT, PURCHASE, RATING = "visit", "purchase", "rating"
"""Kinds of events that chronotope itself writes; an event without a kind is a visit."""


@dataclass(frozen=True)
class ReadOptions:
    """How files are to be read.

    `renamed` maps our column names to theirs. `timezone` is what a time without offset means,
    `local_timezone` where the events happened: hours are counted there. `time_unit` is set when
    times are numbers since 1970. `format` names a public format; else `delimiter` is sniffed, and
    `columns` are given for a file that has no line of column names. With `strict`, events of
    unknown items are rejected; without, they make bare items. With `replace`, an event whose id
    another event has takes its place. With `shared`, the options are those
    of several tables: a renaming counts for the files that have the column.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    timezone: ZoneInfo | None = None
    local_timezone: ZoneInfo | None = None
    time_unit: Literal["s", "ms"] | None = None
    format: str | None = None
    delimiter: str | None = None
    columns: tuple[str, ...] | None = None
    encoding: str = "utf-8"
    strict: bool = False
    replace: bool = False
    shared: bool = False


DEFAULTS = ReadOptions()
