"""How well an attack works: better than chance by how much, with an interval. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from chronotope.statistics import Floats

_Z = 1.96  # 95 %


@dataclass(frozen=True)
class Estimate:
    """A number with its interval of 95 %."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def auc(inside: Sequence[float], outside: Sequence[float]) -> Estimate:
    """Return how often somebody who is in the data scores above somebody who is not; ties half.

    .5 is chance. The interval is DeLong's (DeLong, DeLong and Clarke-Pearson, 1988).
    """
    a, b = np.asarray(inside, float), np.asarray(outside, float)
    of_inside, of_outside = _above(a, b), 1 - _above(b, a)
    value = float(of_inside.mean())
    variance = of_inside.var(ddof=1) / len(a) + of_outside.var(ddof=1) / len(b)
    return _within(value, float(np.sqrt(variance)), 0.0, 1.0)


def advantage(inside: Sequence[float], outside: Sequence[float]) -> Estimate:
    """Return by how much more often who is in the data scores above 0 than who is not.

    0 is chance, 1 certainty (Yeom et al., 2018). With ε-differential privacy it is at most
    (e^ε - 1) / (e^ε + 1).
    """
    hit, miss = ((np.asarray(scores, float) > 0).mean() for scores in (inside, outside))
    variance = hit * (1 - hit) / len(inside) + miss * (1 - miss) / len(outside)
    return _within(float(hit - miss), float(np.sqrt(variance)), -1.0, 1.0)


def share(right: Sequence[bool]) -> Estimate:
    """Return the share of guesses that are right, with Wilson's interval."""
    found = stats.binomtest(int(sum(right)), len(right)).proportion_ci(method="wilson")
    return Estimate(sum(right) / len(right), float(found.low), float(found.high))


def bound(epsilon: float) -> float:
    """Return the advantage that ε-differential privacy allows at most."""
    return float(np.tanh(epsilon / 2))


def _above(these: Floats, those: Floats) -> Floats:
    """Return of each the share of others that it lies above, half of those that are equal."""
    ranked = np.sort(those)
    below = np.searchsorted(ranked, these, "left"), np.searchsorted(ranked, these, "right")
    return np.asarray((below[0] + below[1]) / (2 * len(those)), float)


def _within(value: float, error: float, least: float, most: float) -> Estimate:
    return Estimate(value, max(least, value - _Z * error), min(most, value + _Z * error))
