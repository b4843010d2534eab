"""What a past will hold, known before it is there: whether it is enough can be told at once."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from chronotope.loading import EVENTS, ITEMS, PURCHASE, RATING, VISIT, ImportFiles, RowError, Table
from chronotope.replay.history import History
from chronotope.replay.instances import LaterEvent
from chronotope.statistics import ANY_KIND, events_of

_HAD = {VISIT, PURCHASE, RATING, None}
_AT_MOST = replace(ANY_KIND, consumes=np.array([False]))
"""Of other kinds the graph alone will tell: at most all of them are asked, again and again."""

Row = dict[str, Any]
Sink = Callable[[Sequence[Row]], Mapping[int, RowError]]


@dataclass(frozen=True)
class Preview:
    """The history of a past, and the events that it leaves out."""

    history: History
    later: Sequence[LaterEvent]
    exact: bool = True
    """Whether events count here as they will there: of other kinds the graph alone will tell."""
    lacks: tuple[str, ...] = ()
    """What no item of files has: 'coordinates', 'categories', 'texts'."""

    @property
    def end(self) -> datetime:
        """The moment after the last event, kept or left out."""
        return end_of(self.history, self.later)


def end_of(history: History, later: Sequence[LaterEvent]) -> datetime:
    """Return the moment after the last event of a history and of what it leaves out."""
    if not later:
        return history.end
    last = datetime.fromtimestamp(max(event.millis for event in later) / 1000 + 1, UTC)
    return max(history.end, last)


class PreviewedFiles(ImportFiles):
    """Import files that remember who did what when in them: three numbers an event."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._item_numbers: dict[str, int] = {}
        self._user_numbers: dict[str, int] = {}
        self._seen = array("q")
        self._kinds: set[str | None] = set()
        self._lacks = dict.fromkeys(("coordinates", "categories", "texts"))

    def write(self, table: Table) -> Sink:
        """Return what writes the rows of a table."""
        sink = super().write(table)

        def write(rows: Sequence[Row]) -> Mapping[int, RowError]:
            refused = sink(rows)
            self._note(table, [row for n, row in enumerate(rows) if n not in refused])
            return refused

        return write

    def preview(self, later: Sequence[LaterEvent]) -> Preview | None:
        """Return what they hold; None when there is no event."""
        if not self._seen:
            return None
        names, users = list(self._item_numbers), list(self._user_numbers)
        user, item, epoch = np.array(self._seen).reshape(-1, 3).T
        order = np.argsort(user, kind="stable")
        bounds = np.searchsorted(user[order], np.arange(len(users) + 1))
        rows = (
            {
                "user": name,
                "items": [names[k] for k in item[own]],
                "epochs": epoch[own].tolist(),
                "hours": [0] * len(own),
                "weekdays": [1] * len(own),
                "cells": [""] * len(own),
                "kinds": [-1] * len(own),
            }
            for name, number in sorted(self._user_numbers.items())
            for own in [order[bounds[number] : bounds[number + 1]]]
        )
        seen = self._kinds.union(event.kind for event in later)
        kinds = ANY_KIND if seen <= _HAD else _AT_MOST
        history = History(events_of(rows, self._item_numbers, 0.0, kinds), names, kinds)
        exact = len(seen - {None, VISIT, RATING}) == 0 or seen == {PURCHASE}
        return Preview(
            history, [event._replace(kind=None) for event in later], exact, tuple(self._lacks)
        )

    def _note(self, table: Table, rows: Sequence[Row]) -> None:
        if table.name == ITEMS.name:
            for row in rows:
                self._item_numbers.setdefault(row["id"], len(self._item_numbers))
                own = row["properties"]
                for what, there in (
                    ("coordinates", own.get("location")),
                    ("categories", row["interests"]),
                    ("texts", own.get("name") or own.get("description")),
                ):
                    if there:
                        self._lacks.pop(what, None)
        elif table.name == EVENTS.name:
            for row in rows:
                if "declined" in row:
                    continue
                user = self._user_numbers.setdefault(row["user"], len(self._user_numbers))
                item = self._item_numbers.setdefault(row["item"], len(self._item_numbers))
                self._seen.extend((user, item, row["epochMillis"] // 1000))
                self._kinds.add(row.get("kind"))
