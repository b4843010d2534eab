"""What could score: models side by side on the last window, which none of them has seen. Pure.

Besides the models that stand there are what is tuned from the first of them, what is learned from
nothing, and single features. The best on the last window is kept, so that what is learned is never
worse there than what stood.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from chronotope.evaluation import Task
from chronotope.fusion import samples, train
from chronotope.fusion.model import OWN, Model
from chronotope.fusion.samples import Samples
from chronotope.progress import Progress, silent
from chronotope.statistics import Floats

SHIPPED, IN_USE, TUNED, SCRATCH = "shipped", "in use", "tuned", "from scratch"
ENOUGH = 600
"""Questions from which on a net is learned from nothing; of fewer it learns less than one tuned."""

_PENALTIES = (1e-2, 1e-3, 1e-4)
_EPOCHS = 30
_TUNED_EPOCHS = 20
_TIE = 1e-3


@dataclass(frozen=True)
class Fit:
    """What was found: the net, what it standardises by, and its ranks on the last window."""

    net: train.Net
    standard: train.Standard
    ranks: list[Floats]


@dataclass(frozen=True)
class Candidate:
    """What could score: `what` it is, its ranks on the last window, and `finish`, which makes it.

    What is learned is then learned again, from the last window too.
    """

    what: str
    ranks: list[Floats]
    finish: Callable[[], Model]


def candidates(
    task: Task,
    parts: Sequence[Samples],
    as_of: datetime,
    seed: int,
    standing: Sequence[tuple[str, Model]] = (),
    prior: Model | None = None,
    progress: Progress = silent,
) -> list[Candidate]:
    """Return what could score; the last of the `parts` is the window to choose on.

    `standing` are models that do not know that window, each with what it is: shipped, in use. A
    feature that the parts never show keeps the numbers that it has in `prior`.
    """
    names = task.query.feature_names
    found = [
        Candidate(what, _ranks(model, names, parts[-1]), lambda model=model: model)  # type: ignore[misc]
        for what, model in standing
    ]
    start = next((model for _, model in standing if _can_be_tuned(model, names)), None)
    if start is not None:
        progress("tuning", 0, 1)
        found.append(_tuned(task, parts, as_of, seed, start))
    if start is None or sum(map(len, parts)) >= ENOUGH:
        progress("learning from scratch", 0, 1)
        search = _Search(task, parts, seed)
        found.append(
            Candidate(
                SCRATCH,
                search.ranks,
                lambda: as_model(task, search.finish(), as_of, prior),
            )
        )
    found += _alone(task, parts, as_of, prior)
    return found


def _can_be_tuned(model: Model, names: Sequence[str]) -> bool:
    """Tell whether a model has the features of the query, and hidden units."""
    return set(model.features) == set(names) and len(model.output) > 0


def best(task: Task, found: Sequence[Candidate]) -> Candidate:
    """Return the best on the last window; among equals the first."""
    return max(found, key=lambda candidate: _quality(task, candidate.ranks))


def fit(
    task: Task,
    parts: Sequence[Samples],
    seed: int,
    features: NDArray[np.bool_] | None = None,
) -> Fit:
    """Fit on all windows but the last, choose on the last, and fit again on all of them.

    `features` leaves some out: their weights are 0.
    """
    return _Search(task, parts, seed, features).finish()


class _Search:
    """The penalty and the number of epochs that are best on the last window, from nothing."""

    def __init__(
        self,
        task: Task,
        parts: Sequence[Samples],
        seed: int,
        features: NDArray[np.bool_] | None = None,
    ) -> None:
        self._task, self._seed = task, seed
        self._rising = _rising(task)
        self._whole = samples.joined(parts).answerable()
        kept = np.ones(len(self._rising), bool) if features is None else features
        measured = _standard(task, self._whole)
        self._standard = replace(measured, seen=measured.seen & kept)
        earlier, last = samples.joined(parts[:-1]).answerable(), parts[-1]
        z, z_last = self._apply(earlier), self._apply(last)

        def quality(net: train.Net) -> float:
            return _quality(task, last.ranks(net.score(z_last)))

        weights: Floats | None = None
        tried: list[tuple[float, float, train.Net]] = []
        for penalty in _PENALTIES:
            weights = train.linear(earlier, z, self._rising, penalty, weights)
            net = train.Net.of(weights)
            tried.append((quality(net), penalty, net))
        _, self._penalty, chosen = max(tried, key=lambda entry: entry[:2])
        self._linear = chosen.linear
        self._epochs = 0
        if task.hidden_units:
            self._epochs, chosen = _best_epoch(
                self._nets(earlier, z, chosen.linear, _EPOCHS), quality
            )
        self.ranks = last.ranks(chosen.score(z_last))

    def finish(self) -> Fit:
        """Fit on all windows, as was best."""
        whole, z = self._whole, self._apply(self._whole)
        net = train.Net.of(train.linear(whole, z, self._rising, self._penalty, self._linear))
        if self._epochs:
            *_, net = self._nets(whole, z, net.linear, self._epochs)
        return Fit(net, self._standard, self.ranks)

    def _apply(self, part: Samples) -> NDArray[np.float32]:
        z = self._standard.apply(part.features)
        return np.asarray(np.where(self._standard.seen, z, 0), np.float32)

    def _nets(
        self, part: Samples, z: NDArray[np.float32], linear: Floats, epochs: int
    ) -> Iterator[train.Net]:
        units = self._task.hidden_units
        return train.hidden(
            part, z, self._rising, linear, units=units, epochs=epochs, seed=self._seed
        )


def _tuned(
    task: Task, parts: Sequence[Samples], as_of: datetime, seed: int, start: Model
) -> Candidate:
    """Train a model on, for so many epochs as are best on the last window."""
    rising, names = _rising(task), task.query.feature_names
    net, standard = _net(start, names)
    earlier, last = samples.joined(parts[:-1]).answerable(), parts[-1]
    whole = samples.joined(parts).answerable()
    z_last = standard.apply(last.features)
    nets = train.tuned(
        earlier, standard.apply(earlier.features), rising, net, epochs=_TUNED_EPOCHS, seed=seed
    )
    epochs, chosen = _best_epoch(nets, lambda net: _quality(task, last.ranks(net.score(z_last))))

    def finish() -> Model:
        *_, final = train.tuned(
            whole, standard.apply(whole.features), rising, net, epochs=epochs, seed=seed
        )
        seen = ~np.isnan(whole.features).all(axis=0)  # what was never seen stays what it was
        return replace(
            start.aligned(names),
            name=_name(task, as_of),
            linear=np.where(seen, final.linear, net.linear),
            weights=np.where(seen, final.weights, net.weights),
            unit_bias=final.unit_bias,
            output=final.output,
            as_of=as_of.astimezone(UTC),
            trained_at=datetime.now(UTC),
            metrics={},
            learned_from=OWN,
            in_use=False,
        )

    return Candidate(TUNED, last.ranks(chosen.score(z_last)), finish)


def _alone(
    task: Task, parts: Sequence[Samples], as_of: datetime, prior: Model | None
) -> Iterator[Candidate]:
    """Yield a linear model of each single feature that the query computes and the past shows."""
    names, last = task.query.feature_names, parts[-1]
    whole = samples.joined(parts)
    standard = _standard(task, whole)
    z = standard.apply(last.features)
    known = [names.index(name) for name in task.alone if name in names]
    for column in known:
        if not standard.seen[column]:
            continue
        linear = np.zeros(len(names))
        linear[known[0]] = _TIE  # what a stranger lacks leaves all equal
        linear[column] = 1.0
        found = Fit(train.Net.of(linear), standard, last.ranks(train.Net.of(linear).score(z)))
        yield Candidate(
            f"{names[column]} alone",
            found.ranks,
            lambda found=found: as_model(task, found, as_of, prior),  # type: ignore[misc]
        )


def as_model(task: Task, found: Fit, as_of: datetime, prior: Model | None = None) -> Model:
    """Return the model of a fit, for the version of the query that there is now."""
    query = task.query
    unseen = ~found.standard.seen
    mean, scale, linear = found.standard.mean, found.standard.scale, found.net.linear
    if prior is not None:
        mean, scale, linear = (
            np.where(unseen, theirs, ours)
            for ours, theirs in zip(
                (mean, scale, linear), prior.numbers_of(query.feature_names), strict=True
            )
        )
    return Model(
        name=_name(task, as_of),
        task=task.name,
        features=query.feature_names,
        mean=mean,
        scale=scale,
        linear=linear,
        bias=0.0,
        weights=np.where(unseen, 0.0, found.net.weights),  # what was never seen taught nothing
        unit_bias=found.net.unit_bias,
        output=found.net.output,
        normalisation=query.normalisation,
        as_of=as_of.astimezone(UTC),
        trained_at=datetime.now(UTC),
        learned_from=OWN,
    )


def _name(task: Task, as_of: datetime) -> str:
    return f"{task.name} {as_of:%Y-%m-%dT%H:%M:%SZ}"


def _ranks(model: Model, names: Sequence[str], part: Samples) -> list[Floats]:
    net, standard = _net(model, names)
    return part.ranks(net.score(standard.apply(part.features)))


def _net(model: Model, names: Sequence[str]) -> tuple[train.Net, train.Standard]:
    """Return what a model makes of features in this order."""
    own = model.aligned(names)
    net = train.Net(own.linear, own.weights, own.unit_bias, own.output)
    return net, train.Standard(own.mean, own.scale, np.ones(len(names), bool))


def _rising(task: Task) -> NDArray[np.bool_]:
    return np.array([feature.rising for feature in task.query.features])


def _standard(task: Task, part: Samples) -> train.Standard:
    relative = np.array([feature.relative for feature in task.query.features])
    return train.standard(part.features, relative)


def _quality(task: Task, ranks: list[Floats]) -> float:
    return float(task.metrics(ranks)[task.metric].mean())


def _best_epoch(
    nets: Iterable[train.Net], quality: Callable[[train.Net], float]
) -> tuple[int, train.Net]:
    """Return the number of epochs after which the quality was best, and that net."""
    measured = [(quality(net), -epoch, net) for epoch, net in enumerate(nets, start=1)]
    _, epoch, net = max(measured, key=lambda entry: entry[:2])
    return -epoch, net
