"""What a trial is about, and what contradicts itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from chronotope.errors import InputError
from chronotope.evaluation import TASKS
from chronotope.fusion import Trial

CUT, UNTIL = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("task", "changed", "complaint"),
    [
        ("next", {"until": CUT}, r"until \(2026-02-01T\S+\) has to be later than cut \(2026-02"),
        ("next", {"new_items": True}, "new_items is a question of discover"),
        ("new_items", {"new_items": True}, "new_items is a question of discover"),
        ("discover", {"new_items": True, "instances": "x.csv"}, "about all that was discovered"),
        ("discover", {"cut": None, "until": UNTIL}, "is a protocol of its own"),
        ("new_items", {"cut": None}, "is a protocol of its own"),
        ("discover", {"baselines_only": True, "ablate": True}, "Baselines alone are asked without"),
    ],
)
def test_what_contradicts_itself_is_said(
    task: str, changed: Mapping[str, Any], complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        Trial(TASKS[task], **{"cut": CUT, **changed})


def test_the_past_holds_later_events_only_where_each_is_a_question() -> None:
    assert Trial(TASKS["discover"], CUT, UNTIL).horizon == CUT
    assert Trial(TASKS["next"], CUT, UNTIL).horizon == UNTIL
    assert Trial(TASKS["discover"], CUT, UNTIL, instances="x.csv").horizon == UNTIL
    assert Trial(TASKS["discover"], None).horizon > datetime(3000, 1, 1, tzinfo=UTC)
    assert Trial(TASKS["next"], CUT).horizon > datetime(3000, 1, 1, tzinfo=UTC)


def test_new_items_are_always_told_apart_by_what_is_left_out() -> None:
    assert Trial(TASKS["discover"], CUT, new_items=True).ablates
    assert not Trial(TASKS["discover"], CUT).ablates
