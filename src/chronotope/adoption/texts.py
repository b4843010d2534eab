"""Run the texts of a mapping: they may read and nothing else, and are sent as they are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from neo4j import Record

from chronotope.errors import DatabaseError, InputError, UnavailableError
from chronotope.graph import Graph


def check_text(graph: Graph, text: str, where: str) -> tuple[str, ...]:
    """Return the columns of a text; nothing is run.

    Raises InputError for one that the server cannot plan, or that does more than read.
    """
    try:
        kind, columns = graph.examine_text(text)
    except DatabaseError as problem:
        if problem.transient:
            raise
        raise InputError(f"{where}: the text cannot be run: {_why(problem)}") from None
    if kind != "r":
        raise InputError(
            f"{where}: the text does more than read, and was not run; write one that only matches "
            "and returns."
        )
    return columns


def run_text(
    graph: Graph, text: str, where: str, parameters: Mapping[str, Any] | None = None
) -> Iterator[Record]:
    """Yield the records of a text as they arrive. Raises InputError for one that fails."""
    try:
        yield from graph.stream_text(text, parameters or {})
    except UnavailableError:
        raise
    except DatabaseError as problem:
        if problem.transient:
            raise
        raise InputError(f"{where}: the text failed: {_why(problem)}") from None


def in_chunks(records: Iterator[Record], size: int) -> Iterator[Sequence[Record]]:
    """Yield records so many at a time."""
    chunk: list[Record] = []
    for record in records:
        chunk.append(record)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _why(problem: DatabaseError) -> str:
    return str(problem).removeprefix("A query failed: ")
