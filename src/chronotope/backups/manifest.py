"""What a backup says of itself, and whether a graph is the one that it holds."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chronotope.errors import InputError

_FORMAT = "chronotope backup 1"


@dataclass(frozen=True)
class Counts:
    """How many nodes a graph has of each label, and how many relationships of each type.

    The label of a node without any is empty.
    """

    nodes: Mapping[str, int]
    relationships: Mapping[str, int]

    def differences(self, other: "Counts") -> list[str]:
        """Say where another graph has another number: `Item: 8 instead of 9`."""
        pairs = ((self.nodes, other.nodes), (self.relationships, other.relationships))
        return [text for one, two in pairs for text in _differences(one, two)]

    @property
    def text(self) -> str:
        """The sums in words; a node of several labels counts in each."""
        nodes, links = sum(self.nodes.values()), sum(self.relationships.values())
        return f"{nodes:,} nodes and {links:,} relationships"


@dataclass(frozen=True)
class Manifest:
    """When and of what a backup was made; `schema` are the migrations that the graph had.

    `sha256` and `size` (bytes) are those of the dump.
    """

    created_at: datetime
    chronotope: str
    neo4j: str
    schema: tuple[str, ...]
    counts: Counts
    sha256: str
    size: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as values of JSON."""
        return {
            "createdAt": self.created_at.isoformat(),
            "chronotope": self.chronotope,
            "neo4j": self.neo4j,
            "schema": list(self.schema),
            "nodes": dict(self.counts.nodes),
            "relationships": dict(self.counts.relationships),
            "sha256": self.sha256,
            "size": self.size,
        }

    def to_json(self) -> bytes:
        """Return it as the text that the backup carries."""
        return json.dumps({"format": _FORMAT, **self.to_dict()}, indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Read what `to_json` wrote. Raises ValueError for what it did not write."""
        values = json.loads(text)
        if not isinstance(values, dict) or values.get("format") != _FORMAT:
            raise ValueError("no manifest")
        try:
            return cls(
                created_at=datetime.fromisoformat(values["createdAt"]),
                chronotope=_text(values["chronotope"]),
                neo4j=_text(values["neo4j"]),
                schema=tuple(map(_text, values["schema"])),
                counts=Counts(_numbers(values["nodes"]), _numbers(values["relationships"])),
                sha256=_text(values["sha256"]),
                size=_number(values["size"]),
            )
        except (KeyError, TypeError, AttributeError) as problem:
            raise ValueError(str(problem)) from None

    def require_openable(self, chronotope: str, neo4j: str) -> None:
        """Raise InputError for a backup of a later version than these, which cannot open it."""
        if _version(self.chronotope) > _version(chronotope):
            raise InputError(
                f"The backup was made by chronotope {self.chronotope}, this is {chronotope}. "
                "Install that version, or a later one, and run the command again."
            )
        if _version(self.neo4j) > _version(neo4j):
            raise InputError(
                f"The backup is of Neo4j {self.neo4j}, and the local server is {neo4j}, which does "
                "not open it. Run chronotope server upgrade, and then this command again."
            )


def _differences(one: Mapping[str, int], two: Mapping[str, int]) -> Iterator[str]:
    for name in sorted(one.keys() | two.keys()):
        if one.get(name, 0) != two.get(name, 0):
            yield f"{name or 'no label'}: {two.get(name, 0):,} instead of {one.get(name, 0):,}"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("no number")
    return value


def _numbers(values: Mapping[str, object]) -> dict[str, int]:
    return {name: _number(value) for name, value in values.items()}


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))
