"""Evaluate a recommendation query on what happened after a cut, beside the baselines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chronotope.errors import InputError
from chronotope.evaluation import baselines, metrics
from chronotope.evaluation.baselines import SHOWN, Ranking
from chronotope.evaluation.requests import Answer, ask, warm_up
from chronotope.evaluation.tasks import Task
from chronotope.progress import Progress, silent
from chronotope.replay import Instance, Past, Preview
from chronotope.statistics import Floats


@dataclass(frozen=True)
class Protocol:
    """What is asked: the instances of a task after the cut, and how many relevant items were cold.

    Given instances are `skipped` when the user has no earlier event or the item is unknown.
    With `new_items`, relevant is only what nobody had been at before, ranked among all items.
    """

    task: Task
    cut: datetime
    until: datetime
    instances: Sequence[Instance]
    cold: int = 0
    skipped: int = 0
    new_items: bool = False

    @property
    def users(self) -> list[str]:
        """The user of each instance."""
        return [instance.user for instance in self.instances]

    @property
    def positives(self) -> int:
        """How many items are relevant, over all instances."""
        return sum(len(instance.relevant) for instance in self.instances)


@dataclass(frozen=True)
class Scored:
    """A system's metrics, one number an instance each, and the part of the catalogue it shows."""

    values: Mapping[str, Floats]
    coverage: float


@dataclass(frozen=True)
class Evaluation:
    """The query's metrics and those of the baselines, on the same instances."""

    protocol: Protocol
    query: Scored
    baselines: Mapping[str, Scored]
    returns: NDArray[np.bool_]
    """Which instances asked for an item that the user had already (of `next`)."""
    found: int
    """How many of the relevant items are among the candidates."""
    candidates: float
    seconds: Floats = field(repr=False)


def protocol(
    past: Past | Preview,
    task: Task,
    cut: datetime,
    until: datetime,
    *,
    given: Sequence[Instance] | None = None,
    new_items: bool = False,
    last_out: bool = False,
) -> Protocol:
    """Return what a task asks after a cut, or the given instances.

    With `last_out` it is the events that a past without each user's last one leaves out; `cut` is
    then the end of all. Raises InputError when there is nothing to ask.
    """
    missed, skipped, history = 0, 0, past.history
    instances: Sequence[Instance]
    if last_out and task.by_event:
        instances = history.answerable(
            [
                Instance(e.user, datetime.fromtimestamp(e.millis / 1000, UTC), (e.item,))
                for e in past.later
            ]
        )
    elif last_out:
        at = round(cut.timestamp() * 1000)
        asked = history.discoveries(
            cut, cut + timedelta(seconds=1), [event._replace(millis=at) for event in past.later]
        )
        instances, missed = asked.instances, asked.cold
    elif given is not None:
        instances = history.answerable(given)
        skipped = len(given) - len(instances)
    elif task.by_event:
        instances = history.moves(cut, until)
    else:
        asked = history.discoveries(cut, until, past.later, new_items=new_items or task.new_items)
        instances, missed = asked.instances, asked.cold
    if not instances:
        raise InputError(
            f"Nobody with events before {cut.isoformat()} {task.deed} from then until "
            f"{until.isoformat()}; choose another cut or until."
        )
    return Protocol(task, cut, until, instances, missed, skipped, new_items)


def evaluate(
    past: Past,
    what: Protocol,
    *,
    model: str | None = None,
    progress: Progress = silent,
) -> Evaluation:
    """Ask the query, whose statistics have to stand as of the cut, and rank with the baselines."""
    query = what.task.query
    warm_up(past.graph, query, what.instances, what.task.candidates, model)
    answers = ask(
        past.graph,
        query,
        what.instances,
        k=what.task.candidates,
        model=model,
        progress=progress,
    )
    history = past.history
    known = baselines.histories(history, what.instances)
    size = len(np.unique(history.before(what.cut).item))
    number = {name: k for k, name in enumerate(history.items)}
    returns = np.array(
        [known.had[[n], [number[i.relevant[0]]]][0] > 0 for n, i in enumerate(what.instances)]
    )
    rankings = baseline_rankings(past, what, progress)
    for name, columns in single_features(what.task).items():
        alone = [_by_feature(answer, columns) for answer in answers]
        rankings[name] = ranking(what, alone, size)
    return Evaluation(
        what,
        scored(what.task, ranking(what, answers, size), size),
        {name: scored(what.task, found, size) for name, found in rankings.items()},
        returns,
        found=sum(
            len(set(answer.ids).intersection(instance.relevant))
            for instance, answer in zip(what.instances, answers, strict=True)
        ),
        candidates=float(np.mean([len(answer.ids) for answer in answers])),
        seconds=np.array([answer.seconds for answer in answers]),
    )


def evaluate_baselines(
    past: Past | Preview, what: Protocol, progress: Progress = silent
) -> dict[str, Scored]:
    """Rank with the baselines alone: no query is asked, and no statistics are needed."""
    size = len(np.unique(past.history.before(what.cut).item))
    rankings = baseline_rankings(past, what, progress)
    return {name: scored(what.task, found, size) for name, found in rankings.items()}


