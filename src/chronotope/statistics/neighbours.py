"""Which items go together: co-visits with EASE weights, transitions, local popularity. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import h3
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.statistics.arrays import Events, Ints, Items
from chronotope.statistics.counts import HOURS, beside
from chronotope.statistics.ease import KEPT, ease, largest, local_ease, most_items
from chronotope.statistics.links import Links
from chronotope.statistics.together import Together

_SESSION_SECONDS = 8 * 3600
_BIN_HOURS = 3
_POPULARITY_TAU = 90.0
_AREA_RESOLUTION = 7

_Strongest = tuple[int, NDArray[Any], NDArray[Any], NDArray[Any]]
"""An item, others, how much the same users visited both, what a visit says of the other."""


def co_visits(visited: sp.csr_array, limit: int, memory: int) -> Links:
    """Return the items that the same users visited, with the EASE weight of each.

    `count` is how many users these are; `weight` is the sum, over them, of the products of what
    their two visits count, None where that is the same. At most `KEPT` others: those with the
    highest EASE weight, then those with the most in common. With more than `limit` visited items,
    or more than half of `memory` bytes holds, the EASE weights are those of `local_ease`.
    """
    links = _strongest_together(visited, limit, memory)
    weight = links.values["weight"]
    count = weight if weight.dtype == np.int32 else _users_of_both(visited, links, memory)
    values = {"count": count, "weight": beside(count, weight), "ease": links.values["ease"]}
    return replace(links, values=values)


def _strongest_together(visited: sp.csr_array, limit: int, memory: int) -> Links:
    chosen = np.unique(visited.indices)
    together = Together(sp.csr_array(visited[:, chosen]), memory)
    is_local = len(together) > min(limit, most_items(memory))
    sizes = np.zeros(visited.shape[1], np.int64)
    found = []
    for item, others, amounts, weights in (_locally if is_local else _densely)(together):
        sizes[chosen[item]] = len(others)
        found.append((chosen[others], amounts, weights))
    return Links.of_lists(sizes, found, "weight", "ease")


def _densely(together: Together) -> Iterator[_Strongest]:
    """Yield the strongest others of each item by EASE."""
    dense, columns = ease(together), np.arange(len(together))
    shared = np.zeros(len(together), together.dtype)
    for item, others, amounts in together.rows():
        positive = dense[item] > 0
        own, weights = largest(columns[positive], dense[item, positive], KEPT)
        most, _ = largest(others, amounts, KEPT)
        shared[others] = amounts
        yield (item, *_joined(own, weights, most, shared))
        shared[others] = 0


def _locally(together: Together) -> Iterator[_Strongest]:
    """Yield the strongest others of each item by EASE on neighbours.

    Whatever has a weight is a neighbour of the other or has it for one: no more of G is read.
    """
    local = local_ease(together)
    counts, weights = local.by_neighbour(local.counts), local.by_neighbour(local.weights)
    shared = np.zeros(len(together), together.dtype)
    for item, (start, end) in enumerate(pairwise(weights.indptr.tolist())):
        others, values = weights.indices[start:end], weights.data[start:end]
        positive = values > 0
        own, heaviest = largest(others[positive], values[positive], KEPT)
        most = local.nearest[item][local.nearest[item] >= 0]
        shared[others] = counts.data[start:end]
        shared[most] = local.counts[item, : len(most)]
        yield (item, *_joined(own, heaviest, most, shared))
        shared[others] = shared[most] = 0


def _joined(
    own: NDArray[Any], weights: NDArray[Any], most: NDArray[Any], shared: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return those of a weight and then those with the most in common, `KEPT` in all."""
    more = most[~np.isin(most, own)][: KEPT - len(own)]
    best = np.concatenate([own, more])
    return best, shared[best], np.concatenate([weights, np.zeros(len(more), weights.dtype)])


def _users_of_both(visited: sp.csr_array, links: Links, memory: int) -> NDArray[np.int32]:
    """Return how many users visited both ends of each link."""
    ones = sp.csr_array(visited)
    ones.data = np.ones(visited.nnz)
    users = np.zeros(visited.shape[1], np.int32)
    found = np.zeros(len(links.other), np.int32)
    for item, others, counts in Together(ones, memory).rows():
        own = slice(links.start[item], links.start[item + 1])
        users[others] = counts
        found[own] = users[links.other[own]]
        users[others] = 0
    return found


