"""How often, by whom, how lately and at what hour: numbers of items and categories. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
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
_LATE = 0.1
_EXTREMES = {"sinceFirst": np.fmax, "sinceLast": np.fmin}
"""How numbers of parts become one that do not add up; NaN is none."""


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


@dataclass(frozen=True)
class Tallies:
    """What is counted of events, and adds up over parts of them that share no user.

    `items` and `categories` have arrays with one entry, or one row of 24 hours, each; `whole` has
    sums of all.
    """

    items: Mapping[str, NDArray[Any]]
    categories: Mapping[str, NDArray[Any]]
    whole: Mapping[str, NDArray[Any]]

    @classmethod
    def of(cls, events: Events, items: Items, late: float, had: Events) -> "Tallies":
        """Count events. `late` is the decay of late visits in days, `had` events that consume.

        Decays, `sinceFirst` and `sinceLast` are relative to the moment that ages are.
        """
        n, length = len(items), len(items.categories)
        first = events.first_visits()
        known = first.take(items.category[first.item] >= 0)
        own, above = items.category[known.item], items.broader[known.item]
        timed = events.take(events.hour >= 0)
        nowhere = np.zeros(len(timed.hour), np.int64)
        placed = timed.take(items.category[timed.item] >= 0)
        found = repeats(had)
        weights, category = had.weighted(np.ones(len(had.user))), items.category[had.item]

        def among(chosen: NDArray[np.bool_]) -> Floats:
            mask = chosen & (category >= 0)
            return np.asarray(np.bincount(category[mask], weights[mask], minlength=length), float)

        return cls(
            {
                "users": np.bincount(first.item, minlength=n),
                "userWeight": np.bincount(first.item, first.weight, minlength=n),
                "events": np.bincount(events.item, minlength=n),
                "eventWeight": np.bincount(events.item, events.weight, minlength=n),
                "firstVisits7": decayed(first, first.item, 7, n),
                "firstVisits30": decayed(first, first.item, 30, n),
                "firstVisits90": decayed(first, first.item, 90, n),
                "firstVisitsLate": decayed(first, first.item, late, n),
                "sinceFirst": _extreme(np.maximum, events, n),
                "sinceLast": _extreme(np.minimum, events, n),
                "recent30": decayed(events, events.item, 30, n),
                "hours": _by_hour(timed.item, timed, n),
            },
            {
                "firstVisits60": decayed(known, own, 60, length),
                "share": np.bincount(own, known.weight, minlength=length),
                "broadShare": np.bincount(above, known.weight, minlength=length),
                "hours": _by_hour(items.category[placed.item], placed, length),
                "late": among(found.late),
                "again": among(found.again),
            },
            {
                "hours": _by_hour(nowhere, timed, 1),
                "late": np.asarray(weights[found.late].sum()),
                "again": np.asarray(weights[found.again].sum()),
            },
        )

    @classmethod
    def added(cls, parts: "Sequence[Tallies]") -> "Tallies":
        """Add up what was counted of the parts."""
        return cls(
            _added([part.items for part in parts]),
            _added([part.categories for part in parts]),
            _added([part.whole for part in parts]),
        )

    def repeat_share(self) -> float | None:
        """Return Σ weight of repeats / Σ weight of events that could be; None without any."""
        late = float(self.whole["late"])
        return float(self.whole["again"]) / late if late else None


def _added(parts: Sequence[Mapping[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    return {
        name: reduce(_EXTREMES.get(name, np.add), (part[name] for part in parts))
        for name in parts[0]
    }


def item_numbers(tallies: Tallies) -> dict[str, NDArray[Any]]:
    """Return the numbers of each item, by the names of its properties.

    `users` and `events` count, whatever the kind; `userWeight` and `eventWeight` are what these
    count together, None where that is the same.
    """
    found = tallies.items
    return {
        "users": found["users"],
        "userWeight": beside(found["users"], found["userWeight"]),
        "events": found["events"],
        "eventWeight": beside(found["events"], found["eventWeight"]),
        "firstVisits7": found["firstVisits7"],
        "firstVisits30": found["firstVisits30"],
        "firstVisits90": found["firstVisits90"],
        "firstVisitsLate": found["firstVisitsLate"],
        "sinceFirst": found["sinceFirst"],
        "sinceLast": found["sinceLast"],
        "recent30": found["recent30"],
    }


def totals(tallies: Tallies) -> dict[str, float]:
    """Return the sums over all items that a trend is seen beside, by their names."""
    found = tallies.items
    return {
        "firstVisits": max(float(found["userWeight"].sum()), 1e-12),
        "firstVisitsLate": float(found["firstVisitsLate"].sum()),
    }


def days_of_tenth(days: Ints) -> tuple[int, int]:
    """Return the first and the last of the days ago in which the last tenth of the events began.

    `days` counts the events of each whole number of days ago.
    """
    total = np.cumsum(days)
    place = int(_LATE * (total[-1] - 1))
    first, last = np.searchsorted(total, [place, min(place + 1, total[-1] - 1)], side="right")
    return int(first), int(last)


def last_tenth(days: Ints, ages: Floats) -> float:
    """Return how many days ago the last tenth of the events began, at least one.

    That is the quantile of the ages of all events; `ages` are those of `days_of_tenth`.
    """
    place = _LATE * (days.sum() - 1)
    low = int(place) - int(days[: days_of_tenth(days)[0]].sum())
    pair = np.sort(ages)[low : low + 2]
    return max(float(np.quantile(pair, place - int(place))), 1.0)


def usual_popularity(tallies: Tallies) -> float:
    """Return the mean of log(1 + users of the item) over all users' first events."""
    users = tallies.items["userWeight"].astype(np.float64)
    return float(np.average(np.log1p(users), weights=users))


