"""`chronotope extract`: interests that the texts of items speak of."""

from collections import Counter
from dataclasses import asdict

import click
from rich.table import Table

from chronotope import language
from chronotope.cli.session import Target, json_option, out, print_json, progress_bar, talk

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
    r"""Extract keywords from the texts of items, and link them below their categories.

    Phrases are ranked by their nearness to the text and by diversity, merged when they mean the
    same, in any language, and each is linked to the category it goes with. Tags that you gave
    stay. Chinese needs the extra `chinese`.

    \b
    Example:  chronotope extract
    """
    options = language.ExtractOptions(per_document=per_item, min_documents=min_items)
    with target.graph() as graph, progress_bar("Extracting") as progress:
        encoder, pending = language.open_recorded(graph)
        if pending:
            talk.print(f"{pending:,} texts are not embedded yet; run: chronotope embed")
        summary, found = language.extract_interests(graph, encoder, options, progress)
    if as_json:
        print_json(asdict(summary))
        return
    out.print(
        f"{summary.keywords:,} keywords of {summary.described:,} texts ({summary.items:,} items); "
        f"{summary.merged:,} spellings merged, {summary.linked:,} linked to a category."
    )
    counts = Counter(name for names in found.about.values() for name, _ in names)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("keyword", "items", "below", "also"):
        table.add_column(heading, justify="right" if heading == "items" else "left")
    for name, count in counts.most_common(_SHOWN):
        keyword = found.keywords[name]
        below = (keyword.broader or "").removeprefix("category:")
        table.add_row(name, f"{count:,}", below, ", ".join(keyword.variants))
    out.print(table)