def ranking(what: Protocol, answers: Sequence[Answer], size: int) -> Ranking:
    """Return the ranks that answers give to the relevant items, in a catalogue of `size` items.

    An item that is no candidate is ranked at infinity, but by `next` in the middle of all items
    that are no candidates.
    """
    ranks = []
    for instance, answer in zip(what.instances, answers, strict=True):
        if not what.task.by_event:
            ranks.append(metrics.ranks_in_list(answer.ids, instance.relevant))
        elif instance.relevant[0] in answer.ids:
            own = answer.ids.index(instance.relevant[0])
            ranks.append(np.array([metrics.expected_rank(answer.scores, own)]))
        else:
            others = max(size - len(answer.ids), 1)
            ranks.append(np.array([len(answer.ids) + (others + 1) / 2]))
    return Ranking(ranks, [answer.ids[:SHOWN] for answer in answers])


def baseline_rankings(
    past: Past | Preview, what: Protocol, progress: Progress = silent
) -> dict[str, Ranking]:
    """Return the ranking of each baseline, fitted on the events before the cut."""
    if what.task.new_items:
        return {}
    history = past.history
    fitted = baselines.baselines(history.before(what.cut), len(history.items), what.task)
    known = baselines.histories(history, what.instances)
    rankings = {}
    for number, (name, baseline) in enumerate(fitted.items()):
        progress(f"ranking by {name}", number, len(fitted))
        rankings[name] = baselines.rank(
            baseline, what.instances, known, history.items, new=not what.task.by_event
        )
    return rankings


def single_features(task: Task) -> dict[str, list[int]]:
    """Return the features that are baselines by themselves, with their columns."""
    names = task.query.feature_names
    return {
        label: [names.index(name) for name in single]
        for label, single in task.single_features.items()
    }


def single_scores(features: NDArray[np.float32], columns: Sequence[int]) -> Floats:
    """Return the one of the columns that each candidate has; what lacks them comes last."""
    own = np.nan_to_num(features[:, columns].astype(np.float64), nan=-np.inf)
    return np.asarray(own.max(axis=1))


def _by_feature(answer: Answer, columns: Sequence[int]) -> Answer:
    """Return an answer in the order of one feature."""
    values = single_scores(answer.features, columns)
    order = np.argsort(-values, kind="stable")
    return replace(answer, ids=tuple(answer.ids[k] for k in order), scores=values[order])


def scored(task: Task, found: Ranking, size: int) -> Scored:
    """Measure a ranking in a catalogue of `size` items."""
    shown = {name for names in found.shown for name in names}
    return Scored(task.metrics(found.ranks), len(shown) / max(size, 1))


def asked(what: Protocol) -> dict[str, Any]:
    """Return what a report says of the questions."""
    return {
        "task": what.task.name,
        "cut": what.cut.isoformat(),
        "until": what.until.isoformat(),
        "users": len(set(what.users)),
        "instances": len(what.instances),
        "positives": what.positives,
        "cold": what.cold,
        "skipped": what.skipped,
    }


def means(systems: Mapping[str, Scored]) -> dict[str, dict[str, float]]:
    """Return the mean metrics of baselines, and their coverage."""
    return {
        name: {metric: float(values.mean()) for metric, values in system.values.items()}
        | {"coverage": system.coverage}
        for name, system in systems.items()
    }


def report(found: Evaluation) -> dict[str, Any]:
    """Return the figures for programs: the format of `chronotope evaluate --json`."""
    what, users = found.protocol, found.protocol.users

    def intervals(values: Mapping[str, Floats], chosen: NDArray[np.bool_]) -> dict[str, Any]:
        names = [user for user, wanted in zip(users, chosen, strict=True) if wanted]
        return {
            name: metrics.interval(numbers[chosen], names).plain()
            for name, numbers in values.items()
        }

    everything = np.ones(len(users), bool)
    result: dict[str, Any] = {
        **asked(what),
        "metrics": intervals(found.query.values, everything),
        "coverage": found.query.coverage,
        "candidates": {"recall": found.found / what.positives, "mean": found.candidates},
        "baselines": means(found.baselines),
        "ratios": {
            name: {
                metric: metrics.ratio(ours, system.values[metric], users).plain()
                for metric, ours in found.query.values.items()
            }
            for name, system in found.baselines.items()
        },
        "latency_ms": {
            "p50": float(np.quantile(found.seconds, 0.5) * 1000),
            "p95": float(np.quantile(found.seconds, 0.95) * 1000),
        },
    }
    if what.task.by_event:
        for part, chosen in (("returns", found.returns), ("discoveries", ~found.returns)):
            if chosen.any():
                result[part] = {
                    "instances": int(chosen.sum()),
                    "metrics": intervals(found.query.values, chosen),
                    "baselines": {
                        name: {metric: float(v[chosen].mean()) for metric, v in s.values.items()}
                        for name, s in found.baselines.items()
                    },
                }
    return result
