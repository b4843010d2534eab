"""Which items go together: co-visits with EASE weights, transitions, local popularity. Pure."""

from collections.abc import Callable, Iterator
from typing import Any

import h3
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.statistics.arrays import Events, Floats, Items
from chronotope.statistics.counts import HOURS

EASE_LAMBDA = 300.0
KEPT = 100
_SESSION_SECONDS = 8 * 3600
_BIN_HOURS = 3
_POPULARITY_TAU = 90.0
_AREA_RESOLUTION = 7

Row = dict[str, Any]


def ease(visited: sp.csr_array, regularisation: float = EASE_LAMBDA) -> NDArray[np.float32]:
    """Return the item-item weights B of EASE for a users × items matrix, shape (items, items).

    B = -P / diag(P) with P = (XᵀX + λI)⁻¹ and a diagonal of zero (Steck, 2019). Row h holds what
    a visit of h says of the other items.
    """
    gram = (visited.T @ visited).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += regularisation
    inverse = np.linalg.inv(gram)
    weights: NDArray[np.float32] = -inverse / np.diag(inverse)
    weights[np.diag_indices_from(weights)] = 0
    return weights


def co_visits(
    visited: sp.csr_array, limit: int, advance: Callable[[int], None] = lambda done: None
) -> Iterator[tuple[int, list[tuple[int, int, float]]]]:
    """Yield for each visited item (item, [(other, users who visited both, EASE weight)]).

    At most `KEPT` others: those with the highest EASE weight, then those with most users in
    common. EASE is computed on the `limit` items with most users, as it is dense in them; the
    others have co-visit counts only.
    """
    users = np.asarray(visited.sum(axis=0)).ravel()
    order = np.argsort(-users, kind="stable")
    chosen = np.sort(order[:limit][users[order[:limit]] > 0])
    weights = ease(sp.csr_array(visited[:, chosen])) if len(chosen) else np.zeros((0, 0))
    position = np.full(len(users), -1)
    position[chosen] = np.arange(len(chosen))
    together = sp.csr_array(visited.T @ visited)
    for done, item in enumerate(np.flatnonzero(users), start=1):
        row = slice(together.indptr[item], together.indptr[item + 1])
        counts = dict(zip(together.indices[row].tolist(), together.data[row].tolist(), strict=True))
        counts.pop(int(item), None)
        best: dict[int, float] = {}
        if position[item] >= 0:
            own = weights[position[item]]
            top = np.argsort(-own, kind="stable")[:KEPT]
            best = {int(chosen[j]): float(own[j]) for j in top if own[j] > 0}
        for other in sorted(counts, key=lambda other: (-counts[other], other)):
            if len(best) >= KEPT:
                break
            best.setdefault(other, 0.0)
        yield int(item), [(other, int(counts.get(other, 0)), w) for other, w in best.items()]
        advance(done)


def transitions(events: Events, length: int) -> sp.csr_array:
    """Return how many times users went from one item to another within eight hours.

    Shape (length, length); staying at an item is no transition.
    """
    start, end = _consecutive(events)
    moved = events.item[start] != events.item[end]
    pairs = (events.item[start][moved], events.item[end][moved])
    return sp.csr_array(sp.coo_array((np.ones(moved.sum()), pairs), shape=(length, length)))


def strongest(matrix: sp.csr_array) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Yield (row, [(column, count)]) for each row that has any, at most `KEPT` columns."""
    for row in np.flatnonzero(np.diff(matrix.indptr)):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        columns, counts = matrix.indices[part], matrix.data[part]
        order = np.lexsort((columns, -counts))[:KEPT]
        yield int(row), [(int(columns[k]), int(counts[k])) for k in order]


def category_transitions(events: Events, items: Items) -> NDArray[np.int64]:
    """Return how often one category led to another within eight hours, by three-hour bins.

    Shape (categories, categories, 8); the bin is that of the local hour of the second event.
    """
    start, end = _consecutive(events)
    before, after = items.category[events.item[start]], items.category[events.item[end]]
    known = (before >= 0) & (after >= 0)
    n, bins = len(items.categories), HOURS // _BIN_HOURS
    flat = (before[known] * n + after[known]) * bins + events.hour[end][known] // _BIN_HOURS
    return np.bincount(flat, minlength=n * n * bins).reshape(n, n, bins)


def _consecutive(events: Events) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    start = np.arange(max(len(events.user) - 1, 0))
    same_user = events.user[start] == events.user[start + 1]
    soon = events.epoch[start + 1] - events.epoch[start] < _SESSION_SECONDS
    kept = start[same_user & soon]
    return kept, kept + 1


def local_popularity(events: Events, length: int) -> Iterator[tuple[int, list[Row]]]:
    """Yield (item, [{id, count, hours}]) for items whose events carry a place of their own.

    Hexagons are joined to areas of about 5 km²; a named place stays itself. `count` decays with
    90 days; `hours` are the decayed counts of the 24 local hours.
    """
    placed = events.take(events.cell >= 0)
    names = [_area(cell) for cell in events.cells]
    areas = sorted(set(names))
    area = np.searchsorted(areas, names)[placed.cell] if areas else placed.cell
    key = (placed.item * max(len(areas), 1) + area) * HOURS + placed.hour
    found, inverse = np.unique(key, return_inverse=True)
    weights = np.bincount(inverse, np.exp(-placed.age / _POPULARITY_TAU), minlength=len(found))
    hours: dict[tuple[int, int], Floats] = {}
    for k, weight in zip(found.tolist(), weights.tolist(), strict=True):
        pair, hour = divmod(k, HOURS)
        hours.setdefault(divmod(pair, len(areas)), np.zeros(HOURS))[hour] = weight
    by_item: dict[int, list[Row]] = {}
    for (item, place), counts in hours.items():
        by_item.setdefault(item, []).append(
            {"id": areas[place], "count": float(counts.sum()), "hours": counts.tolist()}
        )
    for item in range(length):
        if item in by_item:
            yield item, by_item[item]


def _area(cell: str) -> str:
    return str(h3.cell_to_parent(cell, _AREA_RESOLUTION)) if h3.is_valid_cell(cell) else cell
