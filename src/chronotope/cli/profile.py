"""`chronotope profile`, `tags` and `rhythm`: what a user is interested in, when and where."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.table import Table

from chronotope import evaluation, language
from chronotope.cli.session import Target, json_option, out, print_json, progress_bar, talk
from chronotope.cli.values import parse_moment
from chronotope.errors import EncoderError, InputError
from chronotope.graph import Graph
from chronotope.language import profile as profiles

_SHADES = " ▁▂▃▄▅▆▇█"
_ASKED = 20
_ALL = 1000

_at = click.option("--at", "moment", metavar="T", help="The moment (ISO 8601); default: now.")


@click.command()
@click.argument("user")
@_at
@click.option("--scheme", type=click.Choice(["category", "keyword"]), help="Only interests of it.")
@click.option("-k", "count", type=click.IntRange(1, 1000), default=12, show_default=True)
@json_option
@click.pass_obj
def tags(
    target: Target, user: str, moment: str | None, scheme: str | None, count: int, as_json: bool
) -> None:
    r"""Show the interests of USER as tags: weight, trend, hours, places, and the events behind.

    \b
    Example:  chronotope tags resident-001 --at 2026-06-30
    """
    with target.graph() as graph:
        at = _moment(moment)
        rows = graph.read("profile.tags", {"user": user, "at": at, "scheme": scheme, "k": count})
        _say_unknown(graph, user, at, rows)
    if as_json:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("tag", "below", "weight", "trend", "events", "when", "where"):
        justify = "right" if heading in ("weight", "events") else "left"
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]  # a literal
    for row in rows:
        places = [f"{place['name']} ({place['events']})" for place in row["places"]]
        table.add_row(
            row["name"],
            row["broader"] or "",
            f"{row['weight']:.1%}",
            row["trend"],
            f"{row['events']:,}",
            _when(row),
            ", ".join(places[:2]),
        )
    out.print(table)


@click.command()
@click.argument("user")
@_at
@click.option("-k", "count", type=click.IntRange(1, 1000), default=10, show_default=True)
@json_option
@click.pass_obj
def rhythm(target: Target, user: str, moment: str | None, count: int, as_json: bool) -> None:
    r"""Show when USER is where: intensities of 24 hours by places.

    \b
    Example:  chronotope rhythm resident-001 --at 2026-06-30
    """
    with target.graph() as graph:
        at = _moment(moment)
        rows = graph.read("profile.rhythm", {"user": user, "at": at, "k": count})
        _say_unknown(graph, user, at, rows)
    if as_json:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("place", "weight", "0     6     12    18    ", "M T W T F S S", "events"):
        justify = "right" if heading in ("weight", "events") else "left"
        table.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    most = max((max(row["hours"]) for row in rows), default=0.0)
    for row in rows:
        table.add_row(
            row["name"].removeprefix("place:"),
            f"{row['weight']:.1%}",
            _bars(row["hours"], most),
            " ".join(_bars(row["weekdays"], max(row["weekdays"]))),
            f"{row['events']:,}",
        )
    out.print(table)


@click.command()
@click.argument("user", required=False)
@click.option("--all", "everyone", is_flag=True, help="Write the profiles of all users.")
@_at
@click.option("--language", "tongue", type=click.Choice(profiles.LANGUAGES), help="Of the text.")
@click.option("--vector", is_flag=True, help="With --json: the vectors too.")
@json_option
@click.pass_obj
def profile(
    target: Target,
    user: str | None,
    everyone: bool,
    moment: str | None,
    tongue: str | None,
    vector: bool,
    as_json: bool,
) -> None:
    r"""Write what USER is interested in as text, and embed it.

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
    at = _moment(moment)
    wanted = profiles.parse_language(tongue) if tongue else None
    with target.graph() as graph:
        if everyone:
            _write_all(graph, at, wanted, as_json)
            return
        assert user is not None  # noqa: S101  checked above
        facts = profiles.read_facts(graph, user, at)
        _say_unknown(graph, user, at, facts.tags)
        wanted = wanted or profiles.language_of(facts)
        text = profiles.describe(facts, wanted)
        if moment is None and facts.tags:
            profiles.write_profiles(graph, [user], at, _encoder(graph), wanted)
        if not as_json:
            out.print(text or "Nothing is known yet.", markup=False, soft_wrap=True)
            return
        vectors = graph.read("profile.vectors", {"user": user, "at": at}) if vector else []
        terms = _strongest_terms(graph, user, at)
    found = {
        "user": user,
        "at": at,
        "language": wanted,
        "profile": text,
        "tags": facts.tags,
        "rhythm": facts.rhythm,
        "terms": terms,
    }
    if vectors:
        found |= {name: vectors[0][name] for name in ("taste", "meaning", "embedding")}
    print_json(found, hidden=())


def _write_all(graph: Graph, at: datetime, wanted: Any, as_json: bool) -> None:
    users = [row["id"] for row in graph.read("profile.list_users", {"at": at})]
    with progress_bar("Writing profiles") as progress:
        told = profiles.write_profiles(graph, users, at, _encoder(graph), wanted, progress)
    if as_json:
        print_json({"profiles": len(told)})
    else:
        out.print(f"Wrote the profiles of {len(told):,} users.")


def _encoder(graph: Graph) -> language.Encoder | None:
    try:
        return language.open_recorded(graph)[0]
    except EncoderError as problem:
        talk.print(f"The profile is not embedded. {problem}", markup=False, style="yellow")
        return None


def _strongest_terms(graph: Graph, user: str, at: datetime) -> Mapping[str, Mapping[str, float]]:
    """Return the mean of each term over the first recommendations, the strongest first."""
    found: dict[str, Mapping[str, float]] = {}
    for task in evaluation.TASKS:
        asked = {"user": user, "at": at, "k": _ASKED, "terms": _ALL}
        rows = graph.read(evaluation.TASKS[task].query, asked)
        sums: dict[str, float] = defaultdict(float)
        for row in rows:
            for term in row["terms"]:
                sums[term["feature"]] += term["share"] / len(rows)
        found[task] = dict(sorted(sums.items(), key=lambda entry: -abs(entry[1])))
    return found


def _say_unknown(graph: Graph, user: str, at: datetime, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        return
    known = graph.read("user.describe_history", {"user": user, "at": at})[0]
    said = "has no events before then" if known["known"] else "is not in the graph"
    talk.print(f"User '{user}' {said}.", markup=False)


def _moment(text: str | None) -> datetime:
    return parse_moment(text) if text else datetime.now(UTC)


def _when(row: Mapping[str, Any]) -> str:
    hours = profiles.typical_hours(row["hours"])
    clock = f"{hours[0]}-{hours[1]} h" if hours else ""
    return " ".join(filter(None, (profiles.typical_days(row["weekdays"]), clock)))


def _bars(values: Sequence[float], most: float) -> str:
    top = len(_SHADES) - 1
    return "".join(_SHADES[math.ceil(value * top / most) if most else 0] for value in values)
