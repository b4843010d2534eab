"""All statistics of events that are in parts: what is counted of each, added up, and made of it."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.errors import InputError
from chronotope.progress import Progress
from chronotope.statistics import counts, ease, memory, neighbours, space
from chronotope.statistics.arrays import Events, Floats, Ints, Items, Kinds
from chronotope.statistics.counts import Tallies
from chronotope.statistics.engine import Engine, Parts
from chronotope.statistics.epoch import Epoch, fitting
from chronotope.statistics.links import Links
from chronotope.statistics.neighbours import Moves, Places
from chronotope.statistics.reading import CO_VISITS, DISTANCES, TASTES, Part
from chronotope.statistics.sheets import RETIRED, Kind, Sheet
from chronotope.statistics.taste import fold, taste

_LINKED = 8_000  # bytes of the co-visits of an item, on their way


@dataclass(frozen=True)
class DeriveOptions:
    """How to derive: the dimension of taste vectors, and up to how many items EASE is dense.

    With `keep_basis` tastes are rotated onto those before, which queries may be reading, decays
    stay relative to the moment that they were, and what hardly moved is not written; without, what
    was derived before changes no digit.
    """

    taste_dimension: int = 128
    ease_items: int = 10_000
    keep_basis: bool = True


@dataclass(frozen=True)
class Computed:
    """What was derived; `moment` is what the derivation records of itself.

    `tastes` are those of `users`, a row each; `events` is how many there were.
    """

    sheets: Sequence[Sheet]
    users: Sequence[str]
    tastes: NDArray[np.float32]
    moment: Mapping[str, Any]
    events: int
    repeat_share: float | None


@dataclass(frozen=True)
class _Facts:
    """Of a part: its users, the numbers of the kinds, how many events there were each day ago."""

    users: Sequence[str]
    kinds: Ints
    days: Ints


@dataclass(frozen=True)
class _Frame:
    """What is known of all events before they are counted: the kinds, and what decays refer to."""

    items: Items
    kinds: Kinds
    found: Ints
    epoch: Epoch


@dataclass(frozen=True)
class _Counted:
    """What is counted of a part; `visited` has the rows of its users."""

    tallies: Tallies
    visited: sp.csr_array
    moves: Moves
    leads: Links
    places: Places


def _facts(nothing: None, events: Events) -> _Facts:
    del nothing
    days = np.bincount(events.age.astype(np.int64))
    return _Facts(events.users, np.unique(events.kind), days)


def _ages(days: tuple[int, int], events: Events) -> Floats:
    day = events.age.astype(np.int64)
    return events.age[(days[0] <= day) & (day <= days[1])]


def _counted(frame: _Frame, events: Events) -> _Counted:
    items = frame.items
    events = replace(events, age=frame.epoch.days_before(events.epoch))
    events = events.weighed(frame.kinds, frame.found)
    consumes = frame.kinds.consumes[frame.found]
    had = events
    if consumes.any() and not consumes.all():
        had = events.take(frame.kinds.consumes[events.kind])
    return _Counted(
        Tallies.of(events, items, frame.epoch.late, had),
        events.visited(len(items)),
        neighbours.transitions(events, len(items)),
        neighbours.category_transitions(events, items),
        Places.of(events, len(items)),
    )


def _added(parts: Sequence[_Counted]) -> _Counted:
    if len(parts) == 1:
        return parts[0]
    return _Counted(
        Tallies.added([part.tallies for part in parts]),
        sp.vstack([part.visited for part in parts], format="csr"),
        Moves.added([part.moves for part in parts]),
        Links.added([part.leads for part in parts]),
        Places.added([part.places for part in parts]),
    )


def compute(
    parts: Parts,
    items: Items,
    at: datetime,
    kinds: Kinds,
    options: DeriveOptions,
    before: Epoch | None,
    part: Part | None,
    room: int,
    engine: Engine,
    progress: Progress,
) -> Computed:
    """Compute all statistics within `room` bytes. Raises InputError when there is no event.

    Decays stay relative to the epoch `before`, where that is kept and fits. With a `part`, what is
    not of it is left out; tastes of users are then made of those of items that stand.
    """

    def wanted(what: str) -> bool:
        return part is None or part.reads(what)

    progress("counts", 0, 1)
    facts = parts.run(_facts, None)
    users = [name for fact in facts for name in fact.users]
    if not users:
        raise InputError(
            f"There is no event before {at.isoformat()}; load some first: chronotope load events."
        )
    days = np.sum([np.pad(fact.days, (0, _longest(facts) - len(fact.days))) for fact in facts], 0)
    ages = np.concatenate(parts.run(_ages, counts.days_of_tenth(days)))
    found = np.unique(np.concatenate([fact.kinds for fact in facts]))
    shared = replace(items, taste=None)
    before = before if options.keep_basis else None
    epoch = fitting(before, at, counts.last_tenth(days, ages))
    frame = _Frame(shared, kinds, found, epoch)
    counted = _added(parts.run(_counted, frame))
    tallies, visited = counted.tallies, counted.visited
    leads, places = counted.leads, counted.places
    departures = np.asarray(counted.moves.weight.sum(axis=1)).ravel()
    transitions = counted.moves.strongest()
    del counted  # and all moves with it
    progress("taste", 0, 1)
    idf = counts.inverse_user_frequency(visited.sum(axis=0), len(users))
    if wanted(TASTES):
        user_tastes, item_tastes = taste(
            visited, idf, options.taste_dimension, items.taste if options.keep_basis else None
        )
    else:
        nothing = np.full((len(items), options.taste_dimension), np.nan, np.float32)
        item_tastes = nothing if items.taste is None else items.taste
        user_tastes = fold(visited, idf, item_tastes)
    progress("co-visits", 0, 1)
    room = memory.left_of(room, _LINKED * len(items))
    options = replace(options, ease_items=min(options.ease_items, ease.most_items(room)))
    item_hours, category_hours = counts.hours(tallies, items)
    first, seen = tallies.items["firstVisits90"], tallies.items["users"] > 0
    # Distances are arithmetic on arrays, beside which another core does the rest.
    with ThreadPoolExecutor(1) as thread:
        distances = (
            thread.submit(space.space_numbers, items, first, seen) if wanted(DISTANCES) else None
        )
        together = (
            neighbours.co_visits(visited, options.ease_items, room, engine)
            if wanted(CO_VISITS)
            else Links.none(len(items))
        )
    numbers = {"departures": departures, "hours": item_hours}
    numbers |= distances.result() if distances else {}
    weights = kinds.weight[found]
    return Computed(
        [
            replace(sheet, exactly=before is None)  # without an epoch, numbers mean another thing
            for sheet in (
                _of_categories(tallies, leads, items, category_hours),
                _of_items(tallies, places, items, numbers, item_tastes, together, transitions),
            )
        ],
        users,
        user_tastes,
        {
            "at": at,
            "recentAt": at,
            "parameters": json.dumps(asdict(options)),
            "largestWeight": float(weights.max(initial=0.0)) or 1.0,
            "weighted": bool((weights < weights.max(initial=0.0)).any()),
            "usualPopularity": counts.usual_popularity(tallies),
            "epoch": epoch.moment,
            "lateDays": epoch.late,
            "users": len(users),
            **counts.totals(tallies),
        },
        int(days.sum()),
        tallies.repeat_share(),
    )


def _longest(facts: Sequence[_Facts]) -> int:
    return max(len(fact.days) for fact in facts)


def _of_items(
    tallies: Tallies,
    places: Places,
    items: Items,
    numbers: Mapping[str, NDArray[Any]],
    tastes: NDArray[np.float32],
    together: Links,
    transitions: Links,
) -> Sheet:
    """Return all that is derived of items; some is there already."""
    own = counts.item_numbers(tallies)
    popular, most_popular = neighbours.local_popularity(places)
    areas = places.areas
    return Sheet(
        "items",
        "derive.read_derived_items",
        "derive.write_items",
        items.ids,
        {**own, **numbers},
        [
            Kind(CO_VISITS, "coVisits", "derive.write_co_visits", together, items.ids),
            Kind("transitions", "transitions", "derive.write_transitions", transitions, items.ids),
            Kind("local popularity", "popular", "derive.write_popularity", popular, areas),
            Kind("most popular", "mostPopular", "derive.write_most_popular", most_popular, areas),
        ],
        tastes,
        retired=RETIRED,
    )


def _of_categories(tallies: Tallies, leads: Links, items: Items, hours: Floats) -> Sheet:
    """Return all that is derived of categories; some is there already."""
    count, length = leads.values["count"], len(items.categories)
    numbers = {
        **counts.category_numbers(tallies, items),
        "hours": hours,
        "repeatShare": counts.repeats_by_category(tallies),
        "departures": np.bincount(leads.first(), count, minlength=length).astype(count.dtype),
    }
    return Sheet(
        "categories",
        "derive.read_derived_interests",
        "derive.write_interests",
        items.categories,
        numbers,
        [
            Kind(
                "category transitions",
                "leadsTo",
                "derive.write_category_transitions",
                leads,
                items.categories,
            )
        ],
    )
