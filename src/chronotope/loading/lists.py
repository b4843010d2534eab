"""Lists of names, as people write the tags and categories of an item. Pure.

One rule for all of them: a list or a map of JSON or of Python is what it says; else names stand
between `;` or `|`, and where there are neither, and no path (`>`), between commas.
"""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from chronotope.ids import LEVELS

_STRONG = re.compile("[;|]")
_LEVEL = ">"
_LINE_BREAK = re.compile(r"[\t\n\v\f\r]")
# No name in brackets that others follow, like [a] b [c]: the first bracket closes at the end.
_ARRAY = re.compile(r"\[(?![^\[]*\].).*\]|\{(?![^{]*\}.).*\}", re.DOTALL)
_BRACKETS = {"[": "]", "{": "}", "(": ")"}


def names(text: str) -> list[str]:
    """Return the names of a list, each once, in order."""
    found = _written(text)
    if found is None:
        found = _in_array(text) if _ARRAY.fullmatch(text) else _split(text)
    tidy = (" ".join(_stripped(_LINE_BREAK.split(name))) for name in found)
    return list(dict.fromkeys(name for name in tidy if name))


def paths(text: str) -> list[tuple[str, ...]]:
    """Return the paths of a list, like `Dining > Coffee Shop`, each once, in order."""
    split = (tuple(_stripped(name.split(_LEVEL))) for name in names(text))
    return list(dict.fromkeys(path for path in split if path))


def structure(text: str) -> Any:
    """Return the list or map that a text of JSON or of Python is, None for other text."""
    if _BRACKETS.get(text[:1]) != text[-1:]:
        return None
    for parse in (json.loads, ast.literal_eval):
        try:
            found = parse(text)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
        return found if isinstance(found, list | tuple | dict | set) else None
    return None


def _stripped(parts: Iterable[str]) -> Iterable[str]:
    return filter(None, map(str.strip, parts))


def _written(text: str) -> Iterable[str] | None:
    found = structure(text)
    return None if found is None else _names_in(found)


def _names_in(found: Any) -> Iterable[str]:
    """Yield the names in a list; of a map those are its name, else its keys."""
    if isinstance(found, Mapping):
        name = found.get("name")
        yield from [name] if isinstance(name, str) else map(str, found)
        return
    for entry in found:
        if isinstance(entry, Mapping):
            yield from _names_in(entry)
        elif isinstance(entry, list | tuple):
            yield LEVELS.join(map(str, entry))
        elif entry is not None:
            yield str(entry)


def _in_array(text: str) -> Iterable[str]:
    """Yield the names in an array of PostgreSQL, or in a list with bare words."""
    return (name.strip().strip("\"'") for name in _split(text[1:-1]))


def _split(text: str) -> list[str]:
    if _STRONG.search(text):
        return _STRONG.split(text)
    return [text] if ">" in text else text.split(",")
