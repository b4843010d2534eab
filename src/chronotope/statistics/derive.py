"""Derive all statistics as of a moment, and write what differs from those that stand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import inf
from pathlib import Path

from chronotope import outputs
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.statistics import memory
from chronotope.statistics.arrays import ANY_KIND, Kinds, events_of, items_of, kinds_of
from chronotope.statistics.batches import Lake
from chronotope.statistics.computed import DeriveOptions, compute
from chronotope.statistics.described import describe
from chronotope.statistics.engine import HERE, Engine
from chronotope.statistics.folder import FolderWriter
from chronotope.statistics.lake import Known
from chronotope.statistics.lock import exclusive
from chronotope.statistics.reading import Part, Reading, Recent
from chronotope.statistics.standing import Writer

_ASKED_AT_ONCE = 20_000  # ids
_DEFAULTS = DeriveOptions()


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
    options: DeriveOptions = _DEFAULTS,
    *,
    recent: bool = False,
    lake: Lake | None = None,
    reading: Reading | None = None,
    room: int | None = None,
    engine: Engine = HERE,
    progress: Progress = silent,
) -> Summary:
    """Derive the statistics of all events before `at`, and tell what was written.

    What an earlier derivation wrote is replaced where it differs. Everything is computed within
    `room` bytes, by default a quarter of the machine's memory, as far as the events leave any; EASE
    is dense in so many items as half of it holds. With a `reading` links that it does not read are
    left as they stand: for a past that is asked about and then forgotten. The events are those of
    the graph, or those of a `lake` that it knows users and items of; then `at` may be None, for
    the millisecond after the last. Blocks are computed, and items written, where the `engine` has
    them run: each of its processes may take `room`.

    With `recent` co-visits, distances and tastes are left as they stand: what one pass over the
    events counts is brought up to `at`, and users without a taste get one by those of items. The
    options are then those that the statistics were derived with.

    Raises InputError when there is no event, or with `recent` nothing to bring up to the moment,
    and DatabaseError while another derivation runs.
    """
    given, room = room, engine.room() if room is None else room
    source = None if lake is None else engine.open(lake)
    at = at or (datetime.now(UTC) if source is None else source.end())
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)  # as queries compare moments
    with exclusive(graph, progress) as lock:
        standing = describe(graph, at)
        if recent:
            standing.check_recent(at)
            options = replace(recorded(graph), keep_basis=True)
        # As of an earlier moment nothing may be left that later events moved.
        goes_on = standing.as_of is None or standing.as_of <= at
        keeps = options.keep_basis and not standing.stale and goes_on
        options = replace(options, keep_basis=keeps)
        part: Part | None = Recent() if recent else reading
        rows = graph.read("derive.read_items")
        items = items_of(rows, graph.read("derive.read_interests"))
        kinds = read_kinds(graph)
        left: dict[str, int] = {}
        if source is None:
            index = {name: number for number, name in enumerate(items.ids)}
            since = at.timestamp()
            events = graph.fold(
                "derive.read_events",
                {"at": at, "kinds": kinds.numbers},
                lambda records: events_of(records, index, since, kinds),
                timeout=inf,
            )
            parts = engine.spread(events)
            del events
        else:
            known = Known(_users(graph, source.users), items.ids, _declined(graph))
            parts, _, left = source.arranged(known, at, kinds)
            del source
        short = memory.exceeded(given) if given else None
        found = compute(
            parts, items, at, kinds, options, standing.epoch, part, room, engine, progress
        )
        moment = standing.brought_up(found.moment) if recent else found.moment
        writer = Writer(graph, lock.owner, moment, progress)
        for sheet in found.sheets:
            writer.write(sheet if part is None else part.narrowed(sheet), engine)
        if recent:
            writer.write_new_users(found.users, found.tastes)
        else:
            writer.write_users(found.users, found.tastes, exactly=not keeps)
        writer.finish({**standing.seen(recent=recent), "repeatShare": found.repeat_share})
    return Summary(at, dict(writer.written), _remarks(lock.remark, short, _told(left)))


def derive_files(
    lake: Lake,
    folder: Path,
    at: datetime | None = None,
    options: DeriveOptions = _DEFAULTS,
    *,
    room: int | None = None,
    engine: Engine = HERE,
    progress: Progress = silent,
) -> Summary:
    """Derive the statistics of a lake's events without a graph, as Parquet files in a new folder.

    There are no categories and no coordinates of items, and all kinds of events count alike. `at`
    is by default the millisecond after the last event. Raises InputError when there is no event,
    for a folder that is not empty, and what reading the lake raises.
    """
    given, room = room, engine.room() if room is None else room
    outputs.check_new_folder(folder)
    progress("reading", 0, 1)
    source = engine.open(lake)
    at = at or source.end()
    parts, ids, left = source.arranged(Known(), at, ANY_KIND)
    del source
    short = memory.exceeded(given) if given else None
    nothing = dict.fromkeys(("latitude", "longitude", "category", "taste"))
    items = items_of([{"id": name, **nothing} for name in ids], [])
    found = compute(parts, items, at, ANY_KIND, options, None, None, room, engine, progress)
    writer = FolderWriter(folder)
    for sheet in found.sheets:
        writer.write(sheet)
    writer.write_users(found.users, found.tastes)
    writer.finish(
        {
            **found.moment,
            "events": found.events,
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
    parts = [f"{count:,} {what}" for what, count in left.items() if count]
    return f"Left out: {', '.join(parts)}." if parts else None


def _remarks(*found: str | None) -> tuple[str, ...]:
    return tuple(remark for remark in found if remark)
