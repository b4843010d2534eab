"""The items of a world: what they are, how good, since when, where, and what goes with what."""

from dataclasses import dataclass

import numpy as np

from worlds.arrays import Floats, Ints, Singles, shares
from worlds.world import World

_CENTRES = 12
_CENTRE_SPREAD = 0.12
_BROAD_EVENNESS = 1.5
_SIZE_SPREAD = 0.8
_SAME_CATEGORY = 0.6
_NEIGHBOURHOOD = 6
_NEXT_DOOR = 4
_STRIP = 0.03


@dataclass(frozen=True)
class Stock:
    """Items by number; shapes of `above` (narrow), of `partners` (items, partners)."""

    narrow: Ints
    above: Ints
    """The broad category of each narrow one."""
    vectors: Singles
    quality: Floats
    birth: Floats
    """The day they come; of those that were there before, below 0."""
    spot: Floats | None
    """Where they are, in sides of the town: (items, 2)."""
    partners: Ints | None


def draw_stock(world: World, draw: np.random.Generator) -> Stock:
    """Draw the items of a world."""
    above = draw.choice(
        world.broad, world.narrow, p=draw.dirichlet(np.full(world.broad, _BROAD_EVENNESS))
    )
    size = np.exp(_SIZE_SPREAD * draw.standard_normal(world.narrow))
    narrow = draw.choice(world.narrow, world.items, p=shares(size))
    broad_vectors = draw.standard_normal((world.broad, world.dimension))
    narrow_vectors = draw.standard_normal((world.narrow, world.dimension))
    own = max(1 - world.broad_fit - world.narrow_fit, 0)
    vectors = (
        np.sqrt(world.broad_fit) * broad_vectors[above[narrow]]
        + np.sqrt(world.narrow_fit) * narrow_vectors[narrow]
        + np.sqrt(own) * draw.standard_normal((world.items, world.dimension))
    )
    quality = world.quality * draw.standard_normal(world.items)
    quality += world.pareto * draw.exponential(1, world.items)
    age = draw.exponential(min(max(world.half_life, 30), 2 * world.span), world.items)
    comes = draw.random(world.items) < world.born
    birth = np.where(comes, draw.random(world.items) * world.span, -age)
    spot = _spots(world.items, draw) if world.distance else None
    partners = _partners(world, narrow, quality, spot, draw) if world.link else None
    return Stock(narrow, above, vectors.astype(np.float32), quality, birth, spot, partners)


def _spots(items: int, draw: np.random.Generator) -> Floats:
    """Return points around the centres of a town, of different sizes."""
    centres = draw.random((_CENTRES, 2))
    chosen = draw.choice(_CENTRES, items, p=draw.dirichlet(np.ones(_CENTRES)))
    return centres[chosen] + _CENTRE_SPREAD * draw.standard_normal((items, 2))


def _partners(
    world: World, narrow: Ints, quality: Floats, spot: Floats | None, draw: np.random.Generator
) -> Ints:
    """Return what goes with each item: neighbours in its category and good ones, or next door."""
    shape = (world.items, world.partners)
    if spot is not None:
        along = np.lexsort((spot[:, 1], np.floor(spot[:, 0] / _STRIP)))
        return _beside(along, draw.integers(-_NEXT_DOOR, _NEXT_DOOR + 1, shape))
    alike = np.argsort(narrow + 0.5 * draw.random(world.items))
    neighbours = _beside(alike, draw.integers(-_NEIGHBOURHOOD, _NEIGHBOURHOOD + 1, shape))
    good = draw.choice(world.items, shape, p=shares(np.exp(quality)))
    return np.where(draw.random(shape) < _SAME_CATEGORY, neighbours, good)


def _beside(order: Ints, steps: Ints) -> Ints:
    """Return, for each item, those so many steps away in an order."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return np.asarray(order[np.clip(place[:, None] + steps, 0, len(order) - 1)], np.int64)
