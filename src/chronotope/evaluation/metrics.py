"""Recommender metrics of ranked lists, and their intervals. Pure.

A system's answer to an instance is known by the ranks that it gives to the relevant items: 1 is
the best, and infinity stands for an item that it does not name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chronotope.statistics import Floats

Ranks = Sequence[Floats]
"""Of each instance, the ranks of its relevant items."""

_RESAMPLES = 1000
_CUTOFF = 20
_ACCURACIES = (1, 5, 10, 20)


@dataclass(frozen=True)
class Interval:
    """A mean, with its 95 % interval by the bootstrap over users."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Interval":
        """Return what a report holds as an interval."""
        return cls(plain["value"], *plain["ci95"])

    def __str__(self) -> str:
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}]"

    def plain(self) -> dict[str, Any]:
        """Return it as reports hold it."""
        return {"value": self.value, "ci95": [self.low, self.high]}


def discover_metrics(ranks: Ranks) -> dict[str, Floats]:
    """Return each instance's NDCG@20 and Recall@20 (over min(20, relevant)), and 1 / best rank."""
    return {
        f"ndcg@{_CUTOFF}": np.array([ndcg(instance, _CUTOFF) for instance in ranks]),
        f"recall@{_CUTOFF}": np.array([recall(instance, _CUTOFF) for instance in ranks]),
        "mrr": np.array([1 / instance.min() for instance in ranks]),
    }


def next_metrics(ranks: Ranks) -> dict[str, Floats]:
    """Return if each instance's one relevant item is among the first 1, 5, 10, 20, and 1 / rank."""
    first = np.array([instance[0] for instance in ranks])
    return {
        **{f"acc@{k}": (first <= k).astype(np.float64) for k in _ACCURACIES},
        "mrr": 1 / first,
    }


def ndcg(ranks: Floats, k: int) -> float:
    """Return the discounted cumulative gain of the first k by that of the best order.

    Binary gains, discount log2(rank + 1) (Järvelin and Kekäläinen, 2002).
    """
    ideal = np.arange(1, min(len(ranks), k) + 1)
    return float(np.sum(1 / np.log2(ranks[ranks <= k] + 1)) / np.sum(1 / np.log2(ideal + 1)))


def recall(ranks: Floats, k: int) -> float:
    """Return the part of the relevant items, k at most, that are among the first k."""
    return float(np.sum(ranks <= k) / min(len(ranks), k))


def ranks_in_list(ranked: Sequence[str], relevant: Sequence[str]) -> Floats:
    """Return the positions of the relevant items in a list, infinity for those not in it."""
    position = {name: number for number, name in enumerate(ranked, start=1)}
    return np.array([position.get(name, np.inf) for name in relevant], np.float64)


def positions(scores: Floats) -> Floats:
    """Return the rank of each item, the best score first; ties go by the order of the items."""
    place = np.empty(len(scores))
    place[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return place


def expected_rank(scores: Floats, own: int) -> float:
    """Return the rank of the item `own` among all, the mean one of those with its score."""
    better = np.sum(scores > scores[own])
    same = np.sum(scores == scores[own])
    return float(better + (same + 1) / 2)


def interval(values: Floats, users: Sequence[str], seed: int = 0) -> Interval:
    """Return the mean with its 95 % interval: percentiles of 1,000 resamples of whole users."""
    return _bootstrap(values, np.ones(len(values)), users, seed)


def ratio(ours: Floats, theirs: Floats, users: Sequence[str], seed: int = 0) -> Interval:
    """Return the ratio of two means over the same instances, resampled together."""
    return _bootstrap(ours, theirs, users, seed)


def difference(ours: Floats, theirs: Floats, users: Sequence[str], seed: int = 0) -> Interval:
    """Return the difference of two means over the same instances, resampled together."""
    return interval(ours - theirs, users, seed)


def _bootstrap(upper: Floats, lower: Floats, users: Sequence[str], seed: int) -> Interval:
    _, group = np.unique(np.asarray(users, dtype=object).astype(str), return_inverse=True)
    tops, bottoms = np.bincount(group, upper), np.bincount(group, lower)
    draw = np.random.default_rng(seed)
    n = len(tops)
    ratios = []
    for _ in range(_RESAMPLES):
        chosen = draw.integers(0, n, n)
        bottom = bottoms[chosen].sum()
        ratios.append(tops[chosen].sum() / bottom if bottom else np.nan)
    low, high = (
        np.nanquantile(ratios, [0.025, 0.975]) if not np.isnan(ratios).all() else (np.nan,) * 2
    )
    whole = bottoms.sum()
    return Interval(float(tops.sum() / whole) if whole else float("nan"), float(low), float(high))
