"""What any scorer has to beat: popularity, counters, neighbours, a walk, EASE, ALS. Pure.

A baseline maps what users have done, sparse matrices with a row an instance, to scores of all
items, shape (instances, items).
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.evaluation.metrics import expected_rank, positions
from chronotope.evaluation.tasks import Task
from chronotope.replay import History, Instance
from chronotope.statistics import Events, Floats, counts, ease, memory
from chronotope.statistics.together import Together

NEIGHBOURS = 100
SHOWN = 20
_CHUNK = 200
_RECENT = 90.0  # days
_EASE_ITEMS = 12_000
_ALS_FACTORS, _ALS_ROUNDS = 64, 20


@dataclass(frozen=True)
class Histories:
    """What is known at each instance, a column an item, and the user's number.

    `visits` add up what the user's events at an item count, `largest` has the largest of these (1
    where all kinds count alike), and `had` a 1 where one of them consumed the item.
    """

    visits: sp.csr_array
    largest: sp.csr_array
    had: sp.csr_array
    user: NDArray[np.int64]

    def rows(self, chosen: slice) -> "Histories":
        """Keep some instances."""
        visits, largest, had = (
            sp.csr_array(matrix[chosen]) for matrix in (self.visits, self.largest, self.had)
        )
        return Histories(visits, largest, had, self.user[chosen])


Baseline = Callable[[Histories], Floats]


def baselines(events: Events, items: int, task: Task) -> dict[str, Baseline]:
    """Return the baselines of a task, fitted on events, which count by their kinds.

    A user's visits of an item are what their largest event there counts; popularity and the own
    counter of `next` add up all events. "popularity, 90 days" weighs by exp(-age / 90 days).
    "own counter" only makes sense where known items count; "als" is there when the extra is.
    """
    visited = events.visited(items)
    users = np.asarray(visited.sum(axis=0), np.float64).ravel()
    total = np.bincount(events.item, events.weight, minlength=items).astype(np.float64)
    popular = total if task.by_event else users
    counted = events if task.by_event else events.first_visits()
    since = replace(counted, age=counted.age - counted.age.min(initial=0.0))
    recent = counts.decayed(since, since.item, _RECENT, items)
    table: dict[str, Baseline] = {
        "popularity": lambda known: np.tile(popular, (len(known.user), 1)),
        "popularity, 90 days": lambda known: np.tile(recent, (len(known.user), 1)),
    }
    if task.by_event:
        table["own counter"] = lambda known: _own_counter(known, popular)
    table["user-kNN"] = _user_knn(visited, users)
    table["item-kNN"] = _item_knn(visited)
    table["walk"] = _walk(visited, users)
    table["EASE"] = _ease(visited, users)
    if find_spec("implicit"):
        table["ALS"] = _als(visited)
    return table


def _own_counter(known: Histories, popular: Floats) -> Floats:
    """Count the user's visits; among equals the popular item wins."""
    return np.asarray(known.visits.toarray() + popular / (popular.max() + 1))


def _user_knn(visited: sp.csr_array, users: Floats) -> Baseline:
    """Sum the cosines, of IDF-weighted visits, of the 100 most similar users who were there."""
    idf = sp.diags_array(counts.inverse_user_frequency(users, visited.shape[0]))
    others = _normalised(sp.csr_array(visited @ idf))

    def score(known: Histories) -> Floats:
        own = _normalised(sp.csr_array(known.largest @ idf))
        similar = np.asarray((own @ others.T).toarray())
        similar[np.arange(len(known.user)), known.user] = 0  # nobody is their own neighbour
        return np.asarray((sp.csr_array(_strongest(similar)) @ visited).toarray())

    return score


def _item_knn(visited: sp.csr_array) -> Baseline:
    """Sum the cosines of each item with those of the user's that are among its 100 nearest."""
    of_items = _normalised(sp.csr_array(visited.T))
    parts = []
    for start in range(0, of_items.shape[0], _CHUNK):
        block = np.arange(start, min(start + _CHUNK, of_items.shape[0]))
        near = np.asarray((of_items[block] @ of_items.T).toarray())
        near[np.arange(len(block)), block] = 0
        parts.append(sp.csr_array(_strongest(near)))
    weights = sp.csr_array(sp.vstack(parts).T)

    return lambda known: np.asarray((known.largest @ weights).toarray())


def _walk(visited: sp.csr_array, users: Floats) -> Baseline:
    """Walk from an own item to who was there and on to what they had, away from popular items.

    Σ_h (n_h + 5)^-1 Σ_{u of h and j} 1 / n_u, over n_j^.25, of the user's items h; n counts the
    users of an item and the items of a user (Cooper et al., 2014, damped).
    """
    items_of = np.asarray(visited.sum(axis=1), np.float64).ravel()
    back = sp.csr_array(visited.T @ sp.diags_array(1 / np.maximum(items_of, 1e-12)))
    damped = sp.csr_array(sp.diags_array(1 / (users + 5)) @ back)
    onward = sp.csr_array(visited @ sp.diags_array(np.maximum(users, 1e-12) ** -0.25))

    return lambda known: np.asarray((known.largest @ damped @ onward).toarray())


