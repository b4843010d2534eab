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
from chronotope.fusion.candidates import IN_USE, PLENTY, SHIPPED, Candidate, best, candidates
from chronotope.fusion.collect import Collector, Window, windows
from chronotope.fusion.model import Model, in_use, read
from chronotope.fusion.options import LearnOptions
from chronotope.fusion.samples import Samples
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.replay import GraphSource, History, Past, Preview, of_users, replay

_LEAST, _LEAST_TO_TUNE = 50, 25


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
    shipped = next((model for model in read(past.graph) if model.name == task.name), None)
    stand = standing(task, prior, shipped, chosen[-1].cut)
    found = candidates(task, parts, as_of, options.seed, stand, prior or shipped, progress)
    progress("ranking by the baselines", 0, 1)
    chosen_one = best(task, found)
    report = _report(collector, chosen[-1], parts[-1], len(chosen), found, chosen_one)
    model = chosen_one.finish()
    if not options.keep:
        collector.forget()
    return replace(model, metrics=report)


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
    counts = []
    for window in chosen:
        asked = of_users(task.asked(history, window.cut, window.until), options.users, options.seed)
        counts.append(min(len(asked), options.limit // len(chosen)))
    *earlier, last = counts or [0]
    least = _LEAST_TO_TUNE if task.hidden_units else _LEAST
    if sum(earlier) < least or last < _LEAST // 5:
        raise InputError(
            f"There is not enough data to learn from: {sum(earlier):,} {task.instances} "
            f"before the last tenth of the events, and {last:,} in it; at least {least} and "
            f"{_LEAST // 5} are needed. The model in use stays."
        )
    count = next((n for n in range(2, len(chosen)) if sum(counts[-n:]) >= PLENTY), len(chosen))
    return chosen[-count:]


def _report(
    collector: Collector,
    window: Window,
    last: Samples,
    share: int,
    found: Sequence[Candidate],
    chosen: Candidate,
) -> dict[str, Any]:
    """Return the metrics on the last window, before it was learned from, and all others'."""
    task, measure = collector.task, collector.task.metrics
    asked = collector.instances(window, share)
    what = Protocol(task, window.cut, window.until, asked)
    baselines = {name: r.ranks for name, r in baseline_rankings(collector.past, what).items()}
    for name, columns in single_features(task).items():
        baselines[name] = last.ranks(single_scores(last.features, columns))
    users = last.users.tolist()

    def means(ranks: Ranks) -> dict[str, float]:
        return {metric: float(values.mean()) for metric, values in measure(ranks).items()}

    return {
        "validation": {"cut": window.cut.isoformat(), "until": window.until.isoformat()},
        "instances": len(asked),
        "chosen": chosen.what,
        "metrics": {
            name: metrics.interval(values, users).plain()
            for name, values in measure(chosen.ranks).items()
        },
        "candidates": {candidate.what: means(candidate.ranks) for candidate in found},
        "baselines": {name: means(ranks) for name, ranks in baselines.items()},
        "seed": collector.seed,
    }
