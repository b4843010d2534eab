"""`chronotope search`: items by what a text means, for a user, near a place, at some hours."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click
import numpy as np
from neo4j.spatial import WGS84Point
from rich.table import Table

from chronotope import language, loading
from chronotope.cli.session import Target, json_option, out, print_json, talk
from chronotope.cli.values import parse_moment, parse_point
from chronotope.cli.words import kilometres
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.language.question import Question, lucene, parse


@click.command()
@click.argument("text", required=False)
@click.option("--user", help="Whose leanings count.")
@click.option("--here", metavar="LAT,LON", help="Near where.")
@click.option("--within", type=click.FloatRange(min=0, min_open=True), help="Metres around --here.")
@click.option("--interest", help="Only what is about it, by name or id; narrower ones count.")
@click.option("--inactive", is_flag=True, help="What is not active too.")
@click.option("--at", "when", metavar="T", help="The moment (ISO 8601); default: now.")
@click.option("--vector-file", metavar="FILE", help="Search with the vector of an .npy file.")
@click.option(
    "--index",
    type=click.Choice(list(loading.VECTOR_INDEXES)),
    default=loading.TEXT_INDEX,
    show_default=True,
    help="Where the vector of --vector-file is searched.",
)
@click.option("-k", "count", type=click.IntRange(1, 1000), default=10, show_default=True)
@json_option
@click.pass_obj
def search(
    target: Target,
    text: str | None,
    user: str | None,
    here: str | None,
    within: float | None,
    interest: str | None,
    inactive: bool,
    when: str | None,
    vector_file: str | None,
    index: str,
    count: int,
    as_json: bool,
) -> None:
    r"""Search items by the meaning and the words of TEXT, in any language.

    What TEXT says of time (a weekday morning) and place (near Bryant Park) is understood, in
    English and Chinese. Filters never starve a search: where they leave little, all of it is
    compared. With --vector-file items are found by a vector of your own, of pictures or sound.

    \b
    Example:  chronotope search "quiet coffee near Bryant Park on a weekday morning"
    Example:  chronotope search 安静的咖啡馆 --here 48.2082,16.3738 --within 2000
    Example:  chronotope search --vector-file photo.npy --index item_image
    """
    if (text is None) is (vector_file is None):
        raise InputError("Search for a TEXT or with a --vector-file.")
    if within and not here and not (text and parse(text).near):
        raise InputError("--within needs a place: --here LAT,LON, or 'near …' in the text.")
    with target.graph() as graph:
        if vector_file:
            given = {"vector": _read_vector(vector_file), "index": index, "k": count}
            rows = graph.read("search.find_by_vector", given)
        else:
            filters = {
                "user": user,
                "within": within,
                "interest": _interest(graph, interest) if interest else None,
                "active": not inactive,
                "at": parse_moment(when) if when else datetime.now(UTC),
                "k": count,
            }
            rows = _search_text(graph, text or "", parse_point(here) if here else None, filters)
    if as_json:
        print_json(rows)
    else:
        out.print(_table(rows))


def _search_text(
    graph: Graph, text: str, here: WGS84Point | None, filters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    question, here = _place(graph, parse(text), text, here, filters["within"])
    encoder, pending = language.open_recorded(graph)
    if pending:
        talk.print(
            f"{pending:,} texts are not embedded with {encoder.name} yet: this is an answer from "
            "those that are. Go on with: chronotope embed",
            style="yellow",
        )
    return graph.read(
        "search.find_items",
        {
            **filters,
            "vector": language.encode_query(encoder, question.text),
            "words": lucene(question.text),
            "here": here,
            "hours": question.hours,
            "weekdays": question.weekdays,
        },
    )


def _place(
    graph: Graph, question: Question, text: str, here: WGS84Point | None, within: float | None
) -> tuple[Question, WGS84Point | None]:
    """Look the place up that a question names, unless it is said where the user is."""
    if question.near is None or here is not None:
        return question, here
    given = {"words": lucene(question.near), "name": question.near}
    found = graph.read("search.find_place", given) if given["words"] else []
    if found:
        talk.print(f"Near {found[0]['name']}.", markup=False)
        return question, found[0]["location"]
    if within:
        raise InputError(f"No place is called '{question.near}'; say where: --here LAT,LON.")
    talk.print(f"No place is called '{question.near}'; it is searched as a word.", markup=False)
    return Question(text, None, question.hours, question.weekdays), None


def _interest(graph: Graph, name: str) -> str:
    found = graph.read("search.find_interest", {"interest": name})
    if not found:
        raise InputError(f"There is no interest '{name}'; `chronotope tags` shows those of users.")
    return str(found[0]["id"])


def _read_vector(path: str) -> list[float]:
    try:
        vector = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as problem:
        raise InputError(f"{path} cannot be read as a vector (.npy): {problem}.") from None
    vector = np.asarray(vector, np.float64).squeeze()
    if vector.ndim != 1 or not np.isfinite(vector).all() or not vector.any():
        raise InputError(f"{path} holds no vector of finite numbers, not all of them zero.")
    numbers: list[float] = vector.tolist()
    return numbers


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "what", "kind", "distance", "score", "because"):
        if heading in ("", "distance", "score"):
            table.add_column(heading, justify="right", no_wrap=True)
        else:
            table.add_column(heading)
    for rank, row in enumerate(rows, start=1):
        facts = {fact["reason"]: fact for fact in row.get("because") or ()}
        terms = row.get("terms") or {}
        told = [f"{name} {terms[name]:+.2f}" for name in terms if terms[name]]
        table.add_row(
            str(rank),
            row["name"] or row["id"],
            row["category"] or "",
            kilometres(facts["here"]["km"]) if "here" in facts else "",
            f"{row['score']:.2f}",
            ", ".join(told),
        )
    return table
