"""`chronotope trending`: what has more events lately than it usually has."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from chronotope.cli.options import (
    at_option,
    here_option,
    json_option,
    k_option,
    min_users_option,
    only_option,
)
from chronotope.cli.session import Target, out, print_json, print_remarks
from chronotope.cli.tables import table

if TYPE_CHECKING:
    from chronotope.client import Coordinates


@click.command()
@at_option
@click.option(
    "--last",
    "hours",
    type=click.FloatRange(0, 168, min_open=True),
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="How far back is lately.",
)
@here_option
@click.option(
    "--within",
    type=click.FloatRange(min=0, min_open=True),
    help="Metres around --here; default: 2000.",
)
@click.option("--place", help="The name of a place, where places have no coordinates.")
@click.option("--interest", help="Only what is about it, by name or id; narrower ones count.")
@only_option
@min_users_option
@k_option()
@json_option
@click.pass_obj
def trending(
    target: Target,
    at: datetime | None,
    hours: float,
    here: "Coordinates | None",
    within: float | None,
    place: str | None,
    interest: str | None,
    only: str | None,
    min_users: int,
    k: int,
    as_json: bool,
) -> None:
    """Show what is trending: more events lately than at this time of the week before.

    Beside what was observed stand what earlier weeks let expect, and the surprise, in standard
    deviations. What fewer than --min-users people brought about is not shown.

    \b
    Example:  chronotope trending --here 48.2082,16.3738 --within 1500
    Example:  chronotope trending --interest Music --last 6 --at 2026-06-05T21:00:00+02:00
    """
    with target.client() as client:
        answer = client.trending(
            at=at, hours=hours, here=here, within=within, place=place, interest=interest,
            only=only, min_users=min_users, k=k,
        )  # fmt: skip
    print_remarks(answer.remarks)
    if as_json:
        print_json(answer.to_dict())
        return
    rows = (
        (
            rank,
            item.name or item.id,
            item.category,
            f"{item.observed:.2f}",
            f"{item.expected:.2f}",
            f"{item.surprise:.1f}",
            f"{item.events:,}",
            f"{item.users:,}",
        )
        for rank, item in enumerate(answer, start=1)
    )
    headings = ("", "what", "category", "observed", "expected", "surprise", "events", "users")
    if answer:
        out.print(table(headings, rows, right=("", *headings[3:])))
