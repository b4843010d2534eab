"""Which items go together: co-visits with EASE weights, transitions, local popularity. Pure."""

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from typing import Any

import h3
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.statistics.arrays import Events, Ints, Items
from chronotope.statistics.counts import HOURS, beside
from chronotope.statistics.ease import KEPT, ease, largest, local_ease, most_items
from chronotope.statistics.engine import HERE, Engine
from chronotope.statistics.links import Links
from chronotope.statistics.together import Together

_SESSION_SECONDS = 8 * 3600
_BIN_HOURS = 3
_POPULARITY_TAU = 90.0
_AREA_RESOLUTION = 7

_Strongest = tuple[int, NDArray[Any], NDArray[Any], NDArray[Any]]
"""An item, others, how much the same users visited both, what a visit says of the other."""


def co_visits(visited: sp.csr_array, limit: int, memory: int, engine: Engine = HERE) -> Links:
    """Return the items that the same users visited, with the EASE weight of each.

    `count` is how many users these are; `weight` is the sum, over them, of the products of what
    their two visits count, None where that is the same. At most `KEPT` others: those with the
    highest EASE weight, then those with the most in common. With more than `limit` visited items,
    or more than half of `memory` bytes holds, the EASE weights are those of `local_ease`, which the
    engine computes block by block.
    """
    links = _strongest_together(visited, limit, memory, engine)
    weight = links.values["weight"]
    count = weight if weight.dtype == np.int32 else _users_of_both(visited, links, memory, engine)
    values = {"count": count, "weight": beside(count, weight), "ease": links.values["ease"]}
    return replace(links, values=values)


def _strongest_together(visited: sp.csr_array, limit: int, memory: int, engine: Engine) -> Links:
    chosen = np.unique(visited.indices)
    together = Together(sp.csr_array(visited[:, chosen]), memory)
    is_local = len(together) > min(limit, most_items(memory))
    sizes = np.zeros(visited.shape[1], np.int64)
    found = []
    strongest = _locally(together, engine) if is_local else _densely(together)
    for item, others, amounts, weights in strongest:
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


def _locally(together: Together, engine: Engine) -> Iterator[_Strongest]:
    """Yield the strongest others of each item by EASE on neighbours.

    Whatever has a weight is a neighbour of the other or has it for one: no more of G is read.
    """
    local = local_ease(together, engine=engine)
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


def _users_of_both(
    visited: sp.csr_array, links: Links, memory: int, engine: Engine
) -> NDArray[np.int32]:
    """Return how many users visited both ends of each link."""
    ones = sp.csr_array(visited)
    ones.data = np.ones(visited.nnz)
    together = Together(ones, memory)
    tasks = [(items, links.take(items.tolist())) for items in together.cut(engine.at_once)]
    return np.concatenate([np.zeros(0, np.int32), *engine.run(_counted, together, tasks)])


def _counted(together: Together, task: tuple[Ints, Links]) -> NDArray[np.int32]:
    """Return the entries of G at links of some items, which are in order."""
    items, links = task
    users = np.zeros(len(together), np.int32)
    found = np.zeros(len(links.other), np.int32)
    for place, (_, others, counts) in enumerate(together.rows(items)):
        own = slice(links.start[place], links.start[place + 1])
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

    @classmethod
    def added(cls, parts: "Sequence[Moves]") -> "Moves":
        """Add up moves of users who are in one of the parts each."""
        count = reduce(operator.add, (part.count for part in parts))
        if all(part.weight is part.count for part in parts):
            return cls(count, count)
        return cls(count, reduce(operator.add, (part.weight for part in parts)))

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


@dataclass(frozen=True)
class Places:
    """Which items have events in which areas, by their ids.

    Of each link `count` decays with 90 days, `weight` is what the events count by their kinds
    besides; `hours` are the parts of it in the 24 local hours, without events that have none.
    """

    links: Links
    areas: Sequence[str]

    @classmethod
    def of(cls, events: Events, length: int) -> "Places":
        """Count the events that carry a place of their own, at `length` items.

        Hexagons are joined to areas of about 5 km²; a named place stays itself.
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
        links = Links.of_pairs(length, item, place, count=count, weight=weight, hours=hours)
        return cls(links, areas)

    @classmethod
    def added(cls, parts: "Sequence[Places]") -> "Places":
        """Add up what was counted of events in one of the parts each."""
        areas = sorted({area for part in parts for area in part.areas})
        index = {area: k for k, area in enumerate(areas)}
        links = []
        for part in parts:
            numbers = np.array([index[area] for area in part.areas], np.int64)
            other = numbers[part.links.other] if len(numbers) else part.links.other
            links.append(replace(part.links, other=other))
        return cls(Links.added(links), areas)


def local_popularity(places: Places) -> tuple[Links, Links]:
    """Return where items are popular whose events carry a place of their own.

    First the links to all of an item's areas, with `count`, `weight` (None where that is the same)
    and `hours`. Then those of the `KEPT` items that weigh most in an area.
    """
    links, length = places.links, len(places.links.start) - 1
    item, place = links.first(), links.other
    weight = links.values["weight"]
    order = np.lexsort((item, -weight, place))
    rank = np.arange(len(place)) - np.searchsorted(place[order], place[order])
    most = np.sort(order[rank < KEPT])
    numbers = {
        "count": links.values["count"],
        "weight": beside(links.values["count"], weight),
    }
    marks = {name: column[most] for name, column in numbers.items()}
    return (
        replace(links, values={**numbers, "hours": links.values["hours"]}),
        Links.of_pairs(length, item[most], place[most], **marks),
    )


def _area(cell: str) -> str:
    return str(h3.cell_to_parent(cell, _AREA_RESOLUTION)) if h3.is_valid_cell(cell) else cell
