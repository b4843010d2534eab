"""How users choose: again, by way of others, what goes with what they had, at random, by taste."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from worlds.arrays import Bools, Ints, Singles, unit
from worlds.fashion import NEVER
from worlds.people import People
from worlds.stock import Stock
from worlds.world import World

NOTHING = -1
_TRIES = 3
_BLOCK = 400
_NEXT_INTEREST = np.float32(0.15)
_TINY = np.float32(1e-20)


@dataclass(frozen=True)
class Before:
    """What was chosen before a chunk, by user and by item, each in the order of time."""

    items: Ints
    of_user: Ints
    """Where the items of each user begin."""
    users: Ints
    of_item: Ints
    """Where the users of each item begin."""

    @classmethod
    def of(cls, user: Ints, item: Ints, users: int, items: int) -> "Before":
        """Build it from events in the order of time."""
        by_user, by_item = (np.argsort(one, kind="stable") for one in (user, item))
        starts = [
            np.concatenate([[0], np.cumsum(np.bincount(one, minlength=length))])
            for one, length in ((user, users), (item, items))
        ]
        return cls(item[by_user], starts[0], user[by_item], starts[1])

    def known(self, user: Ints) -> Bools:
        """Tell which users have chosen anything."""
        return self.of_user[user + 1] > self.of_user[user]

    def own(self, user: Ints, near: float, draw: np.random.Generator) -> Ints:
        """Return an event's item of each user; above 1, `near` prefers the latest."""
        return self.items[_recent(self.of_user, user, near, draw)]

    def visitor(self, item: Ints, near: float, draw: np.random.Generator) -> Ints:
        """Return a user of each item."""
        return self.users[_recent(self.of_item, item, near, draw)]


def _recent(start: Ints, of: Ints, near: float, draw: np.random.Generator) -> Ints:
    """Return a place in the segment of each: its length times U^near from the end."""
    length = start[of + 1] - start[of]
    back = (length * draw.random(len(of)) ** near).astype(np.int64)
    return np.asarray(start[of + 1] - 1 - np.minimum(back, length - 1), np.int64)


