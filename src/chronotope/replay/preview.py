"""What a short past holds, known while it is read: whether it is enough can be told at once."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from chronotope.loading import EVENTS, ITEMS, PURCHASE, RATING, VISIT, ImportFiles, RowError, Table
from chronotope.replay.history import History
from chronotope.replay.source import LaterEvent
from chronotope.statistics import ANY_KIND, events_of

_HAD = {VISIT, PURCHASE, RATING, None}
_AT_MOST = replace(ANY_KIND, consumes=np.array([False]))
"""Of other kinds the graph alone will tell: at most all of them are asked, again and again."""
_SHORT = 100_000  # items, and events; of more there may be too few of a kind, but not too few

Row = dict[str, Any]
Sink = Callable[[Sequence[Row]], Mapping[int, RowError]]


@dataclass(frozen=True)
class Preview:
    """The history of a past, and the events that it leaves out."""

    history: History
    later: Sequence[LaterEvent]

    @property
    def end(self) -> datetime | None:
        """The moment after the last event that was left out, None if none was."""
        return end_of(self.later)


def end_of(later: Sequence[LaterEvent]) -> datetime | None:
    """Return the moment after the last event, None if there is none."""
    if not later:
        return None
    return datetime.fromtimestamp(max(event.millis for event in later) / 1000 + 1, UTC)


class PreviewedFiles(ImportFiles):
    """Import files that remember what stands in them, while that is little."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._known: dict[str, int] = {}
        self._seen: list[tuple[str, str, int]] = []
        self._kinds: set[str | None] = set()

    def write(self, table: Table) -> Sink:
        """Return what writes the rows of a table."""
        sink = super().write(table)

        def write(rows: Sequence[Row]) -> Mapping[int, RowError]:
            refused = sink(rows)
            self._note(table, [row for n, row in enumerate(rows) if n not in refused])
            return refused

        return write

    def preview(self, later: Sequence[LaterEvent]) -> Preview | None:
        """Return what they hold; None when it is too much to be remembered, or nothing."""
        if not self._seen or max(len(self._seen), len(self._known)) > _SHORT:
            return None
        by_user: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for user, item, epoch in self._seen:
            by_user[user].append((item, epoch))
        rows = [
            {
                "user": user,
                "items": [item for item, _ in events],
                "epochs": [epoch for _, epoch in events],
                "hours": [0] * len(events),
                "weekdays": [1] * len(events),
                "cells": [""] * len(events),
                "kinds": [-1] * len(events),
            }
            for user, events in sorted(by_user.items())
        ]
        seen = self._kinds.union(event.kind for event in later)
        kinds = ANY_KIND if seen <= _HAD else _AT_MOST
        history = History(events_of(rows, self._known, 0.0), list(self._known), kinds)
        return Preview(history, [event._replace(kind=None) for event in later])

    def _note(self, table: Table, rows: Sequence[Row]) -> None:
        if max(len(self._seen), len(self._known)) > _SHORT:
            return
        if table.name == ITEMS.name:
            names = (row["id"] for row in rows)
        elif table.name == EVENTS.name:
            rows = [row for row in rows if "declined" not in row]
            names = (row["item"] for row in rows)
            self._seen += [(row["user"], row["item"], row["epochMillis"] // 1000) for row in rows]
            self._kinds.update(row.get("kind") for row in rows)
        else:
            return
        for name in names:
            self._known.setdefault(name, len(self._known))
