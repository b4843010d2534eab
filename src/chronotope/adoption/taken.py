"""What of our names somebody's graph has for something else, and what is done about it. Pure.

Nodes are put beside where they have a property, or a relationship, that is ours; a constraint or a
range index gets another name where one of its name is of something else. What queries call by name,
and what no second node could help, is refused.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from neo4j.spatial import WGS84Point

from chronotope.adoption import names
from chronotope.adoption.mapping import Place
from chronotope.loading.text import as_text
from chronotope.migrations import Made

_PLAIN = ("id", "name", "description", "location", "active")
"""What a file may say of a node: the owner's own is fine, where it says the same."""

_CALLED_BY_NAME = ("VECTOR", "FULLTEXT")
"""Kinds of indexes that queries call by their names."""

_TYPES = {"id": "STRING", "name": "STRING", "description": "STRING", "active": "BOOLEAN"}


@dataclass(frozen=True)
class Index:
    """An index or a constraint of the graph."""

    name: str
    kind: str
    of: str
    properties: tuple[str, ...]


@dataclass(frozen=True)
class Label:
    """A label of ours that nodes have already: how many, and what they are known by."""

    name: str
    nodes: int
    texts: int
    twice: Any
    twice_text: str | None = None
    recorded: int = 0
    """How many have the property in which we note what a node had."""


@dataclass(frozen=True)
class Links:
    """Relationships of a type of ours that are there already: how many, and an id twice."""

    count: int
    twice: Any
    twice_text: str | None = None


@dataclass
class Nodes:
    """What stands in the way of giving nodes of a kind our label and id, and of how many."""

    count: int = 0
    faults: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Survey:
    """What a graph has before it is adopted."""

    labels: Mapping[str, Label]
    links: Mapping[str, Links]
    indexes: Sequence[Index]
    nodes: Mapping[str, Nodes]
    ours: Sequence[Made]
    is_migrated: bool


@dataclass(frozen=True)
class Plan:
    """How a graph is adopted: where nodes are put, and which schema gets another name.

    `problems` are what keeps it from being adopted, each a sentence with what can be done.
    """

    places: Mapping[str, Place]
    renamed: Mapping[str, str]
    labels: tuple[str, ...]
    remarks: tuple[str, ...]
    problems: tuple[str, ...]


def faults_of(
    kind: str,
    row: Mapping[str, str],
    properties: Iterable[Sequence[Any]],
    types: Iterable[str],
    labels: Iterable[str] = (),
) -> list[str]:
    """Return what keeps a node from getting our label and id, each as part of a sentence.

    `properties` are those of ours that it has: name, type and value; `row` is what the mapping says
    of it, as text under our column names. An item that is a `User` already has one id for both.
    """
    other = {names.USERS: names.LABELS[names.ITEMS], names.ITEMS: names.LABELS[names.USERS]}[kind]
    found = [f"the label `{other}`"] if other in labels else []
    for name, type_, value in properties:
        if name not in names.PROPERTIES[kind] or _says_same(name, type_, value, row):
            continue
        plain = type_.removesuffix(" NOT NULL")
        if name in _PLAIN and (plain == _TYPES.get(name) or isinstance(value, WGS84Point)):
            found.append(f"`{name}`, which says something else than the mapping")
        else:
            found.append(f"`{name}` ({plain})")
    return found + [f"relationships `{type_}`" for type_ in types]


def _says_same(name: str, type_: str, value: Any, row: Mapping[str, str]) -> bool:
    if name == names.RECORD or name not in _PLAIN:
        return False
    if name == "location":
        if not isinstance(value, WGS84Point) or len(value) != 2:
            return False
        told = row.get("location") or ",".join(
            filter(None, (row.get("latitude"), row.get("longitude")))
        )
        return not told or told == as_text(value)
    if type_ != f"{_TYPES[name]} NOT NULL":
        return False
    column = "item_id" if name == "id" and "item_id" in row else "user_id" if name == "id" else name
    return column not in row or row[column] == as_text(value)


def decide(survey: Survey, asked: Mapping[str, Place | None]) -> Plan:
    """Decide how a graph is adopted; `asked` is where the mapping wants users and items."""
    remarks: list[str] = []
    problems: list[str] = []
    places: dict[str, Place] = {}
    for kind in names.KINDS:
        nodes = survey.nodes[kind]
        told = _listed(nodes.faults)
        wanted = asked[kind]
        places[kind] = wanted or ("beside" if told else "in place")
        if told and wanted == "in place":
            problems.append(
                f"The {kind} cannot be adopted in place, as the mapping wants it: nodes have "
                f"{told} of their own. Leave out `place`, or say place = 'beside'."
            )
        elif told and wanted is None:
            remarks.append(
                f"The {kind} have {told} of their own, which chronotope has for itself; so they "
                f"stay as they are, and each gets an (:{names.LABELS[kind]}) of ours beside it, "
                "with a relationship STANDS_FOR to it"
            )
    if not survey.is_migrated:
        problems += _labels(survey, places, remarks)
        problems += _links(survey, remarks)
    problems += _bound(survey, places)
    renamed = dict(_renamed(survey, remarks, problems))
    renamed.update(_made_indexes(survey, renamed, remarks))
    return Plan(
        places,
        renamed,
        tuple(label.name for label in survey.labels.values() if label.nodes),
        tuple(remarks),
        tuple(problems),
    )


def _listed(faults: Counter[str]) -> str:
    return ", ".join(f"{fault} on {count:,}" for fault, count in faults.most_common())


