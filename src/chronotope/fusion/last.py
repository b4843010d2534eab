"""Learn a model from last events, for data that is asked for the last event of each user."""

from dataclasses import replace

import numpy as np

from chronotope import statistics
from chronotope.errors import InputError
from chronotope.evaluation import Task, protocol
from chronotope.fusion.collect import answered
from chronotope.fusion.learn import best_of
from chronotope.fusion.model import Model, in_use
from chronotope.fusion.options import WINDOWS, LearnOptions
from chronotope.progress import Progress, silent
from chronotope.replay import NEVER, LastOut, Source, of_users, replay

_LEAST = 50


def learn_last_out(
    source: Source,
    task: Task,
    derived: statistics.DeriveOptions = statistics.DeriveOptions(),  # noqa: B008  frozen
    options: LearnOptions = LearnOptions(),  # noqa: B008  frozen
    progress: Progress = silent,
) -> Model:
    """Return the model that is best where all but the last event of each user is known.

    The last event is never seen: a past of its own lacks the last two of each user, and the earlier
    of the two is asked for. Half of the users teach, the other half choose among the candidates.
    Raises InputError when they are too few.
    """
    twice = LastOut(LastOut(source))
    with replay(twice, NEVER, options=derived, progress=progress) as past:
        whole = protocol(past, task, past.end, past.end, last_out=True)
        users = enough_users(len(whole.instances), options)
        asked = of_users(whole.instances, users, options.seed)
        answers = answered(past, task, asked, past.end, progress)
        chooses = np.random.default_rng(options.seed).permutation(len(asked)) % 2 == 1
        judges = [instance for instance, mask in zip(asked, chooses, strict=True) if mask]
        return best_of(
            past,
            replace(whole, instances=judges),
            [answers.take(~chooses), answers.take(chooses)],
            past.end,
            options.seed,
            in_use(past.graph, task.name),
            progress,
        )


def enough_users(count: int, options: LearnOptions) -> int:
    """Return how many of so many users are asked about. Raises InputError when they are too few."""
    if count < _LEAST:
        raise InputError(
            f"There is not enough data to learn from: {count:,} users have something new as their "
            f"last event; at least {_LEAST} are needed. --model names a model to evaluate."
        )
    return min(count, options.users * WINDOWS)
