"""The users of a world: what they like, how they choose, and when they do something."""

from dataclasses import dataclass

import numpy as np

from worlds.arrays import Floats, Ints, Singles, unit
from worlds.stock import Stock
from worlds.world import World

_NARROW_LIKING = 0.6
_STRENGTH_SPREAD = 0.3
_REPEAT_SPREAD = 0.4
_MOST_REPEATS = 0.9
_LEAST_MAINSTREAM, _MOST_MAINSTREAM = 0.2, 2.2
_FURTHER_HOME = 0.7
_MOST_EVENTS = 1500
_BETWEEN_EVENTS = 4e-4  # days, about half a minute


@dataclass(frozen=True)
class People:
    """Users by number. Shapes: `early`, `late` (users, interests, dimension).

    `standing` (users, items) is what never changes in the logarithm of an item's weight: how a user
    likes its categories, and how far it is.
    """

    early: Singles
    late: Singles
    standing: Singles
    mainstream: Singles
    """The exponent of what is attractive to all."""
    strength: Singles
    """The factor of taste."""
    repeat: Floats
    """The chance that an event is of an item that the user had."""

    def tastes(self, users: Ints, turned: float) -> Singles:
        """Return the tastes of users that have turned so far from the early to the late ones."""
        early, late = np.float32(np.sqrt(1 - turned)), np.float32(np.sqrt(turned))
        return early * self.early[users] + late * self.late[users]


def draw_people(world: World, stock: Stock, draw: np.random.Generator) -> People:
    """Draw the users of a world."""
    tastes = draw.standard_normal((2, world.users, world.interests, world.dimension))
    early, late = unit(tastes)
    normal = draw.standard_normal((world.users, 3))
    mainstream = np.clip(1 + world.mainstream * normal[:, 0], _LEAST_MAINSTREAM, _MOST_MAINSTREAM)
    repeat = np.clip(world.repeat * np.exp(_REPEAT_SPREAD * normal[:, 2]), 0, _MOST_REPEATS)
    broad = world.liking * draw.standard_normal((world.users, world.broad))
    narrow = _NARROW_LIKING * world.liking * draw.standard_normal((world.users, world.narrow))
    liking = (broad[:, stock.above] + narrow).astype(np.float32)
    standing = liking[:, stock.narrow]
    if stock.spot is not None:
        standing += _nearness(world, stock.spot, draw)
    return People(
        early,
        late,
        standing,
        mainstream.astype(np.float32),
        np.exp(_STRENGTH_SPREAD * normal[:, 1]).astype(np.float32),
        repeat,
    )


def _nearness(world: World, spot: Floats, draw: np.random.Generator) -> Singles:
    """Return the logarithm of what distance leaves of a weight: of the home that leaves most.

    Homes are at items; the first one counts most.
    """
    best = np.full((world.users, len(spot)), -np.inf, np.float32)
    squares = (spot**2).sum(axis=1)
    for k in range(world.homes):
        home = draw.integers(0, len(spot), world.users)
        square = squares[home][:, None] + squares[None] - 2 * spot[home] @ spot.T
        closeness = -0.5 * world.distance * np.log1p(np.maximum(square, 0) / world.scale**2)
        np.maximum(best, (closeness - _FURTHER_HOME * k).astype(np.float32), out=best)
    return best


def draw_moments(world: World, draw: np.random.Generator) -> tuple[Ints, Floats]:
    """Draw who does something when: users and days from 0 to the span, in the order of time.

    The number of a user's events is lognormal. They fall into sessions of a geometric size, and
    sessions into the time between the user's arrival and their last one.
    """
    span, users = world.span, world.users
    wanted = np.exp(world.spread * draw.standard_normal(users) - world.spread**2 / 2)
    events = np.clip(np.round(world.events * wanted), 1, _MOST_EVENTS)
    late = draw.random(users) < world.arrive
    arrival = np.where(late, draw.random(users) ** (1 / (1 + world.growth)) * span, 0.0)
    stay = np.minimum(world.stay * draw.exponential(1, users) * span, span - arrival)
    sessions = np.maximum(1, np.round(events / world.basket)).astype(np.int64)
    user = np.repeat(np.arange(users), sessions)
    gaps = draw.gamma(world.gap, 1, len(user))
    passed = np.cumsum(gaps)
    first, last = np.cumsum(sessions) - sessions, np.cumsum(sessions) - 1
    passed -= np.repeat(passed[first] - gaps[first], sessions)
    whole = passed[last] + draw.gamma(world.gap, 1, users)
    day = arrival[user] + stay[user] * passed / whole[user]
    size = draw.geometric(1 / max(world.basket, 1.0), len(user))
    place = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    user, day = np.repeat(user, size), np.repeat(day, size) + _BETWEEN_EVENTS * place
    order = np.argsort(day, kind="stable")
    order = order[day[order] < span]
    return user[order], day[order]
