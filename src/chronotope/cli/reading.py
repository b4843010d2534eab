"""The options that say how files are to be read, shared by `load` and `evaluate`."""

from collections.abc import MutableMapping
from typing import Any
from zoneinfo import ZoneInfo

import click

from chronotope.cli.values import parse_pairs
from chronotope.loading import ReadOptions
from chronotope.loading.formats import NAMES as FORMATS
from chronotope.loading.times import zone

SHAPE_OPTIONS = (
    click.option(
        "--map", "pairs", multiple=True, metavar="OURS=THEIRS[,…]", help="Rename columns."
    ),
    click.option("--format", "format_", type=click.Choice(FORMATS), help="A public data set's."),
    click.option("--delimiter", help="What separates fields, if it cannot be seen; like '|'."),
    click.option("--columns", help="The columns of files without a line of names, like a,b,c."),
    click.option("--encoding", default="utf-8", show_default=True, help="Of text files."),
)
TIME_OPTIONS = (
    click.option("--timezone", help="What times without offset mean, like UTC."),
    click.option("--local-timezone", help="Where the events happened: hours are counted there."),
    click.option("--time-unit", type=click.Choice(["s", "ms"]), help="Times count from 1970."),
)


def take_options(given: MutableMapping[str, Any]) -> ReadOptions:
    """Take the values of these options out of those of a command."""
    columns = given.pop("columns")
    pairs = [pair for text in given.pop("pairs") for pair in text.split(",")]
    return ReadOptions(
        renamed=parse_pairs(pairs, "--map"),
        format=given.pop("format_"),
        delimiter=(given.pop("delimiter") or "").replace("\\t", "\t") or None,
        columns=tuple(name.strip() for name in columns.split(",")) if columns else None,
        encoding=given.pop("encoding"),
        time_unit=given.pop("time_unit", None),
        strict=given.pop("strict", False),
        timezone=_zone(given.pop("timezone", None)),
        local_timezone=_zone(given.pop("local_timezone", None)),
    )


def _zone(name: str | None) -> ZoneInfo | None:
    return zone(name) if name else None
