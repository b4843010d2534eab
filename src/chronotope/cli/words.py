"""Say in words why something is recommended: the strongest terms, with the facts behind. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chronotope.language.profile import Language

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}

Facts = Mapping[str, Mapping[str, Any]]
"""The facts of `because`, by their kind."""

Say = Callable[[Facts, Language], str | None]
"""Says a reason, or nothing where its fact is not there."""


def _name(fact: Mapping[str, Any]) -> str:
    return str(fact.get("name") or fact.get("id"))


def _times(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def kilometres(km: float, language: Language = "en") -> str:
    """Return a distance as people say it."""
    if language == "zh":
        return f"{round(km * 1000, -1):.0f}米" if km < 1 else f"{km:.1f}公里"
    return f"{round(km * 1000, -1):.0f} m" if km < 1 else f"{km:.1f} km"


def _near(facts: Facts, language: Language) -> str | None:
    fact = facts.get("here") or facts.get("near")
    if fact is None:
        return None
    far = kilometres(fact["km"], language)
    if "here" in facts:
        return f"离这里约{far}" if language == "zh" else f"{far} from here"
    return f"离{_name(fact)}约{far}" if language == "zh" else f"{far} from {_name(fact)}"


def _popular(facts: Facts, language: Language) -> str | None:
    if "popular" not in facts:
        return None
    count = facts["popular"]["count"]
    return f"{count:,}人去过" if language == "zh" else _times(count, "visitor", "visitors")


def _visited(facts: Facts, language: Language) -> str | None:
    if "visited" not in facts:
        return None
    count = facts["visited"]["count"]
    if language == "zh":
        return f"您去过{count:,}次"
    return f"been there {_times(count, 'time', 'times')}"


def _recent(facts: Facts, language: Language) -> str | None:
    if "visited" not in facts:
        return None
    days = facts["visited"]["days"]
    if days < 1:
        return "您一天之内去过" if language == "zh" else "there less than a day ago"
    if language == "zh":
        return f"您{round(days):,}天前去过"
    return f"there {_times(round(days), 'day', 'days')} ago"


def _at_this_hour(facts: Facts, language: Language) -> str | None:
    if "atThisHour" not in facts:
        return None
    count = facts["atThisHour"]["count"]
    if language == "zh":
        return f"您在这个时间去过{count:,}次"
    return f"there {_times(count, 'time', 'times')} at this hour"


def _after_last(facts: Facts, language: Language) -> str | None:
    if "afterLast" not in facts:
        return None
    count, last = facts["afterLast"]["count"], _name(facts["afterLast"])
    if language == "zh":
        return f"您在{last}之后去过{count:,}次"
    return f"there {_times(count, 'time', 'times')} after {last}"


def _followed(facts: Facts, language: Language) -> str | None:
    if "followedBy" not in facts:
        return None
    last = _name(facts["followedBy"])
    return f"人们常在{last}之后去" if language == "zh" else f"people go there after {last}"


def _interest(facts: Facts, language: Language) -> str | None:
    if "interest" not in facts:
        return None
    kind, count = _name(facts["interest"]), facts["interest"]["count"]
    if language == "zh":
        return f"您常去{kind}（{count:,}处）"
    return f"often at {kind} ({count:,})"


def _similar(facts: Facts, language: Language) -> str | None:
    if "similarUsers" not in facts:
        return None
    count = facts["similarUsers"]["count"]
    if language == "zh":
        return f"{count:,}位口味相近的人去过"
    return f"{_times(count, 'person', 'people')} of similar taste"


def _co_visited(facts: Facts, language: Language) -> str | None:
    if "coVisited" not in facts:
        return None
    count, other = facts["coVisited"]["count"], _name(facts["coVisited"])
    if language == "zh":
        return f"{count:,}人也去{other}"
    return f"goes with {other} ({_times(count, 'person', 'people')})"


def _meaning(facts: Facts, language: Language) -> str | None:
    if "meaning" not in facts:
        return None
    other = _name(facts["meaning"])
    return f"介绍与{other}相似" if language == "zh" else f"described like {other}"


def _local(facts: Facts, language: Language) -> str | None:
    if "local" not in facts:
        return None
    place = _name(facts["local"]).removeprefix("place:")
    return f"在{place}受欢迎" if language == "zh" else f"popular at {place}"


def _always(en: str, zh: str) -> Say:
    return lambda facts, language: zh if language == "zh" else en


# fmt: off
_REASONS: tuple[tuple[tuple[str, ...], Say], ...] = (
    (
        (
            "hourSharp", "hour", "hourWide", "hourAndDay", "hourShare", "hourAndDayShare",
            "likeNow", "categoryAtHour",
        ),
        _at_this_hour,
    ),
    (
        ("hour", "strangerHour", "itemHour", "categoryHour"),
        _always("at its best at this hour", "这个时间正合适"),
    ),
    (
        ("afterLast", "afterLastAndHour", "afterNear", "afterNearAndHour", "afterNearShare"),
        _after_last,
    ),
    (
        ("sinceLast", "sinceLastAndHour", "sinceLastShare", "visitedAfterGap"),
        _always("fits the time since the last place", "与离开上一处的时间相合"),
    ),
    (
        (
            "recencyHours", "recency1", "recency3", "recency7", "recency30", "recency90",
            "lastVisit", "overdue", "offRhythm",
        ),
        _recent,
    ),
    (("visits", "visited", "visitShare"), _visited),
    (("transition", "newTransition"), _followed),
    (
        (
            "distance", "distanceSoon", "distanceLater", "speed", "around", "newDistance",
            "home", "nearest", "huff1", "huff3", "reach", "near03", "near1", "near3",
        ),
        _near,
    ),
    (("popularity", "newPopularity", "events"), _popular),
    (
        ("rising7", "rising90", "recent", "newRecent", "newRising"),
        _always("rising lately", "近来越来越受欢迎"),
    ),
    (("categoryRate",), _always("of a kind that many discover", "这类地方常被人新发现")),
    (("category", "broaderCategory", "newCategory", "goodsCategory"), _interest),
    (("categoryTransition",), _always("of a kind that comes next", "接下来常去这类地方")),
    (("similarUsers",), _similar),
    (("coVisited", "ease"), _co_visited),
    (("localPopularity",), _local),
    (("meaning", "alike", "goodsMeaning"), _meaning),
    (("density",), _always("few others around", "周围场所不多")),
    (("busy1", "busy3"), _always("in a busy part of town", "在热闹的地段")),
)
# fmt: on


def reasons(
    terms: Mapping[str, float],
    because: Sequence[Mapping[str, Any]],
    count: int = 3,
    language: Language = "en",
) -> list[str]:
    """Return the strongest reasons, those with the largest sum of terms first."""
    facts = {fact["kind"]: fact for fact in because}
    weighed: list[tuple[float, str]] = []
    told: set[str] = set()
    for names, say in _REASONS:
        weight = sum(terms.get(name, 0.0) for name in names if name not in told)
        text = say(facts, language)
        if text and weight > 0:
            weighed.append((weight, text))
            told.update(names)
    weighed.sort(key=lambda entry: -entry[0])
    return [text for _, text in weighed[:count]]


def moment(at: datetime, language: Language) -> str:
    """Return a moment by its weekday and clock, like `Monday, 7:40`."""
    day = _WEEKDAYS[language][at.weekday()]
    return (
        f"{day}{at.hour}:{at.minute:02}" if language == "zh" else f"{day}, {at.hour}:{at.minute:02}"
    )


def distance(because: Sequence[Mapping[str, Any]]) -> str:
    """Return how far it is, from here or else from the nearest own place; empty if unknown."""
    facts = {fact["kind"]: fact for fact in because}
    fact = facts.get("here") or facts.get("near")
    return kilometres(fact["km"]) if fact else ""
