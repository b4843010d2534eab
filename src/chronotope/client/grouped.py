"""Results of grouping: communities of people, and who holds them together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chronotope.client.results import Result, Rows
from chronotope.client.values import Location


@dataclass(frozen=True, kw_only=True)
class Trait(Result):
    """What members of a community do more than others.

    `kind` is 'interest', 'hour' (of the local day), 'place', or 'cell': one of about 5 km², with
    its middle as `location` and the name of what most people visit there. It has a `share` of what
    members do, and `everyone`'s of what all people do, each person counting the same; `lift` is
    their ratio, and `people` how many members did it.
    """

    kind: str
    id: str
    name: str
    location: Location | None
    share: float
    everyone: float
    lift: float
    people: int


@dataclass(frozen=True, kw_only=True)
class Community(Result):
    """People with more and stronger ties among each other than to others.

    `size` is how many they are, `within` the share of what their ties weigh that stays among them,
    and `traits` are what they do more than others, the clearest first. `members` are their ids,
    None unless people were asked for.
    """

    id: str
    size: int
    within: float
    traits: tuple[Trait, ...]
    members: tuple[str, ...] | None

    def told_by(self, kind: str) -> tuple[Trait, ...]:
        """Return the traits of a kind."""
        return tuple(trait for trait in self.traits if trait.kind == kind)


@dataclass(frozen=True, kw_only=True)
class Bond(Result):
    """What ties two communities: so many `ties` between members, which `weight` together."""

    first: str
    second: str
    ties: int
    weight: float


@dataclass(frozen=True, kw_only=True)
class KeyPerson(Result):
    """Somebody who holds people together.

    `influence` is PageRank, 1 on average; `betweenness` the share of shortest paths between others
    that lead through the person; both with the rank among all. Of what the person's `ties` weigh
    the share `outside` leads out of the own community, to `reached` communities in all. `because`
    says in words what makes them so.
    """

    id: str
    community: str | None
    influence: float
    influence_rank: int
    betweenness: float
    betweenness_rank: int
    ties: int
    outside: float
    reached: int
    because: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Communities(Rows[Community]):
    """The communities of people at a moment, the largest first.

    `events` were read of so many `people`, of whom `tied` have ties, `ties` in all. `modularity`
    says how much more weighs what is tied within groups than chance would have it, at most 1.
    `bonds` are ties between communities. `key_people` are who holds them together, None unless
    people were asked for. `written` tells whether the graph has it.
    """

    name = "communities"
    at: datetime
    request: Mapping[str, Any]
    events: int
    people: int
    tied: int
    ties: int
    modularity: float
    sampled: int
    bonds: tuple[Bond, ...]
    key_people: tuple[KeyPerson, ...] | None
    written: bool


@dataclass(frozen=True, kw_only=True)
class Area(Result):
    """A cell of about 5 km², or a named place, and how many people do something there.

    `name` is that of what most people visit there. `people` has a number for each local hour, None
    where they are too few to be told.
    """

    id: str
    name: str
    location: Location | None
    people: tuple[int | None, ...]


@dataclass(frozen=True, kw_only=True)
class Turn(Result):
    """An interest that people turn to: how many `people`, and its part at each local hour."""

    id: str
    name: str
    people: int
    hours: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Overview(Rows[Area]):
    """Where and when people are and what they turn to, all of them or of one interest.

    `week` has for each weekday from Monday how many people do something at each local hour, None
    where they are too few; `interests` come by how many people have them.
    """

    name = "areas"
    at: datetime
    request: Mapping[str, Any]
    interest: Mapping[str, str] | None
    people: int
    events: int
    week: tuple[tuple[int | None, ...], ...]
    interests: tuple[Turn, ...]
