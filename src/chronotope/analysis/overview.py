"""Where and when people are, and what they turn to, without telling of anybody. Pure."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.analysis.ties import Places, Visits, named
from chronotope.statistics import Floats, Ints

HOURS, WEEKDAYS = 24, 7


@dataclass(frozen=True)
class Overview:
    """How many people are where, at which local hour; counts that are too small are -1.

    `areas` index those of the visits; `people` is areas × hours, `week` weekdays × hours. Of
    interests, which index those of the places, `having` is how many people have one, and `mix` is
    interests × hours: their part of what was done at the hour, faded, NaN where too few have it.
    """

    people: int
    events: int
    areas: Ints
    names: list[str]
    at_hour: Ints
    week: Ints
    interests: Ints
    having: Ints
    mix: Floats


def overview(
    visits: Visits, places: Places, chosen: NDArray[np.bool_] | None = None, *, least: int
) -> Overview:
    """Sum up visits, those that are `chosen` or all; counts below `least` people are left out.

    People are counted once an hour and area, however often they came.
    """
    told = np.ones(len(visits), bool) if chosen is None else chosen
    clocked = told & (visits.hour >= 0)
    hour, day = visits.hour % HOURS, visits.hour // HOURS
    placed = clocked & (visits.area >= 0)
    count = len(visits.areas)
    at_hour = _people(
        visits.user[placed], visits.area[placed] * HOURS + hour[placed], count * HOURS
    )
    week = _people(visits.user[clocked], (day * HOURS + hour)[clocked], WEEKDAYS * HOURS)
    about = sp.coo_array(places.turned_to[visits.item[told]])
    event = np.flatnonzero(told)[about.row]
    number = len(places.interests)
    having = _people(visits.user[event], np.asarray(about.col, np.int64), number)
    weight = visits.weight[event] * about.data
    timed = visits.hour[event] >= 0
    mix = np.zeros((number, HOURS))
    np.add.at(mix, (about.col[timed], hour[event][timed]), weight[timed])
    total = mix.sum(axis=0)
    mix = np.divide(mix, total, out=np.zeros_like(mix), where=total > 0)
    by_area = _few(at_hour.reshape(count, HOURS), least)
    shown = np.flatnonzero((by_area > 0).any(axis=1))
    known = np.flatnonzero(having >= least)
    known = known[np.lexsort((known, -having[known]))]
    areas = named(visits, places, least)
    return Overview(
        people=len(np.unique(visits.user[told])),
        events=int(told.sum()),
        areas=shown,
        names=[areas[area] for area in shown],
        at_hour=by_area[shown],
        week=_few(week.reshape(WEEKDAYS, HOURS), least),
        interests=known,
        having=having[known],
        mix=mix[known],
    )


def _people(user: Ints, group: Ints, groups: int) -> Ints:
    """Return how many different people each group has."""
    pairs = np.unique(np.stack([group, user]), axis=1) if len(user) else np.zeros((2, 0), np.int64)
    return np.bincount(pairs[0], minlength=groups)


def _few(counts: Ints, least: int) -> Ints:
    return np.where((counts > 0) & (counts < least), -1, counts)
