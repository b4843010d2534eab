"""Blocks in the processes of a Spark cluster: what `engine.HERE` does, elsewhere (extra `spark`).

Nothing is computed by Spark: it reads and moves rows, and runs our functions on them. Parts are
ranges of users, so that one after the other they have the order that they have on one machine.
"""

import pickle
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chronotope import errors
from chronotope.errors import ChronotopeError, InputError
from chronotope.statistics import memory
from chronotope.statistics.arrays import Events, Kinds
from chronotope.statistics.batches import File, Lake, files_of, told
from chronotope.statistics.lake import Columns, Known, arranged, columns_of, told_once

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark import Broadcast
    from pyspark.sql import DataFrame, SparkSession

_PACKED = "packed binary"
_ROWS = (
    "place long, user string, item string, millis long, hour byte, cell string, kind string, "
    "own string"
)
_PART = 1_000_000  # events, on average
_FILE_BITS = 40  # of the place of an event: the number of its file stands above its row
_RAISED = re.compile(r"chronotope\.errors\.(\w+): (.+)")
_CAUSE = re.compile(r"^(?:: )?([\w.$]*(?:Error|Exception): .+)", re.MULTILINE)
Batches = Iterable["pa.RecordBatch"]


class SparkEngine:
    """Runs functions of blocks as tasks of Spark, with what they share as a broadcast."""

    is_here = False

    def __init__(self, spark: "SparkSession") -> None:
        self.spark = spark
        self.at_once: int = spark.sparkContext.defaultParallelism

    def room(self) -> int:
        """Return a quarter of this machine's memory, divided among the tasks at once of one."""
        context = self.spark.sparkContext
        cores = context.getConf().get("spark.executor.cores", "1")
        is_local = str(context.master).partition("[")[0] == "local"
        return memory.budget() // (self.at_once if is_local else int(cores or 1))

    def run(self, work: Callable[[Any, Any], Any], shared: Any, tasks: Sequence[Any]) -> list[Any]:
        """Return what a function makes of each task; what is `shared` goes once to each process."""
        if not tasks:
            return []
        return _results(self.spark, self._frame(tasks), work, shared)

    def open(self, files: Lake) -> "_SparkLake":
        """Have the events of a lake read, a task a file. Raises InputError as `lake.read` does."""
        return _SparkLake(self.spark, files)

    def spread(self, events: Events) -> "_SparkParts":
        """Make parts of events that were read here."""
        parts = events.cut(_count(self.spark, len(events.user)))
        return _SparkParts(self.spark, self._frame(parts))

    def _frame(self, tasks: Sequence[Any]) -> "DataFrame":
        rows = [(bytearray(pickle.dumps(task, pickle.HIGHEST_PROTOCOL)),) for task in tasks]
        return self.spark.createDataFrame(
            self.spark.sparkContext.parallelize(rows, len(rows)), _PACKED
        )


class _SparkParts:
    def __init__(self, spark: "SparkSession", frame: "DataFrame") -> None:
        self._spark, self._frame = spark, frame

    def run(self, work: Callable[[Any, Events], Any], shared: Any) -> list[Any]:
        return _results(self._spark, self._frame, work, shared)


@dataclass(frozen=True)
class _Frame:
    """What counts: what is known of a graph, whom it does not have, until when, which kinds."""

    known: Known
    strangers: frozenset[str]
    at: datetime
    kinds: Kinds

    def arguments(self, found: Columns) -> tuple[Columns, Known, datetime, Kinds]:
        users = sorted(set(found.users) - self.strangers)
        return found, replace(self.known, users=users), self.at, self.kinds


class _SparkLake:
    def __init__(self, spark: "SparkSession", lake: Lake) -> None:
        from pyspark import StorageLevel

        self._spark = spark
        files = files_of(lake)
        numbers = spark.range(0, len(files), 1, len(files))
        self._rows = _mapped(numbers, _reading(lake, files), _ROWS)
        self._rows.persist(StorageLevel.DISK_ONLY)

    @cached_property
    def users(self) -> list[str]:
        return self._distinct("user")

    @cached_property
    def items(self) -> list[str]:
        return self._distinct("item")

    def end(self) -> datetime:
        if not (last := self._whole["last"]):
            raise InputError("There is no event in the files.")
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(last) + 1)

    def arranged(
        self, known: Known, at: datetime, kinds: Kinds
    ) -> tuple[_SparkParts, Sequence[str], dict[str, int]]:
        from pyspark import StorageLevel

        items = sorted(self.items) if known.items is None else known.items
        strangers = frozenset() if known.users is None else frozenset(self.users) - set(known.users)
        frame = _Frame(replace(known, users=None, items=items), strangers, at, kinds)
        shared = self._spark.sparkContext.broadcast(frame)
        count, rows = _count(self._spark, self._whole["rows"]), self._rows
        if self._whole["named"]:
            named = rows.where("own IS NOT NULL").repartition(count, "own")
            rows = rows.where("own IS NULL").union(_mapped(named, _once(shared), _ROWS))
        columns = f"{_PACKED}, remarks binary, named long"
        parts = _mapped(rows.repartitionByRange(count, "user"), _arranging(shared), columns)
        parts.persist(StorageLevel.DISK_ONLY)
        left, named_rows = Counter[str](), 0
        with sentences():
            for row in parts.select("remarks", "named").collect():
                left.update(pickle.loads(row["remarks"]))  # noqa: S301  made by us
                named_rows += row["named"]
        self._rows.unpersist()
        left["events that are told again"] += self._whole["named"] - named_rows
        return _SparkParts(self._spark, parts.select("packed")), items, dict(left)

    @cached_property
    def _whole(self) -> dict[str, int]:
        with sentences():
            row = self._rows.selectExpr(
                "count(*) AS rows", "count(own) AS named", "max(millis) AS last"
            ).first()
        return row.asDict() if row else {}

    def _distinct(self, name: str) -> list[str]:
        with sentences():
            found = self._rows.select(name).where(f"{name} IS NOT NULL").distinct().collect()
        return [row[0] for row in found]


