"""Which items go together: co-visits with EASE weights, transitions, local popularity. Pure."""

from collections.abc import Callable
from typing import Any

import h3
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.statistics.arrays import Events, Ints, Items
from chronotope.statistics.counts import HOURS
from chronotope.statistics.ease import KEPT, ease, largest, local_ease, most_items
from chronotope.statistics.links import Links
from chronotope.statistics.together import Together

_SESSION_SECONDS = 8 * 3600
_BIN_HOURS = 3
_POPULARITY_TAU = 90.0
_AREA_RESOLUTION = 7

Weights = Callable[[int], tuple[NDArray[Any], NDArray[Any]]]
"""The items that a visit of an item says something of, and what."""


def co_visits(visited: sp.csr_array, limit: int, memory: int) -> Links:
    """Return the items that the same users visited, with the `count` of these and the EASE weight.

    At most `KEPT` others: those with the highest EASE weight, then those with most users in
    common. With more than `limit` visited items, or more than half of `memory` bytes holds, the
    weights are those of `local_ease`.
    """
    chosen = np.unique(visited.indices)
    together = Together(sp.csr_array(visited[:, chosen]), memory)
    weights = _ease_weights(together, min(limit, most_items(memory)))
    users = np.zeros(len(together), np.int32)
    sizes = np.zeros(visited.shape[1], np.int64)
    found = []
    for item, others, counts in together.rows():
        columns, values = weights(item)
        positive = values > 0
        own, heaviest = largest(columns[positive], values[positive], KEPT)
        most, _ = largest(others, counts, KEPT)
        more = most[~np.isin(most, own)][: KEPT - len(own)]
        best = np.concatenate([own, more])
        users[others] = counts
        weight = np.concatenate([heaviest, np.zeros(len(more), heaviest.dtype)])
        sizes[chosen[item]] = len(best)
        found.append((chosen[best], users[best], weight))
        users[others] = 0
    return Links.of_lists(sizes, found, "count", "ease")


def _ease_weights(together: Together, limit: int) -> Weights:
    """Return the weights of EASE where the visited items are few enough, else local ones."""
    if len(together) > limit:
        local = local_ease(together)
        return lambda item: _entries(local, item)
    dense, columns = ease(together), np.arange(len(together))
    return lambda item: (columns, dense[item])


def _entries(matrix: sp.csr_array, row: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the columns and values of a row."""
    part = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return matrix.indices[part], matrix.data[part]


def transitions(events: Events, length: int) -> sp.csr_array:
    """Return how many times users went from one item to another within eight hours.

    Shape (length, length); staying at an item is no transition.
    """
    start, end = _consecutive(events)
    moved = events.item[start] != events.item[end]
    pairs = (events.item[start][moved], events.item[end][moved])
    return sp.csr_array(sp.coo_array((np.ones(moved.sum()), pairs), shape=(length, length)))


def strongest(matrix: sp.csr_array) -> Links:
    """Return the largest entries of each row, at most `KEPT`, each with its `count`."""
    found = [largest(*_entries(matrix, row), KEPT) for row in range(matrix.shape[0])]
    sizes = np.array([len(columns) for columns, _ in found], np.int64)
    links = [(columns, counts.astype(np.int64)) for columns, counts in found]
    return Links.of_lists(sizes, links, "count")


def category_transitions(events: Events, items: Items) -> Links:
    """Return how often one category led to another within eight hours.

    `count` is how often at all, `bins` how often by three hours of the day, those of the local hour
    of the second event; one that has no hour is in none.
    """
    start, end = _consecutive(events)
    before, after = items.category[events.item[start]], items.category[events.item[end]]
    known = (before >= 0) & (after >= 0)
    n, hour = len(items.categories), events.hour[end][known]
    pairs, pair = np.unique(before[known] * n + after[known], return_inverse=True)
    timed = hour >= 0
    bins = _histogram(pair[timed], hour[timed] // _BIN_HOURS, len(pairs), HOURS // _BIN_HOURS)
    first, other = np.divmod(pairs, max(n, 1))
    count = np.bincount(pair, minlength=len(pairs))
    return Links.of_pairs(n, first, other, count=count, bins=bins)


def _histogram(
    index: Ints, bin_: Ints, length: int, width: int, weights: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Count, or add weights, by index and bin: shape (length, width)."""
    flat = np.bincount(index * width + bin_, weights, minlength=length * width)
    return flat.reshape(length, width)


def _consecutive(events: Events) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    start = np.arange(max(len(events.user) - 1, 0))
    same_user = events.user[start] == events.user[start + 1]
    soon = events.epoch[start + 1] - events.epoch[start] < _SESSION_SECONDS
    kept = start[same_user & soon]
    return kept, kept + 1


def local_popularity(events: Events, length: int) -> tuple[Links, Links, list[str]]:
    """Return where items are popular whose events carry a place of their own.

    Hexagons are joined to areas of about 5 km²; a named place stays itself: the ids of all areas
    come last. First the links to all of an item's areas: `count` decays with 90 days; `hours` are
    the decayed counts of the 24 local hours, without events that have none. Then those of the
    `KEPT` items with the largest counts of an area.
    """
    placed = events.take(events.cell >= 0)
    names = [_area(cell) for cell in events.cells]
    areas = sorted(set(names))
    area = np.searchsorted(areas, names)[placed.cell] if areas else placed.cell
    pairs, pair = np.unique(placed.item * max(len(areas), 1) + area, return_inverse=True)
    item, place = np.divmod(pairs, max(len(areas), 1))
    weights = np.exp(-placed.age / _POPULARITY_TAU)
    count = np.bincount(pair, weights, minlength=len(pairs))
    timed = placed.hour >= 0
    hours = _histogram(pair[timed], placed.hour[timed], len(pairs), HOURS, weights[timed])
    order = np.lexsort((item, -count, place))
    rank = np.arange(len(pairs)) - np.searchsorted(place[order], place[order])
    most = np.sort(order[rank < KEPT])
    return (
        Links.of_pairs(length, item, place, count=count, hours=hours),
        Links.of_pairs(length, item[most], place[most], count=count[most]),
        areas,
    )


def _area(cell: str) -> str:
    return str(h3.cell_to_parent(cell, _AREA_RESOLUTION)) if h3.is_valid_cell(cell) else cell
