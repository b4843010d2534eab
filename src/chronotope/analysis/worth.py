"""What an audience is worth: whom it reaches, beside what everybody does. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chronotope.evaluation import Interval
from chronotope.statistics import Floats

_DRAWS = 2000
_TWO_SIDES = 1.96
_SCORES = (0.0, 0.1, 0.2, 0.3, 0.5)


@dataclass(frozen=True)
class Expected:
    """How many users are expected within so many `days`, with a 95 % interval.

    `before` is how many came of those who were expected of the audience of the moment `days`
    earlier, `came` / `expected`; None where there was no such audience.
    """

    users: float
    low: float
    high: float
    days: float
    before: "Before | None" = None


@dataclass(frozen=True)
class Before:
    """How many of an earlier audience came, and how many their steady rates let expect."""

    came: int
    expected: float


@dataclass(frozen=True)
class Reached:
    """Of `users` with a score or more so many were `reached`, which is a `rate`.

    `lift` is that beside the rate of everybody who was known. All three are None where so few were
    reached that nothing is told of them.
    """

    score: float
    users: int
    reached: int | None
    rate: float | None
    lift: Interval | None


def chances(recent: Floats, *, forget: float, history: float, days: float) -> Floats:
    """Return the chance of each user to come within `days`, if they go on at a steady rate.

    `recent` is each user's sum of e^(-age / `forget`) over a history of so many days; what comes
    is taken to be Poisson.
    """
    if history <= 0:
        return 0 * recent
    rate = recent / (forget * -np.expm1(-history / forget))
    return np.asarray(-np.expm1(-rate * days))


def expect(chance: Floats, days: float, before: Before | None = None) -> Expected:
    """Expect how many users come, from the chance of each.

    People come in bouts and stay away, so that fewer come than their steady rates say: the sum of
    the chances is multiplied by (came + 1) / (expected + 1) of the audience before. The interval is
    that of independent users, and of how little such an audience tells.
    """
    mean, variance = float(chance.sum()), float((chance * (1 - chance)).sum())
    if before:
        ratio = (before.came + 1) / (before.expected + 1)
        mean, variance = mean * ratio, variance * ratio**2
        variance += mean**2 / (before.came + 1)
    spread = _TWO_SIDES * float(np.sqrt(variance))
    most = float(len(chance))
    return Expected(min(mean, most), max(mean - spread, 0), min(mean + spread, most), days, before)


def reached_by_score(
    scores: Mapping[str, float],
    known: Collection[str],
    reached: Collection[str],
    *,
    least: int,
    seed: int = 0,
) -> list[Reached]:
    """Tell how many of an audience were reached, by the least score, the lowest first.

    `scores` are those of the audience, all of whom are `known`; the interval of a lift is that of
    the bootstrap over all who are known. Nothing is told of scores that fewer than `least` have,
    nor of two between which fewer are.
    """
    came = set(known) & set(reached)
    told: list[Reached] = []
    last = len(came)
    for score in _SCORES:
        users = {user for user, own in scores.items() if own >= score}
        if len(users) < least or (told and told[-1].users - len(users) < least):
            continue
        both = len(users & came)
        if both < least or 0 < last - both < least:
            told.append(Reached(score, len(users), None, None, None))
            continue
        last = both
        cells = (both, len(users) - both, len(came) - both)
        lift = _lift((*cells, len(known) - sum(cells)), seed)
        told.append(Reached(score, len(users), both, both / len(users), lift))
    return told


def _lift(cells: Sequence[int], seed: int) -> Interval:
    """Return the lift of a two by two table: of the audience reached and not, of others the same.

    Users that are drawn again fall into the four cells as often as a multinomial distribution says.
    """
    total = sum(cells)
    drawn = np.random.default_rng(seed).multinomial(total, np.array(cells) / total, _DRAWS)
    lifts = _ratios(drawn)
    low, high = np.percentile(lifts[np.isfinite(lifts)], (2.5, 97.5))
    return Interval(float(_ratios(np.array([cells]))[0]), float(low), float(high))


def _ratios(cells: np.ndarray) -> Floats:
    both, missed, others, _ = cells.T.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        lift: Floats = both / (both + missed) / ((both + others) / cells.sum(axis=1))
    return lift