def _count(spark: "SparkSession", events: int) -> int:
    """Return into how many parts events are cut."""
    cores: int = spark.sparkContext.defaultParallelism
    return max(cores, -(-events // _PART), 1)


def _mapped(
    frame: "DataFrame", work: Callable[[Batches], Iterator["pa.RecordBatch"]], columns: str
) -> "DataFrame":
    with without_pandas():
        return frame.mapInArrow(work, columns)


def _results(
    spark: "SparkSession", frame: "DataFrame", work: Callable[[Any, Any], Any], shared: Any
) -> list[Any]:
    """Return what a function makes of what is packed in each row, in their order."""
    value = spark.sparkContext.broadcast(shared)
    try:
        with sentences():
            rows = _mapped(frame, _working(work, value), _PACKED).collect()
        return [pickle.loads(row["packed"]) for row in rows]  # noqa: S301  made by us
    finally:
        value.destroy()


def _working(
    work: Callable[[Any, Any], Any], shared: "Broadcast[Any]"
) -> Callable[[Batches], Iterator["pa.RecordBatch"]]:
    def run(batches: Batches) -> Iterator["pa.RecordBatch"]:
        for batch in batches:
            for packed in batch["packed"]:
                task = pickle.loads(packed.as_buffer())  # noqa: S301  made by us
                yield _batch(packed=[_pack(work(shared.value, task))])

    return run


def _reading(lake: Lake, files: Sequence[File]) -> Callable[[Batches], Iterator["pa.RecordBatch"]]:
    def run(batches: Batches) -> Iterator["pa.RecordBatch"]:
        import numpy as np
        import pyarrow as pa

        for number in (number for batch in batches for number in batch["id"].to_pylist()):
            place = number << _FILE_BITS
            for batch in told(lake, files[number]):
                places = pa.array(np.arange(place, place + len(batch)))
                place += len(batch)
                names = ["place", *batch.schema.names]
                yield pa.RecordBatch.from_arrays([places, *batch.columns], names=names)

    return run


def _once(shared: "Broadcast[_Frame]") -> Callable[[Batches], Iterator["pa.RecordBatch"]]:
    def run(batches: Batches) -> Iterator["pa.RecordBatch"]:
        import pyarrow as pa

        if table := _in_order(batches):
            stays = told_once(*shared.value.arguments(columns_of(table.to_batches())))
            yield from table.filter(pa.array(stays)).to_batches()

    return run


def _arranging(shared: "Broadcast[_Frame]") -> Callable[[Batches], Iterator["pa.RecordBatch"]]:
    def run(batches: Batches) -> Iterator["pa.RecordBatch"]:
        if table := _in_order(batches):
            found = columns_of(table.to_batches())
            events, _, left = arranged(*shared.value.arguments(found))
            named = int((found.own >= 0).sum())
            yield _batch(packed=[_pack(events)], remarks=[_pack(left)], named=[named])

    return run


def _in_order(batches: Batches) -> "pa.Table | None":
    """Return rows in the order of the files, None where there are none."""
    import pyarrow as pa

    found = list(batches)
    return pa.Table.from_batches(found).sort_by("place") if found else None


def _batch(**columns: list[Any]) -> "pa.RecordBatch":
    import pyarrow as pa

    return pa.RecordBatch.from_pydict(columns)


def _pack(value: Any) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


@contextmanager
def without_pandas() -> Iterator[None]:
    """Let Spark be silent on which pandas it is made for: none is used here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
        yield


@contextmanager
def sentences(what: str = "A job of Spark failed") -> Iterator[None]:
    """Let our errors be told that were raised by a task, and what Spark complains of."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as problem:
        if raised := _RAISED.search(str(problem)):
            kind = getattr(errors, raised[1], ChronotopeError)
            raise kind(raised[2]) from None
        cause = _CAUSE.search(str(problem))
        told = cause[1] if cause else str(problem).strip().partition("\n")[0]
        raise ChronotopeError(f"{what}: {told}") from problem
