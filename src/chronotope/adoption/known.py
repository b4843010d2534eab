"""What is known of the owner's nodes while their rows are read, by element id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chronotope.adoption import names
from chronotope.adoption.rows import text_of
from chronotope.adoption.taken import faults_of
from chronotope.graph import Graph

_REMEMBERED = 200_000
OURS: Mapping[str, str | None] = {}
"""What is told of nodes that stand for the owner's."""


@dataclass(frozen=True)
class Node:
    """A node of the owner's: its columns as text, what is kept, and what stands in the way."""

    element: str
    row: Mapping[str, str]
    kept: Mapping[str, str]
    faults: Sequence[str]


class Faults:
    """Tells of nodes what keeps them from being taken up in place."""

    def __init__(self, graph: Graph, kind: str, *, is_first: bool = False) -> None:
        """With `is_first` no node was taken up before, whatever it has."""
        self._graph, self._kind, self._is_first = graph, kind, is_first
        self._names = list(names.PROPERTIES[kind])

    def look(self, elements: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return what nodes have, by their element ids."""
        given = {"elements": list(dict.fromkeys(elements)), "names": self._names}
        return {row["element"]: row for row in self._graph.read("adopt.inspect_nodes", given)}

    def of(self, node: Mapping[str, Any], row: Mapping[str, str]) -> Sequence[str]:
        """Return what stands in the way of a node that was not taken up before."""
        if node["adopted"] and not self._is_first:
            return ()
        return faults_of(self._kind, row, node["properties"], node["types"], node["labels"])


class Ends:
    """Knows which user or item a node is; remembers as many as fit."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._ids: dict[str, Mapping[str, str | None]] = {}

    def ids(self, elements: set[str]) -> Mapping[str, Mapping[str, str | None]]:
        """Return the ids of nodes as 'users' and as 'items', by their element ids."""
        missing = sorted(elements - self._ids.keys())
        if not missing:
            return self._ids
        if len(self._ids) > _REMEMBERED:
            self._ids.clear()
            missing = sorted(elements)
        for row in self._graph.read("adopt.find_ids", {"elements": missing}):
            own = {"users": row["user"], "items": row["item"]}
            self._ids[row["element"]] = OURS if row["ours"] else own
        return self._ids


class ImaginedEnds:
    """Knows it of a dry run, where the graph does not: all of them are remembered."""

    def __init__(self) -> None:
        self._ids: dict[str, Mapping[str, str | None]] = {}

    def add(self, kind: str, element: str, own: str) -> None:
        """Take up a node."""
        self._ids[element] = {**self._ids.get(element, {}), kind: own}

    def ids(self, elements: set[str]) -> Mapping[str, Mapping[str, str | None]]:
        """Return the ids of nodes as 'users' and as 'items', by their element ids."""
        del elements
        return self._ids


class Paths:
    """The categories of items, as paths: one object for each path, however many items have it."""

    def __init__(self) -> None:
        self.is_told = False
        self._paths: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._of: dict[str, list[tuple[str, ...]]] = {}

    def add(self, element: str, path: Sequence[str]) -> None:
        """Take up that an item is of a category."""
        if path:
            one = self._paths.setdefault(tuple(path), tuple(path))
            self._of.setdefault(element, []).append(one)

    def of(self, element: str) -> str:
        """Return the categories of an item as a file would have them."""
        return (
            text_of([list(path) for path in self._of.get(element, ())])
            if element in self._of
            else ""
        )
