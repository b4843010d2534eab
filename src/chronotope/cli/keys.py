"""`chronotope keys`: the keys of pseudonyms."""

import click

from chronotope.cli.options import json_option
from chronotope.cli.session import Target, out, print_json, progress_bar
from chronotope.cli.tables import printable
from chronotope.client import keeping


@click.group()
def keys() -> None:
    """Keep the keys of pseudonyms: create, rotate, and tell the pseudonym of a user.

    They stand in a file that nobody else may read (CHRONOTOPE_KEYS_FILE), or in the environment
    (CHRONOTOPE_KEYS), and never in the graph. Keep a copy: without them no id leads to its user.
    """


@keys.command()
def create() -> None:
    """Write new keys into their file; one that stands there is kept."""
    out.print(f"The keys are in {printable(keeping.create_keys())}; keep a copy.", soft_wrap=True)


@keys.command()
@click.option("--continue", "go_on", is_flag=True, help="Finish a rotation that was cut off.")
@json_option
@click.pass_obj
def rotate(target: Target, go_on: bool, as_json: bool) -> None:
    """Add a key, and give the graph's users and events the pseudonyms that follow from it.

    History stays. Earlier keys stay in the file: an id leads to its user through all of them. Who
    loads with pseudonyms meanwhile is refused.
    """
    with target.client() as client, progress_bar("Rotating") as progress:
        done = client.rotate_keys(go_on=go_on, progress=progress)
    if as_json:
        print_json(done.to_dict())
        return
    out.print(
        f"{done.users:,} users and {done.events:,} events have pseudonyms of key "
        f"{done.generation} now."
    )


@keys.command()
@click.argument("user")
@click.pass_obj
def pseudonym(target: Target, user: str) -> None:
    """Print the pseudonym of USER, which other commands take as the user's id."""
    del target
    out.print(keeping.Keeping.pseudonym(user), soft_wrap=True, highlight=False)
