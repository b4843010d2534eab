"""`chronotope models`: the fusion models that the graph holds."""

import click

from chronotope.cli.options import json_option
from chronotope.cli.session import Target, out, print_json
from chronotope.cli.tables import table
from chronotope.client import ModelSummary


@click.group()
def models() -> None:
    """List, choose and compare the models that score recommendations."""


@models.command(name="list")
@json_option
@click.pass_obj
def list_(target: Target, as_json: bool) -> None:
    """List the models: which are in use, of when they are, and how good they were found to be."""
    with target.client() as client:
        listed = client.models()
    if as_json:
        print_json(listed.to_dict())
        return
    rows = [
        (
            "*" if model.in_use else "",
            model.name,
            model.task,
            f"{model.as_of:%Y-%m-%d %H:%M}" if model.as_of else "",
            model.hidden_units,
            _quality(model),
            model.problem,
        )
        for model in listed
    ]
    out.print(table(("", "name", "task", "as of", "units", "validation", "problem"), rows))


@models.command()
@click.argument("name")
@click.pass_obj
def use(target: Target, name: str) -> None:
    """Score with the model NAME from now on.

    \b
    Example:  chronotope models use discover
    """
    with target.client() as client:
        model = client.use(name)
    out.print(f"recommend.{model.task} now scores with '{model.name}'.")


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
    with target.client() as client:
        comparison = client.compare_models(first, second)
    if as_json:
        print_json(comparison.to_dict())
        return
    one, other = comparison.models
    rows: list[tuple[object, ...]] = [
        (row.feature, _weight(row.first), _weight(row.second), _weight(row.change, sign="+"))
        for row in comparison
    ]
    rows.append(("hidden units", one.hidden_units, other.hidden_units, None))
    rows.append(("validation", _quality(one), _quality(other), None))
    headings = ("feature", first, second, "change")
    out.print(table(headings, rows, right=headings[1:]))


def _weight(value: float | None, sign: str = "-") -> str | None:
    return None if value is None else f"{value:{sign}.3f}"


def _quality(model: ModelSummary) -> str | None:
    validation = model.validation
    return f"{model.metric} {validation.value:.3f}" if validation else None
