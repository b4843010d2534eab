"""`chronotope derive`: the cross-user statistics."""

from datetime import UTC, datetime

import click

from chronotope import statistics
from chronotope.cli.session import Target, json_option, out, print_json, progress_bar, talk
from chronotope.cli.values import parse_moment


@click.command()
@click.option("--at", "moment", metavar="T", help="As of this moment (ISO 8601); default: now.")
@click.option("--taste-dimension", type=click.IntRange(2, 512), default=64, show_default=True)
@click.option(
    "--ease-items",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    help="With more visited items, EASE is computed on the neighbours of each.",
)
@json_option
@click.pass_obj
def derive(
    target: Target, moment: str | None, taste_dimension: int, ease_items: int, as_json: bool
) -> None:
    r"""Derive what all users' events say together: popularity, co-visits, transitions, taste.

    Recommendations read single users' events live; these statistics stand as of one moment and
    are replaced whole. Run it now and then, and after a large load.

    \b
    Example:  chronotope derive --at 2026-11-01T00:00:00Z
    """
    at = parse_moment(moment) if moment else datetime.now(UTC)
    options = statistics.DeriveOptions(taste_dimension, ease_items)
    with target.graph() as graph, progress_bar("Deriving") as progress:
        written = statistics.derive(graph, at, options, progress=progress)
    if as_json:
        print_json({"asOf": at, "written": written})
        return
    talk.print(f"As of {at.isoformat(timespec='seconds')}")
    out.print("Derived " + ", ".join(f"{count:,} {what}" for what, count in written.items()) + ".")
