"""`chronotope profile` and `tags`: what a user is interested in, when and where."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from chronotope.cli.options import at_option, json_option, k_option
from chronotope.cli.session import Target, out, print_json, print_remarks, progress_bar
from chronotope.cli.tables import table
from chronotope.errors import InputError

if TYPE_CHECKING:
    from chronotope.client import Client


@click.command()
@click.argument("user")
@at_option
@click.option("--scheme", type=click.Choice(["category", "keyword"]), help="Only interests of it.")
@k_option()
@json_option
@click.pass_obj
def tags(
    target: Target, user: str, at: datetime | None, scheme: str | None, k: int, as_json: bool
) -> None:
    """Show the interests of USER as tags: weight, trend, hours, places, and the events behind.

    \b
    Example:  chronotope tags resident-001 --at 2026-06-30
    """
    with target.client() as client:
        answer = client.tags(user, at=at, scheme=scheme, k=k)
    print_remarks(answer.remarks)
    if as_json:
        print_json(answer.to_dict())
        return
    rows = (
        (
            tag.name,
            tag.broader,
            f"{tag.weight:.1%}",
            tag.trend,
            f"{tag.events:,}",
            tag.when(),
            ", ".join(f"{place['name']} ({place['events']})" for place in tag.places[:2]),
        )
        for tag in answer
    )
    headings = ("tag", "below", "weight", "trend", "events", "when", "where")
    if answer:
        out.print(table(headings, rows, right=("weight", "events")))


@click.command()
@click.argument("user", required=False)
@click.option("--all", "everyone", is_flag=True, help="Write the profiles of all users.")
@at_option
@click.option("--language", type=click.Choice(["en", "zh"]), help="Of the text.")
@click.option("--vector", is_flag=True, help="With --json: the vectors too.")
@json_option
@click.pass_obj
def profile(
    target: Target,
    user: str | None,
    everyone: bool,
    at: datetime | None,
    language: str | None,
    vector: bool,
    as_json: bool,
) -> None:
    """Write what USER is interested in as text, and embed it.

    The text tells the strongest interests with their trend, hours, weekdays and places, what is
    new, and what faded; in English or Chinese, by default in the language that the user's places
    are named in. It is kept in the graph, with its vector, unless --at asks for another moment.

    \b
    Example:  chronotope profile resident-001
    Example:  chronotope profile resident-001 --json --vector --at 2026-06-30
    """
    if (user is None) is not everyone:
        raise InputError("Name one USER, or give --all.")
    if vector and not as_json:
        raise InputError("--vector adds to what --json prints; add --json.")
    with target.client() as client:
        if user is None:
            _write_all(client, at, language, as_json)
            return
        answer = client.profile(user, at=at, language=language, terms=as_json, vectors=vector)
    print_remarks(answer.remarks)
    if as_json:
        print_json(answer.to_dict())
    else:
        out.print(answer.text or "Nothing is known yet.", soft_wrap=True)


def _write_all(client: "Client", at: datetime | None, language: str | None, as_json: bool) -> None:
    with progress_bar("Writing profiles") as progress:
        written = client.write_profiles(at=at, language=language, progress=progress)
    print_remarks(written.remarks)
    if as_json:
        print_json(written.to_dict())
    else:
        out.print(f"Wrote the profiles of {written.profiles:,} users.")
