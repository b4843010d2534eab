"""Cells in which there is more than expected, they and those around them: Getis and Ord's Gi*.

The value of a cell is its standardised excess, (observed - expected) / √expected: what is usual in
that cell at those hours is no hotspot. Gi* (Ord and Getis, 1995) sums it over a cell and its
neighbours and asks how often that would be so large if values lay elsewhere; the permutations are
those of PySAL (`esda`), and false discoveries are controlled over all cells.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chronotope.analysis import grid
from chronotope.analysis.chance import discoveries
from chronotope.errors import InputError
from chronotope.extras import needs
from chronotope.statistics import Floats

EVENTS, CELLS = 30, 10
"""Events, and cells, that hotspots need at least."""
PERMUTATIONS = 9999
"""By default: a p can be as small as a false-discovery rate over some thousand cells needs."""


@dataclass(frozen=True)
class Heat:
    """Gi* of each cell, in the order of the cells.

    `z` is the standardised Gi*. `p` is how often permutations bring as much or more to the cells
    around, never below 1 / (permutations + 1), and `q` is the false-discovery rate.
    """

    z: Floats
    p: Floats
    q: Floats


def require() -> None:
    """Raise InputError without the extra `analysis`, before anything is asked."""
    with needs("analysis"):
        import libpysal.weights  # noqa: F401


def expected(fitting: Floats, whole: Floats, chosen: Floats, *, of_interest: bool) -> Floats:
    """Return how many events each cell lets expect; the arrays are cells by 168 hours.

    `fitting` are events of the interest, `whole` all events, `chosen` marks the hours. With an
    interest: all events of a cell and hour times the share that the interest has of that hour
    anywhere. Without: the events of a cell at all hours times the share of the chosen ones; and the
    mean of all cells, where neither says more.
    """
    if of_interest:
        everywhere = whole.sum(0)
        share = np.divide(fitting.sum(0), everywhere, where=everywhere > 0, out=np.zeros(168))
        return np.asarray((whole * share * chosen).sum(1))
    if chosen.all():
        return np.full(len(whole), whole.sum() / max(len(whole), 1))
    return np.asarray(whole.sum(1) * (whole * chosen).sum() / whole.sum())


def excess(observed: Floats, expectation: Floats, variance: float = 0.0) -> Floats:
    """Return (observed - expected) / √expected, 0 where nothing is expected.

    `variance` is that of noise in the numbers; it is added to what chance alone brings.
    """
    root = np.sqrt(np.maximum(expectation, 0.0) + variance)
    return np.divide(observed - expectation, root, where=root > 0, out=np.zeros(len(root)))


def heat(
    cells: Sequence[str],
    values: Floats,
    *,
    rings: int = 1,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Heat:
    """Return Gi* of values on cells, of each with the cells within so many rings around it.

    Raises InputError for fewer than 10 cells, for values that are all the same, and without the
    extra `analysis`.
    """
    if len(cells) < CELLS:
        raise InputError(f"{len(cells):,} cells have events; hotspots need {CELLS}.")
    if np.ptp(values) == 0:
        raise InputError("All cells have as much as is expected of them: there is no hotspot.")
    near = grid.neighbours(cells, rings)
    place = {cell: n for n, cell in enumerate(cells)}
    return gi_star(
        [[place[other] for other in near[cell]] for cell in cells], values, permutations, seed
    )


def gi_star(near: Sequence[Sequence[int]], values: Floats, permutations: int, seed: int) -> Heat:
    """Return Gi* of values with binary weights: of each with its neighbours, by their indices.

    What has no neighbour cannot be permuted: its p is 1. Raises InputError without the extra
    `analysis`.
    """
    with needs("analysis"):
        from esda.getisord import G_Local
        from libpysal.weights import W
    # Gi* divides by the sum of all: values have to be positive, and a shift changes no z.
    shifted = values - values.min() + 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of islands, which are cells like others under Gi*
        weights = W(dict(enumerate(map(list, near))), silence_warnings=True)
        found = G_Local(
            shifted,
            weights,
            transform="B",
            star=True,
            permutations=permutations,
            seed=seed,
            n_jobs=1,
            keep_simulations=False,
        )
    # PySAL permutes what lies around a cell, and tells p of the side on which it lies.
    others = (shifted.sum() - shifted) / (len(shifted) - 1)
    around = np.array([shifted[list(some)].sum() for some in near])
    sizes = np.array([len(some) for some in near])
    p = np.where(around >= others * sizes, found.p_sim, 1 - found.p_sim)
    # Its numbers are of 32 bits; shares of permutations are whole numbers of them.
    p = np.maximum(np.round(p * (permutations + 1)), 1) / (permutations + 1)
    p = np.where(sizes == 0, 1.0, p)
    return Heat(np.asarray(found.Zs, float), p, discoveries(p))
