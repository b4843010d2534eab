"""Events of a lake: Parquet files as columns (extra `parquet`)."""

import os
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

import h3
import numpy as np
from numpy.typing import NDArray

from chronotope.errors import InputError
from chronotope.ids import place_id
from chronotope.statistics.arrays import Events, Ints, Kinds, built

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import fs

_ROWS = 1 << 18  # at once
_NEEDED = ("user_id", "item_id", "timestamp")
_MORE = ("kind", "event_id", "zone", "place", "latitude", "longitude")
_KIND = "visit"
_RESOLUTION = 9  # of the hexagons that events are in


@dataclass(frozen=True)
class Lake:
    """Parquet files of events, with the columns that `load events` takes.

    `files` is a file, a folder, or a pattern like events/*.parquet, of any file system that pyarrow
    opens: s3://…, gs://…, hdfs://…. `timezone` is what moments without a zone mean; hours are those
    of the column `zone`, else of the moments' own zone.
    """

    files: str
    timezone: str | None = None


@dataclass(frozen=True)
class Columns:
    """Events as they stand in a lake: arrays with one entry an event, in the order of the files.

    `user`, `item`, `cell` and `kind` index the names, where a cell or an `own` id of -1 is none.
    `empty` counts rows that lack a user, an item or a moment.
    """

    users: Sequence[str]
    items: Sequence[str]
    cells: Sequence[str]
    kinds: Sequence[str]
    user: Ints
    item: Ints
    millis: Ints
    hour: Ints
    cell: Ints
    kind: Ints
    own: Ints
    empty: int

    def end(self) -> datetime:
        """Return the millisecond after the last event. Raises InputError when there is none."""
        if not len(self.millis):
            raise InputError("There is no event in the files.")
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(self.millis.max()) + 1)


@dataclass(frozen=True)
class Known:
    """What a graph has: users and items by their ids, None where all are; what was declined.

    `declined` are users, items, kinds and milliseconds since 1970.
    """

    users: Sequence[str] | None = None
    items: Sequence[str] | None = None
    declined: Collection[tuple[str, str, str, int]] = ()


