"""Derive all statistics as of a moment, and write them in batches."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.statistics import counts, neighbours, space
from chronotope.statistics.arrays import Events, Items, events_of, items_of
from chronotope.statistics.taste import taste

Row = dict[str, Any]


@dataclass(frozen=True)
class DeriveOptions:
    """How to derive: the dimension of taste vectors, and up to how many items EASE is dense.

    With `keep_basis` tastes are rotated onto those before, which queries may be reading; without,
    what was derived before changes no digit.
    """

    taste_dimension: int = 64
    ease_items: int = 10_000
    keep_basis: bool = True


def recorded(graph: Graph) -> DeriveOptions:
    """Return how the statistics of a graph were derived; the defaults when they never were."""
    rows = graph.read("derive.read_parameters")
    return DeriveOptions(**json.loads(rows[0]["parameters"])) if rows else DeriveOptions()


def derive(
    graph: Graph,
    at: datetime,
    options: DeriveOptions = DeriveOptions(),
    *,
    progress: Progress = silent,
) -> dict[str, int]:
    """Derive the statistics of all events before `at`; return how many of each were written.

    Whatever an earlier derivation wrote is replaced. Raises InputError when there is no event.
    """
    rows = graph.read("derive.read_items")
    items = items_of(rows, graph.read("derive.read_interests"))
    index = {name: number for number, name in enumerate(items.ids)}
    events = graph.fold(
        "derive.read_events", {"at": at}, lambda records: events_of(records, index, at.timestamp())
    )
    if not len(events.user):
        raise InputError(
            f"There is no event before {at.isoformat()}; load some first: chronotope load events."
        )
    graph.write("derive.begin", {"at": at, "parameters": json.dumps(asdict(options))})
    written: dict[str, int] = {}

    def write(what: str, query: str, rows: Sequence[Row], size: int) -> None:
        progress(what, 0, len(rows))
        graph.write_rows(query, rows, size=size, after_each=lambda n: progress(what, n, len(rows)))
        parts = (row.get("others", row.get("cells")) for row in rows)
        written[what] = sum(1 if part is None else len(part) for part in parts)

    visited = events.visited(len(items))
    item_hours, category_hours = counts.hours(events, items)
    numbers = counts.item_numbers(events, items)
    idf = counts.inverse_user_frequency(numbers["users"], len(events.users))
    surroundings = space.space_numbers(
        items, np.asarray(numbers["attraction"], np.float64), numbers["users"] > 0
    )
    progress("taste", 0, 1)
    user_tastes, item_tastes = taste(
        visited, idf, options.taste_dimension, items.taste if options.keep_basis else None
    )
    moves = neighbours.transitions(events, len(items))
    departures = np.asarray(moves.sum(axis=1)).ravel()
    columns = {**numbers, **surroundings, "idf": idf, "departures": departures}
    write(
        "categories",
        "derive.write_interests",
        _category_rows(events, items, category_hours),
        50,
    )
    write("items", "derive.write_items", _item_rows(items, columns, item_hours, item_tastes), 1000)
    write("users", "derive.write_users", _user_rows(graph, events.users, user_tastes), 1000)
    write(
        "transitions",
        "derive.write_transitions",
        _neighbour_rows(items, neighbours.strongest(moves), lambda entry: {"count": entry[1]}),
        200,
    )
    progress("co-visits", 0, 1)
    write(
        "co-visits",
        "derive.write_co_visits",
        _neighbour_rows(
            items,
            neighbours.co_visits(visited, options.ease_items),
            lambda entry: {"count": entry[1], "ease": entry[2]},
        ),
        100,
    )
    popular = dict(neighbours.local_popularity(events, len(items)))
    write(
        "local popularity",
        "derive.write_popularity",
        [{"id": name, "cells": popular.get(k, [])} for k, name in enumerate(items.ids)],
        200,
    )
    graph.write("derive.finish")
    return written


def _item_rows(
    items: Items,
    columns: Mapping[str, NDArray[Any]],
    hours: NDArray[np.float64],
    tastes: NDArray[np.float32],
) -> list[Row]:
    numbers = {name: column.tolist() for name, column in columns.items()}
    return [
        {
            "id": name,
            "numbers": {key: _or_null(values[k]) for key, values in numbers.items()}
            | {"hours": hours[k].tolist()},
            "taste": _vector(tastes[k]),
        }
        for k, name in enumerate(items.ids)
    ]


def _user_rows(graph: Graph, users: Sequence[str], tastes: NDArray[np.float32]) -> list[Row]:
    rows = [{"id": name, "taste": _vector(tastes[k])} for k, name in enumerate(users)]
    known = set(users)
    before = (row["id"] for row in graph.read("derive.read_users"))
    return rows + [{"id": name, "taste": None} for name in before if name not in known]


def _category_rows(events: Events, items: Items, hours: NDArray[np.float64]) -> list[Row]:
    numbers = {
        name: column.tolist() for name, column in counts.category_numbers(events, items).items()
    }
    leads = neighbours.category_transitions(events, items)
    departures = leads.sum(axis=(1, 2)).tolist()
    return [
        {
            "id": name,
            "numbers": {key: values[k] for key, values in numbers.items()}
            | {"hours": hours[k].tolist(), "departures": departures[k]},
            "leadsTo": [
                {
                    "id": items.categories[j],
                    "count": int(leads[k, j].sum()),
                    "bins": leads[k, j].tolist(),
                }
                for j in np.flatnonzero(leads[k].sum(axis=1)).tolist()
            ],
        }
        for k, name in enumerate(items.categories)
    ]


def _neighbour_rows(
    items: Items,
    pairs: Iterable[tuple[int, Sequence[Any]]],
    values: Callable[[Any], Row],
) -> list[Row]:
    """Return a row an item, also for items without neighbours: theirs are removed."""
    others = dict(pairs)
    return [
        {
            "id": name,
            "others": [{"id": items.ids[o[0]], **values(o)} for o in others.get(k, ())],
        }
        for k, name in enumerate(items.ids)
    ]


def _or_null(value: float) -> float | None:
    return None if math.isnan(value) else value


def _vector(row: NDArray[np.float32]) -> list[float] | None:
    return None if np.isnan(row[0]) else row.tolist()
