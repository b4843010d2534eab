"""Say in words why something is recommended: the strongest terms, with the facts behind. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}

Facts = Mapping[str, Mapping[str, Any]]
"""The facts of `because`, by their kind."""


def _name(fact: Mapping[str, Any]) -> str:
    return str(fact.get("name") or fact.get("id"))


def _times(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def kilometres(km: float) -> str:
    """Return a distance as people say it."""
    return f"{round(km * 1000, -1):.0f} m" if km < 1 else f"{km:.1f} km"


def _near(facts: Facts) -> str | None:
    if "here" in facts:
        return f"{kilometres(facts['here']['km'])} from here"
    if "near" in facts:
        return f"{kilometres(facts['near']['km'])} from {_name(facts['near'])}"
    return None


def _popular(facts: Facts) -> str | None:
    return _times(facts["popular"]["count"], "visitor", "visitors") if "popular" in facts else None


def _visited(facts: Facts) -> str | None:
    if "visited" not in facts:
        return None
    return f"been there {_times(facts['visited']['count'], 'time', 'times')}"


def _recent(facts: Facts) -> str | None:
    if "visited" not in facts:
        return None
    days = facts["visited"]["days"]
    if days < 1:
        return "there less than a day ago"
    return f"there {_times(round(days), 'day', 'days')} ago"


def _at_this_hour(facts: Facts) -> str | None:
    if "atThisHour" not in facts:
        return None
    return f"there {_times(facts['atThisHour']['count'], 'time', 'times')} at this hour"


def _after_last(facts: Facts) -> str | None:
    if "afterLast" not in facts:
        return None
    count = _times(facts["afterLast"]["count"], "time", "times")
    return f"there {count} after {_name(facts['afterLast'])}"


def _followed(facts: Facts) -> str | None:
    return f"people go there after {_name(facts['followedBy'])}" if "followedBy" in facts else None


def _interest(facts: Facts) -> str | None:
    if "interest" not in facts:
        return None
    return f"often at {_name(facts['interest'])} ({facts['interest']['count']:,})"


def _similar(facts: Facts) -> str | None:
    if "similarUsers" not in facts:
        return None
    return f"{_times(facts['similarUsers']['count'], 'person', 'people')} of similar taste"


def _co_visited(facts: Facts) -> str | None:
    if "coVisited" not in facts:
        return None
    count = _times(facts["coVisited"]["count"], "person", "people")
    return f"goes with {_name(facts['coVisited'])} ({count})"


def _meaning(facts: Facts) -> str | None:
    return f"described like {_name(facts['meaning'])}" if "meaning" in facts else None


def _local(facts: Facts) -> str | None:
    if "local" not in facts:
        return None
    return f"popular at {_name(facts['local']).removeprefix('place:')}"


def _always(text: str) -> Callable[[Facts], str | None]:
    return lambda facts: text


# fmt: off
_REASONS: tuple[tuple[tuple[str, ...], Callable[[Facts], str | None]], ...] = (
    (
        (
            "hourSharp", "hour", "hourWide", "hourAndDay", "hourShare", "hourAndDayShare",
            "likeNow", "categoryAtHour",
        ),
        _at_this_hour,
    ),
    (("hour", "strangerHour", "itemHour", "categoryHour"), _always("at its best at this hour")),
    (
        ("afterLast", "afterLastAndHour", "afterNear", "afterNearAndHour", "afterNearShare"),
        _after_last,
    ),
    (
        ("sinceLast", "sinceLastAndHour", "sinceLastShare", "visitedAfterGap"),
        _always("fits the time since the last place"),
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
            "home", "huff1", "huff3", "reach", "near03", "near1", "near3",
        ),
        _near,
    ),
    (("popularity", "newPopularity", "events"), _popular),
    (("rising7", "rising90", "recent", "newRecent", "newRising"), _always("rising lately")),
    (("categoryRate",), _always("of a kind that many discover")),
    (("category", "broaderCategory", "newCategory", "goodsCategory"), _interest),
    (("categoryTransition",), _always("of a kind that comes next")),
    (("similarUsers",), _similar),
    (("coVisited", "ease"), _co_visited),
    (("localPopularity",), _local),
    (("meaning", "alike", "goodsMeaning"), _meaning),
    (("density",), _always("few others around")),
    (("busy1", "busy3"), _always("in a busy part of town")),
)
# fmt: on


def reasons(
    terms: Mapping[str, float], because: Sequence[Mapping[str, Any]], count: int = 3
) -> list[str]:
    """Return the strongest reasons, those with the largest sum of terms first."""
    facts = {fact["kind"]: fact for fact in because}
    weighed: list[tuple[float, str]] = []
    told: set[str] = set()
    for names, say in _REASONS:
        weight = sum(terms.get(name, 0.0) for name in names if name not in told)
        text = say(facts)
        if text and weight > 0:
            weighed.append((weight, text))
            told.update(names)
    weighed.sort(key=lambda entry: -entry[0])
    return [text for _, text in weighed[:count]]


def moment(at: datetime, language: str) -> str:
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
