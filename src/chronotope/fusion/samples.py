"""What a model learns from: features of all candidates at past moments, and which were right."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chronotope import outputs
from chronotope.evaluation import Answer, positions
from chronotope.replay import Instance
from chronotope.statistics import Floats


@dataclass(frozen=True)
class Samples:
    """Candidates of many instances, one below the other.

    Shapes: `features` (candidates, F) with NaN where one could not be computed, `right`
    (candidates), `start` (instances + 1) where each instance's candidates begin, `relevant`
    (instances) how many items were right, candidates or not.
    """

    features: NDArray[np.float32]
    right: NDArray[np.bool_]
    start: NDArray[np.int64]
    relevant: NDArray[np.int64]
    users: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.relevant)

    @property
    def positives(self) -> int:
        """How many candidates were right."""
        return int(self.right.sum())

    def answerable(self) -> "Samples":
        """Keep the instances with a right candidate: only they teach."""
        mask = np.add.reduceat(np.append(self.right, False), self.start[:-1]) > 0
        return self.take(mask & (np.diff(self.start) > 0))

    def take(self, mask: NDArray[np.bool_]) -> "Samples":
        """Keep the instances of a mask."""
        length = np.diff(self.start)
        rows = np.repeat(mask, length)
        return Samples(
            self.features[rows],
            self.right[rows],
            np.concatenate([[0], np.cumsum(length[mask])]),
            self.relevant[mask],
            self.users[mask],
        )

    def ranks(self, scores: Floats) -> list[Floats]:
        """Return the ranks of each instance's relevant items, infinity for those not found."""
        ranks = []
        for k in range(len(self)):
            part = slice(self.start[k], self.start[k + 1])
            own, right = scores[part], self.right[part]
            missing = np.full(self.relevant[k] - right.sum(), np.inf)
            ranks.append(np.concatenate([positions(own)[right], missing]))
        return ranks

    def save(self, path: Path) -> None:
        """Write to a file that only its owner can read. Raises InputError where that fails."""
        with outputs.writing(path, overwrite=True, private=True) as file:
            np.savez(file, **vars(self))


def load(path: Path) -> Samples:
    """Read what `save` wrote."""
    with np.load(path) as archive:
        return Samples(**{name: archive[name] for name in archive.files})


def samples(instances: Sequence[Instance], answers: Sequence[Answer]) -> Samples:
    """Put answers below each other and mark the right ones."""
    right = [np.isin(a.ids, i.relevant) for i, a in zip(instances, answers, strict=True)]
    return Samples(
        np.concatenate([answer.features for answer in answers]),
        np.concatenate(right),
        np.concatenate([[0], np.cumsum([len(answer.ids) for answer in answers])]),
        np.array([len(instance.relevant) for instance in instances]),
        np.array([instance.user for instance in instances]),
    )


def joined(parts: Sequence[Samples]) -> Samples:
    """Put samples below each other."""
    offsets = np.cumsum([0, *(part.start[-1] for part in parts)])
    starts = [part.start[:-1] + offset for part, offset in zip(parts, offsets, strict=False)]
    return Samples(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.right for part in parts]),
        np.concatenate([*starts, offsets[-1:]]),
        np.concatenate([part.relevant for part in parts]),
        np.concatenate([part.users for part in parts]),
    )
