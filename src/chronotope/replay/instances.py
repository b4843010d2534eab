"""What is asked of the past: a user, a moment, and what turned out to be relevant. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chronotope.statistics import Events


@dataclass(frozen=True)
class Instance:
    """A question to a recommendation query, and the items that are right answers to it."""

    user: str
    at: datetime
    relevant: tuple[str, ...]


class LaterEvent(NamedTuple):
    """An event that the past does not hold: what evaluation asks for."""

    user: str
    item: str
    millis: int
    kind: str | None = None


@dataclass(frozen=True)
class Asked:
    """The instances of a protocol; `cold` counts the relevant items that the catalogue lacks."""

    instances: Sequence[Instance]
    cold: int


def discoveries(
    histories: Mapping[str, frozenset[str]],
    catalogue: frozenset[str],
    later: Iterable[LaterEvent],
    cut: datetime,
    until: datetime,
    *,
    new_items: bool = False,
) -> Asked:
    """Return an instance for each user with history: what they first visit in [cut, until).

    `histories` are the items that each user has at the cut. Items without any event before the cut
    are no part of the `catalogue`, and only counted; with `new_items`, only they are relevant.
    """
    start, end = _millis(cut), _millis(until)
    visits: dict[str, dict[str, None]] = {}
    missed: set[tuple[str, str]] = set()
    for event in later:
        known = histories.get(event.user)
        if known is None or event.item in known or not start <= event.millis < end:
            continue
        is_new = event.item not in catalogue
        if is_new:
            missed.add((event.user, event.item))
        if is_new == new_items:
            visits.setdefault(event.user, {})[event.item] = None
    instances = [Instance(user, cut, tuple(sorted(visits[user]))) for user in sorted(visits)]
    return Asked(instances, len(missed))


def moves(
    events: Events,
    items: Sequence[str],
    cut: datetime,
    until: datetime,
    goal: NDArray[np.bool_],
) -> list[Instance]:
    """Return an instance for each goal in [cut, until) of a user with earlier events."""
    start, end = cut.timestamp(), until.timestamp()
    first = np.full(len(events.users), np.iinfo(np.int64).max)
    np.minimum.at(first, events.user, events.epoch)
    chosen = (events.epoch >= start) & (events.epoch < end) & (events.epoch > first[events.user])
    chosen &= goal
    return [
        Instance(
            events.users[events.user[k]],
            datetime.fromtimestamp(int(events.epoch[k]), UTC),
            (items[events.item[k]],),
        )
        for k in np.flatnonzero(chosen)
    ]


def sampled(instances: Sequence[Instance], limit: int, seed: int) -> list[Instance]:
    """Return at most `limit` of them, drawn at random, in their order."""
    if len(instances) <= limit:
        return list(instances)
    chosen = np.random.default_rng(seed).choice(len(instances), limit, replace=False)
    return [instances[k] for k in np.sort(chosen)]


def of_users(instances: Sequence[Instance], limit: int, seed: int) -> list[Instance]:
    """Return those of at most `limit` users, who are drawn at random, in their order."""
    users = sorted({instance.user for instance in instances})
    if len(users) <= limit:
        return list(instances)
    chosen = np.random.default_rng(seed).choice(len(users), limit, replace=False)
    kept = {users[k] for k in chosen}
    return [instance for instance in instances if instance.user in kept]


def histories_of(events: Events, items: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return the items that each user has been at."""
    bounds = np.searchsorted(events.user, np.arange(len(events.users) + 1))
    return {
        name: frozenset(items[k] for k in np.unique(events.item[bounds[n] : bounds[n + 1]]))
        for n, name in enumerate(events.users)
    }


def _millis(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
