"""Whether what was measured grows: a bound for each series. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median


@dataclass(frozen=True)
class Sample:
    """What one minute measured; None where the server was away.

    Sizes are in MB (2²⁰ bytes). `server_heap` is the least that was in use in that minute: what
    collections leave. `client_blocks` are those of memory that Python's objects take. Facts are
    events and what was declined; `store_per_fact` is in bytes.
    """

    minute: float
    server_memory: float | None
    server_heap: float | None
    server_files: int | None
    server_threads: int | None
    client_memory: float | None
    client_blocks: int
    client_files: int | None
    client_threads: int | None
    client_zombies: int
    facts_told: int
    facts_stored: int | None
    store: float
    store_per_fact: float
    logs: float


@dataclass(frozen=True)
class Trend:
    """In the last part of a run a series may rise by a share of its level."""

    series: str
    part: float
    share: float


@dataclass(frozen=True)
class Most:
    """A series may never be above a limit."""

    series: str
    limit: float


@dataclass(frozen=True)
class Verdict:
    """What became of a bound, in words."""

    text: str
    is_broken: bool


Bound = Trend | Most
Points = Sequence[tuple[float, float]]


def judge(samples: Sequence[Sample], bounds: Sequence[Bound]) -> Iterator[Verdict]:
    """Yield a verdict on each bound. A series of fewer than two points breaks its bound."""
    for bound in bounds:
        points = [
            (sample.minute, float(value))
            for sample in samples
            if (value := getattr(sample, bound.series)) is not None
        ]
        yield _most(bound, points) if isinstance(bound, Most) else _trend(bound, points)


def slope(points: Points) -> float:
    """Return the median of the slopes between any two points (Theil 1950, Sen 1968)."""
    return median((y - x) / (t - s) for (s, x), (t, y) in combinations(points, 2))


def _trend(bound: Trend, points: Points) -> Verdict:
    end = points[-1][0] if points else 0.0
    late = [(minute, value) for minute, value in points if minute >= end * (1 - bound.part)]
    if len(late) < 2:
        return Verdict(f"{bound.series}: not measured", is_broken=True)
    minutes, level = late[-1][0] - late[0][0], median(value for _, value in late)
    rise, allowed = slope(late) * minutes, bound.share * level
    text = (
        f"{bound.series}: {level:,.0f}, in the last {minutes:.0f} minutes {rise:+,.1f} "
        f"(may rise by {allowed:,.1f})"
    )
    return Verdict(text, rise > allowed)


def _most(bound: Most, points: Points) -> Verdict:
    if not points:
        return Verdict(f"{bound.series}: not measured", is_broken=True)
    most = max(value for _, value in points)
    return Verdict(
        f"{bound.series}: {most:,.0f} at most (may be {bound.limit:,.0f})", most > bound.limit
    )
