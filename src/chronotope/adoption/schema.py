"""What a graph looks like: its labels, its relationships, what properties seem to mean. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

Value = TypeVar("Value")

_TEMPORAL = ("ZONED DATETIME", "LOCAL DATETIME", "DATE")
_ISO = re.compile(r"\d{4}-\d\d?-\d\d?(?:[T ]\d\d?:\d\d.*)?$")
_FORMATS = (
    "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d", "%b %d, %Y", "%B %d, %Y",
    "%d %b %Y", "%d %B %Y",
)  # fmt: skip
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %I:%M:%S %p")
_TIME = re.compile(
    r"time|date|day|when|stamp|created|(^|_)(at|on|ts)$|[a-z](At|On|Ts)$", re.IGNORECASE
)
_HARDLY = re.compile(
    r"require|ship|due|updat|modif|birth|born|expir|end|clos|delet|deliver|releas|publish", re.I
)
_MIDNIGHT = re.compile(r"\d{4}-\d\d-\d\d([T ]00:00(?::00(?:\.0+)?)?)")
_NEARLY_ALL = 0.8
_SEVERAL = 3
_UNITS = (("s", 1e8, 5e9), ("ms", 1e11, 5e12), ("us", 1e14, 5e15), ("ns", 1e17, 5e18))


@dataclass(frozen=True)
class Property:
    """A property: its types, how many have it, how many values there are, and some of them."""

    name: str
    types: tuple[str, ...]
    times: int
    values: int
    some: tuple[Any, ...]


@dataclass(frozen=True)
class Thing:
    """A label or a type of relationships: how many there are, and what a sample of them has."""

    name: str
    count: int
    sampled: int
    properties: Mapping[str, Property]
    ends: Mapping[tuple[str, str], int]
    """Of a type: the labels at both ends, and how often."""


@dataclass(frozen=True)
class Schema:
    """All labels and types of a graph."""

    labels: Mapping[str, Thing]
    types: Mapping[str, Thing]


@dataclass(frozen=True)
class When:
    """A property that is a moment: how it has to be read."""

    name: str
    time_unit: str | None = None
    time_format: str | None = None
    needs_zone: bool = False
    is_ordered: bool = True
    is_text: bool = False


def thing(row: Mapping[str, Any], name: str, count: str) -> Thing:
    """Return a row of `describe_labels` or `describe_types`."""
    ends: dict[tuple[str, str], int] = {}
    for end in row.get("ends") or ():
        for start in end["start"]:
            for stop in end["end"]:
                ends[start, stop] = ends.get((start, stop), 0) + end["times"]
    properties = {
        one["name"]: Property(
            one["name"], tuple(one["types"]), one["times"], one["values"], tuple(one["some"])
        )
        for one in row["properties"]
    }
    return Thing(row[name], row[count], row["sampled"], properties, ends)


def moment_of(thing: Thing, *words: str) -> When | None:
    """Return the property that most looks like a thing's moment; `words` may be in its name."""
    found = [
        (when, _rank(when.name, words)) for p in thing.properties.values() if (when := _when(p))
    ]
    return min(found, key=lambda entry: entry[1])[0] if found else None


def _rank(name: str, words: Iterable[str]) -> tuple[bool, bool, bool, str]:
    lower = name.lower()
    return (
        bool(_HARDLY.search(name)),
        not any(word and word.lower() in lower for word in words),
        not _TIME.search(name),
        name,
    )


def _when(given: Property) -> When | None:
    types = set(given.types)
    if types and types <= set(_TEMPORAL):
        return When(given.name, needs_zone="LOCAL DATETIME" in types)
    if types == {"STRING"}:
        return _written(given)
    if types and types <= {"INTEGER", "FLOAT"} and _TIME.search(given.name):
        unit = _unit(given.some)
        return When(given.name, time_unit=unit) if unit else None
    return None


def _written(given: Property) -> When | None:
    some = [text.strip() for text in given.some if text.strip() not in ("", "NULL", "null")]
    if iso := _most(some, _ISO.match):
        days = {text: midnight[1] for text in iso if (midnight := _MIDNIGHT.fullmatch(text))}
        if _SEVERAL <= len(days) == len(iso) and len(set(days.values())) == 1:
            day = f"%Y-%m-%d{next(iter(days.values()))}"
            return When(given.name, time_format=day, needs_zone=True, is_text=True)
        needs_zone = not all(map(_has_offset, iso))
        return When(given.name, needs_zone=needs_zone, is_text=True)
    numbers = _most(some, str.isdecimal) if _TIME.search(given.name) else []
    if unit := _unit([int(text) for text in numbers]):
        return When(given.name, time_unit=unit, is_ordered=False, is_text=True)
    pattern = max(
        (day + clock for day in _FORMATS for clock in _CLOCKS),
        key=lambda pattern: sum(_fits(text, pattern) for text in some),
    )
    if _most(some, lambda text: _fits(text, pattern)):
        return When(given.name, None, pattern, needs_zone=True, is_ordered=False, is_text=True)
    return None


def _unit(numbers: Sequence[float]) -> str | None:
    """Return what moments count in, if they do."""
    for unit, least, most in _UNITS:
        within = [least <= abs(number) < most for number in numbers]
        if _most(within, bool):
            return unit
    return None


def _most(values: Sequence[Value], fits: Callable[[Value], object]) -> list[Value]:
    """Return those that fit, if nearly all do: a few may stand for what is not known."""
    found = [value for value in values if fits(value)]
    return found if len(found) >= _NEARLY_ALL * len(values) else []


def _has_offset(text: str) -> bool:
    return bool(re.search(r"(Z|[+-]\d\d:?\d\d)$", text[10:]))


def _fits(text: str, pattern: str) -> bool:
    try:
        datetime.strptime(text, pattern)
    except ValueError:
        return False
    return True


def id_of(label: Thing) -> str | None:
    """Return the property that nodes seem to be known by: each has one, and no two the same."""
    unique = [
        given.name
        for given in label.properties.values()
        if given.times == label.sampled == given.values
        and set(given.types) <= {"STRING", "INTEGER"}
    ]
    short = label.name.lower()

    def rank(name: str) -> tuple[int, str]:
        lower = name.lower().replace("_", "")
        if lower == "id":
            return 0, name
        if lower in (f"{short}id", f"{short}key", f"{short}code"):
            return 1, name
        if lower in ("uuid", "guid", "sku", "key", "code", "ident"):
            return 2, name
        if re.search(r"(Id|ID|_id|UUID|Key)$|^[a-z]?[a-z]id$", name):
            return 3, name
        if re.search(r"([a-z]|\b|_)(No|Nr|Number|Code)$|(\b|_)(no|nr|number|code)$", name):
            return 3, name
        if lower in ("username", "login", "email"):
            return 4, name
        if lower in ("name", "title", f"{short}name"):
            return 5, name
        return 6, name

    return min(unique, key=rank) if unique else None


def named(thing: Thing, *wanted: str, types: Sequence[str] = ("STRING",)) -> str | None:
    """Return the first property whose name is one of these, of these types; case does not count."""
    by_name = {name.lower().replace("_", ""): given for name, given in thing.properties.items()}
    for want in wanted:
        given = by_name.get(want)
        if given and all(type_.startswith(tuple(types)) for type_ in given.types):
            return given.name
    return None
