"""What is said of time and place is taken out of a question; the rest is what is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.language.question import Question, beginnings, lucene, parse

MORNING, EVENING = (6, 7, 8, 9, 10, 11), (17, 18, 19, 20, 21, 22)
WEEKDAYS = (1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "quiet coffee near Bryant Park on a weekday morning",
            Question("quiet coffee", "Bryant Park", MORNING, WEEKDAYS),
        ),
        ("jazz on Friday night", Question("jazz", None, (20, 21, 22, 23, 0, 1, 2), (5,))),
        ("somewhere to swim", Question("somewhere to swim")),
        ("工作日早上安静的咖啡馆", Question("安静的咖啡馆", None, MORNING, WEEKDAYS)),
        ("火车站附近的面馆", Question("面馆", "火车站")),
        ("knight club", Question("knight club")),
        ("evening", Question("evening", None, EVENING)),
    ],
)
def test_time_and_place_are_understood(text: str, question: Question) -> None:
    assert parse(text) == question


@given(st.text(max_size=80))
def test_any_text_is_a_question_and_a_harmless_query(text: str) -> None:
    assert parse(text).text or not text.strip()
    assert all(c.isalnum() or c in '" ' for c in lucene(text))


def test_who_still_types_is_understood() -> None:
    assert beginnings("last la") == '"last" AND ("la" OR la*)'
    assert beginnings("铁观音") == '("铁观音" OR 铁观音*)'
    assert beginnings('*"(') == ""
