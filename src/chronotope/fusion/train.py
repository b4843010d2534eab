"""Fit the scorer to samples with PyTorch: a softmax over each instance's candidates. Pure.

The loss of an instance is the cross-entropy between the softmax of its candidates' scores and the
uniform distribution over those that were right.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize

from chronotope.fusion.samples import Samples
from chronotope.statistics.arrays import Floats

Score = Callable[[torch.Tensor], torch.Tensor]

_LINEAR_STEPS = 100
_BATCH = 32
_LEARNING_RATE = 2e-3
_WEIGHT_DECAY = 0.05
_AVERAGED = 6
_TINY = 1e-6


@dataclass(frozen=True)
class Net:
    """Weights for standardised features; shapes as those of `fusion.model.Model`."""

    linear: Floats
    weights: Floats
    unit_bias: Floats
    output: Floats

    @classmethod
    def of(cls, linear: Floats) -> "Net":
        """Return the net without hidden units."""
        none = np.zeros(0)
        return cls(linear, np.zeros((0, len(linear))), none, none)

    def score(self, z: NDArray[np.floating[Any]]) -> Floats:
        """Return the scores of standardised candidates, (n, F) -> (n)."""
        hidden = np.maximum(0, z @ self.weights.T + self.unit_bias)
        return np.asarray(z @ self.linear + hidden @ self.output, np.float64)


@dataclass(frozen=True)
class Standard:
    """What is usual for each feature: its mean and how far it spreads, if it was seen at all."""

    mean: Floats
    scale: Floats
    seen: NDArray[np.bool_]

    def apply(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return z = (x - mean) / scale, 0 where a feature could not be computed."""
        z = (features - self.mean.astype(np.float32)) / self.scale.astype(np.float32)
        return np.asarray(np.nan_to_num(z, copy=False, nan=0.0))


def standard(features: NDArray[np.float32]) -> Standard:
    """Measure what is usual."""
    known = ~np.isnan(features)
    count = np.maximum(known.sum(0), 1)
    mean = np.where(known, features, 0).sum(0, dtype=np.float64) / count
    spread = np.sqrt(np.where(known, (features - mean) ** 2, 0).sum(0) / count)
    return Standard(mean, np.where(spread > _TINY, spread, 1.0), known.sum(0) > 0)


def linear(
    samples: Samples,
    z: NDArray[np.float32],
    rising: NDArray[np.bool_],
    l2: float,
    start: Floats | None = None,
) -> Floats:
    """Return the weights that minimise the mean loss + l2 · |w|², those of `rising` not below 0.

    `start` are weights to begin from, for speed.
    """
    batch = _Batch(samples, z, np.arange(len(samples)))

    def loss(values: Floats) -> tuple[float, Floats]:
        w = torch.tensor(values, requires_grad=True)
        total = batch.loss(lambda x: x @ w.float()).double() + l2 * (w @ w)
        total.backward()
        return float(total.detach()), w.grad.numpy()

    found = minimize(
        loss,
        np.zeros(z.shape[1]) if start is None else start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, None) if up else (None, None) for up in rising],
        options={"maxiter": _LINEAR_STEPS},
    )
    return np.asarray(found.x, np.float64)


def hidden(
    samples: Samples,
    z: NDArray[np.float32],
    rising: NDArray[np.bool_],
    start: Floats,
    *,
    units: int,
    epochs: int,
    seed: int,
) -> Iterator[Net]:
    """Add a hidden layer to linear weights and train both; yield a net after each epoch.

    Linear weights of `rising` features stay at 0 or above. AdamW (Loshchilov and Hutter, 2019);
    a net is the mean of the weights of the last epochs (Izmailov et al., 2018).
    """
    torch.manual_seed(seed)
    order = np.random.default_rng(seed)
    width = z.shape[1]
    inner, outer = torch.nn.Linear(width, units), torch.nn.Linear(units, 1, bias=False)
    skip = torch.tensor(start[None], dtype=torch.float32, requires_grad=True)
    with torch.no_grad():
        outer.weight.mul_(0.1)  # begin near the linear model
    parts = [skip, inner.weight, inner.bias, outer.weight]
    optimiser = torch.optim.AdamW(parts, lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY)
    latest: deque[list[torch.Tensor]] = deque(maxlen=_AVERAGED)
    floor = torch.tensor(np.where(rising, 0.0, -np.inf), dtype=torch.float32)

    def score(x: torch.Tensor) -> torch.Tensor:
        return (x @ skip.T + outer(torch.relu(inner(x))))[:, 0]

    for _ in range(epochs):
        shuffled = order.permutation(len(samples))
        for begin in range(0, len(shuffled), _BATCH):
            batch = _Batch(samples, z, shuffled[begin : begin + _BATCH])
            optimiser.zero_grad()
            batch.loss(score).backward()
            optimiser.step()
            with torch.no_grad():
                skip.clamp_(min=floor)
        latest.append([part.detach().double().clone() for part in parts])
        means = [torch.stack(same).mean(0).numpy() for same in zip(*latest, strict=True)]
        yield Net(means[0][0], means[1], means[2], means[3][0])


class _Batch:
    """The candidates of some instances, as tensors."""

    def __init__(self, samples: Samples, z: NDArray[np.float32], chosen: NDArray[np.int64]) -> None:
        starts, lengths = samples.start[chosen], np.diff(samples.start)[chosen]
        rows = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
        rows = rows + np.arange(len(rows))
        group = np.repeat(np.arange(len(chosen)), lengths)
        right = samples.right[rows]
        count = np.bincount(group, right)
        # One instance with nine right answers teaches as much as three with one each.
        weight = np.sqrt(count)
        target = right * (weight / count / weight.sum())[group]
        self._features = torch.from_numpy(np.ascontiguousarray(z[rows]))
        self._group = torch.from_numpy(group)
        self._size = len(chosen)
        self._target = torch.from_numpy(target.astype(np.float32))

    def loss(self, score: Score) -> torch.Tensor:
        """Return the weighted mean of the instances' cross-entropies."""
        scores = score(self._features)
        none = torch.full((self._size,), -torch.inf)
        top = none.scatter_reduce(0, self._group, scores.detach(), "amax")
        shifted = scores - top[self._group]
        total = torch.zeros(self._size).index_add(0, self._group, torch.exp(shifted))
        return -(self._target * (shifted - torch.log(total)[self._group])).sum()
