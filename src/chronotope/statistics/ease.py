"""EASE: what a visit of one item says of all others. Pure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.linalg as la
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.statistics.arrays import Floats, Ints
from chronotope.statistics.engine import HERE, Engine
from chronotope.statistics.together import Together

EASE_LAMBDA = 300.0
KEPT = 100
_AT_ONCE = 1000  # systems of KEPT equations, 40 MB
_BLOCK = 1000  # rows and columns


def most_items(memory: int) -> int:
    """Return with how many visited items the matrix of EASE takes half of `memory` bytes."""
    return int((memory / 2 / np.dtype(np.float32).itemsize) ** 0.5)


def ease(together: Together, regularisation: float = EASE_LAMBDA) -> NDArray[np.float32]:
    """Return the item-item weights B of EASE, shape (items, items).

    B = -P / diag(P) with P = (XᵀX + λI)⁻¹ and a diagonal of zero (Steck, 2019). Row h holds what
    a visit of h says of the other items. There is never more than this one matrix.
    """
    weights = np.zeros((len(together),) * 2, np.float32)
    for item, others, counts in together.rows():
        weights[item, others] = counts
    diagonal = np.diag_indices_from(weights)
    weights[diagonal] = together.users()
    weights[diagonal] += regularisation
    _invert(weights)
    weights /= -np.diag(weights).copy()
    weights[diagonal] = 0
    return weights


def _invert(matrix: NDArray[np.float32]) -> None:
    """Replace a positive definite matrix by its inverse: Gauss and Jordan, block by block."""
    for start in range(0, len(matrix), _BLOCK):
        block = slice(start, start + _BLOCK)
        pivot = np.linalg.inv(matrix[block, block])
        across = pivot @ matrix[block]
        across[:, block] = pivot
        down = matrix[:, block].copy()
        matrix[:, block] = 0
        for top in range(0, len(matrix), _BLOCK):
            if top != start:
                matrix[top : top + _BLOCK] -= down[top : top + _BLOCK] @ across
        matrix[block] = across


@dataclass(frozen=True)
class Local:
    """Items by what is said of them: of each the `nearest`, -1 where there are fewer.

    Arrays of one shape, a row an item: `counts` are how much the same users visited both,
    `weights` what a visit of the near one says of the row's.
    """

    nearest: NDArray[np.int32]
    counts: Floats
    weights: Floats

    def by_neighbour(self, values: Floats) -> sp.csr_array:
        """Return a matrix of `counts` or `weights` that has in a row what a visit says of all."""
        target, place = np.nonzero(self.nearest >= 0)
        entries = (values[target, place], (self.nearest[target, place], target))
        return sp.csr_array(sp.coo_array(entries, shape=(len(self.nearest),) * 2))


def local_ease(
    together: Together,
    regularisation: float = EASE_LAMBDA,
    neighbours: int = KEPT,
    engine: Engine = HERE,
) -> Local:
    """Return item-item weights like those of EASE without any matrix that is dense in all items.

    What is said of an item j is the ridge regression of its column on those of the items N most
    often visited by the same users, B[N, j] = (G_NN + λI)⁻¹ G_Nj with G = XᵀX: EASE's own
    regression, on neighbours alone (as SLIM with a neighbourhood: Ning and Karypis, 2011).
    """
    blocks = engine.run(_nearest, (together, neighbours), together.cut(engine.at_once))
    nearest, counts = map(np.concatenate, zip(*blocks, strict=True))
    # Each part reads much of G: the more at once, the less often what was not kept is made again.
    room = together.memory // 2 // (neighbours * neighbours * together.dtype.itemsize)
    at_once = _AT_ONCE if together.is_kept else max(room, 1)
    at_once = min(at_once, -(-len(together) // engine.at_once))
    parts = [slice(k, k + at_once) for k in range(0, len(together), at_once)]
    tasks = [(nearest[part], counts[part]) for part in parts]
    weights = np.concatenate(engine.run(_regressions, (together, regularisation), tasks))
    return Local(nearest, counts, weights)


def _nearest(shared: tuple[Together, int], items: Ints) -> tuple[NDArray[np.int32], Floats]:
    """Return of each of the items, which are in order, the others most visited by its users."""
    together, neighbours = shared
    nearest = np.full((len(items), neighbours), -1, np.int32)
    counts = np.zeros((len(items), neighbours))
    for place, (_, others, values) in enumerate(together.rows(items)):
        found, values = largest(others, values, neighbours)
        nearest[place, : len(found)], counts[place, : len(found)] = found, values
    return nearest, counts


def _regressions(shared: tuple[Together, float], rows: tuple[NDArray[np.int32], Floats]) -> Floats:
    """Return (G_NN + λI)⁻¹ G_Nj for each of the `nearest` N, shape (n, K); where N is -1, 0."""
    (together, regularisation), (nearest, counts) = shared, rows
    among = np.zeros((*nearest.shape, nearest.shape[1]), together.dtype)
    flat = np.argsort(nearest, axis=None, kind="stable")
    in_order = nearest.ravel()[flat]
    start = np.searchsorted(in_order, np.arange(len(together) + 1))
    users = together.users()
    row = np.zeros(
        len(together) + 1, together.dtype
    )  # what is asked of item -1 is the last one's: 0
    for item, others, values in together.rows(np.unique(in_order[in_order >= 0])):
        row[others], row[item] = values, users[item]
        n, place = np.divmod(flat[start[item] : start[item + 1]], nearest.shape[1])
        among[n, place] = row[nearest[n]]
        row[others] = row[item] = 0
    return np.array(
        [_solved(*system, regularisation) for system in zip(among, counts, strict=True)]
    )


def _solved(matrix: NDArray[Any], right: Floats, regularisation: float) -> Floats:
    """Return (A + λI)⁻¹ b of a positive semidefinite A.

    By Cholesky, which is not shared among threads: so small a system waits for them twenty times as
    long as it takes to solve it.
    """
    ridge = matrix.astype(np.float64)
    ridge[np.diag_indices_from(ridge)] += regularisation
    factor = la.cho_factor(ridge, overwrite_a=True, check_finite=False)
    return np.asarray(la.cho_solve(factor, right, check_finite=False))


def largest(
    columns: NDArray[Any], values: NDArray[Any], count: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the columns with the largest values and these, in their order; ties by column."""
    if len(values) > count:
        enough = values >= np.partition(values, -count)[-count]
        columns, values = columns[enough], values[enough]
    order = np.lexsort((columns, -values))[:count]
    return columns[order], values[order]
