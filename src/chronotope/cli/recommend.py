"""`chronotope recommend`: what for whom, when and where, and why."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.table import Table

from chronotope import evaluation, fusion
from chronotope.cli.session import Target, json_option, out, print_json, talk
from chronotope.cli.values import parse_moment, parse_point
from chronotope.cli.words import distance, moment, reasons
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.language import profile as profiles
from chronotope.language import writer as writers

_TAGS = 5  # that sentences may speak of
_TOLD = 3  # recommendations that they may
_COMMA: dict[profiles.Language, str] = {"en": ", ", "zh": "，"}


@click.command()
@click.argument("user")
@click.option("--discover", is_flag=True, help="Only what is new to the user.")
@click.option("--new-items", "new_items", is_flag=True, help="Only what nobody has been at yet.")
@click.option("--at", "when", metavar="T", help="The moment (ISO 8601); default: now.")
@click.option("--here", metavar="LAT,LON", help="Where the user is.")
@click.option("--place", help="The name of the place where the user is (with --discover).")
@click.option("--only", type=click.Choice(["places", "goods"]), help="With or without a location.")
@click.option("-k", "count", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--text", is_flag=True, help="Say it in two sentences.")
@click.option(
    "--language", "tongue", type=click.Choice(profiles.LANGUAGES), help="Of the sentences."
)
@click.option("--writer", metavar="MODEL", help="Have a causal model or an endpoint word them.")
@json_option
@click.pass_obj
def recommend(
    target: Target,
    user: str,
    discover: bool,
    new_items: bool,
    when: str | None,
    here: str | None,
    place: str | None,
    only: str | None,
    count: int,
    text: bool,
    tongue: str | None,
    writer: str | None,
    as_json: bool,
) -> None:
    r"""Recommend where USER goes next, --discover: what is new to them, --new-items: to all.

    \b
    Example:  chronotope recommend resident-001 --at 2026-06-05T08:10:00+02:00
    Example:  chronotope recommend resident-001 --discover --here 48.2082,16.3738
    Example:  chronotope recommend resident-001 --writer http://localhost:8080/v1#model
    """
    if place and not discover:
        raise InputError("--place is a question of what to discover; add --discover.")
    at = parse_moment(when) if when else datetime.now(UTC)
    parameters: dict[str, Any] = {
        "user": user,
        "at": at,
        "here": parse_point(here) if here else None,
        "only": only,
        "k": count,
    }
    if discover:
        parameters["place"] = place
    if discover and new_items:
        raise InputError("--new-items is narrower than --discover; give one of them.")
    task = "new_items" if new_items else "discover" if discover else "next"
    told = ""
    with target.graph() as graph:
        _warn(graph, user, at)
        _check_model(graph, task)
        rows = graph.read(evaluation.TASKS[task].query, parameters)
        if text or writer:
            told = _sentences(profiles.read_facts(graph, user, at), rows, tongue, writer)
    if as_json:
        print_json({"text": told, "recommendations": rows} if told else rows)
        return
    out.print(table(rows))
    if told:
        out.print(f"\n{told}", markup=False, soft_wrap=True)


def table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return recommendations as a table that a person reads."""
    result = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "what", "kind", "distance", "score", "because"):
        if heading in ("", "distance", "score"):
            result.add_column(heading, justify="right", no_wrap=True)
        else:
            result.add_column(heading)
    for rank, row in enumerate(rows, start=1):
        result.add_row(
            str(rank),
            row["name"] or row["id"],
            row["category"] or "",
            distance(row["because"]),
            f"{row['score']:.2f}",
            "; ".join(reasons(_shares(row), row["because"])),
        )
    return result


def _shares(row: Mapping[str, Any]) -> dict[str, float]:
    return {term["feature"]: term["share"] for term in row["terms"]}


def _sentences(
    facts: profiles.ProfileFacts,
    rows: Sequence[Mapping[str, Any]],
    tongue: str | None,
    writer: str | None,
) -> str:
    """Return the recommendations as two sentences; a writer's if it keeps to the facts."""
    chosen = profiles.parse_language(tongue) if tongue else profiles.language_of(facts)
    zone = facts.rhythm[0]["last"].to_native().tzinfo if facts.rhythm else None
    local = facts.at.astimezone(zone) if zone else facts.at
    given = writers.SentenceFacts(
        moment(local, chosen),
        [tag["name"] for tag in facts.tags[:_TAGS]],
        [
            (
                row["name"] or row["id"],
                row["category"] or "",
                _COMMA[chosen].join(reasons(_shares(row), row["because"], language=chosen)),
            )
            for row in rows[:_TOLD]
        ],
    )
    told, invented = writers.recommendation_text(
        given, chosen, writers.open_writer(writer) if writer else None
    )
    if invented:
        talk.print(
            f"The writer named what is not among the facts ({', '.join(invented)}); "
            "these are the template's words.",
            markup=False,
            style="yellow",
        )
    return told


def _check_model(graph: Graph, task: str) -> None:
    model = fusion.in_use(graph, task)
    if model is None:
        raise InputError(
            f"No fusion model is in use for {task}; choose one: chronotope models use NAME."
        )
    if problem := model.problem():
        raise InputError(
            f"The model '{model.name}' {problem}; learn anew, chronotope learn {task}, or "
            f"go back to the shipped one, chronotope models use {task}."
        )


def _warn(graph: Graph, user: str, at: datetime) -> None:
    history = graph.read("user.describe_history", {"user": user, "at": at})[0]
    if not history["known"]:
        talk.print(f"The graph has no user '{user}'; this is for a stranger.", markup=False)
    elif not history["events"]:
        talk.print(
            f"User '{user}' has no events before then; this is for a stranger.", markup=False
        )
    as_of = history["derivedAsOf"]
    if as_of is None:
        talk.print("No statistics across users were derived yet; run: chronotope derive")
    elif at < as_of.to_native():
        talk.print(
            f"The statistics stand as of {as_of.to_native().isoformat(timespec='seconds')}, later "
            "than the moment asked for: they know what came after. For an answer as of then: "
            "chronotope derive --at …",
            style="yellow",
        )
