"""`chronotope learn`: fit the weights of a recommendation query to the graph's own past."""

from datetime import datetime

import click

from chronotope.cli.options import json_option
from chronotope.cli.params import MOMENT
from chronotope.cli.session import Target, out, print_json, progress_bar
from chronotope.cli.tables import table
from chronotope.client import Learned
from chronotope.evaluation import TASKS
from chronotope.fusion import LearnOptions


@click.command()
@click.argument("task", type=click.Choice(list(TASKS)))
@click.option("--as-of", type=MOMENT, help="Learn from the events before T; default: from all.")
@click.option("--validate-from", type=MOMENT, help="Choose on what follows T; default: last tenth.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--users",
    type=click.IntRange(25),
    default=LearnOptions().users,
    show_default=True,
    help="Ask the query about so many users at most in each window of the past.",
)
@click.option(
    "--instances",
    type=click.IntRange(100),
    default=LearnOptions().limit,
    show_default=True,
    help="Ask the query about so many past moments at most.",
)
@click.option("--name", help="Of the model; default: the task and the moment.")
@click.option(
    "--workers",
    type=click.IntRange(1, 4),
    default=1,
    show_default=True,
    help="Ask in so many servers of the past side by side, each about a window; 1.5 GB each.",
)
@click.option("--dry-run", is_flag=True, help="Learn, and write nothing.")
@json_option
@click.pass_obj
def learn(
    target: Target,
    task: str,
    as_of: datetime | None,
    validate_from: datetime | None,
    seed: int,
    users: int,
    instances: int,
    name: str | None,
    workers: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Learn what to recommend from what users did before, and score with the best from now on.

    The events are copied to a server of the past, which vanishes at the end; the query is asked
    about past moments there, as it will be asked in earnest, and weights are fitted to what the
    users did next: those in use are tuned, and others are learned from scratch where there is
    enough. The last window of the past decides; where the model in use is the best, it stays. Only
    the finished model is written into the graph. When it is cut off, the same command goes on with
    the window that it was at.

    \b
    Example:  chronotope learn discover
    Example:  chronotope learn next --validate-from 2026-06-01 --seed 1 --dry-run
    """
    with target.client() as client, progress_bar("Learning", steps=True) as progress:
        learned = client.learn(
            task,
            as_of=as_of,
            validate_from=validate_from,
            seed=seed,
            users=users,
            instances=instances,
            name=name,
            workers=workers,
            dry_run=dry_run,
            progress=progress,
        )
    if as_json:
        print_json(learned.to_dict())
    else:
        _show(learned)


def _show(learned: Learned) -> None:
    names = tuple(learned.metrics)
    systems = [*learned.candidates.items(), *learned.baselines.items()]
    rows = (
        ("*" if system == learned.chosen else "", system, *(f"{n[name]:.4f}" for name in names))
        for system, n in systems
    )
    out.print(table(("", "", *names), rows, right=names))
    out.print(learned.why, soft_wrap=True)
    if learned.stays:
        out.print(f"'{learned.name}' stays in use; nothing was written.", soft_wrap=True)
        return
    if not learned.saved:
        out.print("Nothing was written.")
        return
    before = learned.replaced
    back = f"; chronotope models use '{before}' goes back" if before else ""
    out.print(f"recommend.{learned.task} now scores with '{learned.name}'{back}.", soft_wrap=True)
