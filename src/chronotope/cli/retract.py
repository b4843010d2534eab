"""`chronotope retract`: take events back."""

import click

from chronotope.cli.options import json_option
from chronotope.cli.session import Target, out, print_json, talk
from chronotope.cli.tables import printable

_SOME_UNKNOWN = 5


@click.command()
@click.argument("ids", metavar="ID…", nargs=-1, required=True)
@json_option
@click.pass_obj
def retract(target: Target, ids: tuple[str, ...], as_json: bool) -> int:
    """Retract events, or what was declined, by their ids: they count no more.

    The id is the event_id of the file; without one it is user, item, kind and epoch milliseconds
    joined by U+001F. Users and items stay. Run `chronotope derive` afterwards: what all users say
    together counts the events until then. Ids that no event has are told; the exit code is 5 then.

    \b
    Example:  chronotope retract order-1017 order-1018
    Example:  chronotope retract $'ann\\x1fcafe\\x1fvisit\\x1f1777636800000'
    """
    with target.client() as client:
        answer = client.retract(ids)
    for name in answer.unknown:
        talk.print(f"No event has the id {printable(name)}.", style="yellow", soft_wrap=True)
    if as_json:
        print_json(answer.to_dict())
    else:
        out.print(f"{answer.retracted:,} events were retracted.")
    return _SOME_UNKNOWN if answer.unknown else 0
