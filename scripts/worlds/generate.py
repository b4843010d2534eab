"""The log of a world: who chose what, when; and what people are told of its items. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from worlds.arrays import Bools, Floats, Ints
from worlds.choices import NOTHING, Before, Chooser
from worlds.fashion import Fashion
from worlds.people import draw_moments, draw_people
from worlds.stock import Stock, draw_stock
from worlds.world import World

END = datetime(2026, 1, 1, tzinfo=UTC)
"""When all worlds end."""
_CORNER = (45.0, 13.0)  # of every town, in the Adriatic Sea: nobody's home
_SIDE = 0.27  # degrees of latitude: 30 km
_NARROWER = np.cos(np.radians(_CORNER[0]))

Row = dict[str, str | float]


@dataclass(frozen=True)
class Log:
    """What happened in a world, in the order of time: user, item, epoch seconds.

    `categories` are the paths that the log shows, '' for none; `spot` (items, 2) is in sides of the
    town.
    """

    user: Ints
    item: Ints
    second: Ints
    categories: list[str]
    spot: Floats | None

    def take(self, kept: Bools) -> "Log":
        """Return the log with some of its events."""
        return replace(self, user=self.user[kept], item=self.item[kept], second=self.second[kept])

    def items(self) -> Iterator[Row]:
        """Yield all items as rows for the loader."""
        for number, category in enumerate(self.categories):
            row: Row = {"item_id": f"i{number}", "name": f"i{number}", "category": category}
            if self.spot is not None:
                east, north = self.spot[number].tolist()
                row["latitude"] = round(_CORNER[0] + _SIDE * north, 6)
                row["longitude"] = round(_CORNER[1] + _SIDE * east / _NARROWER, 6)
            yield row

    def events(self) -> Iterator[Row]:
        """Yield all events as rows for the loader."""
        columns = (self.user.tolist(), self.item.tolist(), self.second.tolist())
        for user, item, second in zip(*columns, strict=True):
            moment = datetime.fromtimestamp(second, UTC)
            yield {"user_id": f"u{user}", "item_id": f"i{item}", "timestamp": moment.isoformat()}


def generate(world: World) -> Log:
    """Return what happens in a world: the same, to the event, whenever it is asked."""
    draws = np.random.default_rng(world.seed).spawn(6)
    stock = draw_stock(world, draws[0])
    people = draw_people(world, stock, draws[1])
    user, day = draw_moments(world, draws[2])
    fashion = Fashion(world, stock, draws[3])
    chooser = Chooser(world, stock, people, draws[4])
    item = np.full(len(user), NOTHING)
    bounds = np.searchsorted(day, np.linspace(0, world.span, world.chunks + 1))
    for chunk, (begin, end) in enumerate(pairwise(bounds)):
        now = (chunk + 0.5) * world.span / world.chunks
        attraction = fashion.at(now)
        past = item[:begin] != NOTHING
        before = Before.of(user[:begin][past], item[:begin][past], world.users, world.items)
        item[begin:end], new = chooser.choose(user[begin:end], now, attraction, before)
        fashion.count(item[begin:end][new])
    done = item != NOTHING
    start = END - timedelta(days=world.span)
    second = (start.timestamp() + 86400 * day[done]).astype(np.int64)
    shown = _categories(world, stock, draws[5])
    return Log(user[done], item[done], second, shown, stock.spot)


def _categories(world: World, stock: Stock, draw: np.random.Generator) -> list[str]:
    """Return what the log tells of the items' categories, some of it wrong."""
    if not world.labels:
        return [""] * world.items
    wrong = draw.random(world.items) < world.mislabelled
    narrow = np.where(wrong, draw.integers(0, world.narrow, world.items), stock.narrow)
    names = [f"narrow {k}" for k in range(world.narrow)]
    if world.labels > 1:
        names = [f"broad {stock.above[k]} > {name}" for k, name in enumerate(names)]
    return [names[k] for k in narrow]
