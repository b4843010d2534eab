"""Teach an encoder what people visit together: a matrix after it, by contrast (extra `encoders`).

For two items i, j that a user visited, and the other pairs of the batch as what was not visited
together, the loss is InfoNCE (van den Oord et al., 2018) of cosines over a temperature, both ways.
The matrix begins as the identity, so that nothing learned is nothing lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.errors import InputError
from chronotope.evaluation import metrics
from chronotope.language import project
from chronotope.progress import Progress, silent
from chronotope.statistics import Floats

Vectors = NDArray[np.float32]

_LEAST_VISITS = 500


@dataclass(frozen=True)
class TrainOptions:
    """How to train: an epoch is `steps` batches; a share of the items is held out, as if new."""

    seed: int = 0
    epochs: int = 30
    steps: int = 60
    batch: int = 256
    temperature: float = 0.3
    learning_rate: float = 1e-3
    pull: float = 1e-3
    """Towards the identity: times the squared distance from it, in the loss."""
    held_out: float = 0.2


@dataclass(frozen=True)
class Trained:
    """The matrix (dimension, dimension), or None if no epoch was better than the base.

    `base` and `best` are NDCG@20 of the held-out items, ranked for users by the cosine with the
    mean of what else they visited; `epochs` is how many it took.
    """

    matrix: Vectors | None
    base: metrics.Interval
    best: metrics.Interval
    epochs: int


def train(
    vectors: Vectors,
    visited: sp.csr_array,
    options: TrainOptions = TrainOptions(),
    progress: Progress = silent,
) -> Trained:
    """Learn a matrix for vectors (items, dimension) of length 1 from visits (users, items).

    The number of epochs is chosen on the items held out; then all items are learned from.
    Raises InputError when too little was visited together, or PyTorch is not there.
    """
    require_torch()
    draw = np.random.default_rng(options.seed)
    popular = np.asarray(visited.sum(axis=0)).ravel()
    known = np.flatnonzero((popular > 0) & (np.linalg.norm(vectors, axis=1) > 0))
    held = np.zeros(len(vectors), bool)
    held[draw.choice(known, int(options.held_out * len(known)), replace=False)] = True
    kept = np.isin(np.arange(len(vectors)), known) & ~held
    pairs = _Pairs.of(visited, kept)
    if len(pairs.items) < _LEAST_VISITS:
        raise InputError(
            f"There is not enough to learn from: {len(pairs.items):,} visits by users with two or "
            f"more items that have a text; at least {_LEAST_VISITS} are needed."
        )
    judge = _Judge(visited, kept, held)
    curve = [judge.quality(vectors)]
    for epoch, matrix in enumerate(_epochs(vectors, pairs, options), start=1):
        curve.append(judge.quality(project(vectors, matrix)))
        progress("on some of the items", epoch, options.epochs)
    best = int(np.argmax([values.mean() for values in curve]))
    best_matrix: Vectors | None = None
    for epoch, matrix in enumerate(
        islice(_epochs(vectors, _Pairs.of(visited, kept | held), options), best), start=1
    ):
        best_matrix = matrix
        progress("on all items", epoch, best)
    return Trained(
        best_matrix,
        metrics.interval(curve[0], judge.users),
        metrics.interval(curve[best], judge.users),
        best,
    )


def require_torch() -> None:
    """Raise InputError when PyTorch is not there."""
    if find_spec("torch") is None:
        raise InputError(
            "Training an encoder needs PyTorch; install chronotope with its extra 'encoders': "
            "pip install 'chronotope[encoders]'."
        )


@dataclass(frozen=True)
class _Pairs:
    """Draws pairs of items that a user visited, rare items more often than popular ones.

    Who visited much speaks often, but not for everyone; what all visit says little of meaning.
    """

    items: NDArray[np.int64]
    upto: Floats  # cumulative weight of the items, user after user
    bounds: Floats  # where each user's part of that begins, and the end
    chance: Floats  # of each user

    @classmethod
    def of(cls, visited: sp.csr_array, kept: NDArray[np.bool_]) -> "_Pairs":
        """Take the kept items of the users with at least two of them."""
        own = sp.csr_array(visited.multiply(kept[None, :]))
        own.eliminate_zeros()
        own = own[np.diff(own.indptr) > 1]
        popular = np.asarray(visited.sum(axis=0), np.float64).ravel()
        upto = np.concatenate([[0], np.cumsum(1 / np.sqrt(popular[own.indices]))])
        weight = np.sqrt(np.diff(own.indptr))
        chance = weight / weight.sum() if len(weight) else weight
        return cls(own.indices.astype(np.int64), upto, upto[own.indptr], chance)

    def draw(self, size: int, draw: np.random.Generator) -> NDArray[np.int64]:
        """Return pairs of different items, shape (about size, 2)."""
        user = draw.choice(len(self.chance), size, p=self.chance)[:, None]
        low, high = self.bounds[user], self.bounds[user + 1]
        places = (
            np.searchsorted(self.upto, low + draw.random((size, 2)) * (high - low), "right") - 1
        )
        pairs = self.items[np.clip(places, 0, len(self.items) - 1)]
        return np.asarray(pairs[pairs[:, 0] != pairs[:, 1]])


def _epochs(vectors: Vectors, pairs: _Pairs, options: TrainOptions) -> Iterator[Vectors]:
    """Yield the matrix after each epoch."""
    import torch

    draw = np.random.default_rng(options.seed)
    width = vectors.shape[1]
    base = torch.from_numpy(vectors)
    change = torch.zeros(width, width, requires_grad=True)
    optimiser = torch.optim.Adam([change], lr=options.learning_rate)
    for _ in range(options.epochs):
        for _ in range(options.steps):
            both = torch.from_numpy(pairs.draw(options.batch, draw))
            one, other = (
                torch.nn.functional.normalize(base[side] + base[side] @ change.T, dim=1)
                for side in both.T
            )
            scores = one @ other.T / options.temperature
            same = (both[:, :1] == both[:, 1]) | (both[:, 1:] == both[:, 1])
            same.fill_diagonal_(False)
            scores = scores.masked_fill(same, -torch.inf)
            right = torch.arange(len(scores))
            loss = torch.nn.functional.cross_entropy(scores, right)
            loss = loss + torch.nn.functional.cross_entropy(scores.T, right)
            loss = loss + options.pull * change.square().sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        yield np.asarray(np.eye(width) + change.detach().numpy(), np.float32)


class _Judge:
    """Ranks the items that were held out, as new items would be."""

    def __init__(
        self, visited: sp.csr_array, kept: NDArray[np.bool_], held: NDArray[np.bool_]
    ) -> None:
        self._held = np.flatnonzero(held)
        wanted, own = visited[:, self._held], visited[:, np.flatnonzero(kept)]
        chosen = np.flatnonzero((np.diff(wanted.indptr) > 0) & (np.diff(own.indptr) > 0))
        self._wanted, self._own = wanted[chosen], own[chosen]
        self._kept = np.flatnonzero(kept)
        self.users = [str(n) for n in chosen.tolist()]

    def quality(self, vectors: Vectors) -> Floats:
        """Return each user's NDCG@20."""
        scores = (self._own @ vectors[self._kept]) @ vectors[self._held].T
        return np.array(
            [
                metrics.ndcg(metrics.positions(row)[self._wanted[[n]].indices], 20)
                for n, row in enumerate(scores)
            ]
        )
