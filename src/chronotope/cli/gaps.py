"""`chronotope gaps`: where demand exceeds what is within reach."""

from datetime import datetime

import click

from chronotope.cli.options import (
    at_option,
    geojson_option,
    json_option,
    k_option,
    min_users_option,
    resolution_option,
    span_option,
)
from chronotope.cli.session import Target, out, print_json, print_remarks
from chronotope.cli.tables import table


@click.command()
@click.option("--interest", required=True, help="By name or id; narrower ones count.")
@at_option
@span_option
@resolution_option
@click.option(
    "--within",
    type=click.FloatRange(min=0, min_open=True),
    help="Metres that are within reach; default: what three of four visits travel.",
)
@click.option("--facilities", type=click.IntRange(0, 100), default=0, help="Propose so many sites.")
@min_users_option
@k_option()
@geojson_option
@json_option
@click.pass_obj
def gaps(
    target: Target,
    interest: str,
    at: datetime | None,
    span: float | None,
    resolution: int,
    within: float | None,
    facilities: int,
    min_users: int,
    k: int,
    as_geojson: bool,
    as_json: bool,
) -> None:
    """Find where demand for an interest exceeds what is within reach, and propose sites.

    Demand are visits of people who live or work in a cell, as their own events tell; supply are
    items within reach (two-step floating catchment areas). --facilities proposes sites for what is
    not met, once with the shortest ways (p-median), once with the most within reach (maximal
    coverage), and tells how far from the best the choice can be. What is assumed is printed with
    the answer.

    \b
    Example:  chronotope gaps --interest Coffee --facilities 3
    """
    with target.client() as client:
        answer = client.gaps(
            interest, at=at, span=span, resolution=resolution, within=within,
            facilities=facilities, min_users=min_users, k=None if as_geojson else k,
        )  # fmt: skip
    print_remarks(answer.remarks)
    if as_geojson:
        print_json(answer.__geo_interface__)
        return
    if as_json:
        print_json(answer.to_dict())
        return
    out.print(
        f"{answer.interest['name']}: {answer.demand:,} visits, {answer.supply:,} items, "
        f"{answer.within:,.0f} m within reach"
    )
    rows = (
        (
            gap.cell,
            f"{gap.location.latitude:.4f},{gap.location.longitude:.4f}",
            f"{gap.demand:,}",
            f"{gap.users:,}",
            f"{gap.metres:,.0f}",
            f"{gap.supply:,}",
            "" if gap.nearest is None else f"{gap.nearest:,.0f}",
            f"{gap.access:.4f}",
            f"{gap.unmet:,.1f}",
        )
        for gap in answer
    )
    headings = ("cell", "where", "visits", "people", "median m", "items", "nearest m", "access",
                "unmet")  # fmt: skip
    out.print(table(headings, rows, right=headings[2:]))
    for proposal in answer.proposals:
        out.print(
            f"\n{proposal.objective}: {proposal.covered:,.0f} unmet visits within reach "
            f"({proposal.share:.1%}), {proposal.metres:,.0f} m to the nearest site on average; "
            f"no choice is better by more than {proposal.gap:.2%}"
        )
        sites = (
            (
                site.cell,
                f"{site.location.latitude:.4f},{site.location.longitude:.4f}",
                f"{site.visits:,.1f}",
            )
            for site in proposal
        )
        out.print(table(("site", "where", "unmet visits"), sites, right=("unmet visits",)))
    out.print("\nassumed:")
    for assumption in answer.assumptions:
        out.print(f"- {assumption}", soft_wrap=True)
