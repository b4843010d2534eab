"""How often, by whom, how lately and at what hour: numbers of items and categories. Pure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chronotope.statistics.arrays import Events, Floats, Ints, Items

HOURS = 24
_PRIOR_ITEM, _PRIOR_CATEGORY = 4.0, 5.0
SOME_REPEATS = 0.05
"""The share of repeat events from which on people return to items.

Fewer than one in twenty are corrections and accidents, like a film that is rated again.
"""
ATTRACTION_FLOOR = 0.05


def decayed(events: Events, index: Ints, tau: float, length: int) -> Floats:
    """Return Σ weight · exp(-age / tau) over the events of each index; `tau` in days."""
    weights = events.weighted(np.exp(-events.age / tau))
    return np.asarray(np.bincount(index, weights, minlength=length), np.float64)


def beside(count: NDArray[Any], weight: NDArray[Any]) -> NDArray[np.object_]:
    """Return the weights that differ from the counts that they stand beside, else None."""
    found = np.full(len(count), None, object)
    differs = weight != count
    found[differs] = weight[differs]
    return found


def item_numbers(events: Events, items: Items) -> dict[str, NDArray[Any]]:
    """Return the numbers of each item, by the names of its properties.

    `users` and `events` count, whatever the kind; `userWeight` and `eventWeight` are what these
    count together, None where that is the same.
    """
    first = events.first_visits()
    n = len(items)
    users, total = np.bincount(first.item, minlength=n), np.bincount(events.item, minlength=n)
    weight = np.bincount(first.item, first.weight, minlength=n)
    late = decayed(first, first.item, last_tenth(events), n)
    return {
        "users": users,
        "userWeight": beside(users, weight),
        "events": total,
        "eventWeight": beside(total, np.bincount(events.item, events.weight, minlength=n)),
        "firstVisits7": decayed(first, first.item, 7, n),
        "firstVisits30": decayed(first, first.item, 30, n),
        "firstVisits90": decayed(first, first.item, 90, n),
        "firstVisitsLate": late,
        "firstVisitsTrend": np.log1p(late)
        - np.log1p(weight / max(weight.sum(), 1e-12) * late.sum()),
        "sinceFirst": _extreme(np.maximum, events, n),
        "sinceLast": _extreme(np.minimum, events, n),
        "recent30": decayed(events, events.item, 30, n),
        "attraction": attraction(first, n),
    }


def last_tenth(events: Events) -> float:
    """Return how many days ago the last tenth of the events began, at least one."""
    return max(float(np.quantile(events.age, 0.1)), 1.0)


def usual_popularity(events: Events, length: int) -> float:
    """Return the mean of log(1 + users of the item) over all users' first events."""
    first = events.first_visits()
    users = np.bincount(first.item, first.weight, minlength=length).astype(np.float64)
    return float(np.average(np.log1p(users), weights=users))


def _extreme(choose: np.ufunc, events: Events, length: int) -> Floats:
    """Return the largest or the smallest age in days of each item's events, NaN without any."""
    found = np.full(length, np.nan)
    found[events.item] = events.age
    choose.at(found, events.item, events.age)
    return found


def attraction(first: Events, length: int) -> Floats:
    """Return ρ of the Huff model: .05 + Σ over first visits of exp(-age / 90 days)."""
    return ATTRACTION_FLOOR + decayed(first, first.item, 90, length)


def inverse_user_frequency(users: NDArray[Any], total: int) -> Floats:
    """Return log(1 + U / n), the weight of an item with n of all U users; 0 where n is 0."""
    seen = np.asarray(users, np.float64)
    return np.where(seen > 0, np.log1p(total / np.where(seen > 0, seen, 1)), 0.0)


