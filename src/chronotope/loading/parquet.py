"""Parquet files, in chunks (extra `parquet`)."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from chronotope.errors import InputError
from chronotope.loading.rejection import Line, Rejection
from chronotope.loading.text import as_texts

if TYPE_CHECKING:
    import pyarrow.parquet

_MAGIC = b"PAR1"
_CHUNK = 10_000  # rows


def is_parquet(file: BinaryIO) -> bool:
    """Tell by the first bytes; the file stays where it is."""
    peek = getattr(file, "peek", None)
    return peek is not None and peek(4)[:4] == _MAGIC


def open_table(path: str) -> "pyarrow.parquet.ParquetFile":
    """Open a Parquet file.

    Raises InputError when the extra is not installed or the file is broken.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise InputError(
            f"{path} is a Parquet file; to read it, install the extra: "
            "pip install 'chronotope[parquet]'."
        ) from None
    try:
        return parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError) as problem:
        raise InputError(f"{path} is no Parquet file that can be read: {problem}.") from None


def columns(table: "pyarrow.parquet.ParquetFile") -> tuple[str, ...]:
    """Return the names of the columns."""
    return tuple(table.schema_arrow.names)


def read(
    path: str,
    table: "pyarrow.parquet.ParquetFile",
    names: Sequence[str],
    keep: Collection[str] = (),
) -> Iterator[Line | Rejection]:
    """Yield the rows as text under `names`, from number 1 on; a chunk that cannot be read ends.

    The columns of `keep` keep their types.
    """
    import pyarrow

    number = 0
    try:
        for chunk in table.iter_batches(batch_size=_CHUNK):
            for values in zip(*map(_values, chunk.columns), strict=True):
                number += 1
                yield number, as_texts(dict(zip(names, values, strict=True)), keep)
    except (pyarrow.ArrowException, OSError) as problem:
        reason = f"the file is broken from here on ({problem})"
        yield Rejection(path, number + 1, None, reason, {})


def _values(column: "pyarrow.Array[Any]") -> list[Any]:
    import pyarrow

    if pyarrow.types.is_timestamp(column.type):  # nanoseconds have no Python type
        column = column.cast(pyarrow.timestamp("us", column.type.tz), safe=False)
    try:
        return list(column.to_pylist(maps_as_pydicts="lossy"))
    except (OverflowError, ValueError):  # years that Python does not have
        return list(column.cast(pyarrow.string()).to_pylist())
