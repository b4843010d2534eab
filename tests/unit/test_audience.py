"""Reach and overlap of audiences: nothing is told of groups below the minimal size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.cli.audience import compare, reach
from chronotope.cli.values import parse_hours
from chronotope.errors import InputError


def test_reach_counts_users_from_each_score_on() -> None:
    assert reach([0.9, 0.5, 0.5, 0.12], 2) == [
        {"score": 0.05, "users": 4},
        {"score": 0.1, "users": 4},
        {"score": 0.2, "users": 3},
        {"score": 0.3, "users": 3},
        {"score": 0.4, "users": 3},
        {"score": 0.5, "users": 3},
    ]


def test_two_audiences_are_compared() -> None:
    one, other = set("abcdef"), set("defghi")
    assert compare(one, other, 3) == {"size": 6, "other": 6, "common": 3, "jaccard": 3 / 9}
    assert compare(one, other, 4)["common"] is None
    assert compare(one, one, 3)["jaccard"] == 1
    assert compare(one, set(), 1)["common"] is None


@given(st.sets(st.integers(0, 20)), st.sets(st.integers(0, 20)), st.integers(1, 6))
def test_no_small_group_can_be_told_from_a_comparison(
    one: set[int], other: set[int], size: int
) -> None:
    found = compare(set(map(str, one)), set(map(str, other)), size)
    if found["common"] is not None:
        for count in (
            found["common"],
            found["size"] - found["common"],
            found["other"] - found["common"],
        ):
            assert count == 0 or count >= size


def test_hours_of_the_day() -> None:
    assert parse_hours("18-22") == [18, 19, 20, 21]
    assert parse_hours("22:00-2") == [22, 23, 0, 1]
    assert len(parse_hours("0-23")) == 23
    for text in ("7", "7-7", "0-24", "25-3", "a-b", "1-2-3"):
        with pytest.raises(InputError, match="no hours of the day"):
            parse_hours(text)
