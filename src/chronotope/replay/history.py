"""All events of a past as arrays, and the questions that they answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import inf

import numpy as np
from numpy.typing import NDArray

from chronotope.catalogue import Query
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.replay import instances
from chronotope.replay.instances import Asked, Instance, LaterEvent
from chronotope.statistics import (
    ANY_KIND,
    Events,
    Ints,
    Kinds,
    Reading,
    events_of,
    read_kinds,
)

NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""A moment after all events."""
_NO_KINDS: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True)
class History:
    """Events in the order (user, time, item), and the ids of all items, visited or not.

    What is asked of it are events of the kinds that are goals: of all kinds, where none of those
    that occur is one. All others are what users did before.
    """

    events: Events
    items: Sequence[str]
    kinds: Kinds = ANY_KIND

    def before(self, moment: datetime) -> Events:
        """Return the events before a moment."""
        return self.events.take(self.events.epoch < moment.timestamp())

    def until(self, moment: datetime) -> "History":
        """Return what the history was at a moment."""
        return replace(self, events=self.before(moment))

    @property
    def end(self) -> datetime:
        """The moment after the last event."""
        return datetime.fromtimestamp(int(self.events.epoch.max()) + 1, UTC)

    def quantile(self, share: float) -> datetime:
        """Return the moment before which this share of the events happened."""
        return datetime.fromtimestamp(int(np.quantile(self.events.epoch, share)), UTC)

    def discoveries(
        self,
        cut: datetime,
        until: datetime,
        more: Sequence[LaterEvent] = (),
        *,
        new_items: bool = False,
    ) -> Asked:
        """Return what users with history did for the first time in [cut, until), here or in `more`.

        What they had before are the items that an event consumed; one that they only looked at is
        still to be discovered. Items that this past knows nothing of, not even an id, can be no
        one's answer.
        """
        before, numbers = self.before(cut), self.kinds.numbers
        known = instances.histories_of(before, self.items)
        catalogue = frozenset().union(*known.values())
        had = instances.histories_of(before.take(self.kinds.consumes[before.kind]), self.items)
        more_kinds = np.array([numbers.get(event.kind or "", -1) for event in more], np.int64)
        goal = self._goals(more_kinds)
        chosen = (self.events.epoch >= cut.timestamp()) & goal[self.events.kind]
        later = [
            LaterEvent(
                self.events.users[self.events.user[k]],
                self.items[self.events.item[k]],
                int(self.events.epoch[k]) * 1000,
            )
            for k in np.flatnonzero(chosen)
        ]
        items = frozenset(self.items)
        later += [
            event
            for event, wanted in zip(more, goal[more_kinds], strict=True)
            if wanted and (not new_items or event.item in items)
        ]
        had = {user: had[user] for user, visited in known.items() if visited}
        return instances.discoveries(had, catalogue, later, cut, until, new_items=new_items)

    def moves(self, cut: datetime, until: datetime) -> list[Instance]:
        """Return an instance for each goal in [cut, until) of a user with earlier events."""
        goal = self._goals()[self.events.kind]
        return instances.moves(self.events, self.items, cut, until, goal)

    def reading(self, asked: Sequence[Instance], query: Query) -> Reading:
        """Return what the query will read of the statistics when it answers these instances."""
        users = {instance.user for instance in asked}
        mask = np.array([name in users for name in self.events.users], bool)
        own = np.unique(self.events.item[mask[self.events.user]])
        return Reading(frozenset(self.items[k] for k in own), query.text)

    def _goals(self, more: Ints = _NO_KINDS) -> NDArray[np.bool_]:
        """Return whether each kind is a goal, beside more kinds that occur; the last is all other.

        What declines is never one.
        """
        occurring = np.union1d(self.events.kind, more)
        likes = self.kinds.weight >= 0
        goal = self.kinds.goal & likes
        return goal if goal[occurring].any() else likes

    def answerable(self, given: Sequence[Instance]) -> list[Instance]:
        """Return those whose user has an event before the moment, and whose items are known."""
        events, items = self.events, frozenset(self.items)
        first = np.full(len(events.users), np.iinfo(np.int64).max)
        np.minimum.at(first, events.user, events.epoch)
        start = dict(zip(events.users, first.tolist(), strict=True))
        return [
            instance
            for instance in given
            if start.get(instance.user, np.inf) < instance.at.timestamp()
            and items.issuperset(instance.relevant)
        ]


def read(graph: Graph, until: datetime) -> History:
    """Read all events before a moment. Raises InputError when there is none."""
    items = [row["id"] for row in graph.read("derive.read_items")]
    index, kinds = {name: number for number, name in enumerate(items)}, read_kinds(graph)
    events = graph.fold(
        "derive.read_events",
        {"at": until, "kinds": kinds.numbers},
        lambda rows: events_of(rows, index, until.timestamp(), kinds),
        timeout=inf,
    )
    if not len(events.user):
        raise no_events(until)
    return History(events, items, kinds)


def split(graph: Graph, before: datetime) -> tuple[History, list[LaterEvent]]:
    """Read all events: those before a moment as a history, and the others.

    Raises InputError when there is none before it.
    """
    whole = read(graph, NEVER)
    history, events = whole.until(before), whole.events
    if not len(history.events.user):
        raise no_events(before)
    names = [*whole.kinds.names, None]
    later = [
        LaterEvent(
            events.users[events.user[k]],
            whole.items[events.item[k]],
            int(events.epoch[k]) * 1000,
            names[events.kind[k]],
        )
        for k in np.flatnonzero(events.epoch >= before.timestamp())
    ]
    return history, later


def no_events(until: datetime) -> InputError:
    """Return the error of a past in which nothing happened."""
    return InputError(
        f"There is no event before {until.isoformat()}; load some, or choose a later moment."
    )
