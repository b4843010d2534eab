"""NDJSON: one JSON object a line. The loader's own rejects are such a file."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from chronotope.loading.files import BROKEN
from chronotope.loading.rejection import Line, Rejection
from chronotope.loading.text import as_row, as_text

_REJECTION = frozenset(Rejection.__dataclass_fields__)


def read(path: str, lines: Iterable[str], ours: Callable[[str], str]) -> Iterator[Line | Rejection]:
    """Yield the objects of `lines` as rows of text; `ours` gives our name of a key.

    A line of a file of rejects stands for the row in it, which has our names already.
    """
    remaining = enumerate(lines, start=1)
    line = 0
    while True:
        try:
            line, text = next(remaining)
        except StopIteration:
            return
        except BROKEN as problem:
            reason = f"the compressed file is broken from here on ({problem})"
            yield Rejection(path, line + 1, None, reason, {})
            return
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as problem:
            raw = {"json": text.strip()}
            yield Rejection(path, line, None, f"is not JSON: {problem}", raw)
            continue
        if isinstance(value, dict):
            yield line, _row(value, ours)
        else:
            yield Rejection(path, line, None, "is not a JSON object", {"json": text.strip()})


def _row(value: dict[str, Any], ours: Callable[[str], str]) -> dict[str, str]:
    inner = value.get("row")
    if value.keys() == _REJECTION and isinstance(inner, dict):
        return {name: as_text(name, item) for name, item in inner.items()}
    return as_row(value, ours)
