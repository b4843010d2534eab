"""Distances: the gravity of the surroundings, their density, and an item's reach. Pure."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from chronotope.statistics.arrays import Floats, Items

EARTH_KM = 6378.14
"""The radius that Neo4j's point.distance has for WGS 84."""

_NEIGHBOURS = 20
_DENSITY_KM = 0.3
_CHUNK = 500  # points
_PAIR = 80  # bytes that a distance takes on its way


def space_numbers(
    items: Items, attraction: Floats, visited: NDArray[np.bool_], memory: int
) -> dict[str, Floats]:
    """Return the numbers of each item, NaN for one without a location, within `memory` bytes.

    - `gravity1`, `gravity3`: Z_b(h) = Σ_j ρ_j exp(-d(h, j) / b) for b of 1 and 3 km (Huff, 1963)
    - `density`: visited items within 300 m
    - `reach`: distance in km to the 20th nearest visited item (the farthest, if there are fewer)
    """
    located = ~np.isnan(items.location[:, 0])
    numbers = {
        name: np.full(len(items), np.nan) for name in ("gravity1", "gravity3", "density", "reach")
    }
    around = located & visited
    if not around.any():
        return numbers
    points, others = _unit_vectors(items.location[located]), _unit_vectors(items.location[around])
    weights = attraction[around]
    gravity = np.zeros((2, len(points)))
    chunk = min(_CHUNK, max(memory // (len(others) * _PAIR), 1))
    for start in range(0, len(points), chunk):
        block = slice(start, start + chunk)
        distance = _arc_km(np.linalg.norm(points[block, None] - others[None], axis=2))
        gravity[0, block] = np.exp(-distance) @ weights
        gravity[1, block] = np.exp(-distance / 3) @ weights
    tree = KDTree(others)
    numbers["gravity1"][located], numbers["gravity3"][located] = gravity
    chord = 2 * np.sin(_DENSITY_KM / EARTH_KM / 2)
    numbers["density"][located] = tree.query_ball_point(points, chord, return_length=True)
    nearest = min(_NEIGHBOURS + 1, len(others))  # the item itself is its own first neighbour
    farthest = np.asarray(tree.query(points, [nearest])[0])
    numbers["reach"][located] = _arc_km(farthest[:, 0])
    return numbers


def _unit_vectors(location: Floats) -> Floats:
    latitude, longitude = np.radians(location).T
    ring = np.cos(latitude)
    return np.stack([ring * np.cos(longitude), ring * np.sin(longitude), np.sin(latitude)], axis=1)


def _arc_km(chord: Floats) -> Floats:
    return 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))
