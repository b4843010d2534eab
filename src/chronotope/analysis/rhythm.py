"""When somebody or something is where: key times and places, periods, drift, unusual days. Pure.

Hours of the week count from Monday 0:00 local time: hour 24 is Tuesday 0:00.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from scipy import stats

from chronotope.analysis.chance import ALPHA, discoveries, more_than, ratio
from chronotope.statistics import Floats

EVENTS = 30
"""Events that key times need at least."""
WEEKS = 4
"""Whole weeks that periods and unusual days need at least."""
WEEK = 168

_AROUND = 4  # weeks before and after a day that tell what is usual
_NIGHT = tuple(range(22, 24)) + tuple(range(7))
_WORK = range(9, 17)
_MOST = 0.5  # share of a place's events from which on it is of the night, or of working hours
_REGULAR = 0.25  # of all weeks from the first visit to the last of all
_NEVER = 0.001  # a chance below which a day without any event was not recorded


@dataclass(frozen=True)
class KeyTime:
    """An hour with more events than expected; `hour` of the week (or of the day) counts from 0."""

    hour: int
    events: int
    expected: float
    strength: float
    p: float
    q: float


@dataclass(frozen=True)
class Role:
    """What a place is to a user: 'home-like', 'work-like', 'regular' or 'passing'.

    `nights` and `work` are the shares of its events, of those with a clock, from 22 to 7 o'clock,
    and from 9 to 17 on Monday to Friday; `weeks` are those with an event, and `days` too.
    """

    role: str
    events: int
    days: int
    weeks: int
    nights: float
    work: float


@dataclass(frozen=True)
class Period:
    """After so many days it is as before: `correlation` of the series with itself that much later.

    `bound` is what chance stays below, at 95 %.
    """

    days: int
    correlation: float
    bound: float


@dataclass(frozen=True)
class Drift:
    """An interest whose share rose or fell: `ratio` of the later to the earlier, with interval."""

    id: str
    name: str
    before: int
    after: int
    ratio: float | None
    low: float
    high: float | None
    p: float
    q: float


@dataclass(frozen=True)
class Anomaly:
    """A day with more or fewer events than its weekday has in the weeks around it."""

    day: date
    events: int
    expected: float
    surprise: float
    p: float
    q: float


def key_times(counts: Sequence[int], everyone: Sequence[int]) -> tuple[KeyTime, ...]:
    """Return the hours that have more events than expected, the strongest first.

    The expectation of an hour is the share that all events of the graph have there, times the
    number of events. Where both are the same, all hours are expected to have equally many.
    """
    observed, base = np.asarray(counts, float), np.asarray(everyone, float)
    share = base / base.sum() if base.sum() else np.zeros(len(base))
    if np.array_equal(observed, base):
        share = np.full(len(base), 1 / len(base))
    tested = np.flatnonzero(share > 0)
    expected = share[tested] * observed.sum()
    p = more_than(observed[tested], expected)
    q = discoveries(p)
    found = [
        KeyTime(
            int(hour),
            int(observed[hour]),
            float(e),
            float(observed[hour] / e),
            float(p_),
            float(q_),
        )
        for hour, e, p_, q_ in zip(tested, expected, p, q, strict=True)
        if q_ <= ALPHA
    ]
    return tuple(sorted(found, key=lambda time: (-time.strength, time.hour)))


def roles(rows: Iterable[Mapping[str, Any]]) -> dict[str, Role]:
    """Tell what each place is to a user, from rows of id, day, hour and events.

    Home-like and work-like are one place each: that of most events of the night, or of working
    hours, where these are half of its own or more, on five days and in two weeks at least. Of the
    others, regular are those with an event in a quarter of all weeks, and in three at least.
    """
    places: dict[str, list[tuple[date, int | None, int]]] = {}
    weeks: set[date] = set()
    for row in rows:
        places.setdefault(row["id"], []).append((row["day"], row["hour"], row["events"]))
        weeks.add(_monday(row["day"]))
    whole = (max(weeks) - min(weeks)).days // 7 + 1 if weeks else 0
    nights = {id_: _count(had, _is_night) for id_, had in places.items()}
    work = {id_: _count(had, _is_work) for id_, had in places.items()}
    clocked = {id_: _count(had, lambda _, hour: hour is not None) for id_, had in places.items()}
    days = {id_: len({day for day, _, _ in had}) for id_, had in places.items()}
    seen = {id_: len({_monday(day) for day, _, _ in had}) for id_, had in places.items()}

    def most(of: Mapping[str, int], but: str | None = None) -> str | None:
        fitting = [
            id_
            for id_ in places
            if id_ != but
            and days[id_] >= 5
            and seen[id_] >= 2
            and of[id_]
            and of[id_] >= _MOST * clocked[id_]
        ]
        return min(fitting, key=lambda id_: (-of[id_], id_), default=None)

    home = most(nights)
    office = most(work, home)

    def role(id_: str) -> str:
        if id_ == home:
            return "home-like"
        if id_ == office:
            return "work-like"
        return "regular" if seen[id_] >= max(3, _REGULAR * whole) else "passing"

    return {
        id_: Role(
            role(id_),
            sum(n for _, _, n in had),
            days[id_],
            seen[id_],
            nights[id_] / clocked[id_] if clocked[id_] else 0.0,
            work[id_] / clocked[id_] if clocked[id_] else 0.0,
        )
        for id_, had in places.items()
    }


def daily(counts: Mapping[date, int], first: date, last: date) -> Floats:
    """Return the events of each day from the first to the last, days without any included."""
    days = (last - first).days + 1
    return np.array([counts.get(first + timedelta(days=n), 0) for n in range(days)], float)


def unrecorded(everyone: Mapping[date, int]) -> frozenset[date]:
    """Return the days of which nothing is known, from the events that all people have of each.

    Nobody did anything on them, although so much is done on that weekday that a day without any
    would have a chance below 1/1000 by Poisson's law: 7 events or more. Of the weekday, since a
    shop that is closed on Sundays has no gaps.
    """
    if not everyone:
        return frozenset()
    first = min(everyone)
    series = daily(everyone, first, max(everyone))
    usual = [series[weekday::7].mean() for weekday in range(min(7, len(series)))]
    return frozenset(
        first + timedelta(days=k)
        for k in np.flatnonzero(series == 0).tolist()
        if np.exp(-usual[k % 7]) < _NEVER
    )


def correlations(series: Floats, most: int) -> Floats:
    """Return the autocorrelation of a series at lags 0 to `most` (Box and Jenkins, 1970).

    What is not known (NaN) is as the mean has it, so that it adds nothing.
    """
    centred = np.nan_to_num(series - np.nanmean(series))
    whole = float(centred @ centred)
    if not whole:
        return np.zeros(most + 1)
    return np.array(
        [float(centred[lag:] @ centred[: len(centred) - lag]) / whole for lag in range(most + 1)]
    )


def periods(series: Floats) -> tuple[Period, ...]:
    """Return after how many days a daily series resembles itself, the strongest first.

    A straight line is subtracted first, so that growth is no period. Told are peaks of the
    autocorrelation, above 1.96 / √(days that are known) and above both neighbours, from 2 days to
    a third of the series, with false discoveries over all of these lags controlled; of a period's
    multiples, which peak too, those alone that are stronger than it. Days that are NaN were not
    recorded, and are left out.
    """
    n, known = len(series), np.flatnonzero(np.isfinite(series))
    if len(known) < 7 * WEEKS:
        return ()
    flat = series - np.polyval(np.polyfit(known, series[known], 1), np.arange(n))
    found, bound = correlations(flat, n // 3 + 1), 1.96 / np.sqrt(len(known))
    lags = range(2, n // 3 + 1)
    chances = discoveries(stats.norm.sf(found[2 : n // 3 + 1] * np.sqrt(len(known))))
    peaks = [
        Period(lag, float(found[lag]), float(bound))
        for lag, q in zip(lags, chances, strict=True)
        if found[lag] > bound
        and q <= ALPHA
        and found[lag] >= found[lag - 1]
        and found[lag] > found[lag + 1]
    ]
    told: list[Period] = []
    for peak in peaks:
        if not any(peak.days % t.days == 0 and peak.correlation <= t.correlation for t in told):
            told.append(peak)
    return tuple(sorted(told, key=lambda period: -period.correlation))


def drift(rows: Iterable[Mapping[str, Any]]) -> tuple[Drift, ...]:
    """Return the interests whose share rose or fell between two spans, the surest first.

    `rows` have id, name, and the events before and after. Those with a false-discovery rate of at
    most 5 % are told.
    """
    given = [row for row in rows if row["before"] + row["after"]]
    before, after = (sum(row[name] for row in given) for name in ("before", "after"))
    if not (before and after):
        return ()
    tested = [(row, *ratio(row["after"], row["before"], after, before)) for row in given]
    q = discoveries([p for *_, p in tested])
    found = [
        Drift(row["id"], row["name"], row["before"], row["after"], times, low, high, p, float(q_))
        for (row, times, low, high, p), q_ in zip(tested, q, strict=True)
        if q_ <= ALPHA
    ]
    return tuple(sorted(found, key=lambda change: (change.p, change.id)))


def anomalies(series: Floats, first: date) -> tuple[Anomaly, ...]:
    """Return unusual days of a daily series that begins at `first`, the strangest first.

    Expected is the mean of the same weekday in the four weeks before and after. `surprise` is the
    signed root of the Poisson deviance, over the root of its mean in all days where that is more
    than 1: days that vary more than Poisson's are held to their own measure. Days that are NaN were
    not recorded: they are neither expected nor told.
    """
    n, known = len(series), np.isfinite(series)
    if known.sum() < 7 * WEEKS:
        return ()
    offsets = [7 * week for week in range(-_AROUND, _AROUND + 1) if week]
    around = [[k + o for o in offsets if 0 <= k + o < n and known[k + o]] for k in range(n)]
    days = np.array([k for k in range(n) if known[k] and around[k]], int)
    counts = series[days]
    expected = np.array([series[around[k]].mean() for k in days])
    e = np.maximum(expected, 0.5 / len(offsets))  # a weekday without any may have one unnoticed
    some = np.where(counts > 0, counts, 1.0)
    deviance = 2 * (np.where(counts > 0, counts * np.log(some / e), 0.0) - (counts - e))
    spread = max(1.0, float(np.median(deviance) / stats.chi2(1).median()))
    surprise = np.sign(counts - e) * np.sqrt(np.maximum(deviance, 0) / spread)
    p = 2 * stats.norm.sf(np.abs(surprise))
    q = discoveries(p)
    found = [
        Anomaly(
            first + timedelta(days=int(day)), int(counts[k]), float(expected[k]),
            float(surprise[k]), float(p[k]), float(q[k]),
        )
        for k, day in enumerate(days)
        if q[k] <= ALPHA
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda day: (day.p, day.day)))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _is_night(day: date, hour: int | None) -> bool:
    del day
    return hour in _NIGHT


def _is_work(day: date, hour: int | None) -> bool:
    return hour is not None and hour in _WORK and day.weekday() < 5


def _count(had: Iterable[tuple[date, int | None, int]], fits: Any) -> int:
    return sum(n for day, hour, n in had if fits(day, hour))
