"""`chronotope audience`: users whose recent interests fit a text or an interest."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from chronotope.cli.options import at_option, hours_option, json_option, k_option
from chronotope.cli.params import POINT
from chronotope.cli.session import Target, out, print_json, print_remarks
from chronotope.cli.tables import table

if TYPE_CHECKING:
    from chronotope.analysis.worth import Expected
    from chronotope.client import Audience, Overlap


def audience_options(command: Any) -> Any:
    """Add what says who is one of an audience, and how few are told of."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.argument("text", required=False),
    click.option("--interest", "interests", multiple=True, help="By name or id; repeatable."),
    click.option("--near", type=POINT, help="Only what happened near there."),
    click.option(
        "--within",
        type=click.FloatRange(min=0, min_open=True),
        default=1000.0,
        show_default=True,
        help="Metres around --near.",
    ),
    hours_option,
    click.option("--days", type=click.FloatRange(min=1), default=90.0, show_default=True),
    click.option("--min-score", type=click.FloatRange(0, 1), default=0.05, show_default=True),
    click.option(
        "--min-size",
        type=click.IntRange(1),
        default=5,
        show_default=True,
        help="Nothing is shown of fewer users.",
    ),
    click.option("--overlap", metavar="TEXT", help="Compare with the audience of another text."),
    click.option(
        "--community", metavar="ID", help="Only members: `chronotope communities --write`."
    ),
)


@click.command()
@audience_options
@at_option
@k_option(most=None)
@json_option
@click.pass_obj
def audience(target: Target, /, as_json: bool, **given: Any) -> None:
    """Find the users whose recent interests fit TEXT, with scores, reasons, and the reach.

    A user's score is the share of what they did lately that fits: what they did counts e^(-age in
    days / --days). Reach tells how many users have at least a score. Nothing is shown of groups
    below --min-size: no user, no number.

    \b
    Example:  chronotope audience "live jazz" --near 48.2082,16.3738 --within 1500 --hours 18-2
    Example:  chronotope audience --interest "Coffee Shop" --overlap "books" --at 2026-06-30
    """
    with target.client() as client:
        answer = client.audience(**given)
    print_remarks(answer.remarks)
    if as_json:
        print_json(answer.to_dict())
    else:
        _print(answer)


def _print(answer: "Audience") -> None:
    names = _names(answer.interests)
    if answer.size is None:
        out.print(f"{names}: fewer than {answer.min_size} users; nothing is shown.")
    else:
        out.print(f"{names}: {answer.size:,} users")
        curve = ", ".join(f"{step.users:,} from {step.score:.2f}" for step in answer.reach)
        out.print(f"reach by score: {curve}")
        rows = (
            (
                user.id,
                f"{user.score:.2f}",
                f"{user.events:,}",
                user.last.date().isoformat(),
                ", ".join(f"{fact['name']} ({fact['events']})" for fact in user.because),
            )
            for user in answer
        )
        headings = ("user", "score", "events", "last", "because")
        out.print(table(headings, rows, right=("score", "events")))
    if answer.expected:
        out.print(expectation(answer.expected))
    if answer.overlap:
        out.print(overlap_of(answer.overlap, answer.min_size))


def expectation(expected: "Expected") -> str:
    """Say how many users are expected within how many days."""
    low, high = round(expected.low), round(expected.high)
    return (
        f"{expected.users:,.0f} users ({low:,} to {high:,}) are expected to do what fits within "
        f"{expected.days:,.0f} days"
    )


def overlap_of(overlap: "Overlap", min_size: int) -> str:
    """Say what an audience has in common with another one."""
    if overlap.common is None:
        result = f": a group of it has fewer than {min_size} users; nothing is shown."
    else:
        result = (
            f" ({overlap.other:,} users): {overlap.common:,} users, "
            f"Jaccard index {overlap.jaccard:.2f}"
        )
    return f"overlap with {_names(overlap.interests)}{result}"


def _names(interests: Iterable[Mapping[str, str]]) -> str:
    return ", ".join(interest["name"] for interest in interests)
