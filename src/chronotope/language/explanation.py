"""Say in words why an item is recommended, or why not, and what would change it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chronotope.language.profile import Language
from chronotope.language.reasons import done, moment_words

# What features are about, in a word or two: a cause is told by it.
_TOPICS = {
    ("the hour", "时间"): (
        "hourSharp hour hourWide hourAndDay hourShare hourAndDayShare strangerHour itemHour "
        "categoryHour categoryAtHour likeNow"
    ),
    ("what comes after the last place", "上一处之后的去向"): (
        "afterLast afterLastAndHour afterNear afterNearAndHour afterNearShare transition "
        "newTransition categoryTransition"
    ),
    ("the time since the last event", "距上一次的时间"): (
        "sinceLast sinceLastAndHour sinceLastShare visitedAfterGap"
    ),
    ("how long ago it was", "上次的远近"): (
        "recencyHours recency1 recency3 recency7 recency30 recency90 lastVisit overdue offRhythm"
    ),
    ("how often you had it", "您的次数"): "visits visited visitShare stay returning",
    ("the distance", "距离"): (
        "distance distanceSoon distanceLater speed around newDistance home nearest huff1 huff3 "
        "reach near03 near1 near3"
    ),
    ("popularity", "热门程度"): (
        "popularity newPopularity events localPopularity popularityDistance popularityTendency"
    ),
    ("how it is rising", "上升趋势"): (
        "rising7 rising30 rising90 risingLate trend recent newRecent newRising categoryRate"
    ),
    ("how long it is known", "出现的时间"): "age idle",
    ("that you often try something new", "您常尝试新的"): "exploring",
    ("its category", "类别"): "category broaderCategory newCategory goodsCategory",
    ("people of similar taste", "口味相近的人"): "likeMinded",
    ("what goes with your own items", "与您常选的搭配"): "together easeRecent easeLatest",
    ("people you know", "您认识的人"): "friends",
    ("what you looked at", "您看过的"): "looked",
    ("that it was shown without an answer", "多次展示而无回应"): "shown",
    ("what you declined", "您拒绝过的"): "declinedInterest declinedAlike",
    ("its description", "介绍"): "meaning alike goodsMeaning strangerMeaning",
    ("what is around it", "周边环境"): "density busy1 busy3",
    ("that it repeats what stands above", "与前面的重复"): "repetition",
    ("how much is known of you", "对您的了解"): "maturity",
}
_MUCH = 0.05  # of a score: less is not told
_BY_FEATURE = {feature: words for words, names in _TOPICS.items() for feature in names.split()}


def topic(feature: str, language: Language = "en") -> str:
    """Return what a feature is about; the name of one that is not known."""
    return _BY_FEATURE.get(feature, (feature, feature))[language == "zh"]


def explain(
    told: Mapping[str, Any], reasons: Sequence[str], language: Language = "en"
) -> list[str]:
    """Return sentences: how an item stands, why, what keeps it back, and what would change it.

    `told` is an explanation as a dict, `reasons` are those for it, in words.
    """
    speak = _speak_chinese if language == "zh" else _speak_english
    return list(speak(told, reasons))


def _bars(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [fact for fact in told["exclusions"] if fact["excludes"]]


def _is_idle(change: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    return bool(change["what"] == "hour" and change["score"] - told["score"] < _MUCH)


def _called(fact: Mapping[str, Any]) -> str:
    return str(fact.get("name") or fact["id"])


def _summed(apart: Sequence[Mapping[str, Any]], language: Language) -> list[tuple[str, float]]:
    """Return the causes by what they are about: features of one topic are one cause."""
    sums: dict[str, float] = {}
    for cause in apart:
        word = topic(cause["feature"], language)
        sums[word] = sums.get(word, 0.0) + cause["difference"]
    return list(sums.items())


def _speak_english(told: Mapping[str, Any], reasons: Sequence[str]) -> Iterator[str]:
    name, goods = _called(told), told["location"] is None
    far = "far behind" if told["rank"] is None else f"number {told['rank']:,}"
    score = f"with a score of {told['score']:.2f}"
    if told["recommended"]:
        yield f"{name} is number {told['rank']} of {told['k']}, {score}."
    elif left_out := [_exclusion_english(fact, goods=goods) for fact in _bars(told)]:
        yield f"{name} is left out: {'; '.join(left_out)}. Else it would be {far}, {score}."
    else:
        yield f"{name} is {far}, {score}; {told['k']} are recommended."
    for fact in told["exclusions"]:
        if not fact["excludes"]:
            yield f"Against it: {_exclusion_english(fact, goods=goods)}."
    if reasons:
        yield f"For it: {'; '.join(reasons)}."
    if told["last"] and told["apart"]:
        causes = ", ".join(f"{word} ({by:+.2f})" for word, by in _summed(told["apart"], "en"))
        gap = told["score"] - told["last"]["score"]
        side = "behind" if gap < 0 else "ahead of"
        other = _called(told["last"])
        yield f"It is {abs(gap):.2f} {side} the last that is recommended, {other}, by: {causes}."
    for change in told["changes"]:
        if _is_idle(change, told):
            yield "No other hour of this day would change much."
            continue
        stands = "far behind" if change["rank"] is None else f"number {change['rank']:,}"
        score = f"with a score of {change['score']:.2f}"
        yield f"{_change_english(change)} it would be {stands}, {score}."


def _change_english(change: Mapping[str, Any]) -> str:
    if change["what"] == "hour":
        return f"At {change['at'].hour}:{change['at'].minute:02}, its best hour of this day,"
    if change["what"] == "here":
        return "For you, being there,"
    when = moment_words(change["at"], "en")
    return f"Before your last event ({_called(change['event'])}, {when})"


def _exclusion_english(fact: Mapping[str, Any], *, goods: bool) -> str:
    match fact["reason"]:
        case "had":
            times = f"{fact['count']:,} {'time' if fact['count'] == 1 else 'times'}"
            what = done(fact["kind"]) if goods else "were there"
            return f"you {what} {times}"
        case "visited":
            return "somebody has been at it, and only what is new to all is asked for"
        case "declined":
            return f"you declined it on {fact['at'].date().isoformat()}"
        case "declinedInterest":
            return f"you declined {fact['name']}"
        case "inactive":
            return "it is not active"
        case "kind":
            return (
                "it has no location, and places are asked for"
                if goods
                else "it has a location, and goods are asked for"
            )
        case "shown":
            return f"it was shown {fact['count']:,} times without an answer"
        case _:
            return "nothing leads to it: no source finds it for you"


def _speak_chinese(told: Mapping[str, Any], reasons: Sequence[str]) -> Iterator[str]:
    name, goods = _called(told), told["location"] is None
    far = "远在后面" if told["rank"] is None else f"排第{told['rank']:,}"
    score = f"得分{told['score']:.2f}"
    if told["recommended"]:
        yield f"{name}{far}（共推荐{told['k']}个），{score}。"
    elif left_out := [_exclusion_chinese(fact, goods=goods) for fact in _bars(told)]:
        yield f"{name}未被推荐：{'；'.join(left_out)}。否则它{far}，{score}。"
    else:
        yield f"{name}{far}，{score}；只推荐{told['k']}个。"
    for fact in told["exclusions"]:
        if not fact["excludes"]:
            yield f"不利之处：{_exclusion_chinese(fact, goods=goods)}。"
    if reasons:
        yield f"推荐的理由：{'；'.join(reasons)}。"
    if told["last"] and told["apart"]:
        causes = "，".join(f"{word}（{by:+.2f}）" for word, by in _summed(told["apart"], "zh"))
        gap = told["score"] - told["last"]["score"]
        side = "低" if gap < 0 else "高"
        other = _called(told["last"])
        yield f"比推荐的最后一个（{other}）{side}{abs(gap):.2f}，主要差在：{causes}。"
    for change in told["changes"]:
        if _is_idle(change, told):
            yield "换作当天别的时间，差别不大。"
            continue
        stands = "远在后面" if change["rank"] is None else f"会排第{change['rank']:,}"
        yield f"{_change_chinese(change)}，它{stands}，得分{change['score']:.2f}。"


def _change_chinese(change: Mapping[str, Any]) -> str:
    if change["what"] == "hour":
        return f"在当天最合适的{change['at'].hour}:{change['at'].minute:02}"
    if change["what"] == "here":
        return "如果您就在那里"
    called = _called(change["event"])
    return f"在您上一次（{called}，{moment_words(change['at'], 'zh')}）之前"


def _exclusion_chinese(fact: Mapping[str, Any], *, goods: bool) -> str:
    match fact["reason"]:
        case "had":
            return f"您{done(fact['kind'], 'zh') if goods else '去过'}{fact['count']:,}次"
        case "visited":
            return "已有人去过，而这里只找对所有人都新的"
        case "declined":
            return f"您在{fact['at'].date().isoformat()}拒绝了它"
        case "declinedInterest":
            return f"您拒绝了{fact['name']}"
        case "inactive":
            return "它已停用"
        case "kind":
            return "它没有位置，而这里只找地点" if goods else "它有位置，而这里只找商品"
        case "shown":
            return f"它展示过{fact['count']:,}次而没有回应"
        case _:
            return "没有线索通向它"
