"""All events of a past as arrays, and the questions that they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.replay import instances
from chronotope.replay.instances import Asked, Instance
from chronotope.replay.source import LaterEvent
from chronotope.statistics import Events, events_of, read_kinds


@dataclass(frozen=True)
class History:
    """Events in the order (user, time, item), and the ids of all items, visited or not."""

    events: Events
    items: Sequence[str]

    def before(self, moment: datetime) -> Events:
        """Return the events before a moment."""
        return self.events.take(self.events.epoch < moment.timestamp())

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
        """Return what users with history first visited in [cut, until), here or in `more`.

        Items that this past knows nothing of, not even an id, can be no one's answer.
        """
        known = instances.histories_of(self.before(cut), self.items)
        known = {user: visited for user, visited in known.items() if visited}
        chosen = np.flatnonzero(self.events.epoch >= cut.timestamp())
        later = [
            LaterEvent(
                self.events.users[self.events.user[k]],
                self.items[self.events.item[k]],
                int(self.events.epoch[k]) * 1000,
            )
            for k in chosen
        ]
        items = frozenset(self.items)
        later += [event for event in more if not new_items or event.item in items]
        return instances.discoveries(known, later, cut, until, new_items=new_items)

    def moves(self, cut: datetime, until: datetime) -> list[Instance]:
        """Return an instance for each event in [cut, until) of a user with earlier events."""
        return instances.moves(self.events, self.items, cut, until)

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
    )
    if not len(events.user):
        raise no_events(until)
    return History(events, items)


def no_events(until: datetime) -> InputError:
    """Return the error of a past in which nothing happened."""
    return InputError(
        f"There is no event before {until.isoformat()}; load some, or choose a later moment."
    )
