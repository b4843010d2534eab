"""Rows that are mappings: records of a program, or of a frame of pandas or polars."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from chronotope.errors import InputError
from chronotope.loading.rejection import Line, Rejection
from chronotope.loading.text import as_texts


def records_of(rows: Any) -> Iterable[Any]:
    """Return the records of a frame, or of what gives them one by one.

    Frames are known by their methods: neither package has to be installed. Raises InputError for
    what holds no rows.
    """
    if hasattr(rows, "iter_rows"):  # polars
        records: Iterable[Any] = rows.iter_rows(named=True)
        return records
    if hasattr(rows, "itertuples"):  # pandas, where what is missing has several forms
        names = list(map(str, rows.columns))
        present = rows.astype(object).where(rows.notna(), None)
        return (
            dict(zip(names, values, strict=True))
            for values in present.itertuples(index=False, name=None)
        )
    if isinstance(rows, Mapping) or not isinstance(rows, Iterable):
        raise InputError(
            "Rows are a path, a pattern, or an iterable of mappings like "
            "[{'user_id': 'ann', 'item_id': 'cafe', …}] or a frame, "
            f"not {'one mapping' if isinstance(rows, Mapping) else repr(rows)}."
        )
    return rows


def read(
    name: str,
    records: Iterable[Any],
    ours: Callable[[dict[str, str]], dict[str, str]],
    keep: Collection[str] = (),
) -> Iterator[Line | Rejection]:
    """Yield records as rows of text, numbered from 1; `ours` gives a record our names.

    The columns of `keep` keep their types.
    """
    for number, record in enumerate(records, start=1):
        if not isinstance(record, Mapping):
            reason = "is not a mapping of columns to values"
            yield Rejection(name, number, None, reason, {"value": repr(record)})
            continue
        try:
            yield number, ours(as_texts(record, keep))
        except InputError as problem:
            yield Rejection(name, number, None, str(problem), as_texts(record))
