"""The words of pages, English and Chinese."""

from chronotope.language import Language

_WORDS = {
    "user": ("What {name} does, when and where", "{name}：何时何地做什么"),
    "city": ("The city by hour", "城市的一天"),
    "interest": ("Where and when: {name}", "何时何地：{name}"),
    "evaluation": ("Evaluation of {name}", "评估：{name}"),
    "as of": ("As of {at}.", "截至{at}。"),
    "profile": ("In words", "文字描述"),
    "places": ("Places", "地点"),
    "map": ("Map of places", "地点地图"),
    "rhythm": ("Rhythm", "作息"),
    "rhythm says": ("How much is done at which local hour, by place", "各地点各时段的活动"),
    "tags": ("Interests", "兴趣"),
    "recommendations": ("Recommendations, and what speaks for them", "推荐及其理由"),
    "terms": ("What each term adds to the score", "每一项对得分的贡献"),
    "where": ("Where people are, by hour", "各时段人们在哪里"),
    "people in cells": ("People in each cell of about 5 km² at a local hour",
                        "每个约5平方公里格子在各时段的人数"),
    "hour": ("hour", "时"),
    "at": ("{hour}:00", "{hour}时"),
    "week": ("When people are out", "人们何时活动"),
    "week says": ("People by weekday and local hour", "各星期各时段的人数"),
    "mix": ("What people turn to, by hour", "各时段人们做什么"),
    "mix says": ("Part of each interest in what is done at the hour", "各兴趣在该时段所占比例"),
    "also": ("Where interests meet", "兴趣构成"),
    "communities": ("Communities", "社群"),
    "communities says": (
        "{count} communities of {people} people; modularity {modularity:.2f}. What each does more:",
        "{people}人组成{count}个社群；模块度{modularity:.2f}。各社群更常做的事：",
    ),
    "few": ("Nothing is told of fewer than {least} people.", "不显示少于{least}人的数据。"),
    "community": ("community", "社群"), "people": ("people", "人数"), "name": ("name", "名称"),
    "interests": ("interests", "兴趣"), "items": ("places", "地点"),
    "cells": ("around", "地区"), "hours": ("hours", "时段"),
    "kind": ("category", "类别"), "weight": ("weight", "权重"), "trend": ("trend", "趋势"),
    "events": ("events", "次数"), "when": ("when", "何时"), "score": ("score", "得分"),
    "why": ("why", "理由"), "rest": ("all others", "其他"), "base": ("base", "基础"),
    "key people": ("Who holds people together", "关键人物"),
    "person": ("person", "人"), "because": ("because", "原因"), "metric": ("metric", "指标"),
    "system": ("system", "系统"), "value": ("value", "值"), "interval": ("95 %", "95%区间"),
    "metrics": ("Metrics with their 95 % intervals", "指标及其95%区间"),
    "ablation": ("Without a part", "去掉一部分"),
    "question": ("The question", "问题"),
    "rising": ("rising", "上升"), "steady": ("steady", "平稳"), "fading": ("fading", "减弱"),
    "new": ("new", "新"), "faded": ("faded", "已淡去"),
    "days": ("Mon Tue Wed Thu Fri Sat Sun", "周一 周二 周三 周四 周五 周六 周日"),
    "nowhere": ("No place has coordinates: there is no map.", "没有带坐标的地点，因此没有地图。"),
}  # fmt: skip


def words(key: str, language: Language, **values: object) -> str:
    """Return the words for something, with values put in; the key itself where there are none."""
    pair = _WORDS.get(key)
    return pair[language == "zh"].format(**values) if pair else key
