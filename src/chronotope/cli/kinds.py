"""`chronotope kinds`: what events of each kind are worth."""

import click

from chronotope.cli.options import json_option
from chronotope.cli.session import Target, out, print_json
from chronotope.cli.tables import table
from chronotope.client import Kind


@click.group(invoke_without_command=True)
@json_option
@click.pass_obj
def kinds(target: Target, as_json: bool) -> None:
    """List the kinds of events and what each is worth, or change one.

    A kind that is not listed weighs 1, is a goal of recommendations, and consumes the item. One
    that weighs less than 0 declines it.
    """
    if click.get_current_context().invoked_subcommand:
        return
    with target.client() as client:
        listed = client.kinds()
    if as_json:
        print_json(listed.to_dict())
        return
    out.print(table(("kind", "weight", "goal", "consumes"), map(_cells, listed), right=("weight",)))


@kinds.command(name="set")
@click.argument("kind")
@click.option(
    "--weight", type=float, help="What one counts, beside other kinds; below 0: declines."
)
@click.option("--goal/--no-goal", default=None, help="Whether recommendations are made for it.")
@click.option("--consumes/--no-consumes", default=None, help="Whether the item is then had.")
@json_option
@click.pass_obj
def set_(
    target: Target,
    kind: str,
    weight: float | None,
    goal: bool | None,
    consumes: bool | None,
    as_json: bool,
) -> None:
    """Say what an event of KIND is worth; what is left out stays.

    Recommendations weigh by it at once, what all users say together after `chronotope derive`.

    \b
    Example:  chronotope kinds set view --weight 0.1
    Example:  chronotope kinds set refund --weight -1 --no-goal --no-consumes
    """
    with target.client() as client:
        answer = client.set_kind(kind, weight=weight, goal=goal, consumes=consumes)
    if as_json:
        print_json(answer.to_dict())
        return
    out.print(table(("kind", "weight", "goal", "consumes"), [_cells(answer)], right=("weight",)))


def _cells(kind: Kind) -> tuple[object, ...]:
    goal, consumes = ("yes" if flag else "no" for flag in (kind.goal, kind.consumes))
    return kind.name, f"{kind.weight:g}", goal, consumes
