"""`chronotope flows`: where people go from one cell to another."""

from datetime import datetime

import click

from chronotope.cli.options import (
    at_option,
    geojson_option,
    hours_option,
    interest_option,
    json_option,
    k_option,
    min_users_option,
    resolution_option,
    span_option,
    weekdays_option,
)
from chronotope.cli.session import Target, out, print_json, print_remarks
from chronotope.cli.tables import table


@click.command()
@interest_option
@hours_option
@weekdays_option
@at_option
@span_option
@click.option(
    "--within",
    type=click.FloatRange(min=0, min_open=True),
    default=8.0,
    show_default=True,
    help="Hours between two events at most.",
)
@resolution_option
@min_users_option
@k_option(most=None)
@geojson_option
@json_option
@click.pass_obj
def flows(
    target: Target,
    interest: str | None,
    hours: tuple[int, ...] | None,
    weekdays: tuple[int, ...] | None,
    at: datetime | None,
    span: float | None,
    within: float,
    resolution: int,
    min_users: int,
    k: int,
    as_geojson: bool,
    as_json: bool,
) -> None:
    """Find where people go from one cell to another, and at which hours.

    A step goes from an event to the next one of the same user, in another cell; hours are those of
    the arrival, and with --interest the item arrived at is about it. Pairs of cells that fewer
    than --min-users people went between are not told, nor are their hours.

    \b
    Example:  chronotope flows --hours 17-20 --weekdays 1-5
    """
    with target.client() as client:
        answer = client.flows(
            interest, hours=hours, weekdays=weekdays, at=at, span=span, within=within,
            resolution=resolution, min_users=min_users, k=k,
        )  # fmt: skip
    print_remarks(answer.remarks)
    if as_geojson:
        print_json(answer.__geo_interface__)
        return
    if as_json:
        print_json(answer.to_dict())
        return
    rows = (
        (
            flow.origin,
            flow.destination,
            f"{flow.kilometres:.1f}",
            f"{flow.steps:,}",
            f"{flow.users:,}",
            ", ".join(
                f"{hour}:00 ({steps})"
                for steps, hour in sorted(
                    ((n, hour) for hour, n in enumerate(flow.hours) if n),
                    key=lambda pair: (-pair[0], pair[1]),
                )[:3]
            ),
        )
        for flow in answer
    )
    headings = ("from", "to", "km", "steps", "people", "arriving at")
    if answer:
        out.print(table(headings, rows, right=headings[2:5]))
