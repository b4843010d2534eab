"""Public data sets as they are published: which column is where, and what its values mean.

Sources: the readme files of TSMC2014 (Yang et al. 2015), of the SNAP data sets loc-Gowalla and
loc-Brightkite (Cho, Myers, Leskovec 2011), and of MovieLens 100K, 1M and later (Harper, Konstan
2015).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from chronotope.errors import InputError
from chronotope.loading.columns import (
    EVENTS,
    FRIENDSHIPS,
    ITEMS,
    RATING,
    ReadOptions,
    Table,
    TimeUnit,
)
from chronotope.loading.rejection import RowError

_Row = dict[str, str]
_LATIN_1 = "latin-1"
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_TWITTER_TIME = re.compile(r"\w{3} (\w{3}) (\d\d) (\d\d):(\d\d):(\d\d) \+0000 (\d{4})")
_NO_PLACE = re.compile(r"0{32}")
_GENRES = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary",
    "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi",
    "Thriller", "War", "Western",
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """One kind of file: its columns in order, and what turns its row into ours.

    A first line that begins with `header` is one of names. Rows may lack the last `spare` columns.
    `convert` raises RowError.
    """

    columns: tuple[str, ...]
    delimiter: str
    encoding: str = "utf-8"
    quoted: bool = False
    header: str | None = None
    spare: int = 0
    time_unit: TimeUnit | None = None
    convert: Callable[[_Row], _Row] = lambda row: row

    def options(self, options: ReadOptions) -> ReadOptions:
        """Return the options for the values of such a file."""
        return replace(options, time_unit=self.time_unit) if self.time_unit else options


def _foursquare(row: _Row) -> _Row:
    """Say the time in the place's own offset, which the row gives in minutes."""
    match = _TWITTER_TIME.fullmatch(row["timestamp"])
    if match is None:
        raise RowError(
            "timestamp", f"'{row['timestamp']}' is not like Tue Apr 03 18:00:09 +0000 2012"
        )
    month, *numbers = match.groups()
    day, hour, minute, second, year = map(int, numbers)
    try:
        moment = datetime(year, _MONTHS[month], day, hour, minute, second, tzinfo=UTC)
        local = moment.astimezone(timezone(timedelta(minutes=int(row["offset"]))))
    except (KeyError, ValueError, OverflowError):
        raise RowError(
            "timestamp", f"'{row['timestamp']}' with the offset '{row['offset']}' is no time"
        ) from None
    return {**row, "timestamp": local.isoformat()}


def _snap(row: _Row) -> _Row:
    """Take the place whose id is all zeros for none; it stands for places that were lost."""
    return {**row, "item_id": ""} if _NO_PLACE.fullmatch(row["item_id"]) else row


def _rating(row: _Row) -> _Row:
    return {**row, "kind": RATING}


def _genre_flags(row: _Row) -> _Row:
    genres = [genre for genre in _GENRES[1:] if row[genre] == "1"]
    return {**row, "category": "|".join(genres)}


def _genres(row: _Row) -> _Row:
    return {**row, "category": ""} if row["category"] == "(no genres listed)" else row


def _log(row: _Row) -> _Row:
    """Join a place that is written as two fields, `latitude,longitude` without quotes."""
    longitude = row.get("longitude of it")
    return {**row, "location": f"{row['location']},{longitude}"} if longitude else row


_FOURSQUARE_COLUMNS = (
    "user_id", "item_id", "category_id", "category", "latitude", "longitude", "offset", "timestamp",
)  # fmt: skip
_SNAP_COLUMNS = ("user_id", "timestamp", "latitude", "longitude", "item_id")
_SNAP = {
    EVENTS.name: {"\t": Layout(_SNAP_COLUMNS, "\t", convert=_snap)},
    ITEMS.name: {"\t": Layout(_SNAP_COLUMNS, "\t", convert=_snap)},
    FRIENDSHIPS.name: {"\t": Layout(("user_id", "friend_id"), "\t")},
}
_RATING_COLUMNS = ("user_id", "item_id", "value", "timestamp")
_MOVIE_COLUMNS = ("item_id", "name", "category")

_FORMATS: dict[str, dict[str, dict[str, Layout]]] = {
    "foursquare": {
        EVENTS.name: {"\t": Layout(_FOURSQUARE_COLUMNS, "\t", _LATIN_1, convert=_foursquare)},
        ITEMS.name: {"\t": Layout(_FOURSQUARE_COLUMNS, "\t", _LATIN_1)},
    },
    "gowalla": _SNAP,
    "brightkite": _SNAP,
    "movielens": {
        EVENTS.name: {
            "::": Layout(_RATING_COLUMNS, "::", _LATIN_1, time_unit="s", convert=_rating),
            "\t": Layout(_RATING_COLUMNS, "\t", _LATIN_1, time_unit="s", convert=_rating),
            ",": Layout(
                _RATING_COLUMNS, ",", quoted=True, header="userId", time_unit="s", convert=_rating
            ),
        },
        ITEMS.name: {
            "::": Layout(_MOVIE_COLUMNS, "::", _LATIN_1, convert=_genres),
            "|": Layout(
                ("item_id", "name", "released", "video_released", "url", *_GENRES),
                "|",
                _LATIN_1,
                convert=_genre_flags,
            ),
            ",": Layout(_MOVIE_COLUMNS, ",", quoted=True, header="movieId", convert=_genres),
        },
    },
    "log": {
        EVENTS.name: {
            ",": Layout(
                ("user_id", "item_id", "timestamp", "location", "longitude of it"),
                ",",
                quoted=True,
                header="user_id",
                spare=1,
                convert=_log,
            )
        },
    },
}
NAMES = tuple(_FORMATS)
"""What `--format` may be."""


def layout(name: str, table: Table, first: str, path: str) -> Layout:
    """Return the layout of a file of the public format `name`, told by its first line.

    Raises InputError for a format without such a table, and for a line that is not in it.
    """
    kinds = _FORMATS[name].get(table.name)
    if kinds is None:
        tables = ", ".join(_FORMATS[name])
        raise InputError(f"The format {name} has no {table.name}; it has: {tables}.")
    for delimiter, candidate in kinds.items():
        if first.count(delimiter) >= len(candidate.columns) - 1 - candidate.spare:
            return candidate
    shapes = " or ".join(
        f"{len(kind.columns)} columns between {delimiter!r}" for delimiter, kind in kinds.items()
    )
    raise InputError(f"{path} is not a file of {table.name} of {name}, whose lines have {shapes}.")