def category_numbers(events: Events, items: Items) -> dict[str, NDArray[Any]]:
    """Return the numbers of each category, by the names of its properties.

    `share` is the part of all first visits that went to items of the category itself,
    `broadShare` to items of the categories right below it (or of itself, at the top).
    """
    n = len(items.categories)
    first = events.first_visits()
    first = first.take(items.category[first.item] >= 0)
    own, above = items.category[first.item], items.broader[first.item]
    return {
        "items": np.bincount(items.category[items.category >= 0], minlength=n),
        "firstVisits60": decayed(first, own, 60, n),
        "share": _shares(own, first.weight, n),
        "broadShare": _shares(above, first.weight, n),
    }


def _shares(index: Ints, weights: Floats | None, length: int) -> Floats:
    counts = np.bincount(index, weights, minlength=length) + 0.5
    return np.asarray(counts / counts.sum())


@dataclass(frozen=True)
class Repeats:
    """Of events, which ones could return to an item (`late`), and which ones do (`again`)."""

    late: NDArray[np.bool_]
    again: NDArray[np.bool_]

    def share(self, events: Events) -> float | None:
        """Return Σ weight of repeats / Σ weight of events that could be; None without any."""
        weights = events.weighted(np.ones(len(events.user)))
        whole = weights[self.late].sum()
        return float(weights[self.again].sum() / whole) if whole else None


def repeats(events: Events) -> Repeats:
    """Tell repeats: events at an item that the same user had an event at before.

    Those of a user's first moment could be none; what happens at one moment, as the goods of a
    basket do, does not repeat itself.
    """
    start = np.full(len(events.users), np.iinfo(np.int64).max)
    np.minimum.at(start, events.user, events.epoch)
    pair = events.user * (events.item.max(initial=0) + 1) + events.item
    _, number = np.unique(pair, return_inverse=True)
    first = np.full(number.max(initial=-1) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, number, events.epoch)
    return Repeats(events.epoch > start[events.user], events.epoch > first[number])


def repeats_by_category(found: Repeats, events: Events, items: Items) -> Floats:
    """Return the share of repeats among the events of each category, shrunk towards that of all.

    NaN where no event could be one.
    """
    n = len(items.categories)
    overall = found.share(events)
    category = items.category[events.item]
    weights = events.weighted(np.ones(len(events.user)))

    def total(chosen: NDArray[np.bool_]) -> Floats:
        mask = chosen & (category >= 0)
        return np.asarray(np.bincount(category[mask], weights[mask], minlength=n), np.float64)

    prior = np.nan if overall is None else overall
    shares = (total(found.again) + _PRIOR_CATEGORY * prior) / (total(found.late) + _PRIOR_CATEGORY)
    return np.asarray(shares)


def hours(events: Events, items: Items) -> tuple[Floats, Floats]:
    """Return how much likelier items and categories are at each hour than everything is.

    Shapes (items, 24) and (categories, 24); 1 is as likely. Counts are smoothed over
    neighbouring hours; a category shrinks towards all events, an item towards its category. Events
    that have no hour do not count, the others as their kind does.
    """
    events = events.take(events.hour >= 0)
    overall = _by_hour(np.zeros(len(events.hour), np.int64), events, 1)[0] + 1e-9
    overall = overall / overall.sum()
    known = events.take(items.category[events.item] >= 0)
    counts = _by_hour(items.category[known.item], known, len(items.categories))
    categories = _shrink(counts, overall[None], _PRIOR_CATEGORY)
    prior = np.where(
        (items.category >= 0)[:, None],
        categories[items.category] if len(categories) else overall[None],
        overall[None],
    )
    own = _shrink(_by_hour(events.item, events, len(items)), prior, _PRIOR_ITEM)
    return own / overall, categories / overall


def _by_hour(index: Ints, events: Events, length: int) -> Floats:
    flat = np.bincount(index * HOURS + events.hour, events.weight, minlength=length * HOURS)
    flat = flat.reshape(length, HOURS)
    return np.asarray((np.roll(flat, 1, 1) + 2 * flat + np.roll(flat, -1, 1)) / 4)


def _shrink(counts: Floats, prior: Floats, weight: float) -> Floats:
    return np.asarray((counts + weight * prior) / (counts.sum(1, keepdims=True) + weight))
