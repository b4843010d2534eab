"""How attractive items are to all at a moment: quality, age, trends, and what others chose."""

import numpy as np

from worlds.arrays import Floats, Ints, Singles
from worlds.stock import Stock
from worlds.world import World

NEVER = np.float32(-1e9)
"""The logarithm of the weight of what cannot be chosen."""
_LEAST = 1e-12


class Fashion:
    """Trends of categories and items wander (Ornstein and Uhlenbeck); recent visits fade."""

    def __init__(self, world: World, stock: Stock, draw: np.random.Generator) -> None:
        self._world, self._stock, self._draw = world, stock, draw
        self._spreads = (world.trend, world.trend, world.shock)
        sizes = (world.broad, world.narrow, world.items)
        self._trends = [
            spread * draw.standard_normal(size)
            for spread, size in zip(self._spreads, sizes, strict=True)
        ]
        self._recent = np.zeros(world.items)
        self._step = world.span / world.chunks

    def at(self, day: float) -> Singles:
        """Move on by a chunk; return the logarithm of each item's attraction.

        It is NEVER before the item comes. A share of it is that of recent visits: the rich get
        richer.
        """
        world, stock = self._world, self._stock
        self._wander()
        broad, narrow, own = self._trends
        age = day - stock.birth
        there, age = age > 0, np.maximum(age, 0)
        base = np.exp(stock.quality + broad[stock.above[stock.narrow]] + narrow[stock.narrow] + own)
        base *= 1 - np.exp(-age / world.rise)
        base *= np.maximum(0.5 ** (age / world.half_life), world.floor)
        base = _shares(base * there)
        recent = self._recent * there
        followed = _shares(recent) if recent.any() else base
        attraction = (1 - world.feedback) * base + world.feedback * followed
        return np.where(there, np.log(attraction + _LEAST), NEVER).astype(np.float32)

    def count(self, chosen: Ints) -> None:
        """Take note of the first visits of a chunk."""
        self._recent *= np.exp(-self._step / self._world.memory)
        self._recent += np.bincount(chosen, minlength=len(self._recent))

    def _wander(self) -> None:
        keep = np.exp(-self._step / self._world.persistence)
        fresh = np.sqrt(1 - keep**2)
        self._trends = [
            keep * trend + fresh * spread * self._draw.standard_normal(len(trend))
            for trend, spread in zip(self._trends, self._spreads, strict=True)
        ]


def _shares(weights: Floats) -> Floats:
    return np.asarray(weights / max(weights.sum(), _LEAST))
