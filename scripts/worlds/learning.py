"""Learn one model from many worlds, each of the same weight, and see how it does in others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from chronotope.evaluation import Task, single_scores
from chronotope.fusion import samples, train
from chronotope.fusion.samples import Samples
from chronotope.statistics import Floats

_PENALTY = 1e-3
_EPOCHS = 12
_FOLDS = 5
_LEFT_OUT: Mapping[str, Sequence[str]] = MappingProxyType({"discover": ("age", "idle")})
"""What worlds teach of these does not carry over: how soon an item is old is a law of theirs."""
_MORE: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {"discover": {"popularity": 0.1, "risingLate": 0.1}}
)
"""What is added to weights: what many do counts for more than in worlds (docs/fusion.md)."""
_ALONE = {"popularity": ("popularity",), "taste": ("likeMinded",), "EASE": ("easeRecent",)}
"""Features that are set beside a model of `discover`, by what they are called."""


@dataclass(frozen=True)
class Learned:
    """A net, and what it standardises by."""

    net: train.Net
    standard: train.Standard

    def ranks(self, of: Samples) -> list[Floats]:
        """Return the ranks that it gives to what was right."""
        seen = np.where(self.standard.seen, of.features, np.float32(np.nan))
        return of.ranks(self.net.score(self.standard.apply(seen)))


def learn(task: Task, parts: Sequence[Samples], seed: int) -> Learned:
    """Learn from the samples of worlds; what does not carry over is as if it had not been seen."""
    parts = [part for part in (part.answerable() for part in parts) if len(part)]
    names = task.query.feature_names
    left_out = np.isin(names, _LEFT_OUT.get(task.name, ()))
    whole = samples.joined(parts)
    whole = replace(whole, features=np.where(left_out, np.float32(np.nan), whole.features))
    counted = np.concatenate([importance(part) for part in parts])
    rising = np.array([feature.rising for feature in task.query.features])
    relative = np.array([feature.relative for feature in task.query.features])
    standard = train.standard(whole.features, relative)
    z = standard.apply(whole.features)
    weights = train.linear(whole, z, rising, _PENALTY, importance=counted)
    net = train.Net.of(weights)
    if units := task.hidden_units:
        *_, net = train.hidden(
            whole,
            z,
            rising,
            weights,
            units=units,
            epochs=_EPOCHS,
            seed=seed,
            importance=counted,
        )
    more = _MORE.get(task.name, {})
    added = np.array([more.get(name, 0.0) for name in names])
    return Learned(replace(net, linear=net.linear + added), standard)


def importance(part: Samples) -> Floats:
    """Return how much each instance of a world counts: as in one world alone, with the sum 1."""
    roots = np.sqrt(np.add.reduceat(part.right, part.start[:-1], dtype=np.int64))
    return np.asarray(roots / roots.sum())


@dataclass(frozen=True)
class Held:
    """How well a world was ranked that was not learned from: the task's metric, by who ranked."""

    world: str
    questions: int
    values: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """The model's value by that of the best feature alone, picked in hindsight."""
        return self.values["model"] / max(v for name, v in self.values.items() if name != "model")


def alone(task: Task) -> Mapping[str, Sequence[str]]:
    """Return the features that are set beside a model, by what they are called."""
    return task.single_features or _ALONE


def held_out(task: Task, parts: Mapping[str, Samples], seed: int) -> Iterator[Held]:
    """Learn without a fifth of the worlds, five times, and yield how each of them was ranked."""
    names = list(parts)
    fold = np.random.default_rng(seed).permutation(len(names)) % _FOLDS
    for number in range(_FOLDS):
        others = [parts[name] for name, k in zip(names, fold, strict=True) if k != number]
        learned = learn(task, others, seed)
        for name, k in zip(names, fold, strict=True):
            if k == number and len(part := parts[name]):
                yield Held(name, len(part), _values(task, learned, part))


def _values(task: Task, learned: Learned, part: Samples) -> dict[str, float]:
    ranks = {"model": learned.ranks(part)}
    for label, features in alone(task).items():
        columns = [task.query.feature_names.index(feature) for feature in features]
        ranks[label] = part.ranks(single_scores(part.features, columns))
    return {name: float(task.metrics(one)[task.metric].mean()) for name, one in ranks.items()}
