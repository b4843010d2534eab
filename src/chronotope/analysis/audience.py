"""Audiences: users whose recent interests fit, how many they are, and what two have in common.

Nothing is told of groups below a smallest size: no user, no number.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from neo4j.spatial import WGS84Point

from chronotope.analysis import suppression, worth
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.statistics import Floats

SMALLEST = 5
"""Users that an audience has at least, by default."""

_MEANT_BEHIND = 0.1  # cosine that an interest may lie behind the nearest one
_MEANT_LEAST = 0.4  # cosine of an interest that a text means at all
_NEAREST = 10
_SUGGESTED = 3
_STEPS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_DAY = 86400.0
_AFTER = timedelta(milliseconds=1)

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
            **asked(interests, criteria),
            "minScore": criteria.min_score,
            "minSize": criteria.min_size,
            "community": criteria.community,
        },
    )


def asked(interests: Sequence[Row], criteria: Criteria) -> Row:
    """Return what tells queries what fits, and when."""
    return {
        "interests": [row["id"] for row in interests],
        "near": criteria.near,
        "within": criteria.within,
        "hours": None if criteria.hours is None else list(criteria.hours),
        "at": criteria.at,
        "days": criteria.days,
    }


def visits(
    graph: Graph,
    interests: Sequence[Row],
    criteria: Criteria,
    *,
    until: datetime,
    since: datetime | None = None,
) -> list[Row]:
    """Return who did something that fits in [since, until): id, events, and how much lately."""
    return graph.read(
        "audience.read_visits",
        {
            "interests": [row["id"] for row in interests],
            "near": criteria.near,
            "within": criteria.within,
            "hours": None if criteria.hours is None else list(criteria.hours),
            "days": criteria.days,
            "since": since,
            "until": until,
        },
    )


def expect(
    graph: Graph, interests: Sequence[Row], criteria: Criteria, users: Collection[str], days: float
) -> worth.Expected:
    """Expect how many of these users do something that fits within `days` after the moment.

    How well that goes is learned from the audience of the moment `days` earlier.
    """
    first = graph.read("audience.describe_span")[0]["first"]
    start = first.to_native() if first else criteria.at
    earlier = replace(criteria, at=criteria.at - timedelta(days=days))
    others = [row["id"] for row in find(graph, interests, earlier)]
    before = None
    if others:
        steady = _chances(graph, interests, earlier, others, start, days)
        came = visits(graph, interests, criteria, since=earlier.at, until=criteria.at)
        both = len({row["id"] for row in came} & set(others))
        before = worth.Before(both, float(steady.sum()))
    chance = _chances(graph, interests, criteria, users, start, days)
    return worth.expect(chance, days, before)


def _chances(
    graph: Graph,
    interests: Sequence[Row],
    criteria: Criteria,
    users: Collection[str],
    first: datetime,
    days: float,
) -> Floats:
    lately = visits(graph, interests, criteria, until=criteria.at)
    recent = {row["id"]: row["recent"] for row in lately}
    return worth.chances(
        np.array([recent.get(user, 0.0) for user in users]),
        forget=criteria.days,
        history=(criteria.at - first).total_seconds() / _DAY,
        days=days,
    )


@dataclass(frozen=True)
class Trial:
    """An audience of a moment, and what happened in [moment, until).

    `known` are so many users who had an event before the moment, of whom so many `came` did
    something that fits; where they are too few to be told they are None.
    """

    until: datetime
    members: list[Row]
    known: int
    came: int | None
    expected: worth.Expected
    reached: list[worth.Reached]


def try_out(
    graph: Graph, interests: Sequence[Row], criteria: Criteria, until: datetime | None, seed: int
) -> Trial:
    """Find the audience of a moment, and tell whom it reaches before `until`, by default the end.

    Raises InputError where no event came in that span.
    """
    span = graph.read("audience.describe_span")[0]
    last = span["last"].to_native() if span["last"] else None
    if last is None or last < criteria.at:
        raise InputError(
            f"No event came at or after {criteria.at.isoformat()}: nothing tells whom the audience "
            "reached. Cut earlier."
        )
    end = last + _AFTER if until is None else until
    if end <= criteria.at:
        raise InputError(f"The span ends at {end.isoformat()}, before it begins.")
    members = find(graph, interests, criteria)
    known = [row["id"] for row in graph.read("profile.list_users", {"at": criteria.at})]
    came = {row["id"] for row in visits(graph, interests, criteria, since=criteria.at, until=end)}
    came.intersection_update(known)
    scores = {row["id"]: row["score"] for row in members}
    days = (end - criteria.at).total_seconds() / _DAY
    return Trial(
        end,
        members,
        len(known),
        len(came) if len(came) >= criteria.min_size else None,
        expect(graph, interests, criteria, scores, days),
        worth.reached_by_score(scores, known, came, least=criteria.min_size, seed=seed),
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
    """Return how many users have at least each score, without groups below the smallest size.

    Nor are two numbers told that tell of such a group by what they differ.
    """
    counts = [sum(score >= step for score in scores) for step in _STEPS]
    told = suppression.steps([len(scores), *counts], min_size)[1:]
    return tuple(
        Reach(step, users) for step, users, fits in zip(_STEPS, counts, told, strict=True) if fits
    )


def compare(one: set[str], other: set[str], min_size: int = SMALLEST) -> Overlap:
    """Compare two audiences by the ids of their users.

    Nothing is told when a group that could be told from the answer, those in one alone included,
    has users but fewer than the smallest size.
    """
    groups = (one & other, one - other, other - one)
    if not (one and other) or any(0 < len(group) < min_size for group in groups):
        return Overlap()
    return Overlap(len(one), len(other), len(one & other), len(one & other) / len(one | other))
