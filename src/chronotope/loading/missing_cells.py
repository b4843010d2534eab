"""Cells of what other clients recorded with coordinates: Cypher cannot compute them."""

from collections.abc import Iterable, Mapping
from typing import Any

from chronotope.graph import Graph
from chronotope.loading.cells import cell_of
from chronotope.loading.write import Known, ladders

_AT_ONCE = 5000


def fill_cells(graph: Graph) -> int:
    """Give their cells to all items and events that have coordinates and none; return how many."""
    total = 0
    for what in ("items", "events"):
        while rows := graph.read(f"cells.find_{what}", {"limit": _AT_ONCE}):
            written = write_cells(graph, what, rows)
            if not written:  # somebody else was faster, or they are gone
                break
            total += written
    return total


def write_cells(graph: Graph, what: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write the cells of 'items' or 'events', {id, latitude, longitude}; return how many."""
    found = sorted((row["id"], cell_of(row["latitude"], row["longitude"])) for row in rows)
    cells = ladders((cell for _, cell in found), Known())
    graph.write("load.merge_cells", {"rows": cells})  # alone, so that writers wait in no circle
    given = [{"id": name, "cell": cell} for name, cell in found]
    written: int = graph.write(f"cells.write_{what}", {"rows": given})[0]["written"]
    return written
