"""Fill an empty local server without Bolt: import files, and the server's own bulk import.

The graph is the same, node by node, as the one that `load` makes.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from neo4j.spatial import WGS84Point

from chronotope import outputs, server
from chronotope.errors import InputError, ServerError
from chronotope.graph import Graph
from chronotope.ids import place_id
from chronotope.loading import kinds
from chronotope.loading.cells import ladder
from chronotope.loading.columns import (
    EVENTS,
    FRIENDSHIPS,
    ITEMS,
    OWN_PROPERTIES,
    ReadOptions,
    Table,
)
from chronotope.loading.files import STDIN
from chronotope.loading.loader import Sink, Watch, read_into
from chronotope.loading.rejection import RowError
from chronotope.loading.summary import Summary
from chronotope.loading.validate import Row
from chronotope.loading.write import unknown_items
from chronotope.loading.zones import zone_or_offset

_NODES = {
    "User": "id:ID(User)",
    "Item": "id:ID(Item),name,description,location:point{crs:WGS-84},cell,active:boolean",
    "Interest": "id:ID(Interest),name,scheme,level:long",
    "Cell": "id:ID(Cell),:LABEL,name,resolution:long,center:point{crs:WGS-84}",
    "EventKind": "name:ID(EventKind),weight:double,goal:boolean,consumes:boolean",
}
_RELATIONSHIPS = {
    "INTERACTED": ":START_ID(User),:END_ID(Item),id,at:datetime,hour:long,weekday:long,kind,"
    "value:double,location:point{crs:WGS-84},cell,:IGNORE",
    "DECLINED": ":START_ID(User),:END_ID(Item),id,at:datetime,kind,value:double",
    "DECLINED_INTEREST": ":START_ID(User),:END_ID(Interest),id,at:datetime,kind,value:double",
    "SHOWN": ":START_ID(User),:END_ID(Item),times:datetime[]",
    "ABOUT": ":START_ID(Item),:END_ID(Interest),weight:double",
    "IN_CELL": ":START_ID(Item),:END_ID(Cell)",
    "BROADER": ":START_ID(Interest),:END_ID(Interest)",
    "WITHIN": ":START_ID(Cell),:END_ID(Cell)",
    "KNOWS": ":START_ID(User),:END_ID(User)",
}
_ORDER = (ITEMS.name, EVENTS.name, FRIENDSHIPS.name)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVENTS = "INTERACTED"
_EVENT_ID = 2  # the number of its column
_DECLINED = "DECLINED"
_DECLINED_INTEREST = "DECLINED_INTEREST"
_TYPES = {_DECLINED_INTEREST: _DECLINED}
"""The types of relationships that have another name than their file."""
_BETWEEN = "\x1f"
"""Stands between the entries of a list: no text of ours has it."""
_OF_DECLINED = (0, 1, 2, 3, 6, 7)  # the columns of an event that what is declined has
_MULTILINE = "Item"  # names and descriptions may hold line breaks; ids may not


def load(
    name: str,
    inputs: Sequence[tuple[Table, Sequence[str]]],
    options: ReadOptions,
    watch: Watch = Watch(),  # noqa: B008  frozen
    *,
    make_schema: Callable[[Graph], object],
) -> list[Summary]:
    """Load files of the tables into the local server `name`, whose graph has to be empty.

    All or nothing: the graph is imported beside the server's own, gets its schema there from
    `make_schema`, and is looked at; then it takes the place of the other one. The server is stopped
    for that and started again by the next connection. Nothing is written when the load is stopped
    early. Raises InputError for a graph that holds data and for standard input, ServerError when
    the import fails, and what `make_schema` raises; the server has its own graph then.
    """
    if any(STDIN in files for _, files in inputs):
        raise InputError("--offline reads files; standard input (-) can be loaded without it.")
    standing = _require_empty(name)
    with outputs.temporary_folder() as folder:
        with ImportFiles(folder, strict=options.strict) as files:
            files.write_kinds(standing)
            summaries = [
                read_into(files.write(table), table, paths, options, watch, files.supersede)
                for table, paths in sorted(inputs, key=lambda entry: _ORDER.index(entry[0].name))
            ]
        if not any(summary.stopped for summary in summaries):
            try:
                _import(name, files, watch, make_schema, summaries)
            except (ServerError, KeyboardInterrupt):
                if not watch.interrupted():
                    raise
                for summary in summaries:
                    summary.interrupted, summary.stopped = True, "it was interrupted"
        bare = files.bare_items
    for summary in summaries:
        if summary.table == EVENTS.name:
            summary.bare_items = bare
    return summaries


def _import(
    name: str,
    files: "ImportFiles",
    watch: Watch,
    make_schema: Callable[[Graph], object],
    summaries: Sequence[Summary],
) -> None:
    with server.bulk_import(name, files.arguments()) as made, Graph(made) as graph:
        make_schema(graph)
        kinds.move_declined(graph)
        graph.write_rows("load.write_kept", files.kept())
        for summary in summaries:
            kinds.tell(graph, summary)
        _require_all(graph, files.counts)
        _require_empty(name)  # still
        if watch.interrupted():
            raise KeyboardInterrupt


def _require_empty(name: str) -> list[Row]:
    """Return the kinds of events that an empty graph says the worth of."""
    if not server.exists(name):
        return []
    with Graph(server.start(name)) as graph:
        if not graph.read("load.is_empty")[0]["empty"]:
            raise InputError(
                "The local server's graph holds data already; --offline fills an empty one. "
                "Load without it."
            )
        return graph.read("kinds.read_kinds")


def _require_all(graph: Graph, counts: Mapping[str, int]) -> None:
    found = graph.read("doctor.describe_graph")[0]
    found["events"] += graph.read("load.count_declined")[0]["declined"]  # as their kinds say
    given = {
        "users": counts["User"],
        "items": counts["Item"],
        "events": counts[_EVENTS] + counts[_DECLINED],
    }
    for name, number in given.items():
        if found[name] != number:
            raise ServerError(
                f"The bulk import took {found[name]:,} of {number:,} {name}; the local "
                "server's graph is as it was. Load without --offline."
            )


class ImportFiles:
    """The files of a bulk import in a folder; a context manager that completes and closes them."""

    def __init__(self, folder: Path, *, strict: bool = False) -> None:
        self._folder = folder
        self._strict = strict
        self._users: set[str] = set()
        self._items: set[str] = set()
        self._mentioned: set[str] = set()
        self._interests: dict[str, Row] = {}
        self._cells: dict[str, Row] = {}
        self._superseded: Counter[str] = Counter()
        self._has_declined = False
        self._kept: dict[str, Row] = {}
        self.counts: Counter[str] = Counter()
        """How many lines of each kind were written."""
        self.bare_items = 0

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._writers = {}
        for kind, header in {**_NODES, **_RELATIONSHIPS}.items():
            file = self._stack.enter_context(
                self._path(kind).open("w", encoding="utf-8", newline="")
            )
            file.write(header + "\n")
            self._writers[kind] = csv.writer(file, lineterminator="\n")
        return self

    def __exit__(self, *_: object) -> None:
        bare = sorted(self._mentioned - self._items)
        self.bare_items = len(bare)
        self._add("Item", ((name, None, None, None, None, None) for name in bare))
        self._add("User", ((name,) for name in sorted(self._users)))
        for row in self._interests.values():
            self._add("Interest", [(row["id"], row["name"], row["scheme"], row["level"])])
            if row["broader"]:
                self._add("BROADER", [(row["id"], row["broader"])])
        for row in self._cells.values():
            label = "Place" if row["resolution"] is None else ""
            center = _point_of(row["center"])
            self._add("Cell", [(row["id"], label, row.get("name"), row["resolution"], center)])
            if row["within"]:
                self._add("WITHIN", [(row["id"], row["within"])])
        self._stack.close()
        if self._superseded or self._has_declined:
            self._sort_events()

    @property
    def has_events(self) -> bool:
        """Tell whether an event was written."""
        return self.counts[_EVENTS] > 0

    def arguments(self) -> list[str]:
        """Return the arguments of the import for all files."""
        return [
            *(f"--nodes={kind}={self._path(kind)}" for kind in _NODES),
            *(
                f"--relationships={_TYPES.get(kind, kind)}={self._path(kind)}"
                for kind in _RELATIONSHIPS
            ),
            f"--array-delimiter=U+{ord(_BETWEEN):04X}",
            "--path-pattern-style=none",
            "--multiline-fields-format=v2",
            f"--multiline-fields={self._path(_MULTILINE)}",
        ]

    def write(self, table: Table) -> Sink:
        """Return what writes the rows of a table; items come before events."""
        return {
            ITEMS.name: self._write_items,
            EVENTS.name: self._write_events,
            FRIENDSHIPS.name: self._write_friendships,
        }[table.name]

    def write_kinds(self, rows: Iterable[Row]) -> None:
        """Write kinds of events, {name, weight, goal, consumes}."""
        self._add("EventKind", kinds.as_nodes(rows))

    def write_declined(self, rows: Iterable[Row], interests: Iterable[Row]) -> None:
        """Write what was declined, {user, item or interest, id, at, kind, value}.

        `at` is a text; `interests` are the rows of those that are declined and of those above.
        """
        self._interests.update((interest["id"], interest) for interest in interests)
        for row in rows:
            self._users.add(row["user"])
            kind = _DECLINED if row["item"] is not None else _DECLINED_INTEREST
            target = row["item"] if row["item"] is not None else row["interest"]
            self._add(
                kind, [(row["user"], target, row["id"], row["at"], row["kind"], row["value"])]
            )

    def write_shown(self, rows: Iterable[Row]) -> None:
        """Write what was shown, {user, item, times}; the times are texts."""
        for row in rows:
            self._users.add(row["user"])
            self._add("SHOWN", [(row["user"], row["item"], _BETWEEN.join(row["times"]))])

    def kept(self) -> Iterable[Row]:
        """Return the columns of items that are kept: in a file of the import they had one type."""
        return ({"id": name, "properties": kept} for name, kept in self._kept.items())

    def supersede(self, rows: Sequence[Row]) -> None:
        """Take events that will be written again, told otherwise: the later word counts."""
        self._superseded.update(row["id"] for row in rows)

    def _write_items(self, rows: Sequence[Row]) -> Mapping[int, RowError]:
        for row in rows:
            self._items.add(row["id"])
            properties = row["properties"]
            if own := properties.keys() - OWN_PROPERTIES:
                self._kept[row["id"]] = {name: properties[name] for name in own}
            active = None if properties.get("active") is None else str(properties["active"]).lower()
            place = _point_of(properties.get("location"))
            texts = properties.get("name"), properties.get("description")
            self._add("Item", [(row["id"], *texts, place, properties.get("cell"), active)])
            self._interests.update((interest["id"], interest) for interest in row["ladder"])
            self._add("ABOUT", ((row["id"], interest, 1.0) for interest in row["interests"] or ()))
            if row["cell"]:
                self._add_cell(row["cell"])
                self._add("IN_CELL", [(row["id"], row["cell"])])
        return {}

    def _write_events(self, rows: Sequence[Row]) -> Mapping[int, RowError]:
        refused = unknown_items(rows, self._items.__contains__) if self._strict else {}
        rows = [row for index, row in enumerate(rows) if index not in refused]
        self._users.update(row["user"] for row in rows)
        self._mentioned.update(row["item"] for row in rows)
        for row in rows:
            if "latitude" in row:
                self._add_cell(row["cell"])
            elif "place" in row:
                name = row["place"]
                place = {"id": place_id(name), "name": name, "resolution": None}
                self._cells[place["id"]] = {**place, "center": None, "within": None}
        self._has_declined |= any("declined" in row for row in rows)
        self._add(_EVENTS, map(_event, rows))
        return refused

    def _write_friendships(self, rows: Sequence[Row]) -> Mapping[int, RowError]:
        for row in rows:
            self._users.update((row["user"], row["friend"]))
        self._add("KNOWS", ((row["user"], row["friend"]) for row in rows))
        return {}

    def _add(self, kind: str, rows: Iterable[Sequence[Any]]) -> None:
        with outputs.sentences(self._path(kind)):
            self._writers[kind].writerows(self._counted(kind, rows))

    def _counted(self, kind: str, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        for row in rows:
            self.counts[kind] += 1
            yield row

    def _add_cell(self, name: str) -> None:
        if name not in self._cells:
            self._cells.update((str(cell["id"]), cell) for cell in ladder(name))

    def _sort_events(self) -> None:
        """Leave out the events that later lines tell otherwise; put aside what is declined."""
        path, whole = self._path(_EVENTS), self._folder / "whole.csv"
        remaining = self._superseded.copy()
        with (
            path.open(encoding="utf-8", newline="") as old,
            whole.open("w", encoding="utf-8", newline="") as new,
            self._path(_DECLINED).open("a", encoding="utf-8", newline="") as aside,
        ):
            new.write(old.readline())
            writer = csv.writer(new, lineterminator="\n")
            declined = csv.writer(aside, lineterminator="\n")
            for line in csv.reader(old):
                if remaining[line[_EVENT_ID]] > 0:
                    remaining[line[_EVENT_ID]] -= 1
                    self.counts[_EVENTS] -= 1
                elif line[-1]:
                    declined.writerow([line[column] for column in _OF_DECLINED])
                    self.counts[_EVENTS] -= 1
                    self.counts[_DECLINED] += 1
                else:
                    writer.writerow(line)
        whole.replace(path)

    def _path(self, kind: str) -> Path:
        return self._folder / f"{kind}.csv"


def _event(row: Mapping[str, Any]) -> tuple[Any, ...]:
    zone = row["zone"]
    at = _EPOCH + timedelta(milliseconds=row["epochMillis"])
    local = at.astimezone(zone_or_offset(zone))
    text = local.isoformat(timespec="milliseconds")
    if not _is_offset(zone):
        text = f"{text}[{zone}]"
    hour = None if row.get("dateOnly") else local.hour
    place = None
    if "latitude" in row:
        place = f"{{latitude:{row['latitude']!r},longitude:{row['longitude']!r}}}"
    return (
        row["user"], row["item"], row["id"], text, hour, local.isoweekday(), row["kind"],
        row.get("value"), place, row.get("cell"), _DECLINED if row.get("declined") else None,
    )  # fmt: skip


def _is_offset(zone: str) -> bool:
    return zone == "Z" or zone[0] in "+-"


def _point_of(point: WGS84Point | None) -> str | None:
    if point is None:
        return None
    return f"{{latitude:{point.latitude!r},longitude:{point.longitude!r}}}"
