"""Fit the scorer to samples: a softmax over each instance's candidates. Pure.

The loss of an instance is the cross-entropy between the softmax of its candidates' scores and the
uniform distribution over those that were right; every instance has one (`Samples.answerable`).

BLAS is given small matrices only: it shares large ones among threads that wait for each other, and
on a busy machine a fit then takes ten times as long. `einsum` does without it.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from chronotope.fusion.samples import Samples
from chronotope.statistics import Floats, Ints

_LINEAR_STEPS = 100
_BATCH = 32
_LEARNING_RATE = 2e-3
_WEIGHT_DECAY = 0.05
_MEAN_DECAY, _SQUARE_DECAY, _EPSILON = 0.9, 0.999, 1e-8
_AVERAGED = 6
_TINY = 1e-6
_FAR = 6.0  # deviations: as the queries, which cut off what is beyond


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
        """Return z = (x - mean) / scale within ±6, 0 where a feature could not be computed."""
        z = (features - self.mean.astype(np.float32)) / self.scale.astype(np.float32)
        return np.clip(np.nan_to_num(z, copy=False, nan=0.0), -_FAR, _FAR)


def standard(features: NDArray[np.float32], relative: NDArray[np.bool_]) -> Standard:
    """Measure what is usual; `relative` features were normalised by the query."""
    known = ~np.isnan(features)
    count = np.maximum(known.sum(0), 1)
    mean = np.where(known, features, 0).sum(0, dtype=np.float64) / count
    spread = np.sqrt(np.where(known, (features - mean) ** 2, 0).sum(0) / count)
    scale = np.where((spread > _TINY) & ~relative, spread, 1.0)
    return Standard(np.where(relative, 0.0, mean), scale, known.sum(0) > 0)


def linear(
    samples: Samples,
    z: NDArray[np.float32],
    rising: NDArray[np.bool_],
    l2: float,
    start: Floats | None = None,
    importance: Floats | None = None,
) -> Floats:
    """Return the weights that minimise the mean loss + l2 · |w|², those of `rising` not below 0.

    `start` are weights to begin from, for speed. `importance` says how much each instance counts
    in the mean, beside the others; by default as the root of its number of right answers.
    """
    instances = _Instances(samples.right, np.diff(samples.start), importance)

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, by_score = instances.loss(np.einsum("nf,f->n", z, weights.astype(np.float32)))
        gradient = np.einsum("n,nf->f", by_score, z) + 2 * l2 * weights
        return value + l2 * float(weights @ weights), gradient

    optimum = minimize(
        loss,
        np.zeros(z.shape[1]) if start is None else start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, None) if up else (None, None) for up in rising],
        options={"maxiter": _LINEAR_STEPS},
    )
    return np.asarray(optimum.x, np.float64)


def hidden(
    samples: Samples,
    z: NDArray[np.float32],
    rising: NDArray[np.bool_],
    start: Floats,
    *,
    units: int,
    epochs: int,
    seed: int,
    importance: Floats | None = None,
) -> Iterator[Net]:
    """Add a hidden layer to linear weights and train both; yield a net after each epoch.

    Linear weights of `rising` features stay at 0 or above. `importance` counts in the mean of each
    batch as it does in that of `linear`. AdamW (Loshchilov and Hutter, 2019);
    a net is the mean of the weights of the last epochs (Izmailov et al., 2018).
    """
    draw = np.random.default_rng(seed)
    values = _initial(start, units, draw)
    return _descend(samples, z, rising, values, epochs, draw, importance)


def tuned(
    samples: Samples,
    z: NDArray[np.float32],
    rising: NDArray[np.bool_],
    start: Net,
    *,
    epochs: int,
    seed: int,
) -> Iterator[Net]:
    """Train a net on from what it is, as `hidden` trains one; yield a net after each epoch."""
    parts = (start.linear, start.weights.ravel(), start.unit_bias, start.output)
    values = np.concatenate(parts)
    return _descend(samples, z, rising, values, epochs, np.random.default_rng(seed))


def _descend(
    samples: Samples,
    z: NDArray[np.float32],
    rising: NDArray[np.bool_],
    values: Floats,
    epochs: int,
    draw: np.random.Generator,
    importance: Floats | None = None,
) -> Iterator[Net]:
    """Change the weights, all in one vector, in place; yield a net after each epoch."""
    width = z.shape[1]
    net = _views(values, width)
    adam = _AdamW(values)
    floor = np.where(rising, 0.0, -np.inf)
    bounds = samples.start[1:-1]
    candidates, right = np.split(z, bounds), np.split(samples.right, bounds)
    latest: deque[Floats] = deque(maxlen=_AVERAGED)
    for _ in range(epochs):
        shuffled = draw.permutation(len(samples)).tolist()
        for begin in range(0, len(shuffled), _BATCH):
            batch = shuffled[begin : begin + _BATCH]
            chosen = None if importance is None else importance[batch]
            adam.step(
                _gradient(net, [candidates[n] for n in batch], [right[n] for n in batch], chosen)
            )
            np.maximum(net.linear, floor, out=net.linear)
        latest.append(values.copy())
        yield _views(np.mean(latest, axis=0), width)


def _initial(linear: Floats, units: int, draw: np.random.Generator) -> Floats:
    """Return the weights to begin from, those of a layer uniform within 1 / sqrt(its inputs)."""
    width = len(linear)
    inner = draw.uniform(-1, 1, units * (width + 1)) / np.sqrt(width)
    output = draw.uniform(-1, 1, units) / np.sqrt(units)
    return np.concatenate([linear, inner, 0.1 * output])  # begin near the linear model


def _views(values: Floats, width: int) -> Net:
    """Return the net whose weights are all in one vector, as views of it."""
    units = (len(values) - width) // (width + 2)
    linear, weights, unit_bias, output = np.split(values, np.cumsum([width, units * width, units]))
    return Net(linear, weights.reshape(units, width), unit_bias, output)


def _gradient(
    net: Net,
    candidates: Sequence[NDArray[np.float32]],
    right: Sequence[NDArray[np.bool_]],
    importance: Floats | None = None,
) -> Floats:
    """Return the gradient of the loss of some instances, in the order of the vector of `_views`.

    The matrices are those of one instance, too small for BLAS to wake other threads.
    """
    rows = np.vstack([net.linear, net.weights]).astype(np.float32)  # the linear part as a unit
    unit_bias, output = net.unit_bias.astype(np.float32)[:, None], net.output.astype(np.float32)
    scores, hidden = [], []
    for z in candidates:
        sums = rows @ z.T
        hidden.append(np.maximum(0, sums[1:] + unit_bias))
        scores.append(sums[0] + output @ hidden[-1])
    lengths = np.array([len(z) for z in candidates])
    instances = _Instances(np.concatenate(right), lengths, importance)
    _, by_score = instances.loss(np.concatenate(scores))
    parts = []
    by_instance = np.split(by_score, np.cumsum(lengths)[:-1])
    for z, h, slope in zip(candidates, hidden, by_instance, strict=True):
        inner = np.where(h > 0, np.multiply.outer(output, slope), 0)
        by_row = np.vstack([slope, inner]) @ z
        parts.append(np.concatenate([by_row.ravel(), inner.sum(axis=1), h @ slope]))
    return np.asarray(np.sum(parts, axis=0, dtype=np.float64))


class _AdamW:
    """Changes weights in place."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self._mean = np.zeros_like(values)
        self._square = np.zeros_like(values)
        self._steps = 0

    def step(self, gradient: Floats) -> None:
        """Take a step against the gradient."""
        self._steps += 1
        self._mean += (1 - _MEAN_DECAY) * (gradient - self._mean)
        self._square += (1 - _SQUARE_DECAY) * (gradient**2 - self._square)
        mean = self._mean / (1 - _MEAN_DECAY**self._steps)
        square = self._square / (1 - _SQUARE_DECAY**self._steps)
        self._values *= 1 - _LEARNING_RATE * _WEIGHT_DECAY
        self._values -= _LEARNING_RATE * mean / (np.sqrt(square) + _EPSILON)


