"""What moved by so little that it is left as it stands."""

from typing import Any

import pytest

from chronotope.statistics.tolerance import OF_LINKS, OF_NUMBERS, all_stay, stays


@pytest.mark.parametrize(
    ("name", "now", "before", "expected"),
    [
        ("users", 3, 4, False),
        ("users", 10**12, 10**12 + 1, False),
        ("firstVisits7", 2.0, 2.0 + 1e-12, True),
        ("firstVisits7", 2.0, 2.0 + 1e-8, False),
        ("gravity1", 104.0, 100.0, True),
        ("gravity1", 106.0, 100.0, False),
        ("share", 0.1019, 0.1, True),
        ("share", 0.1021, 0.1, False),
        ("hours", [1.05, 0.0], [1.0, 0.002], True),
        ("hours", [1.06, 0.0], [1.0, 0.002], False),
        ("hours", [1.0], [1.0, 1.0], False),
        ("userWeight", None, 1.0, False),
        ("userWeight", 1.0, None, False),
        ("userWeight", None, None, True),
    ],
)
def test_a_number_stays_within_its_tolerance(
    name: str, now: Any, before: Any, *, expected: bool
) -> None:
    assert stays(name, now, before, OF_NUMBERS) is expected


def test_a_link_stays_while_its_counts_are_the_same_and_its_weight_of_ease_hardly_moves() -> None:
    names = ("count", "weight", "ease")
    assert all_stay(names, (3, None, 0.0510), (3, None, 0.05), OF_LINKS)
    assert not all_stay(names, (4, None, 0.0510), (3, None, 0.05), OF_LINKS)
    assert not all_stay(names, (3, None, 0.053), (3, None, 0.05), OF_LINKS)
    assert not all_stay(names, (3, None, 0.05), (), OF_LINKS)


def test_without_tolerances_only_the_same_stays() -> None:
    assert stays("share", 0.1, 0.1, None)
    assert not stays("share", 0.1 + 1e-12, 0.1, None)
