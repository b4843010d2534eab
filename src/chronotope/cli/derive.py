"""`chronotope derive`: the cross-user statistics."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from chronotope.cli.options import at_option, json_option
from chronotope.cli.params import MEMORY
from chronotope.cli.session import Target, out, print_json, print_remarks, progress_bar, talk
from chronotope.client import derive_files
from chronotope.statistics import DeriveOptions


@click.command()
@at_option
@click.option(
    "--recent",
    is_flag=True,
    help="Bring up to the moment what one pass over the events counts: counts, popularity, trends, "
    "transitions, hours, shares; new users get a taste. Co-visits, distances and other tastes stay "
    "as of the last derivation of all.",
)
@click.option(
    "--taste-dimension",
    type=click.IntRange(2, 512),
    default=DeriveOptions.taste_dimension,
    show_default=True,
)
@click.option(
    "--ease-items",
    type=click.IntRange(1),
    default=DeriveOptions.ease_items,
    show_default=True,
    help="With more visited items, EASE is computed on the neighbours of each.",
)
@click.option(
    "--memory",
    type=MEMORY,
    help="What the process may take: 2GB. By default a quarter of the machine's memory. Where half "
    "of what the events leave does not hold EASE, that is computed on neighbours.",
)
@click.option(
    "--events",
    metavar="FILES",
    help="Parquet files to read instead of the graph's events: a folder or 'events/*.parquet', in "
    "the columns of `load events` (extra `parquet`). What the graph does not know is left out.",
)
@click.option(
    "--timezone", metavar="ZONE", help="What moments of these files mean that have no zone."
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="With --events: write Parquet files into a new folder; no graph is needed.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Where to compute: in this process, or in those of Spark (extra `spark`), which then read "
    "files and write items, and may take --memory each.",
)
@click.option(
    "--master",
    metavar="URL",
    help="Spark's: local[4], spark://host:7077, yarn. By default that of spark-submit, or else all "
    "cores of this machine.",
)
@json_option
@click.pass_obj
def derive(
    target: Target,
    at: datetime | None,
    recent: bool,
    taste_dimension: int,
    ease_items: int,
    memory: int | None,
    events: str | None,
    timezone: str | None,
    folder: Path | None,
    engine: str,
    master: str | None,
    as_json: bool,
) -> None:
    """Derive what all users' events say together: popularity, co-visits, transitions, taste.

    Recommendations read single users' events live; these statistics stand as of one moment. What
    differs from those that stand is written. Run it now and then, and after a large load; one at a
    time.

    \b
    Example:  chronotope derive --at 2026-11-01T00:00:00Z
    A lake:   chronotope derive --events 'lake/*.parquet' --to statistics
    By Spark: chronotope derive --engine spark --master spark://host:7077
    Between:  chronotope derive --recent
    """
    if events is None and (folder or timezone):
        raise click.UsageError("--to and --timezone are for --events.")
    if recent and folder:
        raise click.UsageError("--recent brings a graph up to date: it goes without --to.")
    options: dict[str, Any] = {
        "taste_dimension": taste_dimension,
        "ease_items": ease_items,
        "memory": memory,
        "timezone": timezone,
        "engine": engine,
        "master": master,
    }
    with ExitStack() as stack:
        client = None if folder else stack.enter_context(target.client())
        progress = stack.enter_context(progress_bar("Deriving"))
        derived = (
            client.derive(at, recent=recent, events=events, progress=progress, **options)
            if client
            else derive_files(str(events), str(folder), at, progress=progress, **options)
        )
    print_remarks(derived.remarks)
    if as_json:
        print_json(derived.to_dict())
        return
    what = "What is counted stands as of" if recent else "As of"
    talk.print(f"{what} {derived.as_of.isoformat(timespec='seconds')}")
    numbers = ", ".join(f"{count:,} {what}" for what, count in derived.written.items())
    out.print(f"Wrote {numbers}.")
