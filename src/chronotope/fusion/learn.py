"""Learn a model from the graph's own past."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chronotope import statistics
from chronotope.errors import InputError
from chronotope.evaluation import (
    Protocol,
    Task,
    baseline_rankings,
    metrics,
    single_features,
    single_scores,
)
from chronotope.fusion import samples, train
from chronotope.fusion.collect import Collector, Window, windows
from chronotope.fusion.model import Model, in_use
from chronotope.fusion.options import LearnOptions
from chronotope.fusion.samples import Samples
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.replay import GraphSource, History, Past, Preview, replay
from chronotope.statistics import Floats

_LEAST = 50
_PENALTIES = (1e-2, 1e-3, 1e-4)
_EPOCHS = 30


@dataclass(frozen=True)
class Fit:
    """What was found: the net, what it standardises by, and its ranks on the validation window."""

    net: train.Net
    standard: train.Standard
    ranks: list[Floats]


def learn(
    past: Past,
    task: Task,
    as_of: datetime,
    options: LearnOptions = LearnOptions(),  # noqa: B008  frozen
    prior: Model | None = None,
    progress: Progress = silent,
) -> Model:
    """Return a model of what users did before `as_of`.

    A feature that this past never shows keeps the numbers that it has in `prior`.
    Raises InputError, which says how much is needed, when there is too little to learn from.
    """
    chosen = windows(past.history, as_of, options.validate_from)
    require_enough(past.history, task, chosen, options.limit)
    collector = Collector(past, task, options.limit, options.seed)
    parts = collector.collect(chosen, progress)
    progress("fitting", 0, 1)
    found = fit(task, parts, options.seed)
    report = _report(collector, chosen[-1], parts[-1], len(chosen), found)
    if not options.keep:
        collector.forget()
    return replace(as_model(task, found, as_of, prior), metrics=report)


def learn_from_graph(
    graph: Graph,
    task: Task,
    as_of: datetime | None = None,
    options: LearnOptions = LearnOptions(),  # noqa: B008  frozen
    progress: Progress = silent,
) -> Model:
    """Return a model of a graph's own events, those before `as_of` if it is given.

    The events are copied to a server of the past, which vanishes at the end; the graph is only
    read. A feature that they never show keeps the numbers of the model in use.
    """
    before = as_of or datetime.now(UTC)
    prior, derived = in_use(graph, task.name), statistics.recorded(graph)

    def check(preview: Preview) -> None:
        history = preview.history
        chosen = windows(history, as_of or history.end, options.validate_from)
        require_enough(history, task, chosen, options.limit)

    source = GraphSource(graph)
    with replay(source, before, options=derived, check=check, progress=progress) as past:
        return learn(past, task, as_of or past.history.end, options, prior, progress)


def require_enough(history: History, task: Task, chosen: Sequence[Window], limit: int) -> None:
    """Raise InputError when the windows hold too few instances."""
    asked = [len(task.asked(history, window.cut, window.until)) for window in chosen]
    *earlier, last = [min(count, limit // len(chosen)) for count in asked] or [0]
    if sum(earlier) < _LEAST or last < _LEAST // 5:
        raise InputError(
            f"There is not enough data to learn from: {sum(earlier):,} {task.instances} "
            f"before the last tenth of the events, and {last:,} in it; at least {_LEAST} and "
            f"{_LEAST // 5} are needed. The model in use stays."
        )


def fit(
    task: Task,
    parts: Sequence[Samples],
    seed: int,
    features: NDArray[np.bool_] | None = None,
) -> Fit:
    """Fit on all windows but the last, choose on the last, and fit again on all of them.

    `features` leaves some out: their weights are 0.
    """
    rising = np.array([feature.rising for feature in task.query.features])
    kept = np.ones(len(rising), bool) if features is None else features
    earlier, last = samples.joined(parts[:-1]).answerable(), parts[-1]
    whole = samples.joined(parts).answerable()
    relative = np.array([feature.relative for feature in task.query.features])
    measure = train.standard(whole.features, relative)
    z, z_last, z_whole = (
        np.where(kept, measure.apply(part.features), 0).astype(np.float32)
        for part in (earlier, last, whole)
    )

    def quality(net: train.Net) -> float:
        ranks = last.ranks(net.score(z_last))
        return float(task.metrics(ranks)[task.metric].mean())

    weights: Floats | None = None
    tried: list[tuple[float, float, train.Net]] = []
    for penalty in _PENALTIES:
        weights = train.linear(earlier, z, rising, penalty, weights)
        net = train.Net.of(weights)
        tried.append((quality(net), penalty, net))
    _, penalty, best = max(tried, key=lambda entry: entry[:2])
    final = train.Net.of(train.linear(whole, z_whole, rising, penalty, best.linear))
    if units := task.hidden_units:
        epochs, best = _best_epoch(
            train.hidden(earlier, z, rising, best.linear, units=units, epochs=_EPOCHS, seed=seed),
            quality,
        )
        *_, final = train.hidden(
            whole, z_whole, rising, final.linear, units=units, epochs=epochs, seed=seed
        )
    learned = replace(measure, seen=measure.seen & kept)
    return Fit(final, learned, last.ranks(best.score(z_last)))


def _best_epoch(
    nets: Iterable[train.Net], quality: Callable[[train.Net], float]
) -> tuple[int, train.Net]:
    """Return the number of epochs after which the quality was best, and that net."""
    measured = [(quality(net), -epoch, net) for epoch, net in enumerate(nets, start=1)]
    _, epoch, net = max(measured, key=lambda entry: entry[:2])
    return -epoch, net


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
        name=f"{task.name} {as_of:%Y-%m-%dT%H:%M:%SZ}",
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
    )


def _report(
    collector: Collector, window: Window, last: Samples, share: int, found: Fit
) -> dict[str, Any]:
    """Return the metrics on the last window, before it was learned from, and the baselines'."""
    task, measure = collector.task, collector.task.metrics
    asked = collector.instances(window, share)
    what = Protocol(task, window.cut, window.until, asked)
    baselines = {name: r.ranks for name, r in baseline_rankings(collector.past, what).items()}
    for name, columns in single_features(task).items():
        baselines[name] = last.ranks(single_scores(last.features, columns))
    users = last.users.tolist()
    return {
        "validation": {"cut": window.cut.isoformat(), "until": window.until.isoformat()},
        "instances": len(asked),
        "metrics": {
            name: metrics.interval(values, users).plain()
            for name, values in measure(found.ranks).items()
        },
        "baselines": {
            name: {metric: float(values.mean()) for metric, values in measure(ranks).items()}
            for name, ranks in baselines.items()
        },
        "seed": collector.seed,
    }
