"""Controls that cannot be meant are refused in words, before a graph is asked."""

from datetime import timedelta
from typing import Any

import pytest

from chronotope.client.controls import check_controls
from chronotope.errors import InputError

HERE = (45.0, 13.0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"only": "shops"}, "only is 'places' or 'goods', not 'shops'"),
        ({"items": "cafe"}, "items is a list of texts"),
        ({"session": 3}, "session is a list of texts"),
        ({"exclude": (name for name in "ab")}, "exclude is a list of texts"),
        ({"interests": [1]}, "interests is a list of texts"),
        ({"within": "near"}, "within is a number of metres above 0, not 'near'"),
        ({"within": 0}, "within is a number of metres above 0, not 0"),
        ({"diversity": "much"}, "diversity is a number from 0 to 1, not 'much'"),
        ({"diversity": 2}, "diversity is a number from 0 to 1, not 2"),
        ({"per_category": 0}, "per_category is a number from 1 on, not 0"),
        ({"unseen_for": 7}, "unseen_for is a timedelta above 0, not 7"),
        ({"where": "price"}, "where is a mapping"),
        ({"where": {"price": {"most": 5}}}, "'price' is bounded by min and max"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence(wrong: Any, said: str) -> None:
    with pytest.raises(InputError) as problem:
        check_controls(wrong, HERE)
    assert said in str(problem.value)


def test_within_needs_a_place() -> None:
    with pytest.raises(InputError, match="within is a distance from here"):
        check_controls({"within": 100}, None)


def test_what_can_be_meant_passes() -> None:
    check_controls(
        {"items": ["a"], "within": 5, "diversity": 0, "unseen_for": timedelta(days=1)}, HERE
    )
