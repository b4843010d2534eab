"""Key times, places, periods, drift and unusual days, against calculations by hand."""

from datetime import date, timedelta
from math import exp, factorial, sqrt
from typing import Any

import numpy as np
import pytest

from chronotope.analysis import chance, rhythm

MONDAY = date(2026, 1, 5)


def poisson_tail(count: int, mean: float) -> float:
    return 1 - sum(exp(-mean) * mean**k / factorial(k) for k in range(count))


def test_poisson_tails_and_false_discoveries_are_those_of_hand() -> None:
    assert chance.more_than([3, 0], [1.0, 2.0]) == pytest.approx([poisson_tail(3, 1.0), 1.0])
    # Benjamini and Hochberg: p m / rank, made monotone from the largest on.
    q = chance.discoveries([0.01, 0.04, 0.03, 0.5])
    assert q == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert len(chance.discoveries([])) == 0


def test_key_times_exceed_what_everybody_lets_expect() -> None:
    counts, everyone = [0] * 24, [10] * 24
    counts[8], counts[9], counts[20] = 12, 2, 10
    everyone[20] = 250  # of 480: 12.5 of 24 events are expected then
    (time,) = rhythm.key_times(counts, everyone)
    expected = 24 * 10 / 480
    assert (time.hour, time.events) == (8, 12)
    assert time.expected == pytest.approx(expected)
    assert time.strength == pytest.approx(12 / expected)
    assert time.p == pytest.approx(poisson_tail(12, expected), rel=1e-3, abs=1e-15)
    assert time.q == pytest.approx(24 * time.p)


def test_everyone_is_held_to_equal_hours() -> None:
    counts = [10] * 24
    counts[12] = 60
    (time,) = rhythm.key_times(counts, counts)
    assert time.hour == 12
    assert time.expected == pytest.approx(290 / 24)


def visits(id_: str, days: list[int], hour: int | None) -> list[dict[str, Any]]:
    return [
        {"id": id_, "day": MONDAY + timedelta(days=day), "hour": hour, "events": 1} for day in days
    ]


def test_places_are_told_by_nights_working_hours_and_weeks() -> None:
    rows = [
        *visits("flat", [0, 1, 2, 8, 40], 23),
        *visits("office", [0, 1, 2, 3, 9], 10),
        *visits("office", [4], 19),
        *visits("gym", [5, 12, 19, 26], 18),
        *visits("bar", [5, 6], 23),
        *visits("dated", [7], None),
        *visits("weekend job", [5, 6, 12, 13], 10),
    ]
    found = rhythm.roles(rows)
    assert {id_: role.role for id_, role in found.items()} == {
        "flat": "home-like",
        "office": "work-like",
        "gym": "regular",
        "bar": "passing",
        "dated": "passing",
        "weekend job": "passing",
    }
    assert found["office"] == rhythm.Role("work-like", 6, 6, 2, 0.0, 5 / 6)
    assert rhythm.roles([]) == {}


def test_autocorrelation_is_that_of_hand_and_a_week_is_found() -> None:
    series = np.array([1.0, 3.0, 2.0, 6.0])  # less the mean of 3: -2, 0, -1, 3
    assert rhythm.correlations(series, 2).tolist() == pytest.approx([1, (0 + 0 - 3) / 14, 2 / 14])
    draw = np.random.default_rng(3)
    weekly = np.tile([2.0, 2, 2, 2, 2, 9, 9], 20) + draw.normal(0, 0.5, 140) + np.arange(140) / 10
    (period,) = rhythm.periods(weekly)
    assert period.days == 7
    assert period.bound == pytest.approx(1.96 / sqrt(140))
    assert rhythm.periods(weekly[:27]) == ()
    assert rhythm.periods(np.ones(60)) == ()


def test_days_that_nobody_recorded_are_no_period_and_no_anomaly() -> None:
    gaps = [n for begin in (40, 90, 140) for n in range(begin, begin + 10)]
    series = np.random.default_rng(7).poisson(30, 210).astype(float)
    series[gaps] = 0
    lost = rhythm.unrecorded(
        {MONDAY + timedelta(days=n): int(count) for n, count in enumerate(series) if count}
    )
    assert lost == {MONDAY + timedelta(days=n) for n in gaps}
    # Taken for days without events they are a period, and the most unusual days.
    assert [period.days for period in rhythm.periods(series)] == [50]
    assert len(rhythm.anomalies(series, MONDAY)) == 30
    series[gaps] = np.nan
    assert rhythm.periods(series) == ()
    assert rhythm.anomalies(series, MONDAY) == ()
    series += np.tile([0, 0, 0, 0, 0, 40, 40], 30)
    (period,) = rhythm.periods(series)
    assert period.days == 7
    assert period.bound == pytest.approx(1.96 / sqrt(180))
    assert rhythm.correlations(np.array([1.0, np.nan, 5.0]), 2).tolist() == [1, 0, -0.5]


def test_days_on_which_little_or_never_is_done_are_no_gaps() -> None:
    closed = {MONDAY + timedelta(days=n): 50 for n in range(70) if n % 7 < 6}
    assert rhythm.unrecorded(closed) == frozenset()  # on Sundays
    assert rhythm.unrecorded({MONDAY: 1, MONDAY + timedelta(days=21): 1}) == frozenset()
    assert rhythm.unrecorded({}) == frozenset()


def test_drift_is_told_with_an_exact_interval() -> None:
    rows = [
        {"id": "jazz", "name": "Jazz", "before": 2, "after": 20},
        {"id": "tea", "name": "Tea", "before": 98, "after": 80},
        {"id": "none", "name": "None", "before": 0, "after": 0},
    ]
    jazz, *rest = rhythm.drift(rows)
    assert jazz.id == "jazz"
    assert jazz.ratio == pytest.approx((20 / 100) / (2 / 100))
    # Clopper and Pearson's interval of 20 of 22, published tables: 0.7084 to 0.9888.
    assert jazz.low == pytest.approx(0.7084 / 0.2916, rel=1e-3)
    assert jazz.high == pytest.approx(0.9888 / 0.0112, rel=2e-2)
    assert [change.id for change in rest] == []
    assert rhythm.drift([{"id": "a", "name": "a", "before": 0, "after": 9}]) == ()


def test_a_fall_to_nothing_and_a_rise_from_nothing_have_open_ends() -> None:
    times, low, high, p = chance.ratio(10, 0, 50, 50)
    assert (times, high) == (None, None)
    assert low > 1
    assert p == pytest.approx(2 * 0.5**10)
    times, low, high, _ = chance.ratio(0, 10, 50, 50)
    assert (times, low) == (0, 0)
    assert high is not None
    assert high < 1


def test_unusual_days_stand_out_from_their_weekday() -> None:
    series = np.tile([5.0, 5, 5, 5, 5, 20, 20], 10)
    series[30] = 40  # a Wednesday
    (day,) = rhythm.anomalies(series, MONDAY)
    assert (day.day, day.events, day.expected) == (MONDAY + timedelta(days=30), 40, 5.0)
    assert day.surprise == pytest.approx(sqrt(2 * (40 * np.log(8) - 35)))
    assert rhythm.anomalies(series[:20], MONDAY) == ()


def test_a_daily_series_has_days_without_events() -> None:
    found = rhythm.daily({MONDAY: 2, MONDAY + timedelta(days=2): 1}, MONDAY, MONDAY + timedelta(2))
    assert found.tolist() == [2, 0, 1]
