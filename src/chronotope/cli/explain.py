"""`chronotope explain`: why an item is recommended, or why not, and what would change it."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from chronotope.cli.options import at_option, here_option, json_option, k_option, only_option
from chronotope.cli.session import Target, out, print_json, print_remarks
from chronotope.cli.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from chronotope.client import Coordinates, Explanation
    from chronotope.language import Language

_TERMS = 12


@click.command()
@click.argument("user")
@click.argument("item")
@at_option
@here_option
@click.option(
    "--task",
    type=click.Choice(["discover", "next", "new_items"]),
    default="discover",
    show_default=True,
    help="Which recommendation.",
)
@only_option
@k_option("How many are recommended.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", help="Of the sentences.")
@json_option
@click.pass_obj
def explain(
    target: Target,
    user: str,
    item: str,
    at: datetime | None,
    here: "Coordinates | None",
    task: str,
    only: str | None,
    k: int,
    language: "Language",
    as_json: bool,
) -> None:
    """Explain why ITEM is recommended to USER, or why not, and what would change it.

    Tells its rank and score also where it is not recommended, what leaves it out, what separates it
    from the last that is recommended, the paths between the two, and how another hour of the day,
    being there, and the moment before the last event would rank it. --json tells all of it.

    \b
    Example:  chronotope explain resident-001 venue-017 --at 2026-06-05T08:10:00+02:00
    Example:  chronotope explain resident-001 venue-017 --task next --language zh
    """
    with target.client() as client:
        answer = client.explain(user, item, at=at, here=here, task=task, only=only, k=k)
    print_remarks(answer.remarks)
    if as_json:
        print_json(answer.to_dict())
        return
    for sentence in answer.sentences(language):
        out.print(sentence, soft_wrap=True)
    for path in _paths(answer):
        out.print(path, soft_wrap=True)
    out.print()
    last = {cause.feature: cause.last for cause in answer.apart}
    rows = (
        (
            term.feature,
            "" if term.value is None else f"{term.value:.2f}",
            "" if term.weight is None else f"{term.weight:.2f}",
            f"{term.share:+.2f}",
            f"{last[term.feature]:+.2f}" if term.feature in last else "",
        )
        for term in answer.terms
        if term.share or term.feature in last
    )
    headings = ("feature", "value", "weight", "share", "of the last")
    out.print(table(headings, list(rows)[:_TERMS], right=headings[1:]))


def _paths(answer: "Explanation") -> "Iterator[str]":
    paths = answer.paths
    for way in paths.co_visits[:3]:
        yield f"  {_called(way)} → with {way['users']:,} people → {answer.name or answer.id}"
    if paths.similar and paths.similar["users"]:
        shared = ", ".join(f"{_called(own)} ({own['users']:,})" for own in paths.similar["shared"])
        yield f"  {paths.similar['users']:,} people of similar taste; they share {shared}"
    for interest in paths.interests:
        yield "  " + " → ".join(f"{step['name']} ({step['items']:,})" for step in interest["chain"])
    if paths.distances:
        yield "  " + ", ".join(
            f"{place['km']:.2f} km from {_called(place) if place['id'] else 'here'}"
            for place in paths.distances
        )


def _called(fact: "Mapping[str, Any]") -> str:
    return str(fact["name"] or fact["id"])
