"""`chronotope derive`: the cross-user statistics."""

from datetime import datetime

import click

from chronotope.cli.options import at_option, json_option
from chronotope.cli.params import MEMORY
from chronotope.cli.session import Target, out, print_json, print_remarks, progress_bar, talk


@click.command()
@at_option
@click.option("--taste-dimension", type=click.IntRange(2, 512), default=64, show_default=True)
@click.option(
    "--ease-items",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    help="With more visited items, EASE is computed on the neighbours of each.",
)
@click.option(
    "--memory",
    type=MEMORY,
    help="Room for what grows with the square of the items: 2GB. By default a quarter of the "
    "machine's memory. Where half of it does not hold EASE, that is computed on neighbours.",
)
@json_option
@click.pass_obj
def derive(
    target: Target,
    at: datetime | None,
    taste_dimension: int,
    ease_items: int,
    memory: int | None,
    as_json: bool,
) -> None:
    """Derive what all users' events say together: popularity, co-visits, transitions, taste.

    Recommendations read single users' events live; these statistics stand as of one moment. What
    differs from those that stand is written. Run it now and then, and after a large load; one at a
    time.

    \b
    Example:  chronotope derive --at 2026-11-01T00:00:00Z
    """
    with target.client() as client, progress_bar("Deriving") as progress:
        derived = client.derive(
            at,
            taste_dimension=taste_dimension,
            ease_items=ease_items,
            memory=memory,
            progress=progress,
        )
    print_remarks(derived.remarks)
    if as_json:
        print_json(derived.to_dict())
        return
    talk.print(f"As of {derived.as_of.isoformat(timespec='seconds')}")
    numbers = ", ".join(f"{count:,} {what}" for what, count in derived.written.items())
    out.print(f"Wrote {numbers}.")
