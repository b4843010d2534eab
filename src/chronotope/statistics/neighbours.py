"""Which items go together: co-visits with EASE weights, transitions, local popularity. Pure."""

from collections.abc import Iterator
from typing import Any

import h3
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.statistics.arrays import Events, Floats, Items
from chronotope.statistics.counts import HOURS

EASE_LAMBDA = 300.0
KEPT = 100
_AT_ONCE = 1000  # systems of KEPT equations, 80 MB
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


def local_ease(
    together: sp.csr_array, regularisation: float = EASE_LAMBDA, neighbours: int = KEPT
) -> sp.csr_array:
    """Return item-item weights like those of EASE without any matrix that is dense in all items.

    `together` is G = XᵀX, shape (items, items): how many users visited both. What is said of an
    item j is the ridge regression of its column on those of the items N most often visited by the
    same users, B[N, j] = (G_NN + λI)⁻¹ G_Nj: EASE's own regression, on neighbours alone (as SLIM
    with a neighbourhood: Ning and Karypis, 2011).
    """
    length = together.shape[0]
    nearest = np.full((length, neighbours), -1)
    counts = np.zeros((length, neighbours))
    for item in range(length):
        others, values = _largest(*_others(together, item), neighbours)
        nearest[item, : len(others)], counts[item, : len(others)] = others, values
    parts = [slice(k, k + _AT_ONCE) for k in range(0, length, _AT_ONCE)]
    weights = np.concatenate(
        [_regressions(together, nearest[part], counts[part], regularisation) for part in parts]
    )
    target, place = np.nonzero(nearest >= 0)
    entries = (weights[target, place], (nearest[target, place], target))
    return sp.csr_array(sp.coo_array(entries, shape=together.shape))


def _regressions(
    together: sp.csr_array, nearest: NDArray[np.int64], counts: Floats, regularisation: float
) -> Floats:
    """Return (G_NN + λI)⁻¹ G_Nj for each row N of `nearest`, shape (n, K); where N is -1, 0."""
    systems = np.tile(regularisation * np.eye(nearest.shape[1]), (len(nearest), 1, 1))
    flat = np.argsort(nearest, axis=None, kind="stable")
    chosen, starts = np.unique(nearest.ravel()[flat], return_index=True)
    row = np.zeros(together.shape[0] + 1)  # what is asked of item -1 is the last one's: 0
    for item, where in zip(chosen.tolist(), np.split(flat, starts[1:]), strict=True):
        if item < 0:
            continue
        columns, values = _entries(together, item)
        row[columns] = values
        n, place = np.divmod(where, nearest.shape[1])
        systems[n, place] += row[nearest[n]]
        row[columns] = 0
    return np.asarray(np.linalg.solve(systems, counts[..., None])[..., 0])


def _ease_weights(visited: sp.csr_array, together: sp.csr_array, limit: int) -> sp.csr_array:
    """Return the weights of EASE where the visited items are few enough, else local ones."""
    chosen = np.flatnonzero(together.diagonal())
    if len(chosen) > limit:
        return local_ease(together)
    dense = ease(sp.csr_array(visited[:, chosen]))
    if len(chosen) > KEPT:
        least = -np.partition(-dense, KEPT - 1, axis=1)[:, KEPT - 1 : KEPT]
        dense[dense < least] = 0
    row, column = np.nonzero(dense)
    entries = (dense[row, column], (chosen[row], chosen[column]))
    return sp.csr_array(sp.coo_array(entries, shape=(visited.shape[1],) * 2))


def co_visits(
    visited: sp.csr_array, limit: int
) -> Iterator[tuple[int, list[tuple[int, int, float]]]]:
    """Yield for each visited item (item, [(other, users who visited both, EASE weight)]).

    At most `KEPT` others: those with the highest EASE weight, then those with most users in
    common. With more than `limit` visited items the weights are those of `local_ease`.
    """
    together = sp.csr_array(visited.T @ visited)
    weights = _ease_weights(visited, together, limit)
    users = np.zeros(together.shape[0])
    for item in np.flatnonzero(together.diagonal()).tolist():
        others, counts = _others(together, item)
        users[others] = counts
        columns, weight = _entries(weights, item)
        own = _largest(columns[weight > 0], weight[weight > 0], KEPT)
        best = dict(zip(*(column.tolist() for column in own), strict=True))
        for other in _largest(others, counts, KEPT)[0].tolist():
            if len(best) >= KEPT:
                break
            best.setdefault(other, 0.0)
        yield item, [(other, int(users[other]), w) for other, w in best.items()]
        users[others] = 0


def _entries(matrix: sp.csr_array, row: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the columns and values of a row."""
    part = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return matrix.indices[part], matrix.data[part]


def _others(matrix: sp.csr_array, row: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the columns and values of a row, off the diagonal."""
    columns, values = _entries(matrix, row)
    return columns[columns != row], values[columns != row]


def _largest(
    columns: NDArray[Any], values: NDArray[Any], count: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the columns with the largest values and these, in their order; ties by column."""
    if len(values) > count:
        enough = values >= np.partition(values, -count)[-count]
        columns, values = columns[enough], values[enough]
    order = np.lexsort((columns, -values))[:count]
    return columns[order], values[order]


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
    for row in np.flatnonzero(np.diff(matrix.indptr)).tolist():
        columns, counts = _largest(*_entries(matrix, row), KEPT)
        yield row, list(zip(columns.tolist(), counts.astype(int).tolist(), strict=True))


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
    """Yield (item, [{id, count, hours, most}]) for items whose events carry a place of their own.

    Hexagons are joined to areas of about 5 km²; a named place stays itself. `count` decays with
    90 days; `hours` are the decayed counts of the 24 local hours. `most` marks the `KEPT` items
    with the largest counts of an area.
    """
    placed = events.take(events.cell >= 0)
    names = [_area(cell) for cell in events.cells]
    areas = sorted(set(names))
    area = np.searchsorted(areas, names)[placed.cell] if areas else placed.cell
    key = (placed.item * max(len(areas), 1) + area) * HOURS + placed.hour
    keys, inverse = np.unique(key, return_inverse=True)
    weights = np.bincount(inverse, np.exp(-placed.age / _POPULARITY_TAU), minlength=len(keys))
    hours: dict[tuple[int, int], Floats] = {}
    for k, weight in zip(keys.tolist(), weights.tolist(), strict=True):
        pair, hour = divmod(k, HOURS)
        hours.setdefault(divmod(pair, len(areas)), np.zeros(HOURS))[hour] = weight
    by_item: dict[int, list[Row]] = {}
    by_area: dict[int, list[Row]] = {}
    for (item, place), counts in hours.items():
        row = {"id": areas[place], "count": float(counts.sum()), "hours": counts.tolist()}
        by_item.setdefault(item, []).append(row)
        by_area.setdefault(place, []).append(row)
    for rows in by_area.values():
        rows.sort(key=lambda row: -row["count"])
        for rank, row in enumerate(rows):
            row["most"] = rank < KEPT
    for item in range(length):
        if item in by_item:
            yield item, by_item[item]


def _area(cell: str) -> str:
    return str(h3.cell_to_parent(cell, _AREA_RESOLUTION)) if h3.is_valid_cell(cell) else cell
