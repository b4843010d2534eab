"""`chronotope record`: one event, as it happens."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from chronotope.cli.options import at_option, json_option
from chronotope.cli.params import POINT
from chronotope.cli.session import Target, out, print_json, talk

if TYPE_CHECKING:
    from chronotope.client import Coordinates, Recorded

_NOT_WRITTEN = 5
_SENTENCES = {
    "recorded": "The event is recorded.",
    "declined": "It is recorded as declined.",
    "known": "The graph says so already.",
    "changed": "The event was told otherwise before; what you say counts.",
    "conflict": "The id belongs to another user, item or moment, which stays.",
    "unknown item": "The graph has no such item; nothing is written.",
}


@click.command()
@click.argument("user")
@click.argument("item")
@at_option
@click.option("--kind", default="visit", show_default=True, help="What was done: a word.")
@click.option("--value", type=float, help="A number that comes with it: a price, a rating.")
@click.option("--here", type=POINT, help="Where it happened.")
@click.option("--place", help="The name of the place where it happened.")
@click.option("--id", "own_id", help="The event's own id, if it has one.")
@click.option("--create", is_flag=True, help="Make the item if it is unknown.")
@click.option("--pseudonymise", is_flag=True, help="Replace the user's id (chronotope keys).")
@json_option
@click.pass_obj
def record(
    target: Target,
    user: str,
    item: str,
    at: datetime | None,
    kind: str,
    value: float | None,
    here: "Coordinates | None",
    place: str | None,
    own_id: str | None,
    create: bool,
    pseudonymise: bool,
    as_json: bool,
) -> int:
    """Record that USER did something with ITEM: it counts in the very next answer.

    Recording it again changes nothing. The user may be new; an item that is unknown is told, and
    the exit code is 5 then, as it is where the id belongs to another event.

    \b
    Example:  chronotope record ann cafe-a
    Example:  chronotope record ann tea --kind purchase --value 12.5 --place Harbour
    """
    with target.client() as client:
        answer = client.record(
            user,
            item,
            at=at,
            kind=kind,
            value=value,
            here=here,
            place=place,
            id=own_id,
            create=create,
            pseudonymise=pseudonymise,
        )
    return report(answer, as_json=as_json)


def report(answer: "Recorded", *, as_json: bool) -> int:
    """Print what became of what was told, and return the exit code."""
    if as_json:
        print_json(answer.to_dict())
    else:
        stream = out if answer.is_written else talk
        stream.print(_SENTENCES[answer.fate], soft_wrap=True)
    return 0 if answer.is_written else _NOT_WRITTEN
