"""The grid of hexagons that analyses count in: larger cells, neighbours, distances. Pure."""

from collections.abc import Iterable, Sequence

import h3
import numpy as np

from chronotope.errors import InputError
from chronotope.statistics import Floats

_FINEST = 9  # the cells of the graph
DEFAULT_RESOLUTION = 8
"""About 0.7 square kilometres: a quarter of a town."""

_MOST = 100_000  # cells of an area
_EARTH = 6_371_008.8  # metres, mean radius


def areas(cells: Iterable[str], resolution: int) -> dict[str, str]:
    """Return the larger cell of each cell of the graph.

    Raises InputError for a resolution that the graph's cells do not have: 4 to 9.
    """
    if isinstance(resolution, bool) or resolution not in range(4, _FINEST + 1):
        raise InputError(
            f"resolution is H3's, from 4 (1,770 km²) to {_FINEST} (0.1 km²), not {resolution!r}."
        )
    return {cell: str(h3.cell_to_parent(cell, resolution)) for cell in cells}


def around(latitude: float, longitude: float, metres: float, resolution: int) -> list[str]:
    """Return the hexagons whose middles lie within metres of a place.

    Raises InputError for more than 100,000 of them.
    """
    origin = cell_at(latitude, longitude, resolution)
    # Rings are .87 of the spacing apart or more, and cells a third smaller than usual at most.
    rings = int(metres / (0.55 * spacing(resolution))) + 1
    if 3 * rings * (rings + 1) > 4 * _MOST:
        raise InputError(
            f"{metres:,.0f} m hold more than {_MOST:,} cells of resolution {resolution}; take a "
            "coarser one."
        )
    disk = sorted(map(str, h3.grid_disk(origin, rings)))
    near = _metres(np.array([[latitude, longitude]]), _centers(disk))[0] <= metres
    return [cell for cell, is_near in zip(disk, near, strict=True) if is_near]


def is_cell(name: str | None) -> bool:
    """Tell whether it is a hexagon: named places are no part of the grid."""
    return name is not None and bool(h3.is_valid_cell(name))


def resolution(cell: str) -> int:
    """Return the resolution of a hexagon."""
    return int(h3.get_resolution(cell))


def cell_at(latitude: float, longitude: float, resolution: int) -> str:
    """Return the hexagon that a place lies in."""
    return str(h3.latlng_to_cell(latitude, longitude, resolution))


def center(cell: str) -> tuple[float, float]:
    """Return the latitude and longitude of the middle of a cell, in degrees."""
    latitude, longitude = h3.cell_to_latlng(cell)
    return float(latitude), float(longitude)


def boundary(cell: str) -> tuple[tuple[float, float], ...]:
    """Return the corners of a cell, (latitude, longitude) in degrees, counterclockwise."""
    return tuple(
        (float(latitude), float(longitude)) for latitude, longitude in h3.cell_to_boundary(cell)
    )


def neighbours(cells: Sequence[str], rings: int = 1) -> dict[str, list[str]]:
    """Return which of the cells lie within so many rings around each, itself left out."""
    known = set(cells)
    return {cell: sorted(known.intersection(h3.grid_disk(cell, rings)) - {cell}) for cell in cells}


def spacing(resolution: int) -> float:
    """Return metres from the middle of a cell to that of its neighbour, on average."""
    return float(3**0.5 * h3.average_hexagon_edge_length(resolution, unit="m"))


def distances(origins: Sequence[str], destinations: Sequence[str]) -> Floats:
    """Return metres between the middles of cells, origins by destinations, on a sphere."""
    return _metres(_centers(origins), _centers(destinations))


def _centers(cells: Sequence[str]) -> Floats:
    return np.array([center(cell) for cell in cells], float).reshape(-1, 2)


def _metres(origins: Floats, destinations: Floats) -> Floats:
    """Return metres between places, (latitude, longitude) in degrees, on a sphere."""
    (a, b), (c, d) = (np.radians(places).T for places in (origins, destinations))
    a, b = a[:, None], b[:, None]
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return np.asarray(2 * _EARTH * np.arcsin(np.sqrt(np.clip(half, 0, 1))))
