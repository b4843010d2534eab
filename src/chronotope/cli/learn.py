"""`chronotope learn`: fit the weights of a recommendation query to the graph's own past."""

from datetime import UTC, datetime

import click

from chronotope import evaluation, fusion, replay, statistics
from chronotope.cli.options import json_option
from chronotope.cli.params import parse_moment
from chronotope.cli.session import Target, out, print_json, progress_bar
from chronotope.fusion import Model


@click.command()
@click.argument("task", type=click.Choice(list(evaluation.TASKS)))
@click.option("--as-of", metavar="T", help="Learn from the events before T; default: from all.")
@click.option("--validate-from", metavar="T", help="Choose on what follows T; default: last tenth.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--instances",
    type=click.IntRange(100),
    default=fusion.LearnOptions().limit,
    show_default=True,
    help="Ask the query about so many past moments at most.",
)
@click.option("--name", help="Of the model; default: the task and the moment.")
@click.option("--dry-run", is_flag=True, help="Learn, and write nothing.")
@json_option
@click.pass_obj
def learn(
    target: Target,
    task: str,
    as_of: str | None,
    validate_from: str | None,
    seed: int,
    instances: int,
    name: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Learn what to recommend from what users did before, and score with that from now on.

    The events are copied to a server of the past, which vanishes at the end; the query is asked
    about past moments there, as it will be asked in earnest, and the weights are fitted to what
    the users did next. Only the finished model is written into the graph. When it is cut off, the
    same command goes on with the window of the past that it was at.

    \b
    Example:  chronotope learn discover
    Example:  chronotope learn next --validate-from 2026-06-01 --seed 1 --dry-run
    """
    moment = parse_moment(as_of) if as_of else datetime.now(UTC)
    options = fusion.LearnOptions(
        seed, parse_moment(validate_from) if validate_from else None, instances
    )
    with target.graph() as graph, progress_bar("Learning", steps=True) as progress:
        before = fusion.in_use(graph, task)
        source, derived = replay.GraphSource(graph), statistics.recorded(graph)
        with replay.replay(source, moment, options=derived, progress=progress) as past:
            as_of_last = moment if as_of else past.history.end
            model = fusion.learn(
                past, evaluation.TASKS[task], as_of_last, options, before, progress
            )
        model = model.named(name or model.name)
        if not dry_run:
            fusion.save(graph, model)
            fusion.use(graph, model.name)
    if as_json:
        print_json({"name": model.name, "task": task, "asOf": model.as_of, **model.metrics})
        return
    _tell(model)
    if dry_run:
        out.print("Nothing was written.")
    else:
        back = f"; chronotope models use '{before.name}' goes back" if before else ""
        out.print(f"recommend.{task} now scores with '{model.name}'{back}.", markup=False)


def _tell(model: Model) -> None:
    metric = evaluation.TASKS[model.task].metric
    found = model.metrics["metrics"][metric]
    low, high = found["ci95"]
    out.print(
        f"On the last {model.metrics['instances']:,} instances, before they were learned from: "
        f"{metric} {found['value']:.4f} [{low:.4f}, {high:.4f}]"
    )
    for name, numbers in model.metrics["baselines"].items():
        out.print(f"  {name}: {numbers[metric]:.4f}")
