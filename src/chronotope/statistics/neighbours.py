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


def local_ease(
    visited: sp.csr_array, regularisation: float = EASE_LAMBDA, neighbours: int = KEPT
) -> sp.csr_array:
    """Return item-item weights like those of EASE without any matrix that is dense in all items.

    What is said of an item j is the ridge regression of its column on those of the items N most
    often visited by the same users, B[N, j] = (G_NN + λI)⁻¹ G_Nj with G = XᵀX: EASE's own
    regression, on neighbours alone (as SLIM with a neighbourhood: Ning and Karypis, 2011).
    """
    gram = sp.csr_array(visited.T @ visited)
    position = np.full(gram.shape[0], -1)
    rows, columns, values = [], [], []
    for item in np.flatnonzero(gram.diagonal()):
        part = slice(gram.indptr[item], gram.indptr[item + 1])
        others, counts = gram.indices[part], gram.data[part]
        others, counts = others[others != item], counts[others != item]
        if len(others) > neighbours:
            nearest = np.argsort(-counts, kind="stable")[:neighbours]
            others, counts = others[nearest], counts[nearest]
        position[others] = np.arange(len(others))
        system = _block(gram, others, position)
        position[others] = -1
        system[np.diag_indices_from(system)] += regularisation
        rows.append(others)
        columns.append(np.full(len(others), item))
        values.append(np.linalg.solve(system, counts))
    found = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return sp.csr_array(sp.coo_array(found, shape=gram.shape))


def _block(gram: sp.csr_array, chosen: NDArray[Any], position: NDArray[np.int64]) -> Floats:
    """Return the rows and columns of the chosen items; `position` is their place, else -1."""
    lengths = gram.indptr[chosen + 1] - gram.indptr[chosen]
    offsets = np.repeat(gram.indptr[chosen] - np.cumsum(lengths) + lengths, lengths)
    entries = offsets + np.arange(lengths.sum())
    row = np.repeat(np.arange(len(chosen)), lengths)
    column = position[gram.indices[entries]]
    inside = column >= 0
    block = np.zeros((len(chosen), len(chosen)))
    block[row[inside], column[inside]] = gram.data[entries[inside]]
    return block


def _ease_weights(visited: sp.csr_array, limit: int) -> sp.csr_array:
    """Return the weights of EASE where the visited items are few enough, else local ones."""
    chosen = np.flatnonzero(np.asarray(visited.sum(axis=0)).ravel())
    if len(chosen) > limit:
        return local_ease(visited)
    dense = ease(sp.csr_array(visited[:, chosen]))
    if len(chosen) > KEPT:
        least = -np.partition(-dense, KEPT - 1, axis=1)[:, KEPT - 1 : KEPT]
        dense[dense < least] = 0
    row, column = np.nonzero(dense)
    found = (dense[row, column], (chosen[row], chosen[column]))
    return sp.csr_array(sp.coo_array(found, shape=(visited.shape[1],) * 2))


def co_visits(
    visited: sp.csr_array, limit: int, advance: Callable[[int], None] = lambda done: None
) -> Iterator[tuple[int, list[tuple[int, int, float]]]]:
    """Yield for each visited item (item, [(other, users who visited both, EASE weight)]).

    At most `KEPT` others: those with the highest EASE weight, then those with most users in
    common. With more than `limit` visited items the weights are those of `local_ease`.
    """
    weights = _ease_weights(visited, limit)
    together = sp.csr_array(visited.T @ visited)
    for done, item in enumerate(np.flatnonzero(together.diagonal()).tolist(), start=1):
        counts = _entries(together, item)
        counts.pop(item, None)
        own = [(-w, other) for other, w in _entries(weights, item).items() if w > 0]
        best = {other: -w for w, other in sorted(own)[:KEPT]}
        for other in sorted(counts, key=lambda other: (-counts[other], other)):
            if len(best) >= KEPT:
                break
            best.setdefault(other, 0.0)
        yield item, [(other, int(counts.get(other, 0)), w) for other, w in best.items()]
        advance(done)


def _entries(matrix: sp.csr_array, row: int) -> dict[int, float]:
    part = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return dict(zip(matrix.indices[part].tolist(), matrix.data[part].tolist(), strict=True))


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
    found, inverse = np.unique(key, return_inverse=True)
    weights = np.bincount(inverse, np.exp(-placed.age / _POPULARITY_TAU), minlength=len(found))
    hours: dict[tuple[int, int], Floats] = {}
    for k, weight in zip(found.tolist(), weights.tolist(), strict=True):
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
