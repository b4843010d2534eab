"""The options that say how files are to be read, shared by `load` and `evaluate`."""

from collections.abc import MutableMapping
from typing import Any

import click

from chronotope.cli.params import PAIR, PAIRS, ZONE, merged
from chronotope.client import keeping
from chronotope.loading import FORMATS, TIME_UNITS, ReadOptions


def _delimiter(context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    del context, parameter
    return (text or "").replace("\\t", "\t") or None


def _names(
    context: click.Context, parameter: click.Parameter, text: str | None
) -> tuple[str, ...] | None:
    del context, parameter
    return tuple(name.strip() for name in text.split(",")) if text else None


def _kept(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[str, ...]:
    return _names(context, parameter, text) or ()


def _nulls(
    context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[str, ...] | None:
    del context, parameter
    return texts or None


_NAMES = (
    click.option(
        "--map",
        "renamed",
        type=PAIRS,
        multiple=True,
        callback=merged,
        metavar="OURS=THEIRS[,…]",
        help="Rename columns; category=department/type joins several.",
    ),
    click.option(
        "--set",
        "constants",
        type=PAIR,
        multiple=True,
        callback=merged,
        metavar="OURS=VALUE",
        help="The value of a column that is missing or empty, like kind=purchase.",
    ),
)
_NULL = click.option(
    "--null",
    "nulls",
    multiple=True,
    metavar="TEXT",
    callback=_nulls,
    help="What stands for nothing, instead of NULL, \\N, NA and their kin.",
)
_MAX_LINE = click.option(
    "--max-line",
    type=click.IntRange(1, 1024),
    default=ReadOptions.max_line,
    show_default=True,
    metavar="MB",
    help="Reject lines that are longer.",
)
SHAPE_OPTIONS = (
    *_NAMES,
    click.option("--format", type=click.Choice(FORMATS), help="A public data set's."),
    click.option(
        "--delimiter",
        callback=_delimiter,
        help="What separates fields, if it cannot be seen; like '|'.",
    ),
    click.option(
        "--columns",
        callback=_names,
        help="The columns of files without a line of names, like a,b,c.",
    ),
    click.option(
        "--no-quotes",
        "quoted",
        is_flag=True,
        flag_value=False,
        default=True,
        help="Quotes are signs like others.",
    ),
    _NULL,
    click.option("--encoding", default="utf-8", show_default=True, help="Of text files."),
    _MAX_LINE,
)
MESSAGE_OPTIONS = (*_NAMES, _NULL, _MAX_LINE)
"""Those of `SHAPE_OPTIONS` that count for messages of JSON."""
EVENT_OPTIONS = (
    click.option("--timezone", type=ZONE, help="What times without offset mean, like UTC."),
    click.option(
        "--local-timezone", type=ZONE, help="Where the events happened: hours are counted there."
    ),
    click.option(
        "--zones-from-coordinates",
        is_flag=True,
        help="Events happened in the zone of their coordinates (extra `timezones`).",
    ),
    click.option("--time-unit", type=click.Choice(TIME_UNITS), help="Times count from 1970."),
    click.option(
        "--time-format",
        "time_formats",
        multiple=True,
        metavar="PATTERN",
        help="How times are written, as in Python's strptime, like '%d/%m/%Y %H:%M'.",
    ),
    click.option(
        "--rating-threshold",
        type=float,
        metavar="VALUE",
        help="Ratings under it are declined; a value without a kind is then a rating.",
    ),
)
KEEP_OPTION = click.option(
    "--keep",
    callback=_kept,
    metavar="COLUMN[,…]",
    help="Columns of items to keep as their properties, to filter by; like price,stock.",
)
SECRECY_OPTIONS = (
    click.option(
        "--pseudonymise", is_flag=True, help="Replace ids of users and of events (chronotope keys)."
    ),
    click.option(
        "--coarsen-location",
        type=click.IntRange(0, 15),
        metavar="RES",
        help="Of an event's coordinates keep the centre of their cell of H3, of this resolution.",
    ),
    click.option(
        "--coarsen-time",
        type=click.IntRange(1, 1440),
        metavar="MINUTES",
        help="Round moments down to so many minutes, which divide a day; replaces ids of events.",
    ),
)
_SECRETS = ("pseudonymise", "coarsen_location", "coarsen_time")
_FIELDS = frozenset(ReadOptions.__dataclass_fields__)


def take_options(given: MutableMapping[str, Any]) -> ReadOptions:
    """Take the values of these options out of those of a command."""
    fields = {name: given.pop(name) for name in _FIELDS.intersection(given)}
    hidden = {name: given.pop(name) for name in _SECRETS if name in given}
    return ReadOptions(**fields, secrecy=keeping.hiding(**hidden))
