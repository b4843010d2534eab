"""Take an adoption off again: the graph is then node by node, and index by index, what it was."""

from collections.abc import Mapping
from dataclasses import dataclass

from chronotope import migrations
from chronotope.adoption import names
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.progress import Progress, silent

_AT_ONCE = 10_000


@dataclass(frozen=True)
class Undone:
    """How much was taken off: relationships, nodes that got something, nodes of ours, schema."""

    relationships: int
    restored: int
    nodes: int
    indexes: int


def undo(graph: Graph, progress: Progress = silent) -> Undone:
    """Take off all that `adopt` added, and what was made of it since.

    What the owner had, and has changed or added meanwhile, stays. It may be broken off and run
    again. Raises InputError for a graph that was not adopted.
    """
    found = graph.read("adopt.read_record")
    if not found:
        raise InputError("This graph was not adopted: there is nothing to take off.")
    record = found[0]
    own = {
        "own": list(names.OWN_LABELS),
        "taken": record["labels"],
        "names": [*names.OF_NODES, *names.OTHERS],
    }
    relationships = nodes = 0
    if not record["cleared"]:
        relationships = _all(graph, "adopt.take_off_links", own, "deleted", progress)
        kept = names.BUILT_IN if record["migrated"] else ()
        labels = [label for label in names.OWN_LABELS if label not in kept]
        given = {**own, "labels": labels, "types": [*names.TYPES]}
        nodes = _all(graph, "adopt.take_off_nodes", given, "deleted", progress)
        # What is unmarked from here on is the owner's: another run must not look for ours again.
        graph.write("adopt.note_cleared")
    restored = _all(
        graph, "adopt.take_off_marks", {"names": list(names.OF_NODES)}, "restored", progress
    )
    indexes = 0 if record["migrated"] else _drop(graph, record)
    graph.write("adopt.take_off_record")
    return Undone(relationships, restored, nodes, indexes)


def _all(
    graph: Graph, query: str, given: Mapping[str, object], column: str, progress: Progress
) -> int:
    total = 0
    while done := graph.write(query, {**given, "limit": _AT_ONCE})[0][column]:
        total += done
        progress("taking off what was added", total, None)
    return total


def _drop(graph: Graph, record: Mapping[str, list[str]]) -> int:
    """Drop the indexes and constraints that migrations made, and the history of these."""
    graph.write("adopt.take_off_history", {"target": migrations.OWN_TARGET})
    ours = {
        one.name
        for file in migrations.read_folder()
        for statement in file.statements
        if (one := migrations.made(statement))
    }
    renamed = dict(text.split("=") for text in record["renamed"])
    others = {other.rpartition(" ")[2] for other in renamed.values()}
    ours = (ours - renamed.keys()) | others - {""}
    ours |= set(names.CHAIN)
    ours -= set(record["schema"])
    constraints = {row["name"] for row in graph.read("adopt.list_constraints")} & ours
    for name in sorted(constraints):
        graph.write("adopt.drop_constraint", {"name": name})
    indexes = {row["name"] for row in graph.read("adopt.list_schema")} & ours
    for name in sorted(indexes):
        graph.write("adopt.drop_index", {"name": name})
    return len(constraints) + len(indexes)
