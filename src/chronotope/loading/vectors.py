"""Vectors of items that people bring: `.npy`, row by row with the items, or Parquet with ids."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from neo4j.vector import Vector

from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.loading import parquet
from chronotope.loading.columns import ITEMS, ReadOptions
from chronotope.loading.files import can_be_read_again, expand
from chronotope.loading.loader import Watch
from chronotope.loading.read import open_source
from chronotope.loading.rejection import Rejection, RowError
from chronotope.loading.summary import Summary

_BATCH = 2000  # of smaller ones a vector index gets more segments, and is slower to search
_ID = ITEMS.key
_COLUMNS = ("embedding", "vector")
_MAX_DIMENSION = 4096  # of a vector index

TEXT_INDEX = "item_embedding"
VECTOR_INDEXES = {
    TEXT_INDEX: "embedding",
    "item_image": "imageEmbedding",
    "item_audio": "audioEmbedding",
}
"""The vector indexes of items, with the property that each is of."""

Numbers = npt.NDArray[np.float32]
Entry = tuple[int, str, Numbers]
"""Row number, item id and vector."""


def load_vectors(
    graph: Graph | None,
    path: str,
    items: Sequence[str],
    options: ReadOptions,
    watch: Watch = Watch(),  # noqa: B008  frozen
    *,
    index: str = TEXT_INDEX,
) -> Summary:
    """Write the vectors of a file to items; with no graph, only validate them.

    They go to the property that `index`, one of VECTOR_INDEXES, is of.

    The rows of an `.npy` file, an array of numbers (rows, dimension), belong to the rows of the
    files `items`, of whose items the first row counts. A Parquet file has the columns item_id and
    embedding (or vector), a list of numbers. A vector of zeros, of another length than the first or
    with numbers that are not finite is rejected, and so is that of an item the graph lacks.

    Raises InputError for a file of another kind, or of another number of rows than the items have,
    and for vectors in the index of texts that are as long as those of the graph's encoder.
    """
    summary = Summary("vectors")
    is_parquet = path.lower().endswith(".parquet")
    entries = _entries(*_open_parquet(path)) if is_parquet else _read_npy(path, items, options)
    seen: set[str] = set()
    dimension = 0
    while not watch.interrupted():
        chunk = list(islice(entries, _BATCH))
        if not chunk:
            return summary
        if not dimension:
            dimension = len(chunk[0][2])
            _refuse_a_mixture(graph, index, dimension, path)
        summary.rows += len(chunk)
        good: dict[str, tuple[int, Numbers]] = {}
        for line, name, vector in chunk:
            fault = _fault(name, vector, dimension)
            if fault:
                _reject(
                    Rejection(path, line, fault.column, fault.reason, {_ID: name}), summary, watch
                )
            elif name in seen:
                summary.duplicate += 1
            else:
                seen.add(name)
                good[name] = line, vector
        missing = _write(graph, good, VECTOR_INDEXES[index], summary) if graph else ()
        summary.loaded += 0 if graph else len(good)
        for name in missing:
            reason = f"'{name}' is no item of the graph"
            _reject(Rejection(path, good[name][0], _ID, reason, {_ID: name}), summary, watch)
        watch.progress(f"reading {summary.table}", summary.rows, None)
    summary.interrupted, summary.stopped = True, "it was interrupted"
    return summary


def check_vectors(path: str) -> None:
    """Raise InputError for a file whose head tells that it holds no vectors."""
    if path.lower().endswith(".parquet"):
        _open_parquet(path)[0].close()
    else:
        _open_npy(path)


def _refuse_a_mixture(graph: Graph | None, index: str, dimension: int, path: str) -> None:
    rows = graph.read("embed.read_encoder") if graph and index == TEXT_INDEX else []
    if rows and rows[0]["dimension"] == dimension:
        others = " or ".join(name for name in VECTOR_INDEXES if name != TEXT_INDEX)
        raise InputError(
            f"The vectors of {path} are as long ({dimension}) as those that {rows[0]['name']} "
            f"made of the graph's texts, and a search of {TEXT_INDEX} could not tell them apart; "
            f"give them an index of their own: --vectors-index {others}"
        )


def _write(
    graph: Graph, good: dict[str, tuple[int, Numbers]], target: str, summary: Summary
) -> list[str]:
    rows = [
        {
            "id": name,
            "vector": Vector.from_numpy(vector),
            "key": hashlib.blake2b(vector.tobytes(), digest_size=8).hexdigest(),
        }
        for name, (_, vector) in sorted(good.items())
    ]
    answer = graph.write("load.write_vectors", {"rows": rows, "property": target})[0]
    missing: list[str] = answer["missing"]
    summary.loaded += answer["written"]
    summary.unchanged += len(rows) - answer["written"] - len(missing)
    return missing


def _reject(rejection: Rejection, summary: Summary, watch: Watch) -> None:
    summary.reject(rejection)
    watch.on_rejection(rejection)


def _fault(name: str, vector: Numbers, dimension: int) -> RowError | None:
    if not name:
        return RowError(_ID, "is missing, or its row of the items cannot be read")
    if len(vector) != dimension:
        return RowError("embedding", f"has {len(vector)} numbers, the first one {dimension}")
    if not np.isfinite(vector).all():
        return RowError("embedding", "holds numbers that are not finite")
    if not vector.any():
        return RowError("embedding", "is all zeros, which is like nothing")
    return None


def _open_npy(path: str) -> npt.NDArray[Any]:
    try:
        matrix = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as problem:
        raise InputError(
            f"{path} cannot be read as vectors (.npy or .parquet): {problem}."
        ) from None
    if (
        matrix.ndim != 2
        or matrix.dtype.kind not in "fiu"
        or not 0 < matrix.shape[1] <= _MAX_DIMENSION
    ):
        raise InputError(
            f"{path} holds {matrix.dtype} of the shape {matrix.shape}; vectors are numbers of the "
            f"shape (items, dimension), at most {_MAX_DIMENSION} of them each."
        )
    return np.asanyarray(matrix)


def _read_npy(path: str, items: Sequence[str], options: ReadOptions) -> Iterator[Entry]:
    matrix = _open_npy(path)
    if not all(map(can_be_read_again, expand(items))):
        raise InputError(f"{path} goes by the rows of the items, which a pipe gives once only.")
    rows = sum(1 for _ in _ids(items, options))
    if rows != len(matrix):
        raise InputError(f"{path} has {len(matrix):,} vectors for {rows:,} rows of items.")
    return (
        (line, name, np.asarray(vector, np.float32))
        for line, (name, vector) in enumerate(zip(_ids(items, options), matrix, strict=True), 1)
    )


def _ids(items: Sequence[str], options: ReadOptions) -> Iterator[str]:
    """Yield the id of each row, empty where it cannot be read."""
    for path in expand(items):
        source = open_source(path, ITEMS, options)
        for entry in source.rows:
            yield "" if isinstance(entry, Rejection) else entry[1].get(_ID, "")
        source.close()


def _open_parquet(path: str) -> tuple[Any, str]:
    """Return the open table and the name of the column of vectors."""
    table = parquet.open_table(path)
    names = parquet.columns(table)
    column = next((name for name in _COLUMNS if name in names), None)
    if _ID not in names or column is None:
        raise InputError(
            f"{path} needs the columns {_ID} and {_COLUMNS[0]}; it has: {', '.join(names)}."
        )
    return table, column


def _entries(table: Any, column: str) -> Iterator[Entry]:
    line = 0
    for chunk in table.iter_batches(batch_size=_BATCH, columns=[_ID, column]):
        for name, vector in zip(*(values.to_pylist() for values in chunk.columns), strict=True):
            line += 1
            numbers = [np.nan if number is None else number for number in vector or ()]
            yield line, "" if name is None else str(name), np.asarray(numbers, np.float32)
    table.close()