class Chooser:
    """Chooses items for the events of a chunk; what users had is no new item for them."""

    def __init__(
        self, world: World, stock: Stock, people: People, draw: np.random.Generator
    ) -> None:
        self._world, self._stock, self._people, self._draw = world, stock, people, draw
        self._had = np.zeros((world.users, world.items), bool)
        self._momentum = np.zeros((world.users, world.dimension), np.float32)

    def choose(
        self, user: Ints, day: float, attraction: Singles, before: Before
    ) -> tuple[Ints, Bools]:
        """Return an item for each event, NOTHING where none is left, and which are first visits."""
        world, draw = self._world, self._draw
        item = np.full(len(user), NOTHING)
        way, known = draw.random(len(user)), before.known(user)
        again = known & (draw.random(len(user)) < self._people.repeat[user])
        item[again] = before.own(user[again], world.fresh, draw)
        there = attraction > NEVER

        def take(wanting: Bools, offer: Callable[[Ints], Ints]) -> None:
            rows = np.flatnonzero(wanting & (item == NOTHING))
            if len(rows):
                self._take(item, user, rows, offer(user[rows]), there)

        for _ in range(_TRIES):
            take(known & (way < world.walk), lambda who: self._of_a_co_visitor(who, before))
        if self._stock.partners is not None:
            linked = (way >= world.walk) & (way < world.walk + world.link)
            take(known & linked, lambda who: self._partner(who, before))
        alive = np.flatnonzero(there)
        take(way > 1 - world.explore, lambda who: draw.choice(alive, len(who)))
        self._choose_by_weight(item, user, day, attraction)
        new = ~again & (item != NOTHING)
        self._remember(user[new], item[new])
        return item, new

    def _take(self, item: Ints, user: Ints, rows: Ints, offered: Ints, there: Bools) -> None:
        """Take what is offered to some events, if it is there and new: each to a user once."""
        fit = there[offered] & ~self._had[user[rows], offered]
        rows, offered = rows[fit], offered[fit]
        _, once = np.unique(user[rows] * self._world.items + offered, return_index=True)
        rows, offered = rows[once], offered[once]
        item[rows] = offered
        self._had[user[rows], offered] = True

    def _of_a_co_visitor(self, user: Ints, before: Before) -> Ints:
        """Return what a recent visitor of a recent own item had."""
        near, draw = self._world.near, self._draw
        other = before.visitor(before.own(user, near, draw), near, draw)
        return before.own(other, 1.0, draw)

    def _partner(self, user: Ints, before: Before) -> Ints:
        """Return what goes with a recent own item."""
        assert self._stock.partners is not None  # noqa: S101
        own = before.own(user, self._world.near, self._draw)
        return self._stock.partners[own, self._draw.integers(0, self._world.partners, len(own))]

    def _choose_by_weight(self, item: Ints, user: Ints, day: float, attraction: Singles) -> None:
        """Choose for all that is open, by attraction, taste, liking and distance."""
        rows = np.flatnonzero(item == NOTHING)
        rows = rows[np.argsort(user[rows], kind="stable")]
        who, begin, wanted = np.unique(user[rows], return_index=True, return_counts=True)
        turn = np.arange(len(rows)) - np.repeat(begin, wanted)
        for start in range(0, len(who), _BLOCK):
            block = slice(start, start + _BLOCK)
            weights = self._weights(who[block], day, attraction)
            picks = self._race(weights, min(int(wanted[block].max()), weights.shape[1]))
            part = slice(begin[start], begin[start] + wanted[block].sum())
            places = np.repeat(np.arange(len(picks)), wanted[block])
            within = turn[part] < picks.shape[1]
            item[rows[part][within]] = picks[places[within], turn[part][within]]
        chosen = rows[item[rows] != NOTHING]
        self._had[user[chosen], item[chosen]] = True

    def _weights(self, who: Ints, day: float, attraction: Singles) -> Singles:
        """Return the logarithm of what each item weighs for some users, NEVER for what they had."""
        world, people, vectors = self._world, self._people, self._stock.vectors
        tastes = people.tastes(who, world.drift * day / world.span)
        weights = tastes[:, 0] @ vectors.T
        for k in range(1, world.interests):
            np.maximum(weights, tastes[:, k] @ vectors.T - _NEXT_INTEREST * k, out=weights)
        weights *= np.float32(world.taste) * people.strength[who][:, None]
        pull = np.float32(world.momentum * world.taste)
        weights += pull * (self._momentum[who] @ vectors.T)
        weights += people.standing[who]
        weights += people.mainstream[who][:, None] * attraction
        weights[self._had[who] | (attraction <= NEVER)] = NEVER
        return weights

    def _race(self, weights: Singles, most: int) -> Ints:
        """Draw items without replacement by the logarithms of their weights, the first drawn first.

        The times of an exponential race are in the order of such a draw. Shape (users, most).
        """
        time = self._draw.standard_exponential(weights.shape, dtype=np.float32)
        np.log(time + _TINY, out=time)
        time -= weights
        first = np.argpartition(time, most - 1, axis=1)[:, :most]
        times = np.take_along_axis(time, first, axis=1)
        order = np.argsort(times, axis=1)
        first = np.take_along_axis(first, order, axis=1)
        late = np.take_along_axis(times, order, axis=1) > -NEVER / 2
        return np.where(late, NOTHING, first)

    def _remember(self, user: Ints, item: Ints) -> None:
        """Turn each user's momentum half towards what they chose now."""
        sums = np.zeros_like(self._momentum)
        np.add.at(sums, user, self._stock.vectors[item])
        chose = np.unique(user)
        self._momentum[chose] = (self._momentum[chose] + unit(sums[chose])) / 2
