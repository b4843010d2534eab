"""Give the local server a fresh store that holds its graph and nothing that was erased from it.

Freed records keep their bytes in a store, and transaction logs keep what was written. So the graph
is read out, written into an empty store, and that store takes the place of the old one. Rows travel
over Bolt, which keeps every type; nodes and relationships come before constraints and indexes,
which are then built once.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from chronotope import backups, server
from chronotope.errors import ServerError
from chronotope.graph import Graph
from chronotope.progress import Progress, silent

_AT_ONCE = 5000
_PAUSE = 0.2  # seconds


@dataclass(frozen=True)
class Rewritten:
    """How many nodes and relationships the fresh store holds: all that there were."""

    nodes: int
    relationships: int


def rewrite(name: str = server.MAIN, progress: Progress = silent) -> Rewritten:
    """Rewrite the store of a local server, and drop its logs.

    All or nothing: after an error or a crash the graph is where it was. Clients wait meanwhile.
    Raises ServerError where there is no graph, or where the fresh store lacks something.
    """
    with (
        server.rewriting(name, progress) as (standing, made),
        Graph(standing) as old,
        Graph(made) as new,
    ):
        return copy(old, new, progress)


def copy(old: Graph, new: Graph, progress: Progress = silent) -> Rewritten:
    """Write the nodes, relationships, constraints and indexes of a graph into an empty one.

    Nobody may write meanwhile. Raises ServerError where the new graph lacks something.
    """
    became: dict[str, str] = {}
    nodes = map(dict, old.stream("rewrite.read_nodes"))
    while batch := list(islice(nodes, _AT_ONCE)):
        rows = new.write("rewrite.write_nodes", {"rows": batch})
        became.update((row["old"], row["new"]) for row in rows)
        progress("rewriting nodes", len(became), None)
    written = new.write_rows(
        "rewrite.write_relationships",
        _renamed(old.stream("rewrite.read_relationships"), became),
        size=_AT_ONCE,
        after_each=lambda done: progress("rewriting relationships", done, None),
    )
    for query in ("rewrite.list_constraints", "rewrite.list_indexes"):
        new.run_statements([row["statement"] for row in old.read(query)], query, each_alone=True)
    _await_indexes(new)
    if differences := backups.count(old).differences(backups.count(new)):
        raise ServerError(
            f"The rewritten store has not what the graph has: {'; '.join(differences)}. The graph "
            "is as it was."
        )
    return Rewritten(len(became), written["relationships_created"])


def _await_indexes(graph: Graph) -> None:
    """Wait until every index is filled. Raises ServerError for one that cannot be."""
    while waiting := [row for row in graph.read("doctor.list_indexes") if row["state"] != "ONLINE"]:
        if failed := [row["name"] for row in waiting if row["state"] == "FAILED"]:
            raise ServerError(
                f"The index {failed[0]} could not be made anew; the graph is as it was."
            )
        time.sleep(_PAUSE)


def _renamed(
    ties: Iterator[Mapping[str, Any]], became: Mapping[str, str]
) -> Iterator[Mapping[str, Any]]:
    for tie in ties:
        yield {**tie, "start": became[tie["start"]], "end": became[tie["end"]]}
