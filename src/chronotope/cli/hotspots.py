"""`chronotope hotspots`: cells where an interest is denser than expected."""

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
@resolution_option
@click.option("--rings", type=click.IntRange(1, 10), default=1, show_default=True,
              help="Of neighbours around a cell.")  # fmt: skip
@click.option("--permutations", type=click.IntRange(99, 99_999), default=9999, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="The same finds the same.")
@min_users_option
@k_option()
@geojson_option
@json_option
@click.pass_obj
def hotspots(
    target: Target,
    interest: str | None,
    hours: tuple[int, ...] | None,
    weekdays: tuple[int, ...] | None,
    at: datetime | None,
    span: float | None,
    resolution: int,
    rings: int,
    permutations: int,
    seed: int,
    min_users: int,
    k: int,
    as_geojson: bool,
    as_json: bool,
) -> None:
    """Find cells where an interest is denser than expected for cell and hour.

    Getis and Ord's Gi* of (observed - expected) / √expected on hexagons of H3, by PySAL:
    permutations tell p, and q is the false-discovery rate; * marks hotspots, with q of at most 5 %.
    Expected is the share that the interest has at each hour of the week anywhere. --geojson prints
    all cells that may be told. Needs the extra `analysis`.

    \b
    Example:  chronotope hotspots --interest Coffee --hours 7-11 --weekdays 1-5
    """
    with target.client() as client:
        answer = client.hotspots(
            interest, hours=hours, weekdays=weekdays, at=at, span=span, resolution=resolution,
            rings=rings, permutations=permutations, seed=seed, min_users=min_users,
            k=None if as_geojson else k,
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
            "*" if spot.hot else "",
            spot.cell,
            f"{spot.location.latitude:.4f},{spot.location.longitude:.4f}",
            f"{spot.events:,}",
            f"{spot.expected:.1f}",
            f"{spot.users:,}",
            f"{spot.z:.1f}",
            f"{spot.p:.2g}",
            f"{spot.q:.2g}",
            ", ".join(dict.fromkeys(spot.names)),
        )
        for spot in answer
    )
    headings = ("", "cell", "where", "events", "expected", "people", "z", "p", "q", "with")
    if answer:
        out.print(table(headings, rows, right=headings[3:9]))
