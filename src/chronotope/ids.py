"""Ids that are made of names: the one home of their prefixes. Pure."""

from collections.abc import Sequence

LEVELS = " > "
"""Between the names of a path of categories."""

_CATEGORY, _KEYWORD, _PLACE = "category:", "keyword:", "place:"


def category_id(names: Sequence[str]) -> str:
    """Return the id of the category at the end of a path of names."""
    return _CATEGORY + LEVELS.join(names)


def category_path(name: str) -> str:
    """Return the path of a category's id, like `Dining > Coffee Shop`."""
    return name.removeprefix(_CATEGORY)


def keyword_id(name: str) -> str:
    """Return the id of a keyword: one of a text and a tag of the same name are one interest."""
    return _KEYWORD + name.casefold()


def event_id(user: str, item: str, kind: str, millis: int) -> str:
    """Return the id of an event that was given none; `millis` since 1970."""
    return f"{user}\x1f{item}\x1f{kind}\x1f{millis}"


def place_id(name: str) -> str:
    """Return the id under which a named place serves as a cell."""
    return _PLACE + name
