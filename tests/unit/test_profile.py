"""The text of a profile: windows of hours, days, languages; the same facts give the same text."""

from datetime import UTC, datetime, timedelta
from typing import Any

import neo4j.time
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.language.profile import (
    ProfileFacts,
    describe,
    language_of,
    typical_days,
    typical_hours,
)

AT = datetime(2026, 6, 1, tzinfo=UTC)


def hours(**counts: int) -> list[int]:
    return [counts.get(f"h{hour}", 0) for hour in range(24)]


def tag(name: str, first: int, last: int, **more: Any) -> dict[str, Any]:
    def days_ago(days: int) -> neo4j.time.DateTime:
        return neo4j.time.DateTime.from_native(AT - timedelta(days=days))

    return {
        "name": name,
        "trend": "steady",
        "events": 5,
        "first": days_ago(first),
        "last": days_ago(last),
        "hours": hours(h7=4, h8=1),
        "weekdays": [1, 1, 1, 1, 1, 0, 0],
        "places": [{"name": "Blue Cup"}, {"name": "Oven"}, {"name": "Far"}],
        "evidence": [{"name": "Blue Cup"}],
        **more,
    }


PLACE = {"name": "Harbour", "hours": hours(h23=3, h0=3), "weekdays": [0, 0, 0, 0, 0, 3, 2]}


def test_typical_hours_are_the_shortest_span_with_most_of_the_weight() -> None:
    assert typical_hours(hours(h7=6, h12=4)) == (7, 8)
    assert typical_hours(hours(h23=3, h0=3, h12=1)) == (23, 1)
    assert typical_hours([1] * 24) is None
    assert typical_hours([0] * 24) is None


@given(st.lists(st.integers(0, 50), min_size=24, max_size=24))
def test_typical_hours_hold_most_of_the_weight(counts: list[int]) -> None:
    found = typical_hours(counts)
    if found:
        start, length = found[0], (found[1] - found[0]) % 24
        held = sum(counts[(start + n) % 24] for n in range(length))
        assert held >= 0.6 * sum(counts)
        assert length <= 6


@pytest.mark.parametrize(
    ("weekdays", "said"),
    [([1, 1, 1, 1, 1, 0, 0], "weekdays"), ([0, 0, 0, 0, 1, 2, 2], "weekends"), ([1] * 7, "")],
)
def test_typical_days(weekdays: list[int], said: str) -> None:
    assert typical_days(weekdays) == said


def test_a_profile_tells_interests_what_is_new_what_faded_and_places() -> None:
    tags = [
        tag("Coffee Shop", 100, 1, trend="rising"),
        tag("Jazz Club", 10, 2, hours=[1] * 24, weekdays=[1] * 7, places=[]),
        tag("Gym", 100, 50),
    ]
    facts = ProfileFacts(tags, [PLACE], AT)
    assert describe(facts, "en") == (
        "Interests: Coffee Shop (rising, weekdays 7-8 h, at Blue Cup, Oven); Jazz Club (steady). "
        "New: Jazz Club. Faded: Gym. Often at: Harbour (weekends 23-1 h)."
    )
    assert describe(facts, "zh") == (
        "兴趣：Coffee Shop（上升，多在工作日7点到8点，常在Blue Cup，Oven）；Jazz Club（稳定）。"
        "新近：Jazz Club。淡去：Gym。常去：Harbour（多在周末23点到1点）。"
    )
    assert describe(facts, "en") == describe(facts, "en")


def test_a_keyword_of_a_categorys_name_is_told_once() -> None:
    assert (
        describe(ProfileFacts([tag("Gym", 9, 1), tag("gym", 9, 1)], [], AT), "en").count("steady")
        == 1
    )


def test_nothing_is_new_to_who_is_new_and_nothing_known_is_no_text() -> None:
    assert "New" not in describe(ProfileFacts([tag("Gym", 10, 1)], [], AT), "en")
    assert describe(ProfileFacts([], [], AT), "en") == ""


@pytest.mark.parametrize(
    ("names", "language"),
    [
        (["静心咖啡馆", "公园", "Gym"], "zh"),
        (["Gym", "公园"], "en"),
        (["木漏れ日珈琲店"], "en"),
        ([], "en"),
    ],
)
def test_the_language_is_that_of_most_places(names: list[str], language: str) -> None:
    evidence = [{"name": name} for name in names]
    assert language_of(ProfileFacts([tag("x", 1, 1, evidence=evidence)], [], AT)) == language
