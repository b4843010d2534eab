"""Statistics as Parquet files in a folder, for who has no graph (extra `parquet`)."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chronotope import outputs
from chronotope.statistics.sheets import Kind, Sheet

if TYPE_CHECKING:
    import pyarrow as pa


class FolderWriter:
    """Writes what is derived into a folder, each file when it is whole.

    `items.parquet` and `users.parquet` have a row each, of links there is one file a kind, with the
    columns `id`, `other` and the names of their numbers. `derivation.json` is written last.
    `written` counts the rows of each kind.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.written: Counter[str] = Counter()
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, sheet: Sheet) -> None:
        """Write all of a sheet, unless there is nothing that it is of."""
        if not len(sheet.ids):
            return
        columns: dict[str, Any] = {"id": sheet.ids, **sheet.numbers}
        if sheet.tastes is not None:
            columns["taste"] = sheet.tastes
        self._save(sheet.what, columns)
        for kind in sheet.kinds:
            self._save(kind.what, _columns(kind, sheet.ids))

    def write_users(self, ids: Sequence[str], tastes: NDArray[np.float32]) -> None:
        """Write the tastes of users."""
        self._save("users", {"id": ids, "taste": tastes})

    def finish(self, numbers: Mapping[str, Any]) -> None:
        """Write what the derivation tells of itself."""
        with outputs.writing(self._folder / "derivation.json") as file:
            text = json.dumps(dict(numbers), default=lambda at: at.isoformat(), indent=2)
            file.write(text.encode())

    def _save(self, what: str, columns: Mapping[str, Any]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        table = pa.table({name: _array(column) for name, column in columns.items()})
        name = what.replace(" ", "_").replace("-", "_")
        with outputs.writing(self._folder / f"{name}.parquet") as file:
            parquet.write_table(table, file, compression="zstd")
        self.written[what] = len(table)


def _columns(kind: Kind, ids: Sequence[str]) -> dict[str, Any]:
    import pyarrow as pa

    links = kind.links
    return {
        "id": pa.array(ids, pa.string()).take(pa.array(links.first())),
        "other": pa.array(kind.ids, pa.string()).take(pa.array(links.other)),
        **links.values,
    }


def _array(column: Any) -> "pa.Array[Any]":
    """Return a column of Arrow: NaN is null, a vector is a list."""
    import pyarrow as pa

    if not isinstance(column, np.ndarray):
        return column if isinstance(column, pa.Array) else pa.array(column, pa.string())
    if column.ndim == 1:
        type_ = pa.float64() if column.dtype == object else None
        return pa.array(column, type_, from_pandas=True)
    flat = pa.array(column.ravel())
    missing = np.isnan(column[:, 0]) if column.dtype.kind == "f" else np.zeros(len(column), bool)
    return pa.FixedSizeListArray.from_arrays(flat, column.shape[1], mask=pa.array(missing))
