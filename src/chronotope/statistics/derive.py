"""Derive all statistics as of a moment, and write what differs from those that stand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chronotope import outputs
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.statistics import counts, ease, memory, neighbours, space
from chronotope.statistics.arrays import (
    ANY_KIND,
    Events,
    Floats,
    Items,
    Kinds,
    events_of,
    items_of,
    kinds_of,
)
from chronotope.statistics.folder import FolderWriter
from chronotope.statistics.lake import Known, Lake, arranged
from chronotope.statistics.lake import read as read_lake
from chronotope.statistics.links import Links
from chronotope.statistics.lock import exclusive
from chronotope.statistics.reading import Reading
from chronotope.statistics.standing import Kind, Sheet, Writer
from chronotope.statistics.taste import taste

_ASKED_AT_ONCE = 20_000  # ids
_LINKED = 8_000  # bytes of the co-visits of an item, on their way


@dataclass(frozen=True)
class DeriveOptions:
    """How to derive: the dimension of taste vectors, and up to how many items EASE is dense.

    With `keep_basis` tastes are rotated onto those before, which queries may be reading, and what
    hardly moved is not written; without, what was derived before changes no digit.
    """

    taste_dimension: int = 128
    ease_items: int = 10_000
    keep_basis: bool = True


@dataclass(frozen=True)
class Summary:
    """Of which moment, how many of each kind were written, gone ones too, and what is to say."""

    as_of: datetime
    written: Mapping[str, int]
    remarks: tuple[str, ...]


def recorded(graph: Graph) -> DeriveOptions:
    """Return how the statistics of a graph were derived; the defaults when they never were."""
    rows = graph.read("derive.read_parameters")
    return DeriveOptions(**json.loads(rows[0]["parameters"])) if rows else DeriveOptions()


@dataclass(frozen=True)
class Standing:
    """What there is to derive from before a moment, beside what the statistics were derived from.

    `derived_events` and `derived_items` are None where that was never told; `newer` says whether an
    event before the moment came after `as_of`. What is `stale` saw what is erased or dropped now.
    """

    events: int
    items: int
    as_of: datetime | None
    partial: bool
    newer: bool
    derived_events: int | None
    derived_items: int | None
    stale: bool


def describe(graph: Graph, at: datetime) -> Standing:
    """Tell what there is to derive from before a moment, and what stands."""
    row = graph.read("derive.describe", {"at": at})[0]
    return Standing(
        row["events"],
        row["items"],
        row["asOf"].to_native() if row["asOf"] else None,
        row["partial"],
        row["newer"],
        row["derivedEvents"],
        row["derivedItems"],
        row["stale"],
    )


def repeat_share(graph: Graph) -> float | None:
    """Return which share of the events returns to what the user had; None if that is not known."""
    rows = graph.read("derive.read_repeats")
    return rows[0]["repeatShare"] if rows else None


def read_kinds(graph: Graph) -> Kinds:
    """Return what events of a graph count by their kinds."""
    return kinds_of(graph.read("kinds.read_kinds"))


def derive(
    graph: Graph,
    at: datetime | None,
    options: DeriveOptions = DeriveOptions(),
    *,
    lake: Lake | None = None,
    reading: Reading | None = None,
    room: int | None = None,
    progress: Progress = silent,
) -> Summary:
    """Derive the statistics of all events before `at`, and tell what was written.

    What an earlier derivation wrote is replaced where it differs. Everything is computed within
    `room` bytes, by default a quarter of the machine's memory, as far as the events leave any; EASE
    is dense in so many items as half of it holds. With a `reading` links that it does not read are
    left as they stand: for a past that is asked about and then forgotten. The events are those of
    the graph, or those of a `lake` that it knows users and items of; then `at` may be None, for
    the millisecond after the last. Raises InputError when there is no event, and DatabaseError
    while another derivation runs.
    """
    given, room = room, memory.budget() if room is None else room
    columns = None if lake is None else read_lake(lake)
    at = at or (datetime.now(UTC) if columns is None else columns.end())
    with exclusive(graph, progress) as lock:
        standing = describe(graph, at)
        keeps = options.keep_basis and not standing.stale
        options = replace(options, keep_basis=keeps)
        rows = graph.read("derive.read_items")
        items = items_of(rows, graph.read("derive.read_interests"))
        kinds = read_kinds(graph)
        left: dict[str, int] = {}
        if columns is None:
            index = {name: number for number, name in enumerate(items.ids)}
            since = at.timestamp()
            events = graph.fold(
                "derive.read_events",
                {"at": at, "kinds": kinds.numbers},
                lambda records: events_of(records, index, since, kinds),
            )
        else:
            known = Known(_users(graph, columns.users), items.ids, _declined(graph))
            events, _, left = arranged(columns, known, at, kinds)
            del columns
        short = memory.exceeded(given) if given else None
        found = _derived(events, items, at, kinds, options, reading, room, progress)
        writer = Writer(graph, lock.owner, found.moment, progress)
        for sheet in found.sheets:
            writer.write(sheet if reading is None else reading.narrowed(sheet))
        writer.write_users(events.users, found.users, exactly=not keeps)
        writer.finish(
            {
                "events": standing.events,
                "items": standing.items,
                "repeatShare": found.repeat_share,
            }
        )
    return Summary(at, dict(writer.written), _remarks(lock.remark, short, _told(left)))


def derive_files(
    lake: Lake,
    folder: Path,
    at: datetime | None = None,
    options: DeriveOptions = DeriveOptions(),
    *,
    room: int | None = None,
    progress: Progress = silent,
) -> Summary:
    """Derive the statistics of a lake's events without a graph, as Parquet files in a new folder.

    There are no categories and no coordinates of items, and all kinds of events count alike. `at`
    is by default the millisecond after the last event. Raises InputError when there is no event,
    for a folder that is not empty, and what reading the lake raises.
    """
    given, room = room, memory.budget() if room is None else room
    outputs.check_new_folder(folder)
    progress("reading", 0, 1)
    columns = read_lake(lake)
    at = at or columns.end()
    events, ids, left = arranged(columns, Known(), at, ANY_KIND)
    del columns
    short = memory.exceeded(given) if given else None
    nothing = dict.fromkeys(("latitude", "longitude", "category", "taste"))
    items = items_of([{"id": name, **nothing} for name in ids], [])
    found = _derived(events, items, at, ANY_KIND, options, None, room, progress)
    writer = FolderWriter(folder)
    for sheet in found.sheets:
        writer.write(sheet)
    writer.write_users(events.users, found.users)
    writer.finish(
        {
            **found.moment,
            "events": len(events.user),
            "items": len(items),
            "repeatShare": found.repeat_share,
        }
    )
    return Summary(at, dict(writer.written), _remarks(short, _told(left)))


def _users(graph: Graph, names: Sequence[str]) -> list[str]:
    """Return which of these users a graph has, in order."""
    found: list[str] = []
    for start in range(0, len(names), _ASKED_AT_ONCE):
        asked = {"ids": names[start : start + _ASKED_AT_ONCE]}
        found += [row["id"] for row in graph.read("derive.find_users", asked)]
    return sorted(found)


def _declined(graph: Graph) -> list[tuple[str, str, str, int]]:
    rows = graph.read("derive.read_declined")
    return [(row["user"], row["item"], row["kind"], row["epochMillis"]) for row in rows]


def _told(left: Mapping[str, int]) -> str | None:
    """Return a sentence on what of a lake does not count."""
    if not left:
        return None
    return f"Left out: {', '.join(f'{count:,} {what}' for what, count in left.items())}."


def _remarks(*found: str | None) -> tuple[str, ...]:
    return tuple(remark for remark in found if remark)


@dataclass(frozen=True)
class _Derived:
    """What was derived; `moment` is what the derivation records of itself."""

    sheets: Sequence[Sheet]
    users: NDArray[np.float32]
    moment: Mapping[str, Any]
    repeat_share: float | None


def _derived(
    events: Events,
    items: Items,
    at: datetime,
    kinds: Kinds,
    options: DeriveOptions,
    reading: Reading | None,
    room: int,
    progress: Progress,
) -> _Derived:
    """Compute all statistics. Raises InputError when there is no event."""
    if not len(events.user):
        raise InputError(
            f"There is no event before {at.isoformat()}; load some first: chronotope load events."
        )
    progress("taste", 0, 1)
    visited = events.visited(len(items))
    idf = counts.inverse_user_frequency(visited.sum(axis=0), len(events.users))
    user_tastes, item_tastes = taste(
        visited, idf, options.taste_dimension, items.taste if options.keep_basis else None
    )
    progress("co-visits", 0, 1)
    room = memory.left_of(room, _LINKED * len(items))
    options = replace(options, ease_items=min(options.ease_items, ease.most_items(room)))
    together = (
        neighbours.co_visits(visited, options.ease_items, room)
        if reading is None or reading.reads("co-visits")
        else Links.none(len(items))
    )
    item_hours, category_hours = counts.hours(events, items)
    numbers = {"idf": idf, "hours": item_hours}
    consumed = kinds.consumes[events.kind]
    had = events.take(consumed) if consumed.any() and not consumed.all() else events
    repeats = counts.repeats(had)
    of_categories = {
        "hours": category_hours,
        "repeatShare": counts.repeats_by_category(repeats, had, items),
    }
    return _Derived(
        (
            _of_categories(events, items, of_categories),
            _of_items(events, items, numbers, item_tastes, together),
        ),
        user_tastes,
        {
            "at": at,
            "parameters": json.dumps(asdict(options)),
            "largestWeight": events.largest,
            "weighted": events.weight is not None,
            "usualPopularity": counts.usual_popularity(events, len(items)),
        },
        repeats.share(had),
    )


def _of_items(
    events: Events,
    items: Items,
    numbers: Mapping[str, Floats],
    tastes: NDArray[np.float32],
    together: Links,
) -> Sheet:
    """Return all that is derived of items; some is there already."""
    own = counts.item_numbers(events, items)
    attraction = np.asarray(own["attraction"], np.float64)
    surroundings = space.space_numbers(items, attraction, own["users"] > 0)
    moves = neighbours.transitions(events, len(items))
    departures = np.asarray(moves.weight.sum(axis=1)).ravel()
    popular, most_popular, areas = neighbours.local_popularity(events, len(items))
    return Sheet(
        "items",
        "derive.read_derived_items",
        "derive.write_items",
        items.ids,
        {**own, **surroundings, "departures": departures, **numbers},
        [
            Kind("co-visits", "coVisits", "derive.write_co_visits", together, items.ids),
            Kind(
                "transitions",
                "transitions",
                "derive.write_transitions",
                moves.strongest(),
                items.ids,
            ),
            Kind("local popularity", "popular", "derive.write_popularity", popular, areas),
            Kind("most popular", "mostPopular", "derive.write_most_popular", most_popular, areas),
        ],
        tastes,
    )


def _of_categories(events: Events, items: Items, more: Mapping[str, Floats]) -> Sheet:
    """Return all that is derived of categories; some is there already."""
    leads = neighbours.category_transitions(events, items)
    count, length = leads.values["count"], len(items.categories)
    first = np.repeat(np.arange(length), np.diff(leads.start))
    numbers = {
        **counts.category_numbers(events, items),
        **more,
        "departures": np.bincount(first, count, minlength=length).astype(count.dtype),
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