def _strongest(rows: Floats) -> Floats:
    """Keep the 100 largest numbers of each row, and those that equal the last of them."""
    if rows.shape[1] <= NEIGHBOURS:
        return rows
    least = -np.partition(-rows, NEIGHBOURS, axis=1)[:, NEIGHBOURS - 1 : NEIGHBOURS]
    return np.where(rows >= least, rows, 0)


def _ease(visited: sp.csr_array, users: Floats) -> Baseline:
    """Apply EASE; where the items are too many for it, that of each item's neighbours."""
    chosen = np.flatnonzero(users)
    if len(chosen) > _EASE_ITEMS:
        local = ease.local_ease(Together(visited, memory.budget()))
        near = local.by_neighbour(local.weights)
        return lambda known: np.asarray((known.largest @ near).toarray())
    weights = ease.ease(Together(sp.csr_array(visited[:, chosen]), memory.budget()))

    def score(known: Histories) -> Floats:
        scores = np.zeros(known.visits.shape)
        scores[:, chosen] = known.largest[:, chosen] @ weights
        return scores

    return score


def _als(visited: sp.csr_array) -> Baseline:
    from implicit.als import AlternatingLeastSquares

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # that BLAS has threads of its own
        model = AlternatingLeastSquares(_ALS_FACTORS, iterations=_ALS_ROUNDS, random_state=0)
        model.fit(sp.csr_matrix(visited), show_progress=False)
    items = np.asarray(model.item_factors, np.float64)

    def score(known: Histories) -> Floats:
        none = np.arange(len(known.user))
        factors = model.recalculate_user(none, sp.csr_matrix(known.largest))
        return np.asarray(factors, np.float64) @ items.T

    return score


def _normalised(matrix: sp.csr_array) -> sp.csr_array:
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sp.csr_array(sp.diags_array(1 / np.maximum(length, 1e-12)) @ matrix)


@dataclass(frozen=True)
class Ranking:
    """The ranks of each instance's relevant items, and the first twenty items that it is shown."""

    ranks: list[Floats]
    shown: list[tuple[str, ...]]


def rank(
    baseline: Baseline,
    instances: Sequence[Instance],
    known: Histories,
    items: Sequence[str],
    *,
    new: bool,
) -> Ranking:
    """Rank all items for all instances; with `new`, what the user has is left out.

    Ties go by the order of the items when lists are shown; a single relevant item gets its
    expected rank.
    """
    index = {name: number for number, name in enumerate(items)}
    ranks: list[Floats] = []
    shown: list[tuple[str, ...]] = []
    for start in range(0, len(instances), _CHUNK):
        block = slice(start, start + _CHUNK)
        rows = known.rows(block)
        scores = baseline(rows)
        if new:
            scores[rows.had.nonzero()] = -np.inf
        for instance, own in zip(instances[block], scores, strict=True):
            wanted = [index[name] for name in instance.relevant]
            expected = np.array([expected_rank(own, wanted[0])])
            ranks.append(positions(own)[wanted] if new else expected)
            best = np.argsort(-own, kind="stable")[:SHOWN]
            shown.append(tuple(items[k] for k in best))
    return Ranking(ranks, shown)


def histories(history: History, instances: Sequence[Instance]) -> Histories:
    """Return what each instance's user had done before its moment."""
    events = history.events
    number = {name: n for n, name in enumerate(events.users)}
    bounds = np.searchsorted(events.user, np.arange(len(events.users) + 1))
    parts: list[NDArray[np.int64]] = []
    for instance in instances:
        n = number[instance.user]
        own = slice(bounds[n], bounds[n + 1])
        before = np.searchsorted(events.epoch[own], instance.at.timestamp(), side="left")
        parts.append(np.arange(bounds[n], bounds[n] + before))
    row = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    chosen = np.concatenate([*parts, np.zeros(0, np.int64)])
    width = len(history.items)
    pairs, pair = np.unique(row * width + events.item[chosen], return_inverse=True)
    weight = events.weighted(np.ones(len(events.user)))[chosen]
    largest = np.zeros(len(pairs))
    np.maximum.at(largest, pair, weight)
    consumed = history.kinds.consumes[events.kind[chosen]]
    had = np.bincount(pair, consumed, minlength=len(pairs)) > 0
    place = np.divmod(pairs, max(width, 1))

    def matrix(values: NDArray[Any]) -> sp.csr_array:
        return sp.csr_array(sp.coo_array((values, place), shape=(len(instances), width)))

    known = matrix(had.astype(np.float64))
    known.eliminate_zeros()
    return Histories(
        matrix(np.bincount(pair, weight, minlength=len(pairs))),
        matrix(largest),
        known,
        np.array([number[i.user] for i in instances], np.int64),
    )
