"""`chronotope publish`: counts of people with differential privacy, and what they cost."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from chronotope.cli.options import (
    at_option,
    geojson_option,
    hours_option,
    interest_option,
    json_option,
    k_option,
    resolution_option,
    span_option,
    weekdays_option,
)
from chronotope.cli.params import POINT
from chronotope.cli.session import Target, out, print_json, print_remarks
from chronotope.cli.tables import table

Command = TypeVar("Command", bound=Callable[..., Any])

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_epsilon = click.option(
    "--epsilon",
    type=click.FloatRange(0, 100, min_open=True),
    required=True,
    help="What is spent: the less, the more noise.",
)
_near = click.option("--near", type=POINT, help="The middle of the area; default: where items are.")
_positive = click.FloatRange(min=0, min_open=True)


def _per_person(of: str, default: int) -> Callable[[Command], Command]:
    return click.option(
        "--per-person",
        type=click.IntRange(1),
        default=default,
        show_default=True,
        help=f"In so many {of} one person counts at most.",
    )


def _within(help_: str, default: float) -> Callable[[Command], Command]:
    return click.option("--within", type=_positive, default=default, show_default=True, help=help_)


@click.group()
def publish() -> None:
    """Publish counts of people with differential privacy, from a budget that is kept.

    Whether any one person is in the graph makes each answer at most e^EPSILON times as likely. What
    each costs is recorded in the graph, and refused beyond a limit. docs/privacy.md says what that
    protects and what not. Needs the extra `privacy`.
    """


@publish.command()
@_epsilon
@interest_option
@hours_option
@weekdays_option
@at_option
@span_option
@resolution_option
@_near
@_within("Metres around --near.", 5000.0)
@_per_person("cells", 5)
@k_option("How many cells are shown; --json and --geojson have all.", most=None)
@geojson_option
@json_option
@click.pass_obj
def hotspots(target: Target, /, k: int, as_geojson: bool, as_json: bool, **given: Any) -> None:
    """Publish how many people were in each cell of an area, and which are hotspots.

    Every hexagon of the area is told, whether anybody was there or not. Needs the extra `analysis`
    besides.

    \b
    Example:  chronotope publish hotspots --epsilon 1 --interest Coffee
    """
    with target.client() as client:
        answer = client.publish_hotspots(given.pop("interest"), **given)
    if as_geojson:
        print_remarks(answer.remarks)
        print_json(answer.__geo_interface__)
        return
    rows = (
        (
            "*" if spot.hot else "",
            spot.cell,
            f"{spot.location.latitude:.4f},{spot.location.longitude:.4f}",
            f"{spot.people:,}",
            f"{spot.expected:.1f}",
            f"{spot.z:.1f}",
            f"{spot.p:.2g}",
            f"{spot.q:.2g}",
        )
        for spot in answer[:k]
    )
    headings = ("", "cell", "where", "people", "expected", "z", "p", "q")
    _print(answer, headings, rows, headings[3:], as_json=as_json)


@publish.command()
@_epsilon
@click.option(
    "--delta",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=1e-6,
    show_default=True,
    help="The probability that a rare flow betrays somebody.",
)
@interest_option
@hours_option
@weekdays_option
@at_option
@span_option
@click.option(
    "--hours-between",
    type=_positive,
    default=8.0,
    show_default=True,
    help="Hours between two events at most.",
)
@resolution_option
@_near
@_within("Metres around --near.", 5000.0)
@_per_person("flows", 5)
@k_option("How many flows are shown; --json has all.", most=None)
@json_option
@click.pass_obj
def flows(target: Target, /, k: int, as_json: bool, **given: Any) -> None:
    """Publish how many people went from one cell to another; flows below a threshold are left out.

    \b
    Example:  chronotope publish flows --epsilon 1 --hours 17-20
    """
    with target.client() as client:
        answer = client.publish_flows(given.pop("interest"), **given)
    rows = ((flow.origin, flow.destination, f"{flow.people:,}") for flow in answer[:k])
    _print(answer, ("from", "to", "people"), rows, ("people",), as_json=as_json)


@publish.command()
@_epsilon
@interest_option
@click.option("--cell", help="A hexagon of H3, or place:NAME.")
@click.option("--week", is_flag=True, help="By the 168 hours of the week, not the 24 of the day.")
@at_option
@span_option
@_per_person("hours", 6)
@json_option
@click.pass_obj
def rhythm(target: Target, /, as_json: bool, **given: Any) -> None:
    """Publish how many people do something at each local hour: all, of an interest, or in a cell.

    \b
    Example:  chronotope publish rhythm --epsilon 0.5 --interest Coffee
    """
    with target.client() as client:
        answer = client.publish_rhythm(given.pop("interest"), **given)
    rows = (
        (
            f"{_DAYS[row.weekday - 1] + ' ' if row.weekday else ''}{row.hour:02}:00",
            f"{row.people:,}",
        )
        for row in answer
    )
    _print(answer, ("when", "people"), rows, ("people",), as_json=as_json)


@publish.command()
@click.argument("text", required=False)
@_epsilon
@click.option("--interest", "interests", multiple=True, help="By name or id; repeatable.")
@click.option("--near", type=POINT, help="Only what happened near there.")
@_within("Metres around --near.", 1000.0)
@hours_option
@at_option
@click.option("--days", type=click.FloatRange(min=1), default=90.0, show_default=True)
@click.option("--min-score", type=click.FloatRange(0, 1), default=0.05, show_default=True)
@json_option
@click.pass_obj
def audience(target: Target, /, as_json: bool, **given: Any) -> None:
    """Publish how many users have recent interests that fit TEXT, or interests.

    \b
    Example:  chronotope publish audience "live jazz" --epsilon 0.5
    """
    with target.client() as client:
        answer = client.publish_audience(given.pop("text"), **given)
    names = ", ".join(interest["name"] for interest in answer.interests)
    rows = ((names, f"{row.score:.2f}", f"{row.users:,}") for row in answer)
    headings = ("interests", "from score", "users")
    _print(answer, headings, rows, headings[1:], as_json=as_json)


@publish.command()
@_epsilon
@click.option("--scheme", default="category", show_default=True, help="Whose interests.")
@at_option
@span_option
@_per_person("interests", 5)
@k_option("How many interests are shown; --json has all.", most=None)
@json_option
@click.pass_obj
def interests(target: Target, /, k: int, as_json: bool, **given: Any) -> None:
    """Publish how many people turned to each interest that items are about.

    \b
    Example:  chronotope publish interests --epsilon 1 --span 30
    """
    with target.client() as client:
        answer = client.publish_interests(**given)
    rows = ((row.id, row.name, f"{row.people:,}") for row in answer[:k])
    _print(answer, ("id", "interest", "people"), rows, ("people",), as_json=as_json)


@publish.command()
@click.option(
    "--limit-epsilon", type=click.FloatRange(0, 100), help="Set how much may be spent in all."
)
@click.option(
    "--limit-delta",
    type=click.FloatRange(0, 1, max_open=True),
    default=1e-5,
    show_default=True,
    help="With --limit-epsilon: likewise.",
)
@json_option
@click.pass_obj
def budget(target: Target, limit_epsilon: float | None, limit_delta: float, as_json: bool) -> None:
    """Tell what was published and what it cost, or set the limit of the budget.

    \b
    Example:  chronotope publish budget
    Example:  chronotope publish budget --limit-epsilon 8
    """
    with target.client() as client:
        if limit_epsilon is not None:
            answer = client.limit_privacy_budget(limit_epsilon, limit_delta)
        else:
            answer = client.privacy_budget()
    spent = answer.spent
    rows = (
        (
            row.at.isoformat(timespec="seconds"),
            row.what,
            f"{row.epsilon:g}",
            f"{row.delta:g}",
            row.parameters,
        )
        for row in answer
    )
    if not as_json:
        out.print(
            f"spent: ε = {spent.epsilon:g} of {spent.limit_epsilon:g}, "
            f"δ = {spent.delta:g} of {spent.limit_delta:g}"
        )
    headings = ("when", "what", "ε", "δ", "of")
    _print(answer, headings, rows, headings[2:4], as_json=as_json)


def _print(
    answer: Any,
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    right: Sequence[str],
    *,
    as_json: bool,
) -> None:
    print_remarks(answer.remarks)
    if as_json:
        print_json(answer.to_dict())
    elif answer:
        out.print(table(headings, rows, right=right))
