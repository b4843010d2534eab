"""Ties between people: what they did at one place and hour, what they share, and whom they know.

Three parts are added up, each in events of today:

- *presence*: both were in one cell (0.1 km²) in one hour of one day
- *habits*: both turned to one interest in one area (5 km²) at one hour of the week
- *friendship*: one knows the other, which counts like an event of today

An event counts by its kind, times e^(-age / days). What n people did in one cell and hour ties each
pair of them by what the less active of the two did, divided by n - 1 (Newman, Scientific
collaboration networks II, 2001): a crowd binds nobody more than a table for two does. Groups of
more than `CROWD` people are left out, so that pairs grow with the events and not with their square.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import h3
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.loading import cell_of
from chronotope.statistics import Floats, Ints, Kinds

CROWD = 25
"""People that a group has at most which ties them: of a larger one a pair has under 1/24."""
STRONGEST = 50
"""Ties of a person that are kept, beside those that are among the strongest of the other."""
AREA = 7
"""The resolution of H3 of the areas that habits and descriptions are told by."""

_BLOCK = 4_000_000  # pairs that are held before they are added up
_HOUR, _DAY = 3600, 86400.0


@dataclass(frozen=True)
class Places:
    """Items by number: the cell that each lies in, empty without a location, and its interests.

    `about` is items × interests, 1 where the item is about the interest; `turned_to` is the same
    with the categories alone where an item has one, each row adding up to 1.
    """

    index: Mapping[str, int]
    names: Sequence[str]
    cells: Sequence[str]
    interests: Sequence[Mapping[str, Any]]
    about: sp.csr_array
    turned_to: sp.csr_array


@dataclass(frozen=True)
class Visits:
    """What people did, one entry an event in all arrays; -1 is none.

    `user` indexes `users`, `item` the places, `cell` and `area` index `cells` and `areas`. `moment`
    counts hours since 1970, `hour` those of the local week from Monday, 0 to 167. `weight` is what
    the event counts by kind and age.
    """

    users: Sequence[str]
    cells: Sequence[str]
    areas: Sequence[str]
    user: Ints
    item: Ints
    moment: Ints
    hour: Ints
    cell: Ints
    area: Ints
    weight: Floats

    def __len__(self) -> int:
        return len(self.user)


def places_of(items: Iterable[Mapping[str, Any]], interests: Sequence[Mapping[str, Any]]) -> Places:
    """Build the places from the rows of items and of interests."""
    number = {row["id"]: n for n, row in enumerate(interests)}
    is_category = np.array([row["scheme"] == "category" for row in interests], bool)
    ids, names, cells, counts, about = [], [], [], [], []
    for row in items:
        ids.append(row["id"])
        names.append(row["name"] or row["id"])
        located = row["latitude"] is not None
        cells.append(cell_of(row["latitude"], row["longitude"]) if located else "")
        found = [number[name] for name in row["interests"] if name in number]
        counts.append(len(found))
        about += found
    shape = (len(ids), len(interests))
    start = np.concatenate([[0], np.cumsum(np.array(counts, np.int64))])
    told = sp.csr_array((np.ones(len(about)), np.array(about, np.int64), start), shape=shape)
    return Places(
        {name: n for n, name in enumerate(ids)}, names, cells, interests, told,
        _turned_to(told, is_category),
    )  # fmt: skip


def _turned_to(about: sp.csr_array, is_category: NDArray[np.bool_]) -> sp.csr_array:
    """Keep the categories of items that have one, and share what they have among it."""
    categories = sp.csr_array(about.multiply(is_category[None, :]))
    without = np.asarray(categories.sum(axis=1)).ravel() == 0
    kept = sp.csr_array(categories + about.multiply(without[:, None]))
    kept.eliminate_zeros()
    total = np.asarray(kept.sum(axis=1)).ravel()
    return sp.csr_array(kept.multiply(1 / np.maximum(total, 1)[:, None]))


def visits_of(
    rows: Iterable[Mapping[str, Any]], places: Places, kinds: Kinds, at: float, days: float
) -> Visits:
    """Build the visits before a moment, in epoch seconds, from rows of parallel lists, one a user.

    Events at items that there are not, which came meanwhile, are left out, and those of kinds that
    decline. Half of what `days` forgets is forgotten after days · log 2.
    """
    cells: dict[str, int] = {}
    areas: dict[str, int] = {}
    own = np.array([cells.setdefault(cell, len(cells)) if cell else -1 for cell in places.cells])
    users: list[str] = []
    largest = 0.0
    numbers: list[tuple[Ints, ...]] = []
    weights: list[Floats] = []
    for row in rows:
        length = len(row["items"])
        item = np.fromiter((places.index.get(name, -1) for name in row["items"]), np.int64, length)
        epoch = np.fromiter(row["epochs"], np.int64, length)
        hour = np.fromiter(row["hours"], np.int64, length)
        weekday = np.fromiter(row["weekdays"], np.int64, length)
        weight = kinds.weight[np.fromiter(row["kinds"], np.int64, length)]
        told = np.fromiter(
            (cells.setdefault(name, len(cells)) if name else -1 for name in row["cells"]),
            np.int64,
            length,
        )
        kept = (item >= 0) & (weight >= 0)
        if not kept.any():
            continue
        cell = np.where(own[item] >= 0, own[item], told)
        week = np.where(hour >= 0, 24 * (weekday - 1) + hour, -1)
        user = np.full(length, len(users))
        numbers.append(tuple(part[kept] for part in (user, item, epoch // _HOUR, week, cell)))
        weights.append((weight * np.exp((epoch - at) / _DAY / days))[kept])
        largest = max(largest, float(weight[kept].max()))
        users.append(row["user"])
    nothing = tuple(np.zeros(0, np.int64) for _ in range(5))
    user, item, moment, week, cell = map(np.concatenate, zip(*numbers or [nothing], strict=True))
    area_of = np.array(
        [*(areas.setdefault(area, len(areas)) for area in map(area_around, cells)), -1], np.int64
    )
    weight = np.concatenate(weights or [np.zeros(0)]) / (largest or 1.0)
    return Visits(
        users, list(cells), list(areas), user, item, moment, week, cell, area_of[cell], weight
    )


def area_around(cell: str) -> str:
    """Return the area that a cell lies in; a named place is one of its own."""
    if not h3.is_valid_cell(cell) or h3.get_resolution(cell) <= AREA:
        return cell
    return str(h3.cell_to_parent(cell, AREA))


def center_of(cell: str) -> tuple[float, float] | None:
    """Return the middle of a cell in degrees; None of a named place, which has no coordinates."""
    if not h3.is_valid_cell(cell):
        return None
    latitude, longitude = h3.cell_to_latlng(cell)
    return latitude, longitude


def named(visits: Visits, places: Places, least: int) -> list[str]:
    """Name each area by the place there that most people visit, if that are `least`."""
    names = list(visits.areas)
    known = np.flatnonzero(visits.area >= 0)
    pair = np.unique(visits.item[known] * max(len(visits.users), 1) + visits.user[known])
    people = np.bincount(pair // max(len(visits.users), 1), minlength=len(places.names))
    area = np.full(len(places.names), -1)
    area[visits.item[known]] = visits.area[known]
    located = np.array([bool(cell) for cell in places.cells], bool)
    for item in np.argsort(people, kind="stable"):  # the last one stays
        if people[item] >= least and located[item]:
            names[area[item]] = places.names[item]
    return names


def ties(
    visits: Visits, places: Places, friends: Sequence[tuple[int, int]], people: int
) -> sp.csr_array:
    """Return the symmetric matrix of ties between people, of whom the users come first."""
    clocked = visits.hour >= 0
    here = clocked & (visits.cell >= 0)
    cells = len(visits.cells) + 1
    total = grouped(
        visits.user[here], visits.moment[here] * cells + visits.cell[here], visits.weight[here],
        people,
    )  # fmt: skip
    interest = sp.coo_array(places.turned_to[visits.item[clocked]])
    event = np.flatnonzero(clocked)[interest.row]
    area = visits.area[event] + 1  # of what has no place there is one for all
    habit = (interest.col * (len(visits.areas) + 1) + area) * 168 + visits.hour[event]
    total = total + grouped(visits.user[event], habit, visits.weight[event] * interest.data, people)
    pairs = np.array(sorted({(min(p), max(p)) for p in friends if p[0] != p[1]}), np.int64)
    if len(pairs):
        shape = (people, people)
        known = sp.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=shape)
        total = total + known
    return strongest(sp.csr_array(total + total.T))


def grouped(person: Ints, group: Ints, weight: Floats, people: int) -> sp.csr_array:
    """Tie all pairs of each group, each once, from the lower number to the higher.

    What a person did in a group is added up; groups of more than `CROWD` people tie nobody.
    """
    shape = (people, people)
    result = sp.csr_array(shape)
    if not len(person):
        return result
    _, group = np.unique(group, return_inverse=True)
    key, number = np.unique(group * people + person, return_inverse=True)
    total = np.bincount(number, weight)
    group, person = np.divmod(key, people)
    size = np.bincount(group)[group]
    kept = (size > 1) & (size <= CROWD)
    group, person, total, size = group[kept], person[kept], total[kept], size[kept]
    held: list[tuple[Ints, Ints, Floats]] = []
    count = 0
    for distance in range(1, CROWD):
        first = np.flatnonzero(group[:-distance] == group[distance:])
        if not len(first):
            break
        second = first + distance
        shared = np.minimum(total[first], total[second]) / (size[first] - 1)
        held.append((person[first], person[second], shared))
        count += len(first)
        if count > _BLOCK:
            result = result + _added(held, shape)
            held, count = [], 0
    return sp.csr_array(result + _added(held, shape)) if held else result


def _added(held: Sequence[tuple[Ints, Ints, Floats]], shape: tuple[int, int]) -> sp.csr_array:
    first, second, shared = map(np.concatenate, zip(*held, strict=True))
    return sp.csr_array(sp.coo_array((shared, (first, second)), shape=shape))


def strongest(matrix: sp.csr_array, most: int = STRONGEST) -> sp.csr_array:
    """Keep the ties that are among the strongest of either person; of equal ones those first."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((matrix.indices, -matrix.data, row))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - matrix.indptr[row]
    kept = rank < most
    if kept.all():
        return matrix
    shape = matrix.shape
    chosen = sp.csr_array(
        sp.coo_array((np.ones(kept.sum()), (row[kept], matrix.indices[kept])), shape=shape)
    )
    return sp.csr_array(matrix.multiply(chosen.maximum(chosen.T)))
