"""The family of worlds: kinds whose numbers are drawn from ranges, still ones and moving ones.

Shops, sittings (a user tells much at once and is gone), music, places, and worlds where items come
and go. In a still world nothing trends and nothing is new; every second one moves. Half of the
family has more choices by way of co-visitors and partners.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count, islice
from types import MappingProxyType
from typing import Any

import numpy as np

from worlds.world import FOREVER, World

Numbers = dict[str, Any]

_SEED = 7000
_MOST_USERS, _MOST_ITEMS, _MOST_EVENTS = 1500, 5000, 75_000
_MOST_WALKS = 0.65


def family(size: int) -> list[World]:
    """Return the first worlds of the family: of any size, a mixture."""
    return list(islice(_worlds(), size))


def _worlds() -> Iterator[World]:
    for number in count():
        still, pair = number % 2 == 0, number // 2
        for place, kind in enumerate(KINDS):
            if kind == "gen" and still:
                continue  # its items come and go
            seed = _SEED + 100 * place + number
            births = pair % 4 != 0
            world = draw_world(f"{kind}-{number}", kind, seed, still=still, births=births)
            if pair % 2:
                more = min(_MOST_WALKS, 0.1 + 2 * world.walk)
                world = replace(world, walk=more, link=1.5 * world.link)
            yield world


def draw_world(name: str, kind: str, seed: int, *, still: bool, births: bool) -> World:
    """Return a world of a kind; `births` lets items come in one that is not still."""
    draw = _Draw(seed)
    numbers = _common(draw)
    numbers |= _still(draw) if still else _moving(draw, births)
    numbers |= KINDS[kind](draw)
    users = min(numbers["users"], _MOST_USERS, int(_MOST_EVENTS / numbers["events"]))
    numbers |= {"users": users, "items": min(numbers["items"], _MOST_ITEMS)}
    return World(name=name, seed=seed, **numbers)


class _Draw:
    """Draws numbers from ranges."""

    def __init__(self, seed: int) -> None:
        self._draw = np.random.default_rng(seed)

    def even(self, low: float, high: float) -> float:
        """Return a number of a range."""
        return float(self._draw.uniform(low, high))

    def by_size(self, low: float, high: float) -> float:
        """Return a number whose logarithm is uniform in a range."""
        return math.exp(self._draw.uniform(math.log(low), math.log(high)))

    def whole(self, low: int, high: int) -> int:
        """Return a whole number, drawn by size."""
        return int(self.by_size(low, high))

    def one_of(self, *values: Any) -> Any:
        """Return one of some values."""
        return values[self._draw.integers(len(values))]


def _common(draw: _Draw) -> Numbers:
    return {
        "dimension": draw.one_of(8, 16, 32, 48),
        "interests": draw.one_of(1, 2, 3),
        "quality": draw.even(0.3, 1.2),
        "pareto": draw.even(0.4, 1.1),
        "momentum": draw.even(0, 0.6),
        "drift": draw.even(0, 0.4),
        "near": draw.even(1, 3),
        "mainstream": draw.even(0.1, 0.5),
        "link": draw.even(0, 0.2),
        "explore": draw.even(0, 0.06),
        "broad_fit": draw.even(0.1, 0.3),
        "narrow_fit": draw.even(0.1, 0.5),
        "mislabelled": draw.even(0, 0.3),
        "labels": draw.one_of(0, 1, 2, 2),
        "gap": draw.even(0.3, 1.2),
    }


def _still(draw: _Draw) -> Numbers:
    return {
        "trend": draw.even(0, 0.05),
        "shock": draw.even(0, 0.1),
        "feedback": draw.even(0, 0.3),
    }


def _moving(draw: _Draw, births: bool) -> Numbers:
    numbers = {
        "trend": draw.even(0.05, 0.5),
        "shock": draw.even(0.05, 0.5),
        "feedback": draw.even(0.1, 0.6),
        "memory": draw.by_size(10, 120),
        "persistence": draw.by_size(30, 200),
    }
    if births:
        numbers |= {
            "born": draw.even(0.05, 0.35),
            "half_life": draw.one_of(FOREVER, 300.0, 120.0),
            "floor": draw.even(0.05, 0.2),
        }
    return numbers


def _shop(draw: _Draw) -> Numbers:
    return {
        "users": draw.whole(600, 1500),
        "items": draw.whole(4000, 16_000),
        "broad": draw.whole(6, 25),
        "narrow": draw.whole(100, 800),
        "events": draw.by_size(50, 200),
        "spread": draw.even(0.6, 1.0),
        "basket": draw.by_size(2.5, 10),
        "repeat": draw.even(0.15, 0.45),
        "taste": draw.even(0.6, 1.5),
        "liking": draw.even(0.3, 0.9),
        "walk": draw.even(0.05, 0.3),
        "span": draw.by_size(110, 500),
        "arrive": draw.even(0, 0.5),
        "stay": draw.one_of(FOREVER, 1.5, 0.7),
    }


def _sit(draw: _Draw) -> Numbers:
    return {
        "users": draw.whole(800, 1500),
        "items": draw.whole(1400, 4000),
        "broad": draw.whole(10, 20),
        "narrow": draw.whole(80, 250),
        "events": draw.by_size(45, 80),
        "spread": draw.even(0.8, 1.1),
        "basket": draw.by_size(8, 40),
        "taste": draw.even(1.2, 2.2),
        "liking": draw.even(0.4, 0.9),
        "walk": draw.even(0.05, 0.3),
        "span": draw.by_size(170, 500),
        "arrive": draw.even(0.7, 0.98),
        "stay": draw.even(0.04, 0.3),
        "leave_last_out": draw.one_of(True, False),
    }


def _mus(draw: _Draw) -> Numbers:
    return {
        "users": draw.whole(1200, 1800),
        "items": draw.whole(5000, 12_000),
        "broad": draw.whole(20, 60),
        "narrow": draw.whole(200, 600),
        "events": draw.by_size(35, 80),
        "spread": draw.even(1.1, 1.7),
        "basket": draw.by_size(3, 10),
        "repeat": draw.even(0.05, 0.5),
        "taste": draw.even(1.5, 2.5),
        "liking": draw.even(0.6, 1.1),
        "walk": draw.even(0.15, 0.45),
        "span": draw.by_size(600, 1800),
        "arrive": draw.even(0.5, 0.95),
        "stay": draw.even(0.15, 0.8),
        "growth": draw.even(0, 1.5),
    }


def _pla(draw: _Draw) -> Numbers:
    return {
        "users": draw.whole(1000, 2200),
        "items": draw.whole(3000, 9000),
        "broad": draw.whole(6, 12),
        "narrow": draw.whole(100, 250),
        "events": draw.by_size(20, 100),
        "spread": draw.even(0.4, 1.2),
        "basket": draw.by_size(1.2, 2.5),
        "repeat": draw.even(0.3, 0.75),
        "fresh": draw.even(1, 1.6),
        "taste": draw.even(0.3, 1.1),
        "liking": draw.even(0.2, 0.9),
        "walk": draw.even(0.05, 0.35),
        "span": draw.by_size(190, 460),
        "arrive": draw.even(0.05, 1.0),
        "stay": draw.one_of(FOREVER, 0.8, 0.4),
        "growth": draw.even(-0.6, 2),
        "distance": draw.even(0.6, 2.2),
        "scale": draw.by_size(0.015, 0.1),
        "homes": draw.one_of(1, 2, 3),
    }


def _gen(draw: _Draw) -> Numbers:
    return {
        "users": draw.whole(800, 1800),
        "items": draw.whole(1500, 9000),
        "broad": draw.whole(6, 30),
        "narrow": draw.whole(60, 300),
        "events": draw.by_size(25, 100),
        "spread": draw.even(0.7, 1.3),
        "basket": draw.by_size(1.5, 10),
        "repeat": draw.even(0, 0.5),
        "born": draw.even(0.1, 0.9),
        "half_life": draw.by_size(10, 400),
        "floor": draw.even(0.02, 0.2),
        "rise": draw.even(0.5, 6),
        "taste": draw.even(0.5, 2.0),
        "liking": draw.even(0.4, 1.0),
        "walk": draw.even(0, 0.3),
        "span": draw.by_size(150, 700),
        "arrive": draw.even(0.1, 0.9),
        "stay": draw.even(0.2, 1.2),
        "growth": draw.even(0, 1),
    }


KINDS: Mapping[str, Callable[[_Draw], Numbers]] = MappingProxyType(
    {"shop": _shop, "sit": _sit, "mus": _mus, "pla": _pla, "gen": _gen}
)
"""The kinds of worlds, by the names that their worlds begin with."""
