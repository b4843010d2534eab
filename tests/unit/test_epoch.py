"""The moment that decays are stored relative to."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from chronotope.statistics.epoch import Epoch, fitting

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_first_derivation_begins_an_epoch() -> None:
    assert fitting(None, FIRST, 30.0) == Epoch(FIRST, 30.0)


@pytest.mark.parametrize("late", [30.0, 27.5, 32.5])
def test_an_epoch_is_kept_with_late_days_that_differ_by_less_than_a_tenth(late: float) -> None:
    assert fitting(Epoch(FIRST, 30.0), FIRST + 365 * DAY, late) == Epoch(FIRST, 30.0)


def test_other_late_days_replace_those_before() -> None:
    assert fitting(Epoch(FIRST, 30.0), FIRST + DAY, 33.1) == Epoch(FIRST, 33.1)


def test_an_epoch_begins_anew_before_a_decay_overflows_and_for_a_moment_before_it() -> None:
    before = Epoch(FIRST, 30.0)
    assert fitting(before, FIRST + 3500 * DAY, 30.0) == before
    late = FIRST + 3501 * DAY
    assert fitting(before, late, 30.0) == Epoch(late, 30.0)
    assert np.exp(3501 / 7) < 1e218
    assert fitting(before, FIRST - DAY, 30.0) == Epoch(FIRST - DAY, 30.0)
    soon = FIRST + 501 * DAY
    assert fitting(before, soon, 1.0) == Epoch(soon, 1.0)


def test_events_after_an_epoch_are_days_before_it_below_zero() -> None:
    seconds = np.array([0, 86400 * 3]) + int(FIRST.timestamp()) - 86400
    assert Epoch(FIRST, 1.0).days_before(seconds).tolist() == [1.0, -2.0]
