"""Say in words why something is recommended: the largest shares, with the facts behind. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chronotope.language.profile import Language

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}


@dataclass(frozen=True)
class Reason:
    """What features of one meaning say of a fact of `because`; always, when it needs none.

    The words may hold `{name}`, `{count}`, `{times}`, `{people}`, `{visitors}`, `{far}`, `{ago}`,
    and `{done}`, what was done with the item. Of goods, which have no location, others may be said.
    """

    features: tuple[str, ...]
    fact: str | None
    en: str
    zh: str
    goods_en: str | None = None
    goods_zh: str | None = None

    def words(
        self, facts: Mapping[str, Mapping[str, Any]], language: Language, *, goods: bool = False
    ) -> str | None:
        """Return the words, None when the fact is not among `facts`, which go by their reason."""
        words, of_goods = (self.zh, self.goods_zh) if language == "zh" else (self.en, self.goods_en)
        if goods and of_goods:
            words = of_goods
        if self.fact is None:
            return words
        if self.fact not in facts:
            return None
        kind = facts.get("visited", {}).get("kind")
        return words.format(done=done(kind, language), **_fields(facts[self.fact], language))


def _times(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def kilometres(km: float, language: Language = "en") -> str:
    """Return a distance as people say it."""
    if language == "zh":
        return f"{round(km * 1000, -1):.0f}米" if km < 1 else f"{km:.1f}公里"
    return f"{round(km * 1000, -1):.0f} m" if km < 1 else f"{km:.1f} km"


def _fields(fact: Mapping[str, Any], language: Language) -> dict[str, str]:
    count, days = fact.get("count", 0), round(fact.get("days", 0))
    ago = f"{_times(days, 'day', 'days')} ago", f"{days:,}天前"
    if fact.get("days", 0) < 1:
        ago = "less than a day ago", "一天之内"
    return {
        "name": str(fact.get("name") or fact.get("id")),
        "count": f"{count:,}",
        "times": _times(count, "time", "times"),
        "people": _times(count, "person", "people"),
        "visitors": _times(count, "visitor", "visitors"),
        "far": kilometres(fact.get("km", 0), language),
        "ago": ago[language == "zh"],
    }


_DONE = {
    "purchase": ("bought", "买过"),
    "view": ("looked at", "看过"),
    "click": ("clicked", "点过"),
    "cart": ("put in the cart", "加购过"),
    "save": ("saved", "收藏过"),
    "like": ("liked", "赞过"),
    "rating": ("rated", "评过"),
    "review": ("reviewed", "评论过"),
}


def done(kind: str | None, language: Language = "en") -> str:
    """Return what an event of a kind did with a good: bought, looked at, had."""
    return _DONE.get(kind or "", ("had", "有过"))[language == "zh"]


_DISTANCE = (
    "distance", "distanceSoon", "distanceLater", "speed", "around", "newDistance", "home",
    "nearest", "huff1", "huff3", "reach", "near03", "near1", "near3",
)  # fmt: skip

# fmt: off
_REASONS = (
    Reason(
        (
            "hourSharp", "hour", "hourWide", "hourAndDay", "hourShare", "hourAndDayShare",
            "likeNow", "categoryAtHour",
        ),
        "atThisHour", "there {times} at this hour", "您在这个时间去过{count}次",
        "{done} {times} at this hour", "您在这个时间{done}{count}次",
    ),
    Reason(
        ("hour", "strangerHour", "itemHour", "categoryHour"),
        None, "at its best at this hour", "这个时间正合适",
    ),
    Reason(
        ("afterLast", "afterLastAndHour", "afterNear", "afterNearAndHour", "afterNearShare"),
        "afterLast", "there {times} after {name}", "您在{name}之后去过{count}次",
        "{done} {times} after {name}", "您在{name}之后{done}{count}次",
    ),
    Reason(
        ("sinceLast", "sinceLastAndHour", "sinceLastShare", "visitedAfterGap"),
        None, "fits the time since the last place", "与离开上一处的时间相合",
        "fits the time since the last event", "与上一次的时间相合",
    ),
    Reason(
        (
            "recencyHours", "recency1", "recency3", "recency7", "recency30", "recency90",
            "lastVisit", "overdue", "offRhythm",
        ),
        "visited", "there {ago}", "您{ago}去过", "{done} {ago}", "您{ago}{done}",
    ),
    Reason(
        ("visits", "visited", "visitShare"), "visited", "been there {times}", "您去过{count}次",
        "{done} {times}", "您{done}{count}次",
    ),
    Reason(
        ("returning",), None, "of a kind that people return to", "这类地方常有人再去",
        None, "这类商品常有人再买",
    ),
    Reason(("exploring",), None, "new, as you often try", "您常尝试新的"),
    Reason(
        ("transition", "newTransition"),
        "followedBy", "people go there after {name}", "人们常在{name}之后去",
        "people come to it after {name}", "人们常在{name}之后选它",
    ),
    Reason(_DISTANCE, "here", "{far} from here", "离这里约{far}"),
    Reason(_DISTANCE, "near", "{far} from {name}", "离{name}约{far}"),
    Reason(
        ("popularity", "newPopularity", "events"), "popular", "{visitors}", "{count}人去过",
        "{people} had it", "{count}人选过",
    ),
    Reason(
        (
            "rising7", "rising30", "rising90", "risingLate", "trend", "recent", "newRecent",
            "newRising",
        ),
        None, "rising lately", "近来越来越受欢迎",
    ),
    Reason(("idle",), None, "somebody was there lately", "最近有人去过",
        "somebody had it lately", "最近有人选过"),
    Reason(
        ("popularityDistance", "popularityTendency"), None,
        "as popular as your usual choice", "与您常选的一样受欢迎",
    ),
    Reason(
        ("categoryRate",), None, "of a kind that many discover", "这类地方常被人新发现",
        None, "这类商品常被人新发现",
    ),
    Reason(
        ("category", "broaderCategory", "newCategory", "goodsCategory"),
        "interest", "often at {name} ({count})", "您常去{name}（{count}处）",
        "often {name} ({count})", "您常选{name}（{count}件）",
    ),
    Reason(
        ("categoryTransition",), None, "of a kind that comes next", "接下来常去这类地方",
        None, "接下来常选这类商品",
    ),
    Reason(
        ("likeMinded",), "similarUsers", "{people} of similar taste", "{count}位口味相近的人去过",
        None, "{count}位口味相近的人选过",
    ),
    Reason(
        ("friends",), "friends", "{people} you know", "{count}位您认识的人去过",
        None, "{count}位您认识的人选过",
    ),
    Reason(("looked",), "looked", "looked at {ago}", "您{ago}看过"),
    Reason(
        ("together", "easeRecent", "easeLatest"),
        "coVisited", "goes with {name} ({people})", "{count}人也去{name}",
        None, "{count}人也选{name}",
    ),
    Reason(("localPopularity",), "local", "popular at {name}", "在{name}受欢迎"),
    Reason(
        ("meaning", "alike", "goodsMeaning"),
        "meaning", "described like {name}", "介绍与{name}相似",
    ),
    Reason(("strangerMeaning",), None, "close to what you like", "与您喜欢的相近"),
    Reason(("density",), None, "few others around", "周围场所不多"),
    Reason(("busy1", "busy3"), None, "in a busy part of town", "在热闹的地段"),
)
# fmt: on


def reasons(
    shares: Mapping[str, float],
    because: Sequence[Mapping[str, Any]],
    count: int = 3,
    language: Language = "en",
    *,
    goods: bool = False,
) -> list[str]:
    """Return the strongest reasons, those with the largest sum of shares in the score first.

    Of `goods`, which have no location, nobody has been there: they were bought, or had.
    """
    facts = {fact["reason"]: fact for fact in because}
    weighed: list[tuple[float, str]] = []
    counted: set[str] = set()
    for reason in _REASONS:
        weight = sum(shares.get(name, 0.0) for name in reason.features if name not in counted)
        words = reason.words(facts, language, goods=goods)
        if words and weight > 0:
            weighed.append((weight, words))
            counted.update(reason.features)
    weighed.sort(key=lambda entry: -entry[0])
    return [words for _, words in weighed[:count]]


def moment_words(at: datetime, language: Language) -> str:
    """Return a moment by its weekday and clock, like `Monday, 7:40`."""
    day = _WEEKDAYS[language][at.weekday()]
    return (
        f"{day}{at.hour}:{at.minute:02}" if language == "zh" else f"{day}, {at.hour}:{at.minute:02}"
    )


def distance_words(because: Sequence[Mapping[str, Any]], language: Language = "en") -> str:
    """Return how far it is, from here or else from the nearest own place; empty if unknown."""
    facts = {fact["reason"]: fact for fact in because}
    fact = facts.get("here") or facts.get("near")
    return kilometres(fact["km"], language) if fact else ""
