"""`chronotope search`: items by what a text means, for a user, near a place, at some hours."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from chronotope.cli.options import at_option, here_option, json_option, k_option
from chronotope.cli.params import VECTOR
from chronotope.cli.session import Target, out, print_json, print_remarks
from chronotope.cli.tables import table

if TYPE_CHECKING:
    from chronotope.client import Coordinates, Item


@click.command()
@click.argument("text", required=False)
@click.option("--user", help="Whose leanings count.")
@here_option
@click.option("--within", type=click.FloatRange(min=0, min_open=True), help="Metres around --here.")
@click.option("--interest", help="Only what is about it, by name or id; narrower ones count.")
@click.option("--inactive", is_flag=True, help="What is not active too.")
@at_option
@click.option(
    "--vector-file", "vector", type=VECTOR, help="Search with the vector of an .npy file."
)
@click.option(
    "--index", help="Where that vector is searched: item_embedding, item_image or item_audio."
)
@k_option()
@json_option
@click.pass_obj
def search(
    target: Target,
    text: str | None,
    user: str | None,
    here: "Coordinates | None",
    within: float | None,
    interest: str | None,
    inactive: bool,
    at: datetime | None,
    vector: list[float] | None,
    index: str | None,
    k: int,
    as_json: bool,
) -> None:
    """Search items by the meaning and the words of TEXT, in any language.

    What TEXT says of time (a weekday morning) and place (near Bryant Park) is understood, in
    English and Chinese. Filters never starve a search: where they leave little, all of it is
    compared. With --vector-file items are found by a vector of your own, of pictures or sound.

    \b
    Example:  chronotope search "quiet coffee near Bryant Park on a weekday morning"
    Example:  chronotope search 安静的咖啡馆 --here 48.2082,16.3738 --within 2000
    Example:  chronotope search --vector-file photo.npy --index item_image
    """
    with target.client() as client:
        answer = client.search(
            text,
            vector=vector,
            index=index,
            user=user,
            here=here,
            within=within,
            interest=interest,
            active=not inactive,
            at=at,
            k=k,
        )
    print_remarks(answer.remarks)
    if as_json:
        print_json(answer.to_dict())
        return
    rows = (
        (
            rank,
            item.name or item.id,
            item.category,
            item.distance(),
            f"{item.score:.2f}",
            _terms(item),
        )
        for rank, item in enumerate(answer, start=1)
    )
    headings = ("", "what", "category", "distance", "score", "because")
    if answer:
        out.print(table(headings, rows, right=("", "distance", "score")))


def _terms(item: "Item") -> str:
    return ", ".join(f"{name} {term:+.2f}" for name, term in (item.terms or {}).items() if term)