class _Numbers:
    """Numbers of texts, in the order in which they come; -1 for none."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}

    def of(self, column: "pa.Array[Any]") -> NDArray[np.int32]:
        import pyarrow as pa

        found = column.cast(pa.string()).dictionary_encode()
        names = found.dictionary.to_pylist()
        own = [self.names.setdefault(name, len(self.names)) for name in names]
        places = found.indices.fill_null(len(own)).to_numpy(zero_copy_only=False)
        return np.asarray(np.array([*own, -1], np.int32)[places])


def read(lake: Lake) -> Columns:
    """Read all events of a lake.

    A row without user, item or moment is left out. Raises InputError when the extra is not
    installed, for files that are not there or cannot be read, and for a moment that is none.
    """
    reader = _Reader(lake)
    parts = [reader.part(batch) for file in _files(lake.files) for batch in _batches(file)]
    columns = zip(*(parts or [(np.zeros(0, np.int64),) * 7]), strict=True)
    user, item, millis, hour, cell, kind, own = map(np.concatenate, columns)
    users, items, cells, kinds = (
        list(numbers.names) for numbers in (reader.users, reader.items, reader.cells, reader.kinds)
    )
    return Columns(
        users, items, cells, kinds, user, item, millis, hour, cell, kind, own, reader.empty
    )


def arranged(
    found: Columns, known: Known, at: datetime, kinds: Kinds
) -> tuple[Events, Sequence[str], dict[str, int]]:
    """Return the events before a moment, the ids of the items, and how many were left out, and why.

    A repetition is left out: the same own id, or where there is none the same user, item, kind and
    moment; and what a graph does not know, or knows as declined.
    """
    left = Counter({"rows without a user, an item or a moment": found.empty})
    users = sorted(found.users) if known.users is None else known.users
    items = sorted(found.items) if known.items is None else known.items
    user, item = (
        _renumbered(found.users, users)[found.user],
        _renumbered(found.items, items)[found.item],
    )
    kind = _renumbered(found.kinds, kinds.names)[found.kind]
    end = round(at.timestamp() * 1000)
    chosen = found.millis < end
    for why, fault in (
        ("events of kinds that decline", kinds.weight[kind] < 0),
        ("events that were declined", _declined(found, known.declined)),
        ("events of users whom the graph does not have", user < 0),
        ("events at items that the graph does not have", item < 0),
    ):
        left[why] = int((chosen & fault).sum())
        chosen &= ~fault
    place = np.flatnonzero(chosen)
    second = found.millis[place] // 1000
    keys = (found.own, found.kind, found.millis)
    columns: list[NDArray[Any]] = [key[place] for key in keys]
    order = np.lexsort([*columns, item[place], second, user[place]])
    place = place[order]
    first = _first_of_each(place, user, item, *keys)
    left["events that are told again"] = int(len(place) - first.sum())
    place = place[first]
    active, own = np.unique(user[place], return_inverse=True)
    events = built(
        [users[number] for number in active.tolist()],
        found.cells,
        *(own, item[place], found.millis[place] // 1000),
        *(found.hour[place], found.cell[place], kind[place]),
        at.timestamp(),
        kinds,
    )
    return events, items, dict(+left)


def _renumbered(names: Sequence[str], others: Sequence[str]) -> NDArray[np.int32]:
    """Return the number of each name among others, -1 where it is not there."""
    index = {name: number for number, name in enumerate(others)}
    return np.fromiter((index.get(name, -1) for name in names), np.int32, len(names))


def _declined(found: Columns, declined: Collection[tuple[str, str, str, int]]) -> NDArray[np.bool_]:
    """Tell which events were declined."""
    marks = np.zeros(len(found.user), bool)
    indices = [
        {name: k for k, name in enumerate(names)}
        for names in (found.users, found.items, found.kinds)
    ]
    rows = [
        (*(index.get(name, -1) for index, name in zip(indices, names, strict=True)), millis)
        for *names, millis in declined
    ]
    if rows:
        wanted = np.array(rows, np.int64)
        for k in np.flatnonzero(np.isin(found.millis, wanted[:, 3])).tolist():
            own = (found.user[k], found.item[k], found.kind[k], found.millis[k])
            marks[k] = bool((wanted == own).all(axis=1).any())
    return marks


def _first_of_each(
    place: Ints,
    user: NDArray[Any],
    item: NDArray[Any],
    own: NDArray[Any],
    kind: NDArray[Any],
    millis: NDArray[Any],
) -> NDArray[np.bool_]:
    """Tell which events, in an order where equal ones are neighbours, were not told before."""
    first = np.ones(len(place), bool)
    columns = [column[place] for column in (user, item, own, kind, millis)]
    first[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    ids = own[place]
    named = np.flatnonzero(ids >= 0)
    named = named[np.argsort(place[named])]  # as they stand in the files
    _, earliest = np.unique(ids[named], return_index=True)
    first[np.delete(named, earliest)] = False
    return first


class _Reader:
    def __init__(self, lake: Lake) -> None:
        self.users, self.items, self.kinds = _Numbers(), _Numbers(), _Numbers()
        self.cells, self.events = _Numbers(), _Numbers()
        self.empty = 0
        self._lake = lake

    def part(self, batch: "pa.RecordBatch") -> tuple[NDArray[Any], ...]:
        """Return user, item, milliseconds, hour, cell, kind and own id of the rows of a batch."""
        import pyarrow as pa

        whole = len(batch)
        for name in _NEEDED:
            batch = batch.filter(batch[name].is_valid())
        self.empty += whole - len(batch)
        moments = self._moments(batch["timestamp"])
        kind = self._column(batch, "kind").fill_null(_KIND)
        return (
            self.users.of(batch["user_id"]),
            self.items.of(batch["item_id"]),
            moments.cast(pa.timestamp("ms", "UTC"), safe=False).cast(pa.int64()).to_numpy(),
            self._hours(moments, self._column(batch, "zone")),
            self._cells(batch),
            self.kinds.of(kind),
            self.events.of(self._column(batch, "event_id")),
        )

    def _moments(self, column: "pa.Array[Any]") -> "pa.Array[Any]":
        import pyarrow as pa
        from pyarrow import compute

        if not pa.types.is_timestamp(column.type):
            raise InputError(
                f"The timestamps of {self._lake.files} are of the type {column.type}; make them "
                "moments: Parquet's own type timestamp."
            )
        if column.type.tz is not None:
            return column
        if self._lake.timezone is None:
            raise InputError(
                f"The timestamps of {self._lake.files} have no zone; say what they mean with "
                "--timezone, like UTC or Europe/Rome."
            )
        return compute.assume_timezone(
            column, self._lake.timezone, ambiguous="earliest", nonexistent="latest"
        )

    def _hours(self, moments: "pa.Array[Any]", zones: "pa.Array[Any]") -> NDArray[np.int8]:
        import pyarrow as pa
        from pyarrow import compute

        hours = np.array(compute.hour(moments).to_numpy(zero_copy_only=False), np.int8)
        for zone in compute.unique(zones.drop_null()).to_pylist():
            chosen = compute.equal(zones, zone).fill_null(fill_value=False)
            there = moments.filter(chosen).cast(pa.timestamp("ms", zone), safe=False)
            hours[chosen.to_numpy(zero_copy_only=False)] = compute.hour(there).to_numpy(
                zero_copy_only=False
            )
        return hours

    def _cells(self, batch: "pa.RecordBatch") -> NDArray[np.int32]:
        cells = self.cells.of(self._places(batch))
        if {"latitude", "longitude"} <= set(batch.schema.names):
            where = [
                batch[name].to_numpy(zero_copy_only=False).astype(np.float64)
                for name in ("latitude", "longitude")
            ]
            points = np.stack(where, axis=1)
            known = ~np.isnan(points).any(axis=1)
            spots, spot = np.unique(points[known], axis=0, return_inverse=True)
            names = [str(h3.latlng_to_cell(*spot, _RESOLUTION)) for spot in spots.tolist()]
            numbers = [self.cells.names.setdefault(name, len(self.cells.names)) for name in names]
            cells[known] = np.array(numbers, np.int32)[spot]
        return cells

    def _places(self, batch: "pa.RecordBatch") -> "pa.Array[Any]":
        import pyarrow as pa
        from pyarrow import compute

        places = self._column(batch, "place")
        return compute.binary_join_element_wise(pa.scalar(place_id("")), places, "")

    @staticmethod
    def _column(batch: "pa.RecordBatch", name: str) -> "pa.Array[Any]":
        import pyarrow as pa

        if name in batch.schema.names:
            return batch[name].cast(pa.string())
        return pa.nulls(len(batch), pa.string())


def _files(pattern: str) -> list[tuple["fs.FileSystem", str]]:
    """Return the files that a path, a folder or a pattern means, in the order of their names."""
    try:
        from pyarrow import fs
    except ImportError:
        raise InputError(
            "Events of Parquet files need pyarrow; install the extra: "
            "pip install 'chronotope[parquet]'."
        ) from None
    try:
        if "://" in pattern:
            system, path = fs.FileSystem.from_uri(pattern)
        else:
            system, path = fs.LocalFileSystem(), os.path.abspath(pattern)
        if (found := system.get_file_info(path)).type == fs.FileType.File:
            return [(system, path)]
        folder = path
        if found.type != fs.FileType.Directory:
            folder = re.split(r"[*?\[]", path)[0].rpartition("/")[0]
        inside = system.get_file_info(fs.FileSelector(folder, recursive=True, allow_not_found=True))
    except (OSError, ValueError) as problem:
        raise InputError(f"The files {pattern} cannot be found: {problem}.") from None
    wanted = f"{path}/*.parquet" if folder == path else path
    paths = sorted(
        info.path for info in inside if info.type == fs.FileType.File and fnmatch(info.path, wanted)
    )
    if not paths:
        raise InputError(f"There are no files {pattern}; name Parquet files, or their folder.")
    return [(system, path) for path in paths]


def _batches(file: tuple["fs.FileSystem", str]) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa
    from pyarrow import parquet

    system, path = file
    try:
        with system.open_input_file(path) as stream, parquet.ParquetFile(stream) as table:
            names = table.schema_arrow.names
            if missing := [name for name in _NEEDED if name not in names]:
                raise InputError(
                    f"{path} has no column {', '.join(missing)}; its columns are "
                    f"{', '.join(names)}."
                )
            wanted = [name for name in (*_NEEDED, *_MORE) if name in names]
            yield from table.iter_batches(_ROWS, columns=wanted)
    except (pa.ArrowException, OSError) as problem:
        raise InputError(f"{path} is no Parquet file that can be read: {problem}.") from None
