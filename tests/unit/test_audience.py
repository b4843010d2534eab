"""Reach and overlap of audiences: nothing is told of groups below the minimal size."""

from hypothesis import given
from hypothesis import strategies as st

from chronotope.analysis.audience import Overlap, Reach, compare, reach


def test_reach_counts_users_from_each_score_on() -> None:
    assert reach([0.9, 0.5, 0.5, 0.12], 2) == (
        Reach(0.05, 4), Reach(0.1, 4),
    )  # fmt: skip
    assert reach([0.9, 0.5, 0.12], 1) == (
        Reach(0.05, 3), Reach(0.1, 3), Reach(0.2, 2), Reach(0.3, 2), Reach(0.4, 2), Reach(0.5, 2),
        Reach(0.6, 1), Reach(0.7, 1), Reach(0.8, 1), Reach(0.9, 1),
    )  # fmt: skip


def test_two_numbers_of_reach_do_not_betray_the_few_between_them() -> None:
    scores = [0.9] * 5 + [0.35] + [0.2] * 6
    assert reach(scores, 5) == (
        Reach(0.05, 12), Reach(0.1, 12), Reach(0.2, 12), Reach(0.3, 6),
    )  # fmt: skip


def test_two_audiences_are_compared() -> None:
    one, other = set("abcdef"), set("defghi")
    assert compare(one, other, 3) == Overlap(size=6, other=6, common=3, jaccard=3 / 9)
    assert compare(one, other, 4) == Overlap()
    assert compare(one, one, 3).jaccard == 1
    assert compare(one, set(), 1) == Overlap()


@given(st.sets(st.integers(0, 20)), st.sets(st.integers(0, 20)), st.integers(1, 6))
def test_no_small_group_can_be_told_from_a_comparison(
    one: set[int], other: set[int], size: int
) -> None:
    overlap = compare(set(map(str, one)), set(map(str, other)), size)
    if overlap.common is None or overlap.size is None or overlap.other is None:
        assert overlap == Overlap()
        return
    for count in (
        overlap.common,
        overlap.size - overlap.common,
        overlap.other - overlap.common,
    ):
        assert count == 0 or count >= size