def _labels(survey: Survey, places: Mapping[str, Place], remarks: list[str]) -> Iterable[str]:
    beside = {names.LABELS[kind] for kind, place in places.items() if place == "beside"}
    for label in survey.labels.values():
        if not label.nodes:
            continue
        key = names.KEYS.get(label.name, "")  # places are cells, and have no constraint as such
        what = f"The label `{label.name}` is on {label.nodes:,} nodes"
        if label.name in names.READ_WHOLE:
            yield (
                f"{what}, and chronotope keeps something of its own under it, of which it reads "
                f"every node. Give these nodes another label: MATCH (n:{label.name}) "
                f"SET n:Their{label.name} REMOVE n:{label.name}"
            )
        elif label.recorded:
            yield (
                f"{what}, {label.recorded:,} of them with the property `{names.RECORD}`, in which "
                "chronotope notes what a node had before. Rename that property"
            )
        elif label.twice_text is not None and label.name in names.LABELS.values():
            yield (
                f"{what}, and several have the {key} {label.twice_text!r}; chronotope needs it to "
                "be unique. Rename that property, or make it unique"
            )
        elif label.name in beside and label.texts:
            yield (
                f"{what} with a text in `{key}`, which is what chronotope knows such nodes by. Say "
                f'in the mapping that their id is that one: {key} = "{key}"'
            )
        elif label.name in names.LABELS.values() or label.name == "Place":
            remarks.append(f"{what} already; those that the mapping does not match stay apart")
        else:
            remarks.append(
                f"{what} already; chronotope keeps its own under it too, known by `{key}`"
            )


def _links(survey: Survey, remarks: list[str]) -> Iterable[str]:
    for type_, links in survey.links.items():
        if not links.count or type_ not in names.UNIQUE_TYPES:
            continue
        if links.twice_text is not None:
            yield (
                f"There are {links.count:,} relationships `{type_}` already, and several have the "
                f"id {links.twice_text!r}; chronotope needs it to be unique. Rename that property, "
                "or the type"
            )
        else:
            remarks.append(
                f"There are {links.count:,} relationships `{type_}` already; they are left alone, "
                "and `chronotope doctor` counts them too"
            )


def _bound(survey: Survey, places: Mapping[str, Place]) -> Iterable[str]:
    """Yield which constraints of the owner nodes of our own would break: theirs say the same."""
    given: dict[str, tuple[str, ...]] = {
        names.LABELS[kind]: names.PROPERTIES[kind]
        for kind, place in places.items()
        if place == "beside"
    }
    for label in names.KEYS.keys() - names.LABELS.values():
        given[label] = (*names.OF_NODES, *names.OTHERS)
    for one in survey.indexes:
        is_key = one.properties == (names.KEYS.get(one.of),)
        if (
            one.kind == "CONSTRAINT"
            and not is_key
            and one.of in given
            and all(name in given[one.of] for name in one.properties)
        ):
            yield (
                f"The constraint `{one.name}` keeps {one.of}({', '.join(one.properties)}) unique, "
                f"and chronotope's own (:{one.of}) say the same as others. Make it one of another "
                f"label of yours: DROP CONSTRAINT `{one.name}`"
            )


def _renamed(survey: Survey, remarks: list[str], problems: list[str]) -> Iterable[tuple[str, str]]:
    by_name = {index.name: index for index in survey.indexes}
    for one in survey.ours:
        there = by_name.get(one.name)
        if there and _is(there, one):
            continue
        alike = [i for i in survey.indexes if i.of == one.of and i.properties == one.properties]
        if one.kind == "CONSTRAINT" and any(index.kind == "RANGE" for index in alike):
            found = next(index for index in alike if index.kind == "RANGE")
            remarks.append(
                f"The index `{found.name}` of {one.of}({', '.join(one.properties)}) serves instead "
                f"of our constraint `{one.name}`; nothing but chronotope keeps these unique"
            )
            yield one.name, ""
        elif one.kind in _CALLED_BY_NAME and any(index.kind == one.kind for index in alike):
            found = next(index for index in alike if index.kind == one.kind)
            problems.append(
                f"The index `{found.name}` is of {one.of}({', '.join(one.properties)}), where "
                f"chronotope needs one of the name `{one.name}`. Drop it: DROP INDEX `{found.name}`"
            )
        elif there:
            what = (
                f"The name `{one.name}` is that of a {there.kind.lower()} of {there.of}"
                f"({', '.join(there.properties)})"
            )
            if one.kind in _CALLED_BY_NAME:
                problems.append(
                    f"{what}, and queries of chronotope call their index by it. Drop it and make "
                    f"it again under another name: DROP INDEX `{one.name}`"
                )
            else:
                remarks.append(f"{what}; ours is called `chronotope_{one.name}`")
                yield one.name, f"chronotope_{one.name}"


def _made_indexes(
    survey: Survey, renamed: Mapping[str, str], remarks: list[str]
) -> Iterable[tuple[str, str]]:
    """Yield what cannot be a constraint, because nodes of the owner would break it."""
    for one in survey.ours:
        found = survey.labels.get(one.of) or survey.links.get(one.of)
        name = renamed.get(one.name, one.name)
        if one.kind == "CONSTRAINT" and name and found and found.twice is not None:
            remarks.append(
                f"Several `{one.of}` have the {', '.join(one.properties)} {found.twice!r}, so that "
                f"`{name}` is an index and no constraint; nothing but chronotope keeps its own "
                "unique"
            )
            yield one.name, f"INDEX {name}"


def _is(there: Index, one: Made) -> bool:
    is_kind = there.kind == one.kind
    return (
        is_kind and there.of == one.of and there.properties[: len(one.properties)] == one.properties
    )
