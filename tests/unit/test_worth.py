"""What an audience is worth, by hand."""

import math

import numpy as np
import pytest

from chronotope.analysis import worth


def test_a_steady_visitor_comes_as_often_as_before() -> None:
    # One who came every day for ever: the sum of e^(-age / 10) over them is 10 in the limit.
    chance = worth.chances(np.array([10.0, 0.0]), forget=10, history=1e9, days=1)
    assert chance == pytest.approx([1 - math.exp(-1), 0])
    # The same in a history of five days, of which fewer visits can be known.
    known = 10 * (1 - math.exp(-0.5))
    assert worth.chances(np.array([known]), forget=10, history=5, days=1) == pytest.approx(
        [1 - math.exp(-1)]
    )
    assert worth.chances(np.array([3.0]), forget=10, history=0, days=1).tolist() == [0]


def test_the_interval_is_that_of_independent_users() -> None:
    expected = worth.expect(np.array([0.5, 0.5, 1.0]), 7)
    assert (expected.users, expected.days, expected.before) == (2, 7, None)
    assert expected.low == pytest.approx(2 - 1.96 * math.sqrt(0.5))
    assert expected.high == 3  # there are no more


def test_an_audience_before_tells_how_many_come() -> None:
    expected = worth.expect(np.full(100, 0.5), 7, worth.Before(came=19, expected=39.0))
    assert expected.users == 25
    assert expected.low == pytest.approx(25 - 1.96 * math.sqrt(25 / 4 + 25**2 / 20))


def test_who_is_reached_is_told_by_score_with_the_lift_over_everybody() -> None:
    scores = {f"u{n}": n / 20 for n in range(10)}
    known = [*scores, *(f"v{n}" for n in range(30))]
    reached = ["u9", "u8", "u7", "u6", "v1", "v2", "v3", "v4", "stranger"]
    found = worth.reached_by_score(scores, known, reached, least=2)
    assert [(r.score, r.users, r.reached) for r in found] == [
        (0.0, 10, 4),
        (0.1, 8, 4),
        (0.2, 6, 4),
        (0.3, 4, 4),
    ]
    assert found[0].lift is not None
    assert found[0].lift.value == pytest.approx((4 / 10) / (8 / 40))
    assert found[0].lift.low < 2 < found[0].lift.high
    assert found == worth.reached_by_score(scores, known, reached, least=2)


def test_of_few_who_were_reached_nothing_is_told() -> None:
    scores = dict.fromkeys(map(str, range(10)), 0.05)
    (only,) = worth.reached_by_score(scores, list(scores), ["1", "2"], least=3)
    assert (only.users, only.reached, only.rate, only.lift) == (10, None, None, None)
    assert worth.reached_by_score({"1": 0.9}, ["1"], ["1"], least=2) == []


def test_two_rows_do_not_betray_the_few_between_them() -> None:
    scores = {str(n): 0.9 if n < 5 else 0.15 if n == 5 else 0.01 for n in range(12)}
    found = worth.reached_by_score(scores, list(scores), ["0", "1", "2", "3", "4", "5"], least=3)
    # One user has .15, and came: neither is told by what the rows differ.
    assert [(row.score, row.users, row.reached) for row in found] == [(0.0, 12, 6), (0.1, 6, 6)]
