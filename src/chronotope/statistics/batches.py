"""Events of Parquet files: batches of Arrow, as texts and numbers (extra `parquet`)."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

import h3
import numpy as np

from chronotope.errors import InputError
from chronotope.ids import place_id

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import fs

_ROWS = 1 << 18  # at once
_NEEDED = ("user_id", "item_id", "timestamp")
_MORE = ("kind", "event_id", "zone", "place", "latitude", "longitude")
_KIND = "visit"
_RESOLUTION = 9  # of the hexagons that events are in

File = tuple["fs.FileSystem", str]
"""A file system and a path in it."""


@dataclass(frozen=True)
class Lake:
    """Parquet files of events, with the columns that `load events` takes.

    `files` is a file, a folder, or a pattern like events/*.parquet, of any file system that pyarrow
    opens: s3://…, gs://…, hdfs://…. `timezone` is what moments without a zone mean; hours are those
    of the column `zone`, else of the moments' own zone.
    """

    files: str
    timezone: str | None = None


def told(lake: Lake, file: File) -> Iterator["pa.RecordBatch"]:
    """Yield the events of one of a lake's files, in its order.

    The columns are `user`, `item`, `cell`, `kind` and the event's `own` id as texts, `millis` since
    1970 and the local `hour`. A row that lacks a user, an item or a moment becomes one of nulls, in
    no order. Raises InputError for a file that cannot be read, and for a moment that is none.
    """
    import pyarrow as pa

    for batch in _batches(file):
        whole = len(batch)
        for name in _NEEDED:
            batch = batch.filter(batch[name].is_valid())
        moments = _moments(lake, batch["timestamp"])
        columns = {
            "user": batch["user_id"].cast(pa.string()),
            "item": batch["item_id"].cast(pa.string()),
            "millis": moments.cast(pa.timestamp("ms", "UTC"), safe=False).cast(pa.int64()),
            "hour": _hours(moments, _column(batch, "zone")),
            "cell": _cells(batch),
            "kind": _column(batch, "kind").fill_null(_KIND),
            "own": _column(batch, "event_id"),
        }
        yield pa.RecordBatch.from_pydict(columns)
        if missing := whole - len(batch):
            nothing = {name: pa.nulls(missing, one.type) for name, one in columns.items()}
            yield pa.RecordBatch.from_pydict(nothing)


def _moments(lake: Lake, column: "pa.Array[Any]") -> "pa.Array[Any]":
    import pyarrow as pa
    from pyarrow import compute

    if not pa.types.is_timestamp(column.type):
        raise InputError(
            f"The timestamps of {lake.files} are of the type {column.type}; make them moments: "
            "Parquet's own type timestamp."
        )
    if column.type.tz is not None:
        return column
    if lake.timezone is None:
        raise InputError(
            f"The timestamps of {lake.files} have no zone; say what they mean with --timezone, "
            "like UTC or Europe/Rome."
        )
    return compute.assume_timezone(
        column, lake.timezone, ambiguous="earliest", nonexistent="latest"
    )


def _hours(moments: "pa.Array[Any]", zones: "pa.Array[Any]") -> "pa.Array[Any]":
    import pyarrow as pa
    from pyarrow import compute

    hours = np.array(compute.hour(moments).to_numpy(zero_copy_only=False), np.int8)
    for zone in compute.unique(zones.drop_null()).to_pylist():
        chosen = compute.equal(zones, zone).fill_null(fill_value=False)
        there = moments.filter(chosen).cast(pa.timestamp("ms", zone), safe=False)
        hours[chosen.to_numpy(zero_copy_only=False)] = compute.hour(there).to_numpy(
            zero_copy_only=False
        )
    return pa.array(hours)


def _cells(batch: "pa.RecordBatch") -> "pa.Array[Any]":
    """Return the hexagon of each event that has coordinates, else its place."""
    import pyarrow as pa
    from pyarrow import compute

    places = _column(batch, "place")
    cells = compute.binary_join_element_wise(pa.scalar(place_id("")), places, "")
    if {"latitude", "longitude"} <= set(batch.schema.names):
        where = [
            batch[name].to_numpy(zero_copy_only=False).astype(np.float64)
            for name in ("latitude", "longitude")
        ]
        points = np.stack(where, axis=1)
        known = ~np.isnan(points).any(axis=1)
        spots, spot = np.unique(points[known], axis=0, return_inverse=True)
        names = [str(h3.latlng_to_cell(*one, _RESOLUTION)) for one in spots.tolist()]
        number = np.zeros(len(points), np.int64)
        number[known] = spot
        hexagons = pa.array(names, pa.string()).take(pa.array(number, mask=~known))
        cells = compute.coalesce(hexagons, cells)
    return cells


def _column(batch: "pa.RecordBatch", name: str) -> "pa.Array[Any]":
    import pyarrow as pa

    if name in batch.schema.names:
        return batch[name].cast(pa.string())
    return pa.nulls(len(batch), pa.string())


def files_of(lake: Lake) -> list[File]:
    """Return the files that a path, a folder or a pattern means, in the order of their names.

    Raises InputError when the extra is not installed, and when there are none.
    """
    pattern = lake.files
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


def _batches(file: File) -> Iterator["pa.RecordBatch"]:
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
