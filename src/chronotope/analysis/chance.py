"""What chance alone would bring about: tests of counts, and control of false discoveries. Pure."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from chronotope.statistics import Floats

ALPHA = 0.05
"""Of what is called a discovery, the expected share of false ones."""


def more_than(counts: Sequence[int] | Floats, expected: Sequence[float] | Floats) -> Floats:
    """Return how likely a Poisson count of the expected mean is this large or larger."""
    return np.asarray(stats.poisson.sf(np.asarray(counts) - 1, np.asarray(expected)), float)


def discoveries(p: Sequence[float] | Floats) -> Floats:
    """Return q, the false-discovery rate at which each would count (Benjamini, Hochberg 1995)."""
    values = np.asarray(p, float)
    return np.asarray(stats.false_discovery_control(values)) if values.size else values


def ratio(
    after: int, before: int, all_after: int, all_before: int
) -> tuple[float | None, float, float | None, float]:
    """Compare the shares that something has of two spans.

    Returns (after / all_after) / (before / all_before), its interval of 95 %, and p that the shares
    are the same. Given both together, the later count is binomial; the interval is the exact one of
    Clopper and Pearson (1934). A ratio that has no bound is None.
    """
    whole = after + before
    even = all_after / (all_after + all_before)
    tested = stats.binomtest(after, whole, even)
    low, high = tested.proportion_ci(1 - ALPHA)
    scale = all_before / all_after

    def odds(share: float) -> float | None:
        return float(share / (1 - share) * scale) if share < 1 else None

    return odds(after / whole), odds(low) or 0.0, odds(high), float(tested.pvalue)
