"""An explanation in words, English and Chinese."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from chronotope import catalogue
from chronotope.language import explain
from chronotope.language.explanation import topic

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
BAR: dict[str, Any] = {
    "id": "bar",
    "name": "Last Lamp",
    "location": (45.0, 13.0),
    "task": "discover",
    "at": AT,
    "score": 1.0,
    "rank": 34,
    "k": 20,
    "recommended": False,
    "last": {"id": "gym", "name": "Iron Gym", "score": 1.5},
    "apart": [
        {"feature": "huff1", "difference": -0.25},
        {"feature": "reach", "difference": -0.15},
        {"feature": "easeRecent", "difference": -0.1},
    ],
    "exclusions": [],
    "changes": [],
}


def change(what: str, score: float = 2.0, rank: int | None = 2) -> dict[str, Any]:
    event = {"id": "cafe-a", "name": "Café A"}
    return {"what": what, "at": AT.replace(hour=22), "score": score, "rank": rank, "event": event}


@pytest.mark.parametrize("task", ["next", "discover", "new_items"])
def test_every_feature_is_about_something_in_both_languages(task: str) -> None:
    for feature in catalogue.get(f"recommend.{task}").feature_names:
        assert not re.search("[a-z]", topic(feature, "zh"))


def test_what_is_not_recommended_is_told_with_what_keeps_it_back() -> None:
    standing, behind = explain(BAR, [])
    assert standing == "Last Lamp is number 34, with a score of 1.00; 20 are recommended."
    assert behind == (
        "It is 0.50 behind the last that is recommended, Iron Gym, by: the distance (-0.40), what "
        "goes with your own items (-0.10)."
    )
    assert explain(BAR, ["离这里约100米"], "zh") == [
        "Last Lamp排第34，得分1.00；只推荐20个。",
        "推荐的理由：离这里约100米。",
        "比推荐的最后一个（Iron Gym）低0.50，主要差在：距离（-0.40），与您常选的搭配（-0.10）。",
    ]


def test_what_is_recommended_is_told_with_what_is_for_it() -> None:
    told = {**BAR, "recommended": True, "rank": 3, "apart": []}
    assert explain(told, ["12 visitors", "rising lately"]) == [
        "Last Lamp is number 3 of 20, with a score of 1.00.",
        "For it: 12 visitors; rising lately.",
    ]


@pytest.mark.parametrize(
    ("fact", "en", "zh"),
    [
        ({"reason": "had", "count": 3, "kind": "visit"}, "you were there 3 times", "您去过3次"),
        ({"reason": "had", "count": 1, "kind": None}, "you were there 1 time", "您去过1次"),
        (
            {"reason": "declined", "at": AT},
            "you declined it on 2026-03-02",
            "您在2026-03-02拒绝了它",
        ),
        ({"reason": "declinedInterest", "name": "Bar"}, "you declined Bar", "您拒绝了Bar"),
        ({"reason": "inactive"}, "it is not active", "它已停用"),
        (
            {"reason": "kind"},
            "it has a location, and goods are asked for",
            "它有位置，而这里只找商品",
        ),
        ({"reason": "visited"}, "somebody has been at it", "已有人去过"),
        ({"reason": "notFound"}, "nothing leads to it", "没有线索通向它"),
    ],
)
def test_what_leaves_it_out_is_told(fact: dict[str, Any], en: str, zh: str) -> None:
    told = {**BAR, "apart": [], "exclusions": [{**fact, "excludes": True}]}
    (english,) = explain(told, [])
    assert english.startswith(f"Last Lamp is left out: {en}")
    assert english.endswith("Else it would be number 34, with a score of 1.00.")
    (chinese,) = explain(told, [], "zh")
    assert chinese.startswith(f"Last Lamp未被推荐：{zh}")


def test_goods_were_bought_or_had() -> None:
    had = {"reason": "had", "count": 2, "kind": "purchase", "excludes": True}
    tea = {**BAR, "location": None, "apart": [], "exclusions": [had]}
    assert "you bought 2 times" in explain(tea, [])[0]
    assert "您买过2次" in explain(tea, [], "zh")[0]


def test_what_counts_against_it_without_leaving_it_out_is_told_apart() -> None:
    shown = {"reason": "shown", "count": 2, "excludes": False}
    told = {**BAR, "apart": [], "exclusions": [shown]}
    assert explain(told, []) == [
        "Last Lamp is number 34, with a score of 1.00; 20 are recommended.",
        "Against it: it was shown 2 times without an answer.",
    ]
    assert explain(told, [], "zh")[1] == "不利之处：它展示过2次而没有回应。"


def test_what_would_change_it_is_told() -> None:
    changes = [change("hour"), change("here", 3.0, 1), change("withoutLast", -1.0, None)]
    told = {**BAR, "apart": [], "changes": changes}
    hour, here, before = explain(told, [])[1:]
    assert hour == (
        "At 22:00, its best hour of this day, it would be number 2, with a score of 2.00."
    )
    assert here == "For you, being there, it would be number 1, with a score of 3.00."
    assert before.startswith(
        "Before your last event (Café A, Monday, 22:00) it would be far behind"
    )
    assert explain(told, [], "zh")[1:] == [
        "在当天最合适的22:00，它会排第2，得分2.00。",
        "如果您就在那里，它会排第1，得分3.00。",
        "在您上一次（Café A，星期一22:00）之前，它远在后面，得分-1.00。",
    ]


def test_an_hour_that_changes_little_is_not_praised() -> None:
    told = {**BAR, "apart": [], "changes": [change("hour", 1.04)]}
    assert explain(told, [])[1:] == ["No other hour of this day would change much."]
    assert explain(told, [], "zh")[1:] == ["换作当天别的时间，差别不大。"]
