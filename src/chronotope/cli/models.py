"""`chronotope models`: the fusion models that the graph holds."""

import click
from rich.table import Table

from chronotope import evaluation, fusion
from chronotope.cli.options import json_option
from chronotope.cli.session import Target, out, print_json
from chronotope.errors import InputError
from chronotope.fusion import Model


@click.group()
def models() -> None:
    """List, choose and compare the models that score recommendations."""


@models.command(name="list")
@json_option
@click.pass_obj
def list_(target: Target, as_json: bool) -> None:
    """List the models: which are in use, of when they are, and how good they were found to be."""
    with target.graph() as graph:
        found = fusion.read(graph)
    if as_json:
        print_json([_summary(model) for model in found])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "name", "task", "as of", "units", "validation", "remarks"):
        table.add_column(heading)
    for model in found:
        table.add_row(
            "*" if model.in_use else "",
            model.name,
            model.task,
            f"{model.as_of:%Y-%m-%d %H:%M}" if model.as_of else "",
            str(len(model.output)),
            _quality(model),
            model.problem() or "",
        )
    out.print(table)


@models.command()
@click.argument("name")
@click.pass_obj
def use(target: Target, name: str) -> None:
    """Score with the model NAME from now on.

    \b
    Example:  chronotope models use discover
    """
    with target.graph() as graph:
        model = fusion.read_one(graph, name)
        if problem := model.problem():
            raise InputError(f"The model '{name}' {problem}; learn one anew.")
        fusion.use(graph, name)
    out.print(f"recommend.{model.task} now scores with '{name}'.", markup=False)


@models.command()
@click.argument("first")
@click.argument("second")
@json_option
@click.pass_obj
def diff(target: Target, first: str, second: str, as_json: bool) -> None:
    """Compare the weights of two models of one task, the largest change first.

    A weight is the change of the score when the feature rises by its usual spread, without what
    hidden units add; those are told apart by their number.

    \b
    Example:  chronotope models diff discover 'discover 2026-06-29T00:00:00Z'
    """
    with target.graph() as graph:
        one, two = fusion.read_one(graph, first), fusion.read_one(graph, second)
    if one.task != two.task:
        raise InputError(
            f"'{first}' is of {one.task} and '{second}' of {two.task}; compare two of one task."
        )
    weights = [dict(zip(m.features, m.linear.tolist(), strict=True)) for m in (one, two)]
    names = list(dict.fromkeys([*one.features, *two.features]))
    rows = [(name, weights[0].get(name), weights[1].get(name)) for name in names]
    rows.sort(key=lambda row: -abs((row[2] or 0.0) - (row[1] or 0.0)))
    if as_json:
        print_json(
            {
                "models": [_summary(one), _summary(two)],
                "weights": [
                    dict(zip(("feature", "first", "second"), r, strict=True)) for r in rows
                ],
            }
        )
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("feature", first, second, "change"):
        table.add_column(heading, justify="left" if heading == "feature" else "right")
    for name, before, after in rows:
        numbers = [f"{w:.3f}" if w is not None else "" for w in (before, after)]
        change = f"{after - before:+.3f}" if before is not None and after is not None else ""
        table.add_row(name, *numbers, change)
    table.add_row("hidden units", str(len(one.output)), str(len(two.output)), "")
    table.add_row("validation", _quality(one), _quality(two), "")
    out.print(table)


def _summary(model: Model) -> dict[str, object]:
    return {
        "name": model.name,
        "task": model.task,
        "inUse": model.in_use,
        "asOf": model.as_of,
        "trainedAt": model.trained_at,
        "features": list(model.features),
        "hiddenUnits": len(model.output),
        "metrics": dict(model.metrics),
        "problem": model.problem(),
    }


def _quality(model: Model) -> str:
    metric = evaluation.TASKS[model.task].metric
    found = model.metrics.get("metrics", {}).get(metric)
    return f"{metric} {found['value']:.3f}" if found else ""
