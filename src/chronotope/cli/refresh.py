"""`chronotope refresh`: do what is due."""

import click

from chronotope.cli.options import json_option
from chronotope.cli.session import Target, out, print_json, print_remarks, progress_bar
from chronotope.client import Refreshing


@click.command()
@click.option("--no-learn", is_flag=True, help="Leave the weights as they are.")
@click.option(
    "--recent",
    is_flag=True,
    help="Of statistics only what is counted, as `derive --recent`: quicker, for between.",
)
@json_option
@click.pass_obj
def refresh(target: Target, no_learn: bool, recent: bool, as_json: bool) -> None:
    """Do what is due after a load: migrate, extract, embed, derive, and learn weights.

    For a shell and for cron: where nothing is due, nothing is written. Keywords and vectors are
    made of texts that are new or have changed, but no model is fetched for that; statistics are
    derived when they know other events or items than there are; weights are learned when the graph
    has none of its own, and again when its events have doubled. Cut off, the same command goes on.
    What it cannot do it says, with the command that does it.

    \b
    Example:  chronotope refresh
    Example:  chronotope refresh --no-learn --json
    Between:  chronotope refresh --recent
    """
    with target.client() as client, progress_bar("Refreshing", steps=True) as progress:
        done = client.refresh(
            learn=not no_learn,
            recent=recent,
            progress=progress,
            announce=(lambda step: None) if as_json else _show,
        )
    print_remarks(done.remarks)
    if as_json:
        print_json(done.to_dict())
    elif not done:
        out.print("Nothing was due.")


def _show(step: Refreshing) -> None:
    what = step.done or "left"
    out.print(f"{step.step} ({step.why}): {what}; {step.seconds:.1f} s", soft_wrap=True)
