"""What is asked of worlds and of the city: what was known at a moment, and what came after it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from chronotope import city
from chronotope.loading import ReadOptions
from chronotope.replay import LaterEvent
from worlds.arrays import Bools
from worlds.generate import END, Log, generate
from worlds.world import World

DISCOVER, NEW_ITEMS = "discover", "new_items"
_LAST = 0.1
_CITY_OPENS = datetime(2026, 1, 19, tzinfo=UTC)
"""Until then new items are met every day in the city; later nearly all have been visited."""
_AGES = timedelta(days=10_000)


@dataclass(frozen=True)
class Story:
    """Rows for the loader, all from before `cut`, and the events after it.

    With `texts` there are texts to be embedded.
    """

    items: Iterable[Mapping[str, Any]]
    events: Iterable[Mapping[str, Any]]
    later: Sequence[LaterEvent]
    cut: datetime
    options: ReadOptions = field(default_factory=ReadOptions)
    texts: bool = False

    @property
    def until(self) -> datetime:
        """A moment after all that came later."""
        return self.cut + _AGES


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
        Source("city", city.CityOptions(), (DISCOVER,), lambda: of_the_city(None)),
        Source("city-new", city.CityOptions(), (NEW_ITEMS,), lambda: of_the_city(_CITY_OPENS)),
    ]
    return [*map(_source, worlds), *of_city]


def _source(world: World) -> Source:
    births = world.born > 0 and not world.leave_last_out
    tasks = (DISCOVER, NEW_ITEMS) if births else (DISCOVER,)
    return Source(world.name, world, tasks, lambda: of_world(world))


def of_world(world: World) -> Story:
    """Return the story of a world; the last tenth comes later, or the last event of each user."""
    log = generate(world)
    if world.leave_last_out:
        late, cut = _last_of_each(log), END
    else:
        start = int(np.quantile(log.second, 1 - _LAST))
        late, cut = log.second >= start, datetime.fromtimestamp(start, UTC)
    known, after = log.take(~late), log.take(late)
    seconds = np.maximum(after.second, int(cut.timestamp()))  # who is left out, is asked at the end
    columns = (after.user.tolist(), after.item.tolist(), seconds.tolist())
    later = [LaterEvent(f"u{u}", f"i{i}", s * 1000) for u, i, s in zip(*columns, strict=True)]
    return Story(known.items(), known.events(), later, cut)


def _last_of_each(log: Log) -> Bools:
    """Tell which events are the last ones of their users."""
    _, first = np.unique(log.user[::-1], return_index=True)
    last = np.zeros(len(log.user), bool)
    last[len(last) - 1 - first] = True
    return last


def of_the_city(before: datetime | None) -> Story:
    """Return the story of the city until a moment, or to its end."""
    found = city.generate()
    moments = [datetime.fromisoformat(row["timestamp"]) for row in found.events]
    rows = [
        (moment, row)
        for moment, row in zip(moments, found.events, strict=True)
        if before is None or moment < before
    ]
    start = np.quantile([moment.timestamp() for moment, _ in rows], 1 - _LAST)
    cut = datetime.fromtimestamp(int(start), UTC)
    later = [
        LaterEvent(row["user_id"], row["item_id"], int(moment.timestamp()) * 1000, row["kind"])
        for moment, row in rows
        if moment >= cut
    ]
    known = [row for moment, row in rows if moment < cut]
    options = ReadOptions(local_timezone=ZoneInfo(city.ZONE))
    return Story(found.items, known, later, cut, options, texts=True)
