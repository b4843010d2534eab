"""`chronotope recommend`: what for whom, when and where, and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from chronotope.cli.control import control_options
from chronotope.cli.options import at_option, here_option, json_option, k_option
from chronotope.cli.session import Target, out, print_json, print_remarks, talk
from chronotope.cli.tables import table
from chronotope.errors import InputError

if TYPE_CHECKING:
    from chronotope.client import Coordinates, Recommendation


@click.command()
@click.argument("user", required=False)
@click.option("--next", "next_", is_flag=True, help="Where they go next; known items count.")
@click.option("--discover", is_flag=True, help="Only what is new to the user.")
@click.option("--new-items", is_flag=True, help="Only what nobody has been at yet.")
@at_option
@here_option
@click.option("--place", help="The name of the place where the user is (with --discover).")
@click.option("--likes", metavar="TEXT", help="What a stranger likes (--discover, --new-items).")
@control_options
@k_option()
@click.option("--model", help="A fusion model by its name; default: the one in use.")
@click.option("--text", is_flag=True, help="Say it in two sentences.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="Of the sentences.")
@click.option("--writer", metavar="MODEL", help="Have a causal model or an endpoint word them.")
@json_option
@click.pass_obj
def recommend(
    target: Target,
    /,
    user: str | None,
    next_: bool,
    discover: bool,
    new_items: bool,
    at: datetime | None,
    here: "Coordinates | None",
    place: str | None,
    likes: str | None,
    k: int,
    model: str | None,
    text: bool,
    language: str | None,
    writer: str | None,
    as_json: bool,
    **controls: Any,
) -> None:
    """Recommend where USER goes next, --discover: what is new to them, --new-items: to all.

    Without USER it is for a stranger. Where hardly anybody returns to an item, as to a film, only
    what is new is asked for, and a remark says so; --next asks for known items all the same.

    \b
    Example:  chronotope recommend resident-001 --at 2026-06-05T08:10:00+02:00
    Example:  chronotope recommend resident-001 --discover --here 48.2082,16.3738
    Example:  chronotope recommend --discover --likes "jazz and ramen" --where price=..50
    Example:  chronotope recommend resident-001 --writer http://localhost:8080/v1#model
    """
    if place and not discover:
        raise InputError("--place is a question of what to discover; add --discover.")
    if discover and new_items:
        raise InputError("--new-items is narrower than --discover; give one of them.")
    if next_ and (discover or new_items):
        raise InputError("--next asks for known items too; leave the other question out.")
    if likes and not (discover or new_items):
        raise InputError("--likes tells what to discover; add --discover or --new-items.")
    given: dict[str, Any] = {"at": at, "here": here, "k": k, "model": model, **controls}
    with target.client() as client:
        if discover:
            answer = client.discover(user, place=place, likes=likes, **given)
        elif new_items:
            answer = client.new_items(user, likes=likes, **given)
        elif next_:
            answer = client.recommend(user, **given)
        else:
            answer = client.suggest(user, **given)
        print_remarks(answer.remarks)
        sentences = (
            client.sentences(answer, language=language, writer=writer) if text or writer else None
        )
    print_remarks(sentences.remarks if sentences else ())
    if as_json:
        print_json({"text": sentences.text if sentences else None, **answer.to_dict()})
        return
    if answer:
        out.print(recommendations_table(answer))
    if answer.whose_weights:
        talk.print(f"Scored by weights {answer.whose_weights}.", style="dim", soft_wrap=True)
    if sentences:
        out.print(f"\n{sentences.text}", soft_wrap=True)


def recommendations_table(recommendations: "Iterable[Recommendation]") -> Table:
    """Return recommendations as a table that a person reads."""
    return table(
        ("", "what", "category", "distance", "score", "because"),
        (
            (
                rank,
                item.name or item.id,
                item.category,
                item.distance(),
                f"{item.score:.2f}",
                "; ".join(item.reasons()),
            )
            for rank, item in enumerate(recommendations, start=1)
        ),
        right=("", "distance", "score"),
    )
