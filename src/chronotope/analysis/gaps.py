"""Where something is missing: demand beside what is within reach, and sites for more of it. Pure.

Two-step floating catchment areas (Luo and Wang, 2003): a cell's supply is shared among all demand
within reach of it, and a demand gets the sum of the shares within its own reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from chronotope.errors import InputError
from chronotope.statistics import Floats

_SECONDS = 60.0
_FAR = 0.75  # of all visits, that are within reach where people tell it
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Sites:
    """Candidates that were chosen, by their indices, the one with the most demand first.

    `demand` is what turns to each, `metres` the mean way of all demand to the nearest, `covered`
    the demand with one within reach. `gap` is how much better, relatively, the objective of another
    choice could be at most: 0 is proven the best.
    """

    chosen: tuple[int, ...]
    demand: tuple[float, ...]
    metres: float
    covered: float
    gap: float


@dataclass(frozen=True)
class Travel:
    """How far people go: half of all visits no farther than `half` metres, three of four `reach`.

    Where the reach was chosen, not observed, `half` is None: all that is within it is equally near.
    """

    reach: float
    half: float | None = None

    def near(self, metres: Floats) -> Floats:
        """Return how much is asked for what is so far away, beside what is at hand: 0 to 1.

        What people travel falls as 2^(-metres / half), the exponential distribution whose median
        is the one that was observed (Luo and Qi, 2009, weigh distances in catchment areas so).
        """
        within = metres <= self.reach
        if self.half is None:
            return within.astype(float)
        return np.where(within, 0.5 ** (metres / self.half), 0.0)


def travel(visits: Sequence[int], ways: Sequence[Sequence[float]], least: float) -> Travel:
    """Return how far visits go: `ways` are quantiles of those of each cell, evenly spread.

    Neither number is less than `least` metres: the map knows nothing that is nearer.
    """
    metres = np.concatenate([np.asarray(some, float) for some in ways])
    weight = np.repeat(
        np.asarray(visits, float) / [len(some) for some in ways], list(map(len, ways))
    )
    order = np.argsort(metres, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    half, far = (metres[order][np.searchsorted(share, part - _ROUNDING)] for part in (0.5, _FAR))
    return Travel(max(float(far), least), max(float(half), least))


def access(demand: Floats, supply: Floats, near: Floats) -> Floats:
    """Return supply per demand that asks for it, of each demand; `near` is demand by supply."""
    asked = demand @ near
    shares = np.divide(supply, asked, where=asked > 0, out=np.zeros(len(supply)))
    return np.asarray(near @ shares)


def unmet(demand: Floats, accessible: Floats, supply: Floats) -> Floats:
    """Return the demand of each cell that goes beyond what it has within reach.

    Fair is the supply per demand of all cells together: a cell with that much access has no gap,
    one without any has all of its demand.
    """
    fair = supply.sum() / demand.sum()
    return np.asarray(demand * np.maximum(0.0, 1 - accessible / fair)) if fair else demand


def p_median(
    demand: Floats, metres: Floats, count: int, reach: float, *, seconds: float = _SECONDS
) -> Sites:
    """Choose sites to which all demand has the shortest way, on the whole (Hakimi, 1964).

    `metres` are demand by candidate. Raises InputError where the solver finds none in time.
    """
    return _sites(
        demand, metres, reach, *_solve(demand[:, None] * metres, count, seconds, all_=True)
    )


def maximal_coverage(
    demand: Floats, metres: Floats, count: int, reach: float, *, seconds: float = _SECONDS
) -> Sites:
    """Choose sites that have the most demand within reach (Church and ReVelle, 1974).

    What is out of reach of all turns to none. Raises InputError where the solver finds none in
    time.
    """
    covered = np.where(metres <= reach, -demand[:, None], 0.0)
    return _sites(demand, metres, reach, *_solve(covered, count, seconds, all_=False), within=True)


def _sites(
    demand: Floats,
    metres: Floats,
    reach: float,
    chosen: NDArray[np.int64],
    gap: float,
    *,
    within: bool = False,
) -> Sites:
    ways = metres[:, chosen]
    nearest, way = ways.argmin(1), ways.min(1)
    turning = np.where(way <= reach, demand, 0.0) if within else demand
    own = np.bincount(nearest, turning, len(chosen))
    order = np.lexsort((chosen, -own))
    return Sites(
        tuple(chosen[order].tolist()),
        tuple(own[order].tolist()),
        float(demand @ way / demand.sum()),
        float(demand[way <= reach].sum()),
        gap,
    )


def _solve(
    cost: Floats, count: int, seconds: float, *, all_: bool
) -> tuple[NDArray[np.int64], float]:
    """Choose columns such that the sum over rows of the cheapest chosen one is the smallest.

    A mixed-integer program for HiGHS: y_j says whether j is chosen, x_ij <= y_j how much of row i
    turns to it. `all_` of a row has to turn somewhere, else what costs 0 is left out.
    """
    candidates = cost.shape[1]
    rows, columns = np.nonzero(np.ones_like(cost) if all_ else cost)
    pairs, each = len(rows), np.arange(len(rows))
    linked = sparse.coo_array(
        (
            np.concatenate([np.ones(pairs), -np.ones(pairs)]),
            (np.concatenate([each, each]), np.concatenate([candidates + each, columns])),
        ),
        shape=(pairs, candidates + pairs),
    )
    once = sparse.coo_array(
        (np.ones(pairs), (rows, candidates + each)), shape=(len(cost), candidates + pairs)
    )
    many = np.concatenate([np.ones(candidates), np.zeros(pairs)])[None]
    scale = float(np.abs(cost).max()) or 1.0
    solved = milp(
        np.concatenate([np.zeros(candidates), cost[rows, columns] / scale]),
        integrality=np.concatenate([np.ones(candidates), np.zeros(pairs)]),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(linked.tocsr(), -np.inf, 0),
            LinearConstraint(once.tocsr(), 1 if all_ else -np.inf, 1),
            LinearConstraint(many, count, count),
        ],
        options={"time_limit": seconds},
    )
    if solved.x is None:
        raise InputError(
            f"The solver found no sites in {seconds:g} seconds; ask for larger cells, of a smaller "
            "resolution."
        )
    return np.flatnonzero(solved.x[:candidates] > 0.5), max(0.0, float(solved.mip_gap or 0.0))
