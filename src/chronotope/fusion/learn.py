"""Learn a model from the graph's own past."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

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
from chronotope.evaluation.metrics import Ranks
from chronotope.fusion.candidates import IN_USE, SHIPPED, Candidate, best, candidates
from chronotope.fusion.collect import Collector, Window, windows
from chronotope.fusion.model import Model, in_use, read
from chronotope.fusion.options import LearnOptions
from chronotope.fusion.samples import Samples
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.replay import GraphSource, History, Past, Preview, of_users, replay

_LEAST, _LEAST_TO_TUNE = 50, 25
PLENTY = 1_000
"""Questions that say enough: no further window of the past is derived for more."""


def learn(
    past: Past,
    task: Task,
    as_of: datetime,
    options: LearnOptions = LearnOptions(),  # noqa: B008  frozen
    prior: Model | None = None,
    progress: Progress = silent,
) -> Model:
    """Return the model that is best for what users did before `as_of`: a new one, or one as it is.

    The candidates are those of `candidates.candidates`: `prior`, which is the model in use, unless
    it has seen the last window, the shipped one, and what is learned; `metrics` tells of all. A
    feature that this past never shows keeps the numbers that it has in `prior`.
    Raises InputError, which says how much is needed, when there is too little to learn from.
    """
    chosen = enough_windows(past.history, task, as_of, options)
    collector = Collector(past, task, options.limit, options.seed, users=options.users)
    parts = collector.collect(chosen, progress)
    asked = collector.instances(chosen[-1], len(chosen))
    what = Protocol(task, chosen[-1].cut, chosen[-1].until, asked)
    model = best_of(past, what, parts, as_of, options.seed, prior, progress)
    if not options.keep:
        collector.forget()
    return model


def best_of(
    past: Past,
    what: Protocol,
    parts: Sequence[Samples],
    as_of: datetime,
    seed: int,
    prior: Model | None,
    progress: Progress,
) -> Model:
    """Return the best candidate for the last of the parts, which answers `what`, with a report."""
    task = what.task
    shipped = next((model for model in read(past.graph) if model.name == task.name), None)
    stand = standing(task, prior, shipped, what.cut)
    found = candidates(task, parts, as_of, seed, stand, prior or shipped, progress)
    progress("ranking by the baselines", 0, 1)
    chosen = best(task, found)
    return replace(chosen.finish(), metrics=_report(past, what, parts[-1], seed, found, chosen))


def standing(
    task: Task, prior: Model | None, shipped: Model | None, cut: datetime
) -> list[tuple[str, Model]]:
    """Return the models that can score and do not know what came after the cut, with their names.

    The one in use comes first: what is tuned is tuned from it.
    """
    models = []
    if prior is not None:
        models.append((SHIPPED if prior.name == task.name else IN_USE, prior))
    if shipped is not None and SHIPPED not in dict(models):
        models.append((SHIPPED, replace(shipped, in_use=False)))
    return [
        (what, model)
        for what, model in models
        if model.problem() is None and (model.as_of is None or model.as_of <= cut)
    ]


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
        enough_windows(preview.history, task, as_of or preview.history.end, options)

    source = GraphSource(graph)
    with replay(
        source, before, options=derived, check=check, servers=options.workers, progress=progress
    ) as past:
        return learn(past, task, as_of or past.history.end, options, prior, progress)


def enough_windows(
    history: History, task: Task, as_of: datetime, options: LearnOptions
) -> list[Window]:
    """Return the windows to learn from: the latest that hold enough questions, two at least.

    A window costs a derivation: where users are many, a few of them say enough. Raises InputError
    when all windows hold too few.
    """
    chosen = windows(history, as_of, options.validate_from)
    counts = _counts(history, task, chosen, options)
    *earlier, last = counts or [0]
    least = _LEAST_TO_TUNE if task.hidden_units and not task.by_event else _LEAST
    if sum(earlier) < least or last < _LEAST // 5:
        raise InputError(
            f"There is not enough data to learn from: {sum(earlier):,} {task.instances} "
            f"before the last tenth of the events, and {last:,} in it; at least {least} and "
            f"{_LEAST // 5} are needed. The model in use stays."
        )
    count = next((n for n in range(2, len(chosen)) if sum(counts[-n:]) >= PLENTY), len(chosen))
    return chosen[-count:]


def questions(history: History, task: Task, as_of: datetime, options: LearnOptions) -> list[int]:
    """Return how many questions each window holds that is learned from; raises as they do."""
    return _counts(history, task, enough_windows(history, task, as_of, options), options)


def _counts(
    history: History, task: Task, chosen: Sequence[Window], options: LearnOptions
) -> list[int]:
    counts = []
    for window in chosen:
        asked = of_users(task.asked(history, window.cut, window.until), options.users, options.seed)
        counts.append(min(len(asked), options.limit // len(chosen)))
    return counts


def _report(
    past: Past,
    what: Protocol,
    last: Samples,
    seed: int,
    found: Sequence[Candidate],
    chosen: Candidate,
) -> dict[str, Any]:
    """Return the metrics on the last part, before it was learned from, and all others'."""
    task, measure = what.task, what.task.metrics
    baselines = {name: r.ranks for name, r in baseline_rankings(past, what).items()}
    for name, columns in single_features(task).items():
        baselines[name] = last.ranks(single_scores(last.features, columns))
    users = last.users.tolist()

    def means(ranks: Ranks) -> dict[str, float]:
        return {metric: float(values.mean()) for metric, values in measure(ranks).items()}

    return {
        "validation": {"cut": what.cut.isoformat(), "until": what.until.isoformat()},
        "instances": len(what.instances),
        "chosen": chosen.what,
        "metrics": {
            name: metrics.interval(values, users).plain()
            for name, values in measure(chosen.ranks).items()
        },
        "candidates": {candidate.what: means(candidate.ranks) for candidate in found},
        "baselines": {name: means(ranks) for name, ranks in baselines.items()},
        "seed": seed,
    }
