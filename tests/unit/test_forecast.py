"""The coming week, where the truth is known."""

import numpy as np
import pytest

from chronotope.analysis import forecast
from chronotope.errors import InputError

pytest.importorskip("statsmodels", reason="needs the extra analysis")


def truth(hours: np.ndarray) -> np.ndarray:
    of_day, weekend = hours % 24, (hours % 168) // 24 >= 5
    return np.asarray(1.0 + 3.0 * np.exp(-((of_day - np.where(weekend, 14, 8)) ** 2) / 18))


def test_the_week_that_comes_is_forecast_and_its_interval_holds() -> None:
    hours = np.arange(12 * 168)
    counts = np.random.default_rng(4).poisson(truth(hours + 30)).astype(float)
    made = forecast.forecast(counts, 30)
    real = truth(np.arange(168) + 30 + len(hours))
    assert np.abs(made.mean - real).mean() < 0.25
    assert (made.low <= made.mean).all()
    assert (made.mean <= made.high).all()
    off = forecast.errors(counts, 30)
    assert off is not None
    assert off.weeks == 4
    assert off.absolute < off.absolute_last_week
    assert off.squared < off.squared_last_week
    assert off.covered > 0.93


@pytest.mark.parametrize("level", [0.2, 2.0, 30.0])
def test_intervals_hold_as_often_as_they_say(level: float) -> None:
    # Weeks differ in how busy they are, and hours vary more than Poisson's: variance 3 · mean.
    draw = np.random.default_rng(7)
    mean = level * truth(np.arange(30 * 168)) * np.repeat(draw.gamma(100, 1 / 100, 30), 168)
    counts = draw.negative_binomial(mean / 2, 1 / 3).astype(float)
    within, weeks = 0.0, range(14, 30, 2)
    for week in weeks:
        made = forecast.forecast(counts[: week * 168], 0)
        came = counts[week * 168 : week * 168 + 168]
        within += float(((made.low <= came) & (came <= made.high)).mean()) / len(weeks)
    assert within == pytest.approx(0.95, abs=0.03)


def test_hours_that_were_not_recorded_do_not_count() -> None:
    counts = np.random.default_rng(4).poisson(truth(np.arange(12 * 168))).astype(float)
    gap = counts.copy()
    gap[4 * 168 : 6 * 168] = np.nan
    made, lacking = forecast.forecast(counts, 0), forecast.forecast(gap, 0)
    assert np.abs(made.mean - lacking.mean).mean() < 0.1
    assert np.isfinite(lacking.high).all()
    off = forecast.errors(np.concatenate([counts, np.full(168, np.nan)]), 0)
    assert off is not None
    assert off.absolute < 2


def test_errors_of_last_weeks_value_are_those_of_hand() -> None:
    week = np.zeros(168)
    week[8] = 40
    counts = np.concatenate([week] * 7 + [2 * week])
    off = forecast.errors(counts, 0)
    assert off is not None
    # Of four held-out weeks the last alone differs from the one before, by 40 in one hour.
    assert off.absolute_last_week == pytest.approx(40 / (4 * 168))
    assert off.squared_last_week == pytest.approx((1600 / (4 * 168)) ** 0.5)


def test_too_little_is_said_and_has_no_errors() -> None:
    with pytest.raises(InputError, match="0 events in 3 whole weeks: a forecast needs 100 in 4"):
        forecast.forecast(np.zeros(3 * 168 + 5), 0)
    assert forecast.errors(np.ones(4 * 168), 0) is None
