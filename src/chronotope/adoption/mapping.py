"""Read a mapping: what in somebody's graph is a user, an item, a category, an event. Pure."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from chronotope.errors import InputError
from chronotope.inputs import read_text
from chronotope.loading import TIME_UNITS, ReadOptions, zone
from chronotope.loading.columns import OWN_PROPERTIES
from chronotope.suggestions import did_you_mean

Place = Literal["in place", "beside"]
"""Whether nodes get our label and id themselves, or a node of ours beside them."""

_OF_ITEMS = (
    "id", "name", "description", "latitude", "longitude", "location", "category", "tags", "active",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A table that a mapping may have: its columns, its keys, and which of them name properties.

    What a key of `properties` names is read from the node in the column `node`, where the text
    returns no column of that name.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    node: str = ""
    properties: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that the table may have."""
        return ("match", *self.properties, *self.others)


PARTS = {
    part.name: part
    for part in (
        Part("users", ("user",), ("id",), "user", ("id",), ("place",)),
        Part("items", ("item",), _OF_ITEMS, "item", _OF_ITEMS, ("place", "keep")),
        Part("categories", ("item", "category"), (), "category", ("name",)),
        Part(
            "events",
            ("user", "item", "at"),
            (
                "kind", "value", "id", "latitude", "longitude", "location", "place", "zone",
                "since",
            ),
            others=(
                "kind", "zone", "timezone", "time_format", "time_unit", "rating_threshold",
                "zones_from_coordinates",
            ),
        ),
        Part("friendships", ("user", "friend")),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One table of a mapping: a text of Cypher, and what is to be known of its columns."""

    part: Part
    name: str
    match: str
    properties: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    options: ReadOptions = field(default_factory=ReadOptions)
    place: Place | None = None

    @property
    def heading(self) -> str:
        """How people find it in the file."""
        return f"[{self.name}]"


@dataclass(frozen=True)
class GraphMapping:
    """A mapping of a graph: sources, in the order of the file."""

    sources: tuple[Source, ...]

    def of(self, part: str) -> tuple[Source, ...]:
        """Return the tables of that name."""
        return tuple(source for source in self.sources if source.part.name == part)

    @property
    def pseudonyms(self) -> bool:
        """Whether ids of users and of events are replaced."""
        return any(one.options.secrecy and one.options.secrecy.pseudonyms for one in self.sources)

    def place(self, part: str) -> Place | None:
        """Return where nodes are to be put: None leaves it to what stands in the graph.

        Users with pseudonyms have nodes of their own. Raises InputError where the mapping wants
        them in place.
        """
        asked = {source.place for source in self.of(part)}
        if part == "users" and self.pseudonyms:
            if "in place" in asked:
                raise InputError(
                    "[users] has place = 'in place', and users with pseudonyms (--pseudonymise) "
                    "get nodes beside yours, which hold the ids; leave `place` out."
                )
            return "beside"
        return next((place for place in ("beside", "in place") if place in asked), None)


def read_mapping(path: str | Path) -> GraphMapping:
    """Read a file of TOML. Raises InputError for one that is none, or no mapping."""
    text = read_text(Path(path), "mapping")
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise InputError(
            f"The mapping {path} is no TOML: {problem}. Texts of several lines stand between "
            "three quotes."
        ) from None
    except RecursionError:
        raise InputError(f"The mapping {path} is nested too deep.") from None
    try:
        return parse_mapping(tables)
    except InputError as problem:
        raise InputError(f"{path}: {problem}") from None


def parse_mapping(tables: Mapping[str, Any]) -> GraphMapping:
    """Return the mapping that tables are. Raises InputError."""
    sources = tuple(_sources(tables))
    for name in ("users", "items"):
        if not any(source.part.name == name for source in sources):
            raise InputError(
                f"There is no table [{name}]; a mapping says at least what users and items are. "
                "Begin with: chronotope adopt --guess"
            )
    return GraphMapping(sources)


def _sources(tables: Mapping[str, Any]) -> Iterator[Source]:
    for name, given in tables.items():
        part = PARTS.get(name)
        if part is None:
            known = ", ".join(f"[{known}]" for known in PARTS)
            raise InputError(
                f"'{name}' is no table of a mapping; those are {known}.{did_you_mean(name, PARTS)}"
            )
        several = given if isinstance(given, list) else [given]
        for number, table in enumerate(several, start=1):
            if not isinstance(table, Mapping):
                raise InputError(f"'{name}' is no table; begin it with a line [{name}].")
            title = name if number == 1 else f"{name} {number}"
            yield _source(part, title, table)


def _source(part: Part, title: str, table: Mapping[str, Any]) -> Source:
    where = f"[{title}]"
    for key in table:
        if key not in part.keys:
            raise InputError(
                f"{where} has the key '{key}', which it cannot have; it takes "
                f"{', '.join(part.keys)}.{did_you_mean(key, part.keys)}"
            )
    match = _text(where, table, "match")
    if not match:
        raise InputError(f"{where} has no `match`: a text of Cypher that returns {_shape(part)}.")
    place = _text(where, table, "place")
    if place and place not in get_args(Place):
        raise InputError(
            f"{where}: place is 'in place' or 'beside', not '{place}'; leave it out to have "
            "chronotope choose."
        )
    return Source(
        part,
        title,
        match,
        {key: text for key in part.properties if (text := _text(where, table, key))},
        {"kind": kind} if "kind" in part.others and (kind := _text(where, table, "kind")) else {},
        _options(where, part, table),
        place,  # type: ignore[arg-type]
    )


def _shape(part: Part) -> str:
    more = f", and perhaps {', '.join(part.optional)}" if part.optional else ""
    return f"the columns {', '.join(part.required)}{more}"


def check_columns(source: Source, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that are not used. Raises InputError for one that is missing."""
    part = source.part
    missing = [name for name in part.required if name not in columns]
    if missing:
        advice = ""
        if missing == ["at"]:
            advice = (
                " An event has a moment. Where the graph knows none, give all events one day, as "
                "in `date('2024-01-01') AS at`: who likes what is learned all the same, and not "
                "when."
            )
        raise InputError(
            f"{source.heading}: the text returns no column {' and no '.join(missing)}; it has to "
            f"return {_shape(part)}, each with AS. It returns {', '.join(columns) or 'nothing'}."
            f"{advice}"
        )
    known = (*part.required, *part.optional)
    return tuple(name for name in columns if name not in known)


def _options(where: str, part: Part, table: Mapping[str, Any]) -> ReadOptions:
    if "keep" in table:
        keep = tuple(_texts(where, table, "keep"))
        if taken := [name for name in keep if name in OWN_PROPERTIES]:
            raise InputError(f"{where}: keep: chronotope has '{taken[0]}' of items for itself.")
        return ReadOptions(keep=keep)
    if part.name != "events":
        return ReadOptions()
    unit = _text(where, table, "time_unit")
    if unit and unit not in TIME_UNITS:
        raise InputError(f"{where}: time_unit is one of {', '.join(TIME_UNITS)}, not '{unit}'.")
    threshold = table.get("rating_threshold")
    if threshold is not None and (
        isinstance(threshold, bool) or not isinstance(threshold, int | float)
    ):
        raise InputError(f"{where}: rating_threshold is a number, not {threshold!r}.")
    from_coordinates = table.get("zones_from_coordinates", False)
    if not isinstance(from_coordinates, bool):
        raise InputError(f"{where}: zones_from_coordinates is true or false.")
    local = _zone(where, table, "zone")
    return ReadOptions(
        timezone=_zone(where, table, "timezone") or local,
        local_timezone=local,
        zones_from_coordinates=from_coordinates,
        time_unit=unit,  # type: ignore[arg-type]
        time_formats=tuple(_texts(where, table, "time_format")),
        rating_threshold=threshold,
    )


def _zone(where: str, table: Mapping[str, Any], key: str) -> ZoneInfo | None:
    text = _text(where, table, key)
    try:
        return zone(text) if text else None
    except InputError as problem:
        raise InputError(f"{where}: {key}: {problem}") from None


def _texts(where: str, table: Mapping[str, Any], key: str) -> Sequence[str]:
    value = table.get(key, [])
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    return [_text(where, table, key)]


def _text(where: str, table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise InputError(f"{where}: {key} is a text, not {value!r}; write it in quotes.")
    return value if key == "match" and value.strip() else value.strip()
