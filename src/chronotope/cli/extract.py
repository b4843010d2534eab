"""`chronotope extract`: interests that the texts of items speak of."""

import click

from chronotope.cli.options import json_option
from chronotope.cli.session import Target, out, print_json, print_remarks, progress_bar
from chronotope.cli.tables import table

_SHOWN = 15


@click.command()
@click.option("--per-item", type=click.IntRange(1, 50), default=5, show_default=True)
@click.option(
    "--min-items",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="A phrase counts from so many items on.",
)
@json_option
@click.pass_obj
def extract(target: Target, per_item: int, min_items: int, as_json: bool) -> None:
    """Extract keywords from the texts of items, and link them below their categories.

    Phrases are ranked by their nearness to the text and by diversity, merged when they mean the
    same, in any language, and each is linked to the category it goes with. Tags that you gave
    stay. Chinese needs the extra `chinese`.

    \b
    Example:  chronotope extract
    """
    with target.client() as client, progress_bar("Extracting") as progress:
        keywords = client.extract(per_item=per_item, min_items=min_items, progress=progress)
    print_remarks(keywords.remarks)
    if as_json:
        print_json(keywords.to_dict())
        return
    out.print(
        f"{len(keywords):,} keywords of {keywords.described:,} texts ({keywords.items:,} items); "
        f"{keywords.merged:,} spellings merged, {keywords.linked:,} linked to a category."
    )
    rows = ((k.name, f"{k.items:,}", k.below, ", ".join(k.also)) for k in keywords[:_SHOWN])
    if keywords:
        out.print(table(("keyword", "items", "below", "also"), rows, right=("items",)))
