"""`chronotope communities`: people who belong together, and who holds them together."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from chronotope.cli.options import at_option, json_option, people_option
from chronotope.cli.session import Target, out, print_json, print_remarks, progress_bar
from chronotope.cli.tables import table

if TYPE_CHECKING:
    from chronotope.client import Communities, Community

_TRAITS = 3  # of a kind in the table


@click.command()
@at_option
@click.option(
    "--days",
    type=click.FloatRange(min=1),
    default=90.0,
    show_default=True,
    help="An event counts e^(-age / DAYS).",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same finds the same.")
@click.option(
    "--min-users",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Nothing is told of fewer people.",
)
@people_option
@click.option(
    "-k", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many key people."
)
@click.option("--write", is_flag=True, help="Write communities and influence into the graph.")
@click.option("--forget", is_flag=True, help="Remove what --write wrote, and do nothing else.")
@json_option
@click.pass_obj
def communities(
    target: Target,
    at: datetime | None,
    days: float,
    seed: int,
    min_users: int,
    people: bool,
    k: int,
    write: bool,
    forget: bool,
    as_json: bool,
) -> None:
    """Find communities: people tied by place and hour, by shared interests, and by friendship.

    Each community is told by what its members do more than others: interests, places, cells of
    about 5 km² and local hours, with how many times as much. --people names the people who hold
    most together. Needs the extra `analysis`.

    --write makes (:Community) nodes with (:User)-[:MEMBER_OF]-> and User.influence, in the place of
    what was written before; `chronotope audience --community ID` finds users among the members.

    \b
    Example:  chronotope communities --at 2026-06-30
    Example:  chronotope communities --people --write
    """
    if forget and write:
        raise click.UsageError("--forget removes what --write wrote; say one of them.")
    with target.client() as client, progress_bar("Communities", steps=True) as progress:
        if forget:
            client.forget_communities()
            return
        found = client.communities(
            at=at, days=days, seed=seed, min_users=min_users, people=people, k=k, write=write,
            progress=progress,
        )  # fmt: skip
    print_remarks(found.remarks)
    if as_json:
        print_json(found.to_dict())
    else:
        _show(found)


def _show(found: "Communities") -> None:
    out.print(
        f"{len(found):,} communities of {found.tied:,} people with {found.ties:,} ties, modularity "
        f"{found.modularity:.2f}"
    )
    rows = (
        (
            community.id,
            f"{community.size:,}",
            f"{community.within:.0%}",
            _more(community, "interest"),
            _more(community, "place"),
            _more(community, "cell"),
            _clock([int(trait.id) for trait in community.told_by("hour")]),
        )
        for community in found
    )
    headings = ("community", "people", "within", "interests", "places", "around", "hours")
    if found:
        out.print(table(headings, rows, right=("people", "within")))
    if found.key_people is None:
        return
    people = (
        (person.id, person.community, "; ".join(person.because)) for person in found.key_people
    )
    out.print()
    out.print(table(("key person", "community", "because"), people))


def _more(community: "Community", kind: str) -> str:
    traits = community.told_by(kind)[:_TRAITS]
    return ", ".join(f"{trait.name} ×{trait.lift:.1f}" for trait in traits)


def _clock(hours: Sequence[int]) -> str:
    """Return hours of the day with those that follow one another as one: 7-9, 18."""
    spans: list[list[int]] = []
    for hour in sorted(hours):
        if spans and hour == spans[-1][-1] + 1:
            spans[-1].append(hour)
        else:
            spans.append([hour])
    return ", ".join(f"{span[0]}-{span[-1]}" if len(span) > 1 else f"{span[0]}" for span in spans)
