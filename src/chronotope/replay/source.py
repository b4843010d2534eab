"""Where a past comes from: people's files, or the graph that they are connected to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

import neo4j
from neo4j.spatial import WGS84Point

from chronotope import language
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.loading import (
    EVENTS,
    FRIENDSHIPS,
    ITEMS,
    ImportFiles,
    ReadOptions,
    RowError,
    Summary,
    Table,
    Watch,
    cell_of,
    read_into,
)
from chronotope.replay import history
from chronotope.replay.instances import LaterEvent
from chronotope.replay.preview import Preview

_BATCH = 5000
_VECTOR_BATCH = 2000

Row = dict[str, Any]


Later = Callable[[LaterEvent], None]


class Source(Protocol):
    """What a past can be filled from."""

    def look(self, before: datetime) -> Preview | None:
        """Return what the past will hold, where that can be told before it is copied."""

    def fill(self, files: ImportFiles, before: datetime, later: Later) -> None:
        """Write all items, and the events before a moment; hand the others to `later`."""

    def embed(self, past: Graph) -> None:
        """Give the items of the past the embeddings that they have."""


@dataclass(frozen=True)
class FileSource:
    """Files of items, events and friendships, read as `load` reads them.

    The packaged encoder embeds the texts of the items.

    Rows that are rejected are reported to `watch`, and counted in `summaries`.
    """

    items: Sequence[str]
    events: Sequence[str]
    options: ReadOptions
    watch: Watch = field(default_factory=Watch)
    summaries: list[Summary] = field(default_factory=list)
    friendships: Sequence[str] = ()

    def look(self, before: datetime) -> None:
        """Return None: what files hold is known when they were read."""

    def fill(self, files: ImportFiles, before: datetime, later: Later) -> None:
        """Write all items, and the events before a moment; hand the others to `later`."""
        until = round(before.timestamp() * 1000)
        write_events = files.write(EVENTS)

        def supersede(rows: Sequence[Row]) -> None:
            files.supersede([row for row in rows if row["epochMillis"] < until])

        def keep_earlier(rows: Sequence[Row]) -> Mapping[int, RowError]:
            for row in rows:
                if row["epochMillis"] >= until and "declined" not in row:
                    later(LaterEvent(row["user"], row["item"], row["epochMillis"], row["kind"]))
            return write_events([row for row in rows if row["epochMillis"] < until])

        for table, paths, sink in (
            (ITEMS, self.items, files.write(ITEMS)),
            (EVENTS, self.events, keep_earlier),
            (FRIENDSHIPS, self.friendships, files.write(FRIENDSHIPS)),
        ):
            if paths:
                summary = read_into(sink, table, paths, self.options, self.watch, supersede)
                self.summaries.append(summary)
                if summary.stopped:
                    raise InputError(
                        f"The {table.name} were not read to the end: {summary.stopped}."
                    )

    def embed(self, past: Graph) -> None:
        """Embed the texts with the packaged encoder."""
        language.embed(past, language.open_encoder(language.PACKAGED))


@dataclass(frozen=True)
class GraphSource:
    """The graph that people are connected to; it is only read."""

    graph: Graph

    def look(self, before: datetime) -> Preview:
        """Read the events, as arrays. Raises InputError when there is none before the moment."""
        return Preview(*history.split(self.graph, before))

    def fill(self, files: ImportFiles, before: datetime, later: Later) -> None:
        """Write all items, and the events before a moment; hand the others to `later`.

        What was declined and shown before it, friends, and what kinds of events are worth, go too.
        """
        interests = {row["id"]: row for row in self.graph.read("replay.read_interests")}
        _write(
            files, ITEMS, (_item(row, interests) for row in self.graph.read("replay.read_items"))
        )
        until = round(before.timestamp() * 1000)
        events = self.graph.stream("replay.read_events")
        _write(files, EVENTS, _earlier(events, until, later))
        friendships = self.graph.stream("replay.read_friendships")
        _write(files, FRIENDSHIPS, (record.data() for record in friendships))
        files.write_kinds(self.graph.read("kinds.read_kinds"))
        declined = self.graph.read("replay.read_declined", {"before": before})
        names = [row["interest"] for row in declined if row["interest"] is not None]
        files.write_declined(declined, _ladder(names, interests).values())
        files.write_shown(self.graph.read("replay.read_shown", {"before": before}))

    def embed(self, past: Graph) -> None:
        """Copy the vectors of the items and the record of their encoder."""
        encoder = self.graph.read("embed.read_encoder")
        if encoder:
            past.write("embed.record_encoder", encoder[0])
        rows = (
            {"id": row["id"], "key": row["key"], "vector": row["embedding"]}
            for row in self.graph.read("replay.read_items")
            if row["embedding"] is not None
        )
        past.write_rows("embed.write_items", rows, size=_VECTOR_BATCH)


def _write(files: ImportFiles, table: Table, rows: Iterator[Row]) -> None:
    write = files.write(table)
    while batch := list(islice(rows, _BATCH)):
        write(batch)


def _item(row: Mapping[str, Any], interests: Mapping[str, Row]) -> Row:
    location = row["location"]
    return {
        "id": row["id"],
        "properties": {
            "name": row["name"],
            "description": row["description"],
            "location": WGS84Point((location.x, location.y)) if location is not None else None,
            "cell": row["cell"],
            "active": row["active"],
        },
        "interests": row["interests"],
        "ladder": list(_ladder(row["interests"], interests).values()),
        "cell": row["inCell"],
    }


def _ladder(names: Iterable[str], interests: Mapping[str, Row]) -> dict[str, Row]:
    """Return the rows of interests and of all above them."""
    ladder: dict[str, Row] = {}
    for name in names:
        step: str | None = name
        while step is not None and step not in ladder:
            ladder[step] = interests[step]
            step = interests[step]["broader"]
    return ladder


def _earlier(records: Iterable[neo4j.Record], until: int, later: Later) -> Iterator[Row]:
    for record in records:
        if record["epochMillis"] >= until:
            later(LaterEvent(record["user"], record["item"], record["epochMillis"], record["kind"]))
        else:
            row = {key: value for key, value in record.data().items() if value is not None}
            if "latitude" in row and "cell" not in row:  # recorded by a client that knows no H3
                row["cell"] = cell_of(row["latitude"], row["longitude"])
            yield row
