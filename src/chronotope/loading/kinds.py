"""Kinds of events: which of a load the graph does not know, and which decline."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chronotope.graph import Graph
from chronotope.loading.summary import Summary

_TOLD = 10
_MOVED_AT_ONCE = 10_000


def tell(graph: Graph, summary: Summary) -> None:
    """Have a summary of events tell what its kinds are to the graph."""
    if summary.kinds:
        known = {row["name"]: row["weight"] for row in graph.read("kinds.read_kinds")}
        summary.remarks = (*summary.remarks, *remarks(summary.kinds, known))


def remarks(counts: Mapping[str, int], known: Mapping[str, float]) -> list[str]:
    """Return sentences, without their dots, about kinds that decline and that are not known."""
    told = []
    if declining := {name: n for name, n in counts.items() if known.get(name, 1.0) < 0}:
        told.append(f"Kept as declined, not as events: {_listed(declining)}")
    if unknown := {name: n for name, n in counts.items() if name not in known}:
        told.append(
            f"Kinds that the graph does not know, which weigh 1: {_listed(unknown)}; say what they "
            "are worth with: chronotope kinds set KIND --weight W"
        )
    return told


def move_declined(graph: Graph) -> int:
    """Move events of kinds that decline to where they belong; return how many there were."""
    total = 0
    while moved := graph.write("kinds.move_declined", {"limit": _MOVED_AT_ONCE})[0]["moved"]:
        total += moved
    return total


def restore_events(graph: Graph, kind: str) -> int:
    """Move what a kind declined that declines no more back to the events; return how many."""
    total = 0
    given = {"kind": kind, "limit": _MOVED_AT_ONCE}
    while moved := graph.write("kinds.restore_events", given)[0]["moved"]:
        total += moved
    return total


def as_nodes(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """Yield kinds as the bulk import takes them."""
    for row in rows:
        flags = (row["goal"], row["consumes"])
        yield row["name"], row["weight"], *(None if f is None else str(f).lower() for f in flags)


def _listed(counts: Mapping[str, int]) -> str:
    most = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    texts = [f"'{name[:80]}' ({count:,})" for name, count in most[:_TOLD]]
    more = len(most) - _TOLD
    return ", ".join(texts) + (f" and {more:,} more" if more > 0 else "")
