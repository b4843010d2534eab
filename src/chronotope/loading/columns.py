"""The columns of people's files: their names, and what the loader has to be told about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from chronotope.secrecy import Secrecy


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
    optional=(
        "name", "category", "description", "latitude", "longitude", "location", "tags", "active",
    ),
    key="item_id",
)  # fmt: skip
EVENTS = Table(
    "events",
    required=("user_id", "item_id", "timestamp"),
    optional=("kind", "value", "latitude", "longitude", "place", "location", "zone", "event_id"),
    key="event_id",
)
FRIENDSHIPS = Table("friendships", required=("user_id", "friend_id"), optional=(), key="friend_id")
TABLES = (ITEMS, EVENTS, FRIENDSHIPS)

OWN_PROPERTIES = (
    "id", "name", "description", "active", "location", "cell",
    "embedding", "embeddingKey", "imageEmbedding", "imageEmbeddingKey", "audioEmbedding",
    "audioEmbeddingKey", "users", "events", "userWeight", "eventWeight", "firstVisits7",
    "firstVisits30", "firstVisits90", "firstVisitsLate", "firstVisitsTrend", "sinceFirst",
    "sinceLast", "recent30", "attraction", "around1", "around3", "gravity1", "gravity3", "density",
    "reach", "hours",
    "departures", "idf", "taste", "theirs",
)  # fmt: skip
"""What chronotope itself keeps of an item: a file's own columns are kept under other names."""

ALIASES: Mapping[str, tuple[str, ...]] = {
    "latitude": ("lat",),
    "longitude": ("lon", "lng", "long"),
}
"""Other names of our columns; they count for a file that has none of ours."""

VISIT, PURCHASE, RATING = "visit", "purchase", "rating"
"""Kinds of events that chronotope itself writes; an event without a kind is a visit."""

TimeUnit = Literal["s", "ms", "us", "ns"]
TIME_UNITS: tuple[TimeUnit, ...] = get_args(TimeUnit)

NULLS = ("NULL", "null", r"\N", "NA", "N/A", "NaN", "nan", "None")
"""What stands for nothing in delimited text, beside nothing."""


@dataclass(frozen=True)
class ReadOptions:
    r"""How files are to be read.

    `renamed` maps our column names to theirs; several of theirs, as in `department/type`, are
    joined. `constants` are values of columns that a file lacks or leaves empty. `timezone` is what
    a time without offset means, `local_timezone` where the events happened: hours are counted
    there, unless a row tells its zone, in the column `zone` or, with `zones_from_coordinates`, by
    where it was. `time_unit` is set when times are numbers since 1970, `time_formats` are patterns
    of strptime when they are not ISO 8601. `format` names a public format; else `delimiter` is
    sniffed, and `columns` are given for a file that has no line of column names. Without `quoted`,
    quotes are signs like others. `nulls` are the texts that stand for nothing: None are those that
    are common in delimited text, like NULL and \N. Lines of more than `max_line` megabytes are
    rejected. With `strict`, events of unknown items are rejected; without, they make bare items.
    Of items, the columns of `keep` become properties under their own names. Of events, a rating
    (a row of that kind, or with a value and no kind) under `rating_threshold` is declined.
    `last` keeps so many events, those that happened last, and of the others each user's newest
    of every item and kind; they are read twice then. With `replace`, an event whose id another
    event has takes its place. With `shared`, the options are those of several tables: a
    renaming counts for the files that have the column, and do not have ours. `secrecy` says
    what is hidden of users.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    timezone: ZoneInfo | None = None
    local_timezone: ZoneInfo | None = None
    zones_from_coordinates: bool = False
    time_unit: TimeUnit | None = None
    time_formats: tuple[str, ...] = ()
    format: str | None = None
    delimiter: str | None = None
    columns: tuple[str, ...] | None = None
    quoted: bool = True
    nulls: tuple[str, ...] | None = None
    encoding: str = "utf-8"
    max_line: int = 16
    keep: tuple[str, ...] = ()
    rating_threshold: float | None = None
    strict: bool = False
    last: int | None = None
    replace: bool = False
    shared: bool = False
    secrecy: Secrecy | None = None


DEFAULTS = ReadOptions()
