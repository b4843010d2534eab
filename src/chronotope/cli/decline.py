"""`chronotope decline`: what a user does not want."""

from datetime import datetime

import click

from chronotope.cli.options import at_option, json_option
from chronotope.cli.record import report
from chronotope.cli.session import Target


@click.command()
@click.argument("user")
@click.argument("item", required=False)
@click.option("--interest", help="An interest in place of an item: its name or id.")
@at_option
@click.option("--kind", default="dislike", show_default=True, help="What was done: a word.")
@click.option("--id", "own_id", help="Its own id, if it has one.")
@json_option
@click.pass_obj
def decline(
    target: Target,
    user: str,
    item: str | None,
    interest: str | None,
    at: datetime | None,
    kind: str,
    own_id: str | None,
    as_json: bool,
) -> int:
    """Record that USER declined ITEM, or an interest: it does not come back.

    An item comes back with a later event of the user there. An interest filters its items, and
    those of narrower ones. `chronotope retract ID` takes it back.

    \b
    Example:  chronotope decline ann bar --kind 'not interested'
    Example:  chronotope decline ann --interest Nightlife
    """
    with target.client() as client:
        answer = client.decline(user, item, interest=interest, at=at, kind=kind, id=own_id)
    return report(answer, as_json=as_json)
