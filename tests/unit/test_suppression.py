"""What is suppressed cannot be read from what is told."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from chronotope.analysis.suppression import steps, told
from chronotope.client.mapping import _flow


def test_what_is_told_has_enough_people() -> None:
    assert told({"a": 5, "b": 9, "c": 7}, 5) == {"a", "b", "c"}
    assert told({"a": 5, "b": 9, "empty": 0}, 5) == {"a", "b"}
    assert told({}, 5) == set()


def test_with_what_is_suppressed_goes_the_smallest_of_the_others() -> None:
    assert told({"few": 2, "a": 6, "b": 5, "c": 5}, 5) == {"a", "b"}
    assert told({"a": 6, "b": 5}, 5, others=True) == {"a"}
    assert told({"few": 2, "b": 5}, 5) == set()


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 12)), st.integers(1, 6))
def test_what_a_total_tells_beyond_what_is_told_are_enough_people(
    people: dict[int, int], least: int
) -> None:
    shown = told(people, least)
    rest = sum(count for key, count in people.items() if key not in shown)
    assert rest == 0 or rest >= least or not shown


@given(st.lists(st.integers(0, 40)), st.integers(1, 6))
def test_no_two_counts_of_parts_differ_by_few(sizes: list[int], least: int) -> None:
    counts = sorted(sizes, reverse=True)
    shown = [count for count, fits in zip(counts, steps(counts, least), strict=True) if fits]
    assert all(count >= least for count in shown)
    gaps = [one - other for one, other in itertools.pairwise(shown)]
    assert all(gap == 0 or gap >= least for gap in gaps)


def test_the_hours_of_a_flow_do_not_betray_the_few_of_another_hour() -> None:
    row = {"origin": "881ea5aa05fffff", "destination": "881ea5ab51fffff", "steps": 20, "users": 9}
    by_hour = {8: {"steps": 9, "users": 6}, 9: {"steps": 8, "users": 5}}
    told = _flow(row, by_hour, 5)
    assert {hour: steps for hour, steps in enumerate(told.hours) if steps} == {8: 9}
    told = _flow({**row, "steps": 17}, by_hour, 5)
    assert {hour: steps for hour, steps in enumerate(told.hours) if steps} == {8: 9, 9: 8}
