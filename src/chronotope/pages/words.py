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
    "ratios": ("How many times as good as baselines", "相对基线的倍数"),
    "question": ("The question", "问题"),
    "rising": ("rising", "上升"), "steady": ("steady", "平稳"), "fading": ("fading", "减弱"),
    "new": ("new", "新"), "faded": ("faded", "已淡去"),
    "days": ("Mon Tue Wed Thu Fri Sat Sun", "周一 周二 周三 周四 周五 周六 周日"),
    "hotspots": ("Hotspots, by part of the day", "各时段热点"),
    "hotspots says": ("Cells with more than expected at a part of the day, stars on hotspots",
                      "各时段高于预期的格子，星号为热点"),
    "hotspots note": (
        (
            "Orange is more than expected of a cell and those around it, blue is less, in standard "
            "deviations (Gi*). Stars are hotspots: one of twenty may be by chance."
        ),
        (
            "橙色表示该格子及其周围高于预期，蓝色表示低于预期，以标准差计（Gi*）。"
            "星号为热点：其中偶然所致的至多二十分之一。"
        ),
    ),
    "heat": ("{events:,} events, {expected:,.1f} expected; Gi* {z:.1f}, q {q:.2g}",
             "{events:,}次，预期{expected:,.1f}次；Gi* {z:.1f}，q {q:.2g}"),
    "whole day": ("whole day", "全天"), "morning": ("morning", "早晨"),
    "midday": ("midday", "中午"), "afternoon": ("afternoon", "下午"),
    "evening": ("evening", "晚上"), "night": ("night", "夜间"), "part": ("part", "时段"),
    "with": ("with", "有"), "expected": ("expected", "预期"), "strength": ("strength", "强度"),
    "flows": ("Where people go", "人流去向"),
    "flows says": ("Arrows from cell to cell, wider where more people go, by hour of arrival",
                   "格子之间的箭头，越宽人越多，按到达时段"),
    "flows note": (
        (
            "From one event to the next within eight hours, where {least} people or more went. "
            "Steps are no ways: what lies between is not known."
        ),
        "从一次活动到八小时内的下一次活动；少于{least}人的不画。箭头不是路线：途中情况未知。",
    ),
    "steps": ("steps", "次"), "from": ("from", "从"), "to": ("to", "到"),
    "kilometres": ("km", "公里"), "busiest": ("busiest", "最忙"),
    "gaps": ("What is missing where", "何处缺少什么"),
    "gaps says": ("Unmet demand by cell, and proposed sites, of an interest",
                  "某兴趣各格子未满足的需求与建议地点"),
    "gaps note": (
        (
            "Visits of people who live or work in a cell, beyond a fair share of what is in reach. "
            "Stars and diamonds are sites that would help most."
        ),
        "居住或工作在该格子的人的需求中，超出可及供给应得份额的部分。星形与菱形为最有帮助的新地点。",
    ),
    "gap": ("{unmet:,.0f} of {demand:,} visits unmet; {supply:,} items",
            "{demand:,}次中{unmet:,.0f}次未满足；{supply:,}个地点"),
    "site": ("a site for {visits:,.0f} unmet visits", "新地点，可满足{visits:,.0f}次"),
    "interest name": ("interest", "兴趣"), "demand": ("visits", "需求"),
    "items within": ("items", "供给"), "unmet": ("unmet", "未满足"),
    "objective": ("sites", "建议"), "covered": ("within reach then", "届时可及"),
    "gap bound": ("better by at most", "至多可再优"),
    "p-median": ("shortest ways", "路程最短"), "maximal coverage": ("most reached", "覆盖最多"),
    "key times": ("Key times", "关键时间"),
    "key times says": ("How many times as much is done at an hour as all people's hours have it",
                       "各时段的活动是所有人该时段预期的多少倍"),
    "times as expected": ("events / expected", "次数/预期"),
    "no key times": ("No hour stands out.", "没有突出的时段。"),
    "period": ("It is as before after {days} days (correlation {correlation:.2f}).",
               "每{days}天重复（相关系数{correlation:.2f}）。"),
    "unusual day": ("unusual day", "异常日"), "surprise": ("surprise", "偏离"),
    "role": ("what it is", "角色"), "home-like": ("home-like", "像家"),
    "work-like": ("work-like", "像工作地"), "regular": ("regular", "常去"),
    "passing": ("passing", "路过"), "days on": ("days", "天数"), "weeks on": ("weeks", "周数"),
    "nights": ("at night", "夜间"), "work": ("at work hours", "工作时间"),
    "roles note": (
        (
            "Home-like and work-like say when a place is visited, from 22 to 7 o'clock or 9 to 17 "
            "on working days, not what it is."
        ),
        "“像家”与“像工作地”只说明何时去（22至7点，或工作日9至17点），并不说明那是什么地方。",
    ),
    "drift": ("What rose and what fell", "上升与下降"),
    "drift says": ("Shares of interests, beside those before, with 95 % intervals",
                   "各兴趣份额与之前相比，及95%区间"),
    "drift note": ("The last {days:g} days beside as many before.",
                   "最近{days:g}天与之前同样天数相比。"),
    "no drift": ("No interest's share changed more than chance may have it.",
                 "没有兴趣的份额变化超出偶然。"),
    "before": ("before", "之前"), "after": ("after", "之后"), "ratio": ("ratio", "比值"),
    "q": ("q", "q"),
    "nowhere": ("No place has coordinates: there is no map.", "没有带坐标的地点，因此没有地图。"),
}  # fmt: skip


def words(key: str, language: Language, **values: object) -> str:
    """Return the words for something, with values put in; the key itself where there are none."""
    pair = _WORDS.get(key)
    return pair[language == "zh"].format(**values) if pair else key
