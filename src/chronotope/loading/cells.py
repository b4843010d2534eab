"""The cells of the graph: H3 hexagons in three sizes, each within the next. Pure."""

from collections.abc import Iterator

import h3
from neo4j.spatial import WGS84Point

RESOLUTIONS = (5, 7, 9)
"""About 250, 5 and 0.1 square kilometres; coarse ones first."""

_FINEST = RESOLUTIONS[-1]


def cell_of(latitude: float, longitude: float) -> str:
    """Return the id of the finest cell that holds a point, given in degrees."""
    return str(h3.latlng_to_cell(latitude, longitude, _FINEST))


def ladder(cell: str) -> Iterator[dict[str, object]]:
    """Yield the rows of a finest cell and of the coarser ones around it, coarse first."""
    within = None
    for resolution in RESOLUTIONS:
        name = str(h3.cell_to_parent(cell, resolution))
        latitude, longitude = h3.cell_to_latlng(name)
        yield {
            "id": name,
            "resolution": resolution,
            "center": WGS84Point((longitude, latitude)),
            "within": within,
        }
        within = name
