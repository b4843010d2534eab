"""`chronotope export`: what is known, for other programs."""

from pathlib import Path
from typing import Any

import click

from chronotope.cli.options import (
    at_option,
    encrypt_option,
    json_option,
    overwrite_option,
    people_option,
)
from chronotope.cli.session import (
    Target,
    file_secret,
    print_json,
    print_remarks,
    progress_bar,
    talk,
)
from chronotope.exports import FORMATS

_WHAT = ("graph", "interests", "hotspots", "flows", "communities")


@click.command()
@click.argument("what", type=click.Choice(_WHAT))
@click.option(
    "--output",
    "path",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file; of a network in a format of tables NAME.nodes.csv and NAME.edges.csv.",
)
@click.option("--format", type=click.Choice(FORMATS), help="Default: what the name ends in.")
@at_option
@click.option("--days", type=click.FloatRange(min=1), default=90.0, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="Of communities.")
@click.option(
    "--min-users",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Numbers of fewer people are left out.",
)
@click.option("--interest", help="Of hotspots and flows: an interest, by name or id.")
@people_option
@overwrite_option
@encrypt_option
@json_option
@click.pass_obj
def export(
    target: Target, /, what: str, path: Path, encrypt: bool, as_json: bool, **given: Any
) -> None:
    """Export what is known for Gephi, QGIS, kepler.gl or pandas.

    graph: items and interests, what is about what, and what the same people visited. interests: how
    many people have them, and which go together more than by chance. hotspots: hexagons by Gi*.
    flows: where people go from one cell to another. communities: what they do more
    than others, and what ties them; as GeoJSON the cells where they are. Persons are in it only
    with --people. Texts that a spreadsheet would take for a formula begin with an apostrophe in
    CSV. With --encrypt NAME.encrypted is written, which `chronotope decrypt` opens.

    \b
    Example:  chronotope export graph --output city.graphml
    Example:  chronotope export communities --output communities.geojson --at 2026-06-30
    """
    secret = file_secret(encrypt=encrypt)
    with target.client() as client, progress_bar("Exporting") as progress:
        done = client.export(what, path, encrypt=secret, progress=progress, **given)
    print_remarks(done.remarks)
    if as_json:
        print_json({**done.to_dict(), "files": [str(file) for file in done.files]})
        return
    edges = "" if done.edges is None else f" and {done.edges:,} edges"
    files = " and ".join(str(file) for file in done.files)
    talk.print(f"{done.nodes:,} rows{edges}: {files}", soft_wrap=True, markup=False)
