"""Leave the last event of each user out: a past for data whose times tell little."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chronotope.graph import Graph
from chronotope.loading import EVENTS, ImportFiles, RowError, Table
from chronotope.replay.instances import LaterEvent
from chronotope.replay.preview import Sink
from chronotope.replay.source import Later, Source

Row = dict[str, Any]


@dataclass(frozen=True)
class LastOut:
    """A source whose past lacks the last event of each user, which is handed to `later`.

    Of events at one moment it is the one of the last item id. The source is read twice.
    """

    source: Source

    def look(self, before: datetime) -> None:
        """Return None: what is left out is known when all was read."""

    def fill(self, files: ImportFiles, before: datetime, later: Later) -> None:
        """Write all items and events but the last ones."""
        lasts = _Lasts()
        self.source.fill(lasts, before, lambda event: None)
        self.source.fill(_Without(files, lasts.last, later), before, lambda event: None)

    def embed(self, past: Graph) -> None:
        """Give the items of the past the embeddings that they have."""
        self.source.embed(past)


class _Lasts(ImportFiles):
    """Files that are not written: the last event of each user is noted."""

    def __init__(self) -> None:
        self.last: dict[str, tuple[int, str]] = {}

    def write(self, table: Table) -> Sink:
        def note(rows: Sequence[Row]) -> Mapping[int, RowError]:
            for row in rows if table.name == EVENTS.name else ():
                if "declined" not in row:
                    event = (row["epochMillis"], row["item"])
                    self.last[row["user"]] = max(self.last.get(row["user"], event), event)
            return {}

        return note

    def supersede(self, rows: Sequence[Row]) -> None:
        """Write nothing."""

    def write_kinds(self, rows: Iterable[Row]) -> None:
        """Write nothing."""

    def write_declined(self, rows: Iterable[Row], interests: Iterable[Row]) -> None:
        """Write nothing."""

    def write_shown(self, rows: Iterable[Row]) -> None:
        """Write nothing."""


class _Without(ImportFiles):
    """Files that lack some events, one a user."""

    def __init__(
        self, files: ImportFiles, last: Mapping[str, tuple[int, str]], later: Later
    ) -> None:
        self._files, self._last, self._later = files, last, later
        self.supersede = files.supersede  # type: ignore[method-assign]
        self.write_kinds = files.write_kinds  # type: ignore[method-assign]
        self.write_declined = files.write_declined  # type: ignore[method-assign]
        self.write_shown = files.write_shown  # type: ignore[method-assign]

    def write(self, table: Table) -> Sink:
        sink = self._files.write(table)
        if table.name != EVENTS.name:
            return sink

        def write(rows: Sequence[Row]) -> Mapping[int, RowError]:
            kept = []
            for n, row in enumerate(rows):
                event = (row["epochMillis"], row["item"])
                if "declined" in row or self._last[row["user"]] != event:
                    kept.append(n)
                else:
                    self._later(LaterEvent(row["user"], row["item"], event[0], row.get("kind")))
            refused = sink([rows[n] for n in kept])
            return {kept[n]: problem for n, problem in refused.items()}

        return write
