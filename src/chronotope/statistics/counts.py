"""How often, by whom, how lately and at what hour: numbers of items and categories. Pure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chronotope.statistics.arrays import Events, Floats, Ints, Items

HOURS = 24
_PRIOR_ITEM, _PRIOR_CATEGORY = 4.0, 5.0
ATTRACTION_FLOOR = 0.05


def decayed(index: Ints, age: Floats, tau: float, length: int) -> Floats:
    """Return Σ exp(-age / tau) over the events of each index; `tau` in days."""
    return np.asarray(np.bincount(index, np.exp(-age / tau), minlength=length), np.float64)


def item_numbers(events: Events, items: Items) -> dict[str, NDArray[Any]]:
    """Return the numbers of each item, by the names of its properties."""
    first = events.first_visits()
    n = len(items)
    users = np.bincount(first.item, minlength=n)
    return {
        "users": users,
        "events": np.bincount(events.item, minlength=n),
        "firstVisits7": decayed(first.item, first.age, 7, n),
        "firstVisits90": decayed(first.item, first.age, 90, n),
        "recent30": decayed(events.item, events.age, 30, n),
        "attraction": attraction(first, n),
    }


def attraction(first: Events, length: int) -> Floats:
    """Return ρ of the Huff model: .05 + Σ over first visits of exp(-age / 90 days)."""
    return ATTRACTION_FLOOR + decayed(first.item, first.age, 90, length)


def inverse_user_frequency(users: NDArray[Any], total: int) -> Floats:
    """Return log(1 + U / n), the weight of an item with n of all U users; 0 where n is 0."""
    seen = np.asarray(users, np.float64)
    return np.where(seen > 0, np.log1p(total / np.maximum(seen, 1)), 0.0)


def category_numbers(events: Events, items: Items) -> dict[str, NDArray[Any]]:
    """Return the numbers of each category, by the names of its properties.

    `share` is the part of all first visits that went to items of the category itself,
    `broadShare` to items of the categories right below it (or of itself, at the top).
    """
    n = len(items.categories)
    first = events.first_visits()
    own, above = items.category[first.item], items.broader[first.item]
    known = own >= 0
    return {
        "items": np.bincount(items.category[items.category >= 0], minlength=n),
        "firstVisits60": decayed(own[known], first.age[known], 60, n),
        "share": _shares(own[known], n),
        "broadShare": _shares(above[known], n),
    }


def _shares(index: Ints, length: int) -> Floats:
    counts = np.bincount(index, minlength=length) + 0.5
    return np.asarray(counts / counts.sum())


def hours(events: Events, items: Items) -> tuple[Floats, Floats]:
    """Return how much likelier items and categories are at each hour than everything is.

    Shapes (items, 24) and (categories, 24); 1 is as likely. Counts are smoothed over
    neighbouring hours; a category shrinks towards all events, an item towards its category. Events
    that have no hour do not count.
    """
    events = events.take(events.hour >= 0)
    overall = _by_hour(np.zeros(len(events.hour), np.int64), events.hour, 1)[0] + 1e-9
    overall = overall / overall.sum()
    category = items.category[events.item]
    known = category >= 0
    counts = _by_hour(category[known], events.hour[known], len(items.categories))
    categories = _shrink(counts, overall[None], _PRIOR_CATEGORY)
    prior = np.where(
        (items.category >= 0)[:, None],
        categories[items.category] if len(categories) else overall[None],
        overall[None],
    )
    own = _shrink(_by_hour(events.item, events.hour, len(items)), prior, _PRIOR_ITEM)
    return own / overall, categories / overall


def _by_hour(index: Ints, hour: Ints, length: int) -> Floats:
    flat = np.bincount(index * HOURS + hour, minlength=length * HOURS).reshape(length, HOURS)
    return np.asarray((np.roll(flat, 1, 1) + 2 * flat + np.roll(flat, -1, 1)) / 4)


def _shrink(counts: Floats, prior: Floats, weight: float) -> Floats:
    return np.asarray((counts + weight * prior) / (counts.sum(1, keepdims=True) + weight))