def _extreme(choose: np.ufunc, events: Events, length: int) -> Floats:
    """Return the largest or the smallest age in days of each item's events, NaN without any."""
    found = np.full(length, np.nan)
    found[events.item] = events.age
    choose.at(found, events.item, events.age)
    return found


def inverse_user_frequency(users: NDArray[Any], total: int) -> Floats:
    """Return log(1 + U / n), the weight of an item with n of all U users; 0 where n is 0."""
    seen = np.asarray(users, np.float64)
    return np.where(seen > 0, np.log1p(total / np.where(seen > 0, seen, 1)), 0.0)


def category_numbers(tallies: Tallies, items: Items) -> dict[str, NDArray[Any]]:
    """Return the numbers of each category, by the names of its properties.

    `share` is the part of all first visits that went to items of the category itself,
    `broadShare` to items of the categories right below it (or of itself, at the top).
    """
    found, n = tallies.categories, len(items.categories)
    return {
        "items": np.bincount(items.category[items.category >= 0], minlength=n),
        "firstVisits60": found["firstVisits60"],
        "share": _shares(found["share"]),
        "broadShare": _shares(found["broadShare"]),
    }


def _shares(weights: NDArray[Any]) -> Floats:
    counts = weights + 0.5
    return np.asarray(counts / counts.sum())


@dataclass(frozen=True)
class Repeats:
    """Of events, which ones could return to an item (`late`), and which ones do (`again`)."""

    late: NDArray[np.bool_]
    again: NDArray[np.bool_]


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


def repeats_by_category(tallies: Tallies) -> Floats:
    """Return the share of repeats among the events of each category, shrunk towards that of all.

    NaN where no event could be one.
    """
    found, overall = tallies.categories, tallies.repeat_share()
    prior = np.nan if overall is None else overall
    shares = (found["again"] + _PRIOR_CATEGORY * prior) / (found["late"] + _PRIOR_CATEGORY)
    return np.asarray(shares)


def hours(tallies: Tallies, items: Items) -> tuple[Floats, Floats]:
    """Return how much likelier items and categories are at each hour than everything is.

    Shapes (items, 24) and (categories, 24); 1 is as likely. Counts are smoothed over
    neighbouring hours; a category shrinks towards all events, an item towards its category. Events
    that have no hour do not count, the others as their kind does.
    """
    overall = _smoothed(tallies.whole["hours"])[0] + 1e-9
    overall = overall / overall.sum()
    counts = _smoothed(tallies.categories["hours"])
    categories = _shrink(counts, overall[None], _PRIOR_CATEGORY)
    prior = np.where(
        (items.category >= 0)[:, None],
        categories[items.category] if len(categories) else overall[None],
        overall[None],
    )
    own = _shrink(_smoothed(tallies.items["hours"]), prior, _PRIOR_ITEM)
    return own / overall, categories / overall


def _by_hour(index: Ints, events: Events, length: int) -> NDArray[Any]:
    flat = np.bincount(index * HOURS + events.hour, events.weight, minlength=length * HOURS)
    return flat.reshape(length, HOURS)


def _smoothed(flat: NDArray[Any]) -> Floats:
    return np.asarray((np.roll(flat, 1, 1) + 2 * flat + np.roll(flat, -1, 1)) / 4)


def _shrink(counts: Floats, prior: Floats, weight: float) -> Floats:
    return np.asarray((counts + weight * prior) / (counts.sum(1, keepdims=True) + weight))
