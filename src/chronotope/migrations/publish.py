"""Publish the catalogue in the graph: what a client may call can be looked up there, and compared.

Nothing runs from there: whoever may write nodes must not decide what others run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chronotope import catalogue
from chronotope.catalogue import Parameter, Query
from chronotope.graph import Graph
from chronotope.resources import VERSION


@dataclass(frozen=True)
class Unpublished:
    """How the graph differs from the package: what it lacks or has otherwise, and has too much."""

    rows: tuple[Mapping[str, Any], ...]
    gone: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all queries that are not as the package has them."""
        return tuple(sorted([*(row["name"] for row in self.rows), *self.gone]))


def unpublished(graph: Graph) -> Unpublished:
    """Return what `publish` would write."""
    queries = [query for query in catalogue.load().values() if query.public]
    found = {
        row["query"].get("name"): row["query"] for row in graph.read("catalogue.read_published")
    }
    rows = [row for row in map(_row, queries) if found.get(row["name"]) != row]
    gone = found.keys() - {query.name for query in queries}
    return Unpublished(tuple(rows), tuple(sorted(gone)))


def publish(graph: Graph) -> None:
    """Bring the catalogue in the graph up to date, in one transaction.

    What stands there as it should is not written.
    """
    due = unpublished(graph)
    if due.names:
        graph.write("catalogue.publish", {"rows": list(due.rows), "gone": list(due.gone)})


def _row(query: Query) -> dict[str, Any]:
    """Return the properties of a query's node."""
    return {
        "name": query.name,
        "summary": query.summary,
        "doc": query.doc,
        "mode": query.mode,
        "text": query.text,
        "parameters": [_declared(one) for one in query.parameters],
        "columns": [f"{name} {type_}" for name, type_ in query.returns],
        "features": list(query.feature_names),
        "fingerprint": query.fingerprint,
        "version": VERSION,
    }


def _declared(parameter: Parameter) -> str:
    """Return a parameter as a header declares it: `k INTEGER = 20  how many`."""
    default = "" if parameter.default is None else f" = {parameter.default}"
    return f"{parameter.name} {parameter.type}{default}  {parameter.doc}".rstrip()
