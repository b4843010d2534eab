"""`chronotope forget`: drop old events."""

from datetime import datetime

import click

from chronotope.cli.options import json_option
from chronotope.cli.params import MOMENT
from chronotope.cli.session import Target, out, print_json, progress_bar


@click.command()
@click.option("--before", type=MOMENT, required=True, help="The moment (ISO 8601).")
@click.option("--dry-run", is_flag=True, help="Tell how many would be dropped, and drop none.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def forget(target: Target, before: datetime, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Drop events before a moment, but each user's newest of every item: what they had stays known.

    Later loads do not bring them back. The next `chronotope derive` counts what is left alone. A
    run that was cut off is run again.

    \b
    Example:  chronotope forget --before 2025-01-01 --dry-run
    """
    with target.client() as client, progress_bar("Forgetting") as progress:
        if not (dry_run or yes):
            events = client.forget(before, dry_run=True).events
            click.confirm(
                f"{events:,} events will be dropped for good, and the next derive counts what is "
                "left alone. Go on?",
                abort=True,
                err=True,
            )
        done = client.forget(before, dry_run=dry_run, progress=progress)
    if as_json:
        print_json(done.to_dict())
        return
    out.print(f"{done.events:,} events {'would be' if dry_run else 'were'} dropped.")
