"""NDJSON: one JSON object a line. The loader's own rejects are such a file."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from chronotope.errors import InputError
from chronotope.loading.files import BROKEN, broken_from_here
from chronotope.loading.lines import LongLineError
from chronotope.loading.rejection import REST, Line, Rejection
from chronotope.loading.text import as_texts

_REJECTION = frozenset(Rejection.__dataclass_fields__)

Ours = Callable[[dict[str, str]], dict[str, str]]


def read(
    path: str, lines: Iterable[str], ours: Ours, keep: Collection[str] = ()
) -> Iterator[Line | Rejection]:
    """Yield the objects of `lines` as rows of text; `ours` gives a record our names.

    The columns of `keep` keep their types. A line of a file of rejects stands for the row in it,
    which has our names already.
    """
    remaining = iter(lines)
    line = 0
    while True:
        line += 1
        try:
            text = next(remaining)
        except StopIteration:
            return
        except LongLineError as problem:
            yield Rejection(path, line, None, str(problem), {})
            if problem.endless:
                return
            continue
        except BROKEN as problem:
            yield Rejection(path, line, None, broken_from_here(problem), {})
            return
        if not text.strip():
            continue
        try:
            value = json.loads(text, object_pairs_hook=_unique)
            if not isinstance(value, dict):
                raise InputError("is not a JSON object")
            inner = _rejected(value)
            if inner and REST in inner:
                reason = f"has more fields than columns, still: see '{REST}'"
                yield Rejection(path, line, None, reason, as_texts(inner))
                continue
            yield line, ours(as_texts(value, keep)) if inner is None else as_texts(inner)
        except InputError as problem:
            yield Rejection(path, line, None, str(problem), {"json": text.strip()})
        except (ValueError, RecursionError) as problem:
            yield Rejection(path, line, None, f"is not JSON: {problem}", {"json": text.strip()})


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"has the key '{twice}' twice")
    return value


def _rejected(value: dict[str, Any]) -> dict[str, Any] | None:
    """Return the row in a line of rejects, None for another line."""
    inner = value.get("row")
    return inner if value.keys() == _REJECTION and isinstance(inner, dict) else None
