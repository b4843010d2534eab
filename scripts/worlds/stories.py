"""What is told of worlds and of the city, and of what windows of their past they are asked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from chronotope import city
from chronotope.fusion.collect import Window, windows
from chronotope.loading import ReadOptions
from chronotope.replay import History, LaterEvent
from worlds.arrays import Bools
from worlds.generate import END, Log, generate
from worlds.world import World

DISCOVER, NEW_ITEMS = "discover", "new_items"
_CITY_OPENS = datetime(2026, 1, 19, tzinfo=UTC)
"""Until then new items are met every day in the city; later nearly all have been visited."""
AFTER_ALL = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Story:
    """Rows for the loader, and what came after all of them, if there is such.

    With `texts` there are texts to be embedded.
    """

    items: Iterable[Mapping[str, Any]]
    events: Iterable[Mapping[str, Any]]
    later: Sequence[LaterEvent] = ()
    options: ReadOptions = field(default_factory=ReadOptions)
    texts: bool = False

    def windows(self, history: History) -> list[Window]:
        """Return what is asked for, the latest first: what came after all, else the last tenths."""
        if self.later:
            return [Window(END, AFTER_ALL)]
        return windows(history, history.end)[::-1]


@dataclass(frozen=True)
class Source:
    """Where a story comes from: its name, all that it depends on, and what tasks it is for."""

    name: str
    numbers: object
    tasks: tuple[str, ...]
    tell: Callable[[], Story]

    @property
    def kind(self) -> str:
        """The kind of the world: a name ends with a number."""
        return self.name.partition("-")[0]


def sources(worlds: Sequence[World]) -> list[Source]:
    """Return the sources of the stories of worlds, and of the two of the city, which has texts."""
    of_city = [
        Source("city", city.CityOptions(), (DISCOVER,), lambda: of_the_city(AFTER_ALL)),
        Source("city-new", city.CityOptions(), (NEW_ITEMS,), lambda: of_the_city(_CITY_OPENS)),
    ]
    return [*map(_source, worlds), *of_city]


def _source(world: World) -> Source:
    births = world.born > 0 and not world.leave_last_out
    tasks = (DISCOVER, NEW_ITEMS) if births else (DISCOVER,)
    return Source(world.name, world, tasks, lambda: of_world(world))


def of_world(world: World) -> Story:
    """Return the story of a world: of some worlds, each user's last event comes later."""
    log = generate(world)
    if not world.leave_last_out:
        return Story(log.items(), log.events())
    last = _last_of_each(log)
    known, after = log.take(~last), log.take(last)
    millis = int(END.timestamp()) * 1000
    later = [
        LaterEvent(f"u{user}", f"i{item}", millis)
        for user, item in zip(after.user.tolist(), after.item.tolist(), strict=True)
    ]
    return Story(known.items(), known.events(), later)


def _last_of_each(log: Log) -> Bools:
    """Tell which events are the last ones of their users."""
    _, first = np.unique(log.user[::-1], return_index=True)
    last = np.zeros(len(log.user), bool)
    last[len(last) - 1 - first] = True
    return last


def of_the_city(before: datetime) -> Story:
    """Return the story of the city until a moment."""
    found = city.generate()
    events = [row for row in found.events if datetime.fromisoformat(row["timestamp"]) < before]
    options = ReadOptions(local_timezone=ZoneInfo(city.ZONE))
    return Story(found.items, events, options=options, texts=True)
