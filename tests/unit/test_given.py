"""Instances that people give in a file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chronotope.errors import InputError
from chronotope.evaluation import TASKS, read_given
from chronotope.evaluation.given import instances_of
from chronotope.loading import ReadOptions
from chronotope.replay import Instance

ROWS = """\
user_id,timestamp,item_id
ann,2026-02-16T09:00:00Z,b
ann,2026-02-16T09:00:00Z,a
bob,2026-03-01T09:00:00Z,a
ann,yesterday,a
"""
CUT, UNTIL = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)


def test_an_instance_of_next_has_one_item_and_one_of_discover_all_of_a_moment() -> None:
    rows = [
        {"user": "ann", "epochMillis": 5000, "item": item}
        for item in ("b", "a", "b")
    ]  # fmt: skip
    at = datetime.fromtimestamp(5, UTC)
    assert instances_of(rows, TASKS["next"]) == [
        Instance("ann", at, ("b",)),
        Instance("ann", at, ("a",)),
    ]
    assert instances_of(rows, TASKS["discover"]) == [Instance("ann", at, ("a", "b"))]


def test_what_was_not_asked_is_told(tmp_path: Path) -> None:
    path = tmp_path / "instances.csv"
    path.write_text(ROWS)
    given = read_given(str(path), TASKS["discover"], ReadOptions(), CUT, UNTIL)
    assert given.instances == [
        Instance("ann", datetime(2026, 2, 16, 9, tzinfo=UTC), ("a", "b"))
    ]  # fmt: skip
    rejection, outside = given.remarks
    assert rejection.startswith(f"{path}:5: timestamp: ")
    assert outside == "1 instances are not between cut and until; they are not asked."
    with pytest.raises(InputError, match=r"csv holds no instance between cut and until\."):
        read_given(str(path), TASKS["next"], ReadOptions(), UNTIL.replace(month=4), UNTIL)