class _Instances:
    """Which candidates of some instances were right, an instance's candidates in one segment."""

    def __init__(
        self, right: NDArray[np.bool_], lengths: Ints, importance: Floats | None = None
    ) -> None:
        self._lengths = lengths
        self._start = np.cumsum(lengths) - lengths
        self._right = np.flatnonzero(right)
        count = np.add.reduceat(right, self._start, dtype=np.int64)
        # One instance with nine right answers teaches as much as three with one each.
        counts = np.sqrt(count) if importance is None else importance
        self._weight = counts / counts.sum()
        self._target = np.repeat(self._weight / count, count)

    def loss(self, scores: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
        """Return the weighted mean of the instances' cross-entropies, and its gradient by score.

        In double precision: with less, the line search of L-BFGS goes astray in the noise.
        """
        highest = np.maximum.reduceat(scores, self._start)
        shifted = np.subtract(scores, np.repeat(highest, self._lengths), dtype=np.float64)
        softmax = np.exp(shifted)
        total = np.add.reduceat(softmax, self._start)
        value = (self._weight * np.log(total)).sum() - (self._target * shifted[self._right]).sum()
        gradient = softmax * np.repeat(self._weight / total, self._lengths)
        gradient[self._right] -= self._target
        return float(value), gradient.astype(np.float32)
