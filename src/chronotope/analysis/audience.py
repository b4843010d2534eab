"""Audiences: users whose recent interests fit, how many they are, and what two have in common.

Nothing is told of groups below a smallest size: no user, no number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from neo4j.spatial import WGS84Point

from chronotope.errors import InputError
from chronotope.graph import Graph

SMALLEST = 5
"""Users that an audience has at least, by default."""

_MEANT_BEHIND = 0.1  # cosine that an interest may lie behind the nearest one
_MEANT_LEAST = 0.4  # cosine of an interest that a text means at all
_NEAREST = 10
_SUGGESTED = 3
_STEPS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

Row = dict[str, Any]


@dataclass(frozen=True)
class Criteria:
    """What makes a user one of an audience: where and when the events were, and how much fits.

    `within` are metres around `near`, `hours` local ones; an event counts e^(-age / `days`). With a
    `community`, by its id, only its members are found.
    """

    at: datetime
    near: WGS84Point | None = None
    within: float = 1000.0
    hours: Sequence[int] | None = None
    days: float = 90.0
    min_score: float = 0.05
    min_size: int = SMALLEST
    community: str | None = None

    def __post_init__(self) -> None:
        if self.within <= 0 or self.days <= 0:
            raise InputError("'within' are metres and 'days' are days: numbers greater than 0.")
        if not 0 <= self.min_score <= 1 or self.min_size < 1:
            raise InputError("The least score is from 0 to 1, the smallest size 1 or more.")


@dataclass(frozen=True)
class Reach:
    """How many users have at least a score."""

    score: float
    users: int


@dataclass(frozen=True)
class Overlap:
    """The sizes of two audiences, and what they have in common; None where nothing is told."""

    size: int | None = None
    other: int | None = None
    common: int | None = None
    jaccard: float | None = None


def find(graph: Graph, interests: Sequence[Row], criteria: Criteria) -> list[Row]:
    """Return the users of an audience, the best first; none of one that is too small."""
    return graph.read(
        "audience.find_users",
        {
            "interests": [row["id"] for row in interests],
            "near": criteria.near,
            "within": criteria.within,
            "hours": None if criteria.hours is None else list(criteria.hours),
            "at": criteria.at,
            "days": criteria.days,
            "minScore": criteria.min_score,
            "minSize": criteria.min_size,
            "community": criteria.community,
        },
    )


def meant(graph: Graph, text: str, vector: Sequence[float]) -> list[Row]:
    """Return the interests that a text means: the nearest to its vector, and those almost as near.

    Raises InputError, with the nearest, for a text that means none.
    """
    rows = graph.read("audience.find_interests", {"vector": vector, "k": _NEAREST})
    best = max((row["cosine"] for row in rows), default=0.0)
    if best < _MEANT_LEAST:
        near = ", ".join(row["name"] for row in rows[:_SUGGESTED])
        raise InputError(
            f"No interest means '{text}'"
            + (f"; the nearest are: {near}. Name one as an interest." if near else ".")
        )
    return [row for row in rows if row["cosine"] >= max(best - _MEANT_BEHIND, _MEANT_LEAST)]


def reach(scores: Sequence[float], min_size: int = SMALLEST) -> tuple[Reach, ...]:
    """Return how many users have at least each score, without groups below the smallest size."""
    counts = ((step, sum(score >= step for score in scores)) for step in _STEPS)
    return tuple(Reach(step, users) for step, users in counts if users >= min_size)


def compare(one: set[str], other: set[str], min_size: int = SMALLEST) -> Overlap:
    """Compare two audiences by the ids of their users.

    Nothing is told when a group that could be told from the answer, those in one alone included,
    has users but fewer than the smallest size.
    """
    groups = (one & other, one - other, other - one)
    if not (one and other) or any(0 < len(group) < min_size for group in groups):
        return Overlap()
    return Overlap(len(one), len(other), len(one & other), len(one & other) / len(one | other))
