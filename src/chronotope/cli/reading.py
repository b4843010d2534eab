"""The options that say how files are to be read, shared by `load` and `evaluate`."""

from collections.abc import MutableMapping
from typing import Any

import click

from chronotope.cli.params import PAIRS, ZONE, merged
from chronotope.loading import FORMATS, ReadOptions


def _delimiter(context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    del context, parameter
    return (text or "").replace("\\t", "\t") or None


def _names(
    context: click.Context, parameter: click.Parameter, text: str | None
) -> tuple[str, ...] | None:
    del context, parameter
    return tuple(name.strip() for name in text.split(",")) if text else None


SHAPE_OPTIONS = (
    click.option(
        "--map",
        "renamed",
        type=PAIRS,
        multiple=True,
        callback=merged,
        metavar="OURS=THEIRS[,…]",
        help="Rename columns.",
    ),
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
    click.option("--encoding", default="utf-8", show_default=True, help="Of text files."),
)
TIME_OPTIONS = (
    click.option("--timezone", type=ZONE, help="What times without offset mean, like UTC."),
    click.option(
        "--local-timezone", type=ZONE, help="Where the events happened: hours are counted there."
    ),
    click.option("--time-unit", type=click.Choice(["s", "ms"]), help="Times count from 1970."),
)
_FIELDS = frozenset(ReadOptions.__dataclass_fields__)


def take_options(given: MutableMapping[str, Any]) -> ReadOptions:
    """Take the values of these options out of those of a command."""
    return ReadOptions(**{name: given.pop(name) for name in _FIELDS.intersection(given)})