@dataclass(frozen=True)
class Moves:
    """How many times users went from one item to another, and what that counts.

    Both have the shape (items, items) and the same entries; `weight` adds up what the events count
    that were gone to.
    """

    count: sp.csr_array
    weight: sp.csr_array

    def strongest(self) -> Links:
        """Return the heaviest moves from each item, at most `KEPT`, with `count` and `weight`."""
        bounds, values = self.weight.indptr, self.weight.data
        parts = [np.arange(start, end) for start, end in pairwise(bounds)]
        kept = [largest(part, values[part], KEPT)[0] for part in parts]
        chosen = np.concatenate([*kept, np.zeros(0, np.int64)])
        count, weight = self.count.data[chosen].astype(np.int64), values[chosen]
        start = np.concatenate([[0], np.cumsum([len(part) for part in kept], dtype=np.int64)])
        numbers = {"count": count, "weight": beside(count, weight)}
        return Links(start, self.weight.indices[chosen], numbers)


def transitions(events: Events, length: int) -> Moves:
    """Return how users went from one item to another within eight hours, of `length` items.

    Staying at an item is no transition.
    """
    start, end = _consecutive(events)
    moved = events.item[start] != events.item[end]
    start, end = start[moved], end[moved]
    pairs, ones, shape = (events.item[start], events.item[end]), np.ones(len(end)), (length, length)
    count = sp.csr_array(sp.coo_array((ones, pairs), shape=shape))
    if events.weight is None:
        return Moves(count, count)
    return Moves(count, sp.csr_array(sp.coo_array((events.weight[end], pairs), shape=shape)))


def category_transitions(events: Events, items: Items) -> Links:
    """Return how often one category led to another within eight hours.

    `count` is how often at all, `bins` how often by three hours of the day, those of the local hour
    of the second event; one that has no hour is in none. Each time counts as the second event does.
    """
    start, end = _consecutive(events)
    before, after = items.category[events.item[start]], items.category[events.item[end]]
    known = (before >= 0) & (after >= 0)
    next_ = events.take(end[known])
    n = len(items.categories)
    pairs, pair = np.unique(before[known] * n + after[known], return_inverse=True)
    count = np.bincount(pair, next_.weight, minlength=len(pairs))
    timed = next_.hour >= 0
    pair, next_ = pair[timed], next_.take(timed)
    bin_ = next_.hour // _BIN_HOURS
    bins = _histogram(pair, bin_, len(pairs), HOURS // _BIN_HOURS, next_.weight)
    first, other = np.divmod(pairs, max(n, 1))
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
    come last. First the links to all of an item's areas: `count` decays with 90 days; `weight` is
    what the events count by their kinds besides, None where that is the same; `hours` are the parts
    of it in the 24 local hours, without events that have none. Then those of the `KEPT` items that
    weigh most in an area.
    """
    placed = events.take(events.cell >= 0)
    names = [_area(cell) for cell in events.cells]
    areas = sorted(set(names))
    area = np.searchsorted(areas, names)[placed.cell] if areas else placed.cell
    pairs, pair = np.unique(placed.item * max(len(areas), 1) + area, return_inverse=True)
    item, place = np.divmod(pairs, max(len(areas), 1))
    fading = np.exp(-placed.age / _POPULARITY_TAU)
    count = np.bincount(pair, fading, minlength=len(pairs))
    weights = placed.weighted(fading)
    weight = np.bincount(pair, weights, minlength=len(pairs))
    timed = placed.hour >= 0
    hours = _histogram(pair[timed], placed.hour[timed], len(pairs), HOURS, weights[timed])
    order = np.lexsort((item, -weight, place))
    rank = np.arange(len(pairs)) - np.searchsorted(place[order], place[order])
    most = np.sort(order[rank < KEPT])
    numbers = {"count": count, "weight": beside(count, weight)}
    marks = {name: column[most] for name, column in numbers.items()}
    return (
        Links.of_pairs(length, item, place, **numbers, hours=hours),
        Links.of_pairs(length, item[most], place[most], **marks),
        areas,
    )


def _area(cell: str) -> str:
    return str(h3.cell_to_parent(cell, _AREA_RESOLUTION)) if h3.is_valid_cell(cell) else cell
