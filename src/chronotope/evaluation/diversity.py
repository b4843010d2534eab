"""What diversity costs and brings: the same questions, asked with more and more of it."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from chronotope.evaluation import metrics
from chronotope.evaluation.baselines import SHOWN
from chronotope.evaluation.evaluate import Protocol
from chronotope.evaluation.requests import ask
from chronotope.progress import Progress, silent
from chronotope.replay import Past

WEIGHTS = (0.0, 0.3, 0.6)


def diversify(
    past: Past, what: Protocol, *, model: str | None = None, progress: Progress = silent
) -> dict[str, dict[str, Any]]:
    """Return, by the parameter `diversity`, the metrics of lists of 20 items.

    Besides the task's metrics, with their intervals: the mean intra-list diversity, and coverage,
    the part of the visited items that some list shows.
    """
    size = max(len(np.unique(past.history.before(what.cut).item)), 1)
    found: dict[str, dict[str, Any]] = {}
    for weight in WEIGHTS:
        answers = ask(
            past.graph,
            what.task.query,
            what.instances,
            k=SHOWN,
            model=model,
            given={"diversity": weight},
            progress=progress,
        )
        ranks = [
            metrics.ranks_in_list(answer.ids, instance.relevant)
            for instance, answer in zip(what.instances, answers, strict=True)
        ]
        values = {
            **what.task.metrics(ranks),
            "ild": np.array([intra_list_diversity(answer.categories) for answer in answers]),
        }
        found[f"{weight:g}"] = {
            name: metrics.interval(numbers, what.users).plain() for name, numbers in values.items()
        } | {"coverage": len({name for answer in answers for name in answer.ids}) / size}
    return found


def intra_list_diversity(categories: Sequence[str | None]) -> float:
    """Return the part of the pairs of a list whose categories differ; 0 for less than two items.

    One less the intra-list similarity (Ziegler et al., 2005), likeness being the same category.
    """
    pairs = list(combinations(categories, 2))
    return sum(one != other or one is None for one, other in pairs) / len(pairs) if pairs else 0.0
