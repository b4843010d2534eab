"""What a graph holds, so that two can be compared that were made at other times in other orders."""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import world

from chronotope.backups import Counts
from chronotope.graph import Graph

LEFT_OUT = {
    "Derivation": {"startedAt", "finishedAt"},
    "ChronotopeAdoption": {"at"},
    "FusionModel": {"trainedAt"},
    "Stream": {"at"},
    "MIGRATED_TO": {"at", "in"},
    "REPEATED": {"at", "in"},
}
"""By label or type, the properties that say when a command ran, or how long: these differ."""
_NEAR = 1e-5  # of vectors of float32, whose texts were embedded in other batches
_SAME_TASTE = 1e-3  # as `derive` has it: a vector that moved by less than that is kept
_TASTE = "taste"
_JSON = "metrics"
_SHOWN = 3

Thing = tuple[str, Mapping[str, Any]]
"""A node or a relationship: what tells it from others, and its numbers."""


@dataclass(frozen=True)
class Picture:
    """Nodes, relationships and schema of a graph, each in an order of its own.

    `alike` are the products of all tastes: a basis may be turned, which changes no product.
    """

    nodes: list[Thing]
    relationships: list[Thing]
    schema: list[str]
    alike: np.ndarray[Any, Any]
    backup: Counts | None = None
    """What a backup holds that was made of it."""


def take(graph: Graph) -> Picture:
    """Take the picture of a graph."""
    nodes = world.rows(
        graph,
        "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS values",
        "id labels values",
    )
    links = world.rows(
        graph,
        "MATCH (a)-[r]->(b) RETURN elementId(a) AS a, type(r) AS type, properties(r) AS values, "
        "elementId(b) AS b",
        "a type values b",
    )
    schema = [
        row["statement"]
        for query in ("rewrite.list_constraints", "rewrite.list_indexes")
        for row in graph.read(query)
    ]
    things = {id_: _thing(sorted(labels), values) for id_, labels, values in nodes}
    tastes = {things[id_][0]: values[_TASTE] for id_, _, values in nodes if _TASTE in values}
    vectors = np.array([tastes[name] for name in sorted(tastes)], np.float64)
    found = []
    for a, kind, values, b in links:
        name, numbers = _thing([kind], values)
        found.append((f"{things[a][0]} -> {name} -> {things[b][0]}", numbers))
    return Picture(
        nodes=sorted(things.values(), key=repr),
        relationships=sorted(found, key=repr),
        schema=sorted(schema),
        alike=vectors @ vectors.T if len(vectors) else np.empty((0, 0)),
    )


def differences(one: Picture, other: Picture) -> list[str]:
    """Say in what another picture differs: what is lost, what is there besides, which numbers."""
    return [
        *_of_things("node", one.nodes, other.nodes),
        *_of_things("relationship", one.relationships, other.relationships),
        *(f"schema: {text}" for text in sorted(set(one.schema) ^ set(other.schema))),
        *_of_tastes(one.alike, other.alike),
        *([] if one.backup == other.backup else [f"backup: {other.backup}"]),
    ]


def _thing(names: Sequence[str], values: Mapping[str, Any]) -> Thing:
    left_out = {_TASTE}.union(*(LEFT_OUT.get(name, ()) for name in names))
    kept = {
        key: json.loads(value) if key == _JSON else value
        for key, value in values.items()
        if key not in left_out
    }
    numbers = {key: value for key, value in kept.items() if _is_of_numbers(value)}
    words = sorted((key, str(kept[key])) for key in kept.keys() - numbers.keys())
    return f"{':'.join(names)} {words}", dict(sorted(numbers.items()))


def _is_of_numbers(value: Any) -> bool:
    """Tell what may differ a little: a float, a list of them, what holds some."""
    if isinstance(value, Mapping):
        return True
    if isinstance(value, list):
        return any(isinstance(part, float) for part in value)
    return isinstance(value, float)


def _of_things(what: str, one: list[Thing], other: list[Thing]) -> Iterator[str]:
    names, others = [name for name, _ in one], [name for name, _ in other]
    if names != others:
        yield from _of_names(what, names, others)
        return
    far = [
        f"{what} {name}: {key} is {theirs.get(key)} instead of {numbers.get(key)}"
        for (name, numbers), (_, theirs) in zip(one, other, strict=True)
        for key in numbers.keys() | theirs.keys()
        if not is_near(numbers.get(key), theirs.get(key))
    ]
    yield from far[:_SHOWN]
    if len(far) > _SHOWN:
        yield f"{len(far)} numbers of {what}s in all"


def _of_names(what: str, names: list[str], others: list[str]) -> Iterator[str]:
    one, other = Counter(names), Counter(others)
    for word, rest in (("lost", one - other), ("besides", other - one)):
        yield from (f"{word}: {what} {name}" for name in list(rest)[:_SHOWN])
        if rest.total() > _SHOWN:
            yield f"{word}: {rest.total()} {what}s in all"


def _of_tastes(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> Iterator[str]:
    if one.shape != other.shape:
        yield f"tastes: {len(other)} instead of {len(one)}"
    elif len(one) and (far := np.abs(one - other).max()) > _SAME_TASTE:
        yield f"tastes: a product differs by {far:.2g}"


def is_near(one: Any, other: Any) -> bool:
    """Compare what is nested: floats nearly, all else exactly."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_near(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_near, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_NEAR, abs_tol=_NEAR)
    return bool(one == other)
