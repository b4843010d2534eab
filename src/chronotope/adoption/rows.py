"""Rows of somebody's graph as rows of text under our column names. Pure."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from neo4j.graph import Node, Path, Relationship
from neo4j.spatial import Point, WGS84Point
from neo4j.time import Date, DateTime, Duration

from chronotope.adoption.mapping import Source
from chronotope.loading import known_name
from chronotope.loading.text import as_kept, as_text

_OURS = {"at": "timestamp", "id": "event_id"}
_OPTIONS = {
    "--timezone": "`zone` in the mapping",
    "--time-format": "`time_format` in the mapping",
    "--time-unit": "`time_unit` in the mapping",
    "--rating-threshold": "`rating_threshold` in the mapping",
}
_OPTION = re.compile("|".join(_OPTIONS))


class ValueOfNoKindError(ValueError):
    """A value of a graph that no column takes; the reason follows the column's name."""


def in_words_of_a_mapping(sentence: str) -> str:
    """Return what `load` says, with the keys of a mapping for its options."""
    return _OPTION.sub(lambda match: _OPTIONS[match[0]], sentence)


def text_of(value: Any) -> str:
    """Return a value of a graph as a file would have it.

    Raises ValueOfNoKindError for what is no value, like a node, and for points of other systems
    than WGS 84.
    """
    match value:
        case str():
            return value.strip()
        case DateTime() | Date():  # before what `as_text` asks of a value: the driver's are slow
            return str(value)
        case Node():
            raise ValueOfNoKindError("is a node; return one of its properties")
        case Relationship() | Path():
            raise ValueOfNoKindError("is a relationship or a path; return a property")
        case Point() if not isinstance(value, WGS84Point):
            raise ValueOfNoKindError(
                f"is a point of the system {value.srid}; latitude and longitude have that of 4326"
            )
        case Duration():
            raise ValueOfNoKindError("is a duration, which is no moment")
        case list():
            return json.dumps([_plain(one) for one in value], ensure_ascii=False)
        case _:
            return as_text(value)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str) else text_of(value)


def kept_properties(source: Source, record: Mapping[str, Any]) -> dict[str, str]:
    """Return the properties of an item that a node beside it is to have too, under their names."""
    node = record[source.part.node]
    if not isinstance(node, Node):
        return {}
    return {name: as_kept(node.get(name)) for name in source.options.keep}


def as_rows(records: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield records with values as a file would have them, and a zone where a moment tells its own.

    What is no value is given on as it is shown: the checks of its column judge it.
    """
    for record in records:
        row: dict[str, str] = {}
        for name in record.keys():  # noqa: SIM118  a record yields its values
            value = record[name]
            try:
                row[name] = text_of(value)
            except ValueOfNoKindError as problem:
                row[name] = f"<{problem}>"
            if name == "timestamp" and isinstance(value, DateTime) and "zone" not in row:
                row["zone"] = known_name(value.tzinfo) or ""
        yield row


def element_of(value: Any, column: str) -> str:
    """Return the element id of a node, or of what is one; raise ValueOfNoKindError."""
    if isinstance(value, Node):
        return value.element_id
    if isinstance(value, str) and value:
        return value
    if value is None:
        raise ValueOfNoKindError("is null; it has to be a node")
    raise ValueOfNoKindError(
        f"is {type(value).__name__}; return the node, as in `RETURN n AS {column}`"
    )


def node_row(source: Source, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a user or an item: returned, or read from the node's properties.

    Where nobody says what its id is, it is its property of that name.
    """
    node = record[source.part.node]
    properties = node if isinstance(node, Node) else {}
    named = {"id": "id", **source.properties}
    values = {ours: properties.get(theirs) for ours, theirs in named.items()}
    return values | {name: record[name] for name in source.part.optional if name in record}


def category_names(value: Any, name: str | None) -> list[str]:
    """Return the path of names, broad ones first, that a category is: a name, a node, or several.

    A node has its name in the property `name` of the mapping, else in `name`. Raises
    ValueOfNoKindError.
    """
    if isinstance(value, Path):
        value = list(value.nodes)
    several = value if isinstance(value, list) else [value]
    return [text for one in several if (text := _category_name(one, name or "name"))]


def _category_name(value: Any, name: str) -> str:
    if not isinstance(value, Node):
        return text_of(value)
    if name not in value:
        raise ValueOfNoKindError(
            f"is a node without the property '{name}'; say `name` in the mapping"
        )
    return text_of(value[name])


def event_row(
    source: Source, record: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, str]:
    """Return the columns of an event but its user and item; `names` are ours of those it has."""
    row = dict(source.constants)
    for name, ours in names.items():
        value = record[name]
        try:
            row[ours] = text_of(value) or row.get(ours, "")
        except ValueOfNoKindError as problem:
            raise ValueOfNoKindError(f"{ours}: {problem}") from None
        if name == "at" and source.options.local_timezone is None:
            if isinstance(value, DateTime):
                row.setdefault("zone", known_name(value.tzinfo) or "")
            elif isinstance(value, Date):  # a day without a clock has no hours to be local
                row.setdefault("zone", "UTC")
    return row


def event_names(columns: Collection[str]) -> dict[str, str]:
    """Return which column of an event, among these, is which of `load`."""
    known = ("at", "kind", "value", "id", "latitude", "longitude", "location", "place", "zone")
    return {name: _OURS.get(name, name) for name in known if name in columns}
