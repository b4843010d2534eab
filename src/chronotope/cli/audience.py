"""`chronotope audience`: users whose recent interests fit a text or an interest."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.table import Table

from chronotope import language
from chronotope.cli.session import Target, json_option, out, print_json, talk
from chronotope.cli.values import parse_hours, parse_moment, parse_point
from chronotope.errors import InputError
from chronotope.graph import Graph

_NEAR_ENOUGH = 0.1  # cosine that an interest may lie behind the nearest one
_LEAST = 0.4  # cosine of an interest that a text means at all
_STEPS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

Row = dict[str, Any]


@click.command()
@click.argument("text", required=False)
@click.option("--interest", "names", multiple=True, help="An interest by name or id; repeatable.")
@click.option("--near", metavar="LAT,LON", help="Only what happened near there.")
@click.option(
    "--within",
    type=click.FloatRange(min=0, min_open=True),
    default=1000.0,
    show_default=True,
    help="Metres around --near.",
)
@click.option(
    "--hours", "span", metavar="FROM-UNTIL", help="Only at these local hours, like 18-22."
)
@click.option("--at", "when", metavar="T", help="The moment (ISO 8601); default: now.")
@click.option("--days", type=click.FloatRange(min=1), default=90.0, show_default=True)
@click.option("--min-score", type=click.FloatRange(0, 1), default=0.05, show_default=True)
@click.option(
    "--min-size",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Nothing is shown of fewer users.",
)
@click.option("--overlap", metavar="TEXT", help="Compare with the audience of another text.")
@click.option("-k", "count", type=click.IntRange(1), default=20, show_default=True)
@json_option
@click.pass_obj
def audience(
    target: Target,
    text: str | None,
    names: tuple[str, ...],
    near: str | None,
    within: float,
    span: str | None,
    when: str | None,
    days: float,
    min_score: float,
    min_size: int,
    overlap: str | None,
    count: int,
    as_json: bool,
) -> None:
    r"""Find the users whose recent interests fit TEXT, with scores, reasons, and the reach.

    A user's score is the share of what they did lately that fits: what they did counts e^(-age in
    days / --days). Reach tells how many users have at least a score. Nothing is shown of groups
    below --min-size: no user, no number.

    \b
    Example:  chronotope audience "live jazz" --near 48.2082,16.3738 --within 1500 --hours 18-2
    Example:  chronotope audience --interest "Coffee Shop" --overlap "books" --at 2026-06-30
    """
    if (text is None) is not bool(names):
        raise InputError("Say whom to find: a TEXT, or --interest NAME.")
    filters = {
        "near": parse_point(near) if near else None,
        "within": within,
        "hours": parse_hours(span) if span else None,
        "at": parse_moment(when) if when else datetime.now(UTC),
        "days": days,
        "minScore": min_score,
        "minSize": min_size,
    }
    with target.graph() as graph:
        interests = _named(graph, names) if names else _meant(graph, text or "")
        rows = _find(graph, interests, filters)
        other = _meant(graph, overlap) if overlap else []
        others = _find(graph, other, filters) if other else []
    report: Row = {
        "interests": [{key: row[key] for key in ("id", "name")} for row in interests],
        "size": len(rows) or None,
        "reach": reach([row["score"] for row in rows], min_size),
        "users": rows[:count],
    }
    if overlap:
        report["overlap"] = {
            "interests": [{key: row[key] for key in ("id", "name")} for row in other],
            **compare({row["id"] for row in rows}, {row["id"] for row in others}, min_size),
        }
    if as_json:
        print_json(report)
    else:
        _show(report, min_size)


def reach(scores: Sequence[float], min_size: int) -> list[Row]:
    """Return how many users have at least each score, without groups below the minimal size."""
    counts = [(step, sum(score >= step for score in scores)) for step in _STEPS]
    return [{"score": step, "users": users} for step, users in counts if users >= min_size]


def compare(one: set[str], other: set[str], min_size: int) -> Row:
    """Return sizes, common users and Jaccard index of two audiences.

    All are None when a group that could be told from them, those in one alone included, has users
    but fewer than the minimal size.
    """
    groups = (one & other, one - other, other - one)
    if not (one and other) or any(0 < len(group) < min_size for group in groups):
        return dict.fromkeys(("size", "other", "common", "jaccard"))
    return {
        "size": len(one),
        "other": len(other),
        "common": len(one & other),
        "jaccard": len(one & other) / len(one | other),
    }


def _find(graph: Graph, interests: Sequence[Row], filters: Mapping[str, Any]) -> list[Row]:
    given = {**filters, "interests": [row["id"] for row in interests]}
    return graph.read("audience.find_users", given)


def _named(graph: Graph, names: Sequence[str]) -> list[Row]:
    found = []
    for name in names:
        rows = graph.read("search.find_interest", {"interest": name})
        if not rows:
            raise InputError(f"There is no interest '{name}'; write its name or its id.")
        found += rows
    return found


def _meant(graph: Graph, text: str) -> list[Row]:
    """Return the interests that a text means: the nearest one, and those almost as near."""
    encoder, pending = language.open_recorded(graph)
    if pending:
        talk.print(f"{pending:,} texts are not embedded yet; go on with: chronotope embed")
    rows = graph.read(
        "audience.find_interests", {"vector": language.encode_query(encoder, text), "k": 10}
    )
    best = max((row["cosine"] for row in rows), default=0.0)
    if best < _LEAST:
        near = ", ".join(row["name"] for row in rows[:3])
        raise InputError(
            f"No interest means '{text}'"
            + (f"; the nearest are: {near}. Choose with --interest." if near else ".")
        )
    return [row for row in rows if row["cosine"] >= max(best - _NEAR_ENOUGH, _LEAST)]


def _show(report: Mapping[str, Any], min_size: int) -> None:
    names = ", ".join(row["name"] for row in report["interests"])
    if report["size"] is None:
        out.print(f"{names}: fewer than {min_size} users; nothing is shown.", markup=False)
    else:
        out.print(f"{names}: {report['size']:,} users", markup=False)
        curve = ", ".join(f"{row['users']:,} from {row['score']:.2f}" for row in report["reach"])
        out.print(f"reach by score: {curve}")
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("user", "score", "events", "last", "because"):
            justify = "right" if heading in ("score", "events") else "left"
            table.add_column(heading, justify=justify)  # type: ignore[arg-type]  # a literal
        for row in report["users"]:
            because = ", ".join(f"{fact['name']} ({fact['events']})" for fact in row["because"])
            last = row["last"].iso_format()[:10]
            table.add_row(row["id"], f"{row['score']:.2f}", f"{row['events']:,}", last, because)
        out.print(table)
    if "overlap" in report:
        found, other = (
            report["overlap"],
            ", ".join(r["name"] for r in report["overlap"]["interests"]),
        )
        if found["common"] is None:
            out.print(
                f"overlap with {other}: a group of it has fewer than {min_size} users; "
                "nothing is shown.",
                markup=False,
            )
        else:
            out.print(
                f"overlap with {other} ({found['other']:,} users): {found['common']:,} users, "
                f"Jaccard index {found['jaccard']:.2f}",
                markup=False,
            )
