"""Distances: the gravity of the surroundings, their density, and an item's reach. Pure."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from chronotope.statistics.arrays import Floats, Ints, Items

EARTH_KM = 6378.14
"""The radius that Neo4j's point.distance has for WGS 84."""

_NEIGHBOURS = 20
_DENSITY_KM = 0.3
_TILE = 256  # points and others at once, whose distances stay in the processor's cache
_FAR_KM = 120.0  # from there on, exp(-d / 3) is nothing beside that of an item within
_LONELY_KM = 10.0


def space_numbers(
    items: Items, first_visits: Floats, visited: NDArray[np.bool_]
) -> dict[str, Floats]:
    """Return the numbers of each item, NaN for one without a location.

    - `around1`, `around3`: Σ_j exp(-d(h, j) / b) over visited items for b of 1 and 3 km
    - `gravity1`, `gravity3`: the same of their decayed first visits, Σ_j F_j exp(-d(h, j) / b);
      with the attraction ρ_j = .05 + F_j, .05 · around + gravity is Σ_j ρ_j exp(-d(h, j) / b)
      (Huff, 1963)
    - `density`: visited items within 300 m
    - `reach`: distance in km to the 20th nearest visited item (the farthest, if there are fewer)
    """
    located = ~np.isnan(items.location[:, 0])
    sums = ("around1", "gravity1", "around3", "gravity3")
    numbers = {name: np.full(len(items), np.nan) for name in (*sums, "density", "reach")}
    around = located & visited
    if not around.any():
        return numbers
    points, others = _unit_vectors(items.location[located]), _unit_vectors(items.location[around])
    weights = np.stack([np.ones(len(others)), first_visits[around]], axis=1)
    found = _sums(points, others, weights)
    tree = KDTree(others)
    # One far from all has no other sum than that of far ones: it is added up in full.
    lonely = np.flatnonzero(_arc_km(np.asarray(tree.query(points)[0])) > _LONELY_KM)
    found[:, lonely] = _sums_in_full(points[lonely], others, weights)
    for name, column in zip(sums, np.concatenate(found.transpose(0, 2, 1)), strict=True):
        numbers[name][located] = column
    chord = 2 * np.sin(_DENSITY_KM / EARTH_KM / 2)
    numbers["density"][located] = tree.query_ball_point(points, chord, return_length=True)
    nearest = min(_NEIGHBOURS + 1, len(others))  # the item itself is its own first neighbour
    farthest = np.asarray(tree.query(points, [nearest])[0])
    numbers["reach"][located] = _arc_km(farthest[:, 0])
    return numbers


def _sums(points: Floats, others: Floats, weights: Floats) -> Floats:
    """Return Σ_j weights_j exp(-d / b) for b of 1 and 3 km around each point: (2, points, weights).

    Tile by tile of neighbours: tiles that are far from one another have nothing to add.
    """
    rows, columns = _tiles(points), _tiles(others)
    middles = [
        (others[tile].mean(axis=0), others[tile].T.copy(), weights[tile]) for tile in columns
    ]
    radius = [np.linalg.norm(xyz - middle[:, None], axis=0).max() for middle, xyz, _ in middles]
    found = np.zeros((2, len(points), weights.shape[1]))
    for tile in rows:
        own = points[tile]
        middle = own.mean(axis=0)
        reach = np.linalg.norm(own - middle, axis=1).max() + _FAR_KM / EARTH_KM
        near, sums = np.empty((len(own), _TILE)), np.zeros((2, len(own), weights.shape[1]))
        step = np.empty_like(near)
        for (other, xyz, weight), extent in zip(middles, radius, strict=True):
            if np.linalg.norm(middle - other) - extent > reach:
                continue
            width = len(weight)
            fading = _fading(own, xyz, near[:, :width], step[:, :width])
            sums[1] += fading @ weight
            np.multiply(fading, fading, out=step[:, :width])
            fading *= step[:, :width]  # exp(-d) is the cube of exp(-d / 3)
            sums[0] += fading @ weight
        found[:, tile] = sums
    return found


def _sums_in_full(points: Floats, others: Floats, weights: Floats) -> Floats:
    found = np.zeros((2, len(points), weights.shape[1]))
    for k, point in enumerate(points):
        distance = _arc_km(np.linalg.norm(others - point, axis=1))
        found[:, k] = np.exp(-distance) @ weights, np.exp(-distance / 3) @ weights
    return found


def _fading(own: Floats, xyz: Floats, out: Floats, step: Floats) -> Floats:
    """Return exp(-d / 3 km) between points and others (3, n), in `out`; `step` is scratch.

    The arc is a series of the chord c, 2 asin(c / 2) = c (1 + c²/24 + 3c⁴/640 + …), exact to the
    last digit as far as anything is left of its exponential.
    """
    out[:] = 0
    for axis in range(3):
        np.subtract(own[:, axis, None], xyz[axis], out=step)
        step *= step
        out += step
    np.multiply(out, 3 / 640, out=step)
    step += 1 / 24
    step *= out
    step += 1
    np.sqrt(out, out=out)
    out *= step
    out *= -EARTH_KM / 3
    return np.asarray(np.exp(out, out=out))


def _tiles(points: Floats) -> list[Ints]:
    """Cut points into tiles of neighbours: halves along the longest side, again and again."""
    tiles, left = [], [np.arange(len(points))]
    while left:
        part = left.pop()
        if len(part) <= _TILE:
            tiles.append(part)
            continue
        side = np.ptp(points[part], axis=0).argmax()
        order = part[np.argsort(points[part, side], kind="stable")]
        left += [order[len(order) // 2 :], order[: len(order) // 2]]
    return tiles


def _unit_vectors(location: Floats) -> Floats:
    latitude, longitude = np.radians(location).T
    ring = np.cos(latitude)
    return np.stack([ring * np.cos(longitude), ring * np.sin(longitude), np.sin(latitude)], axis=1)


def _arc_km(chord: Floats) -> Floats:
    return 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))
