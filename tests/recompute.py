"""The features of recommend.next once more, in NumPy: what the query's answers are compared with.

From the rows of the town and the derived numbers of its items; written from the formulas of the
query's header, not from its text.
"""

import math
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import world

from chronotope.graph import Graph

EARTH_KM = 6378.14


def km(one: tuple[float, float], other: tuple[float, float]) -> float:
    (a, b), (c, d) = np.radians(one), np.radians(other)
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def events_before(user: str, at: datetime) -> list[tuple[str, datetime]]:
    lines = [line.split(",") for line in world.EVENTS.splitlines()[1:]]
    events = [(item, datetime.fromisoformat(when)) for who, item, when, *_ in lines if who == user]
    return [(item, when) for item, when in events if when < at]


class Next:
    """The features of a user's candidates at a moment, null as None."""

    def __init__(self, graph: Graph, user: str, at: datetime) -> None:
        self.at = at
        self.events = events_before(user, at)
        self.facts = dict(
            world.rows(
                graph, "MATCH (i:Item) RETURN i.id AS id, properties(i) AS facts", "id facts"
            )
        )
        self.kind = dict(
            world.rows(
                graph,
                "MATCH (i:Item)-[:ABOUT]->(c {scheme: 'category'}) RETURN i.id AS id, c.id AS kind",
                "id kind",
            )
        )
        self.derivation = world.rows(
            graph,
            "MATCH (d:Derivation {name: 'statistics'}) RETURN properties(d) AS facts",
            "facts",
        )[0][0]
        self.kinds = dict(
            world.rows(
                graph, "MATCH (c:Interest) RETURN c.id AS id, properties(c) AS facts", "id facts"
            )
        )
        self.moved = {
            (a, b): count
            for a, b, count in world.rows(
                graph,
                "MATCH (a)-[f:FOLLOWED_BY]->(b) RETURN a.id AS a, b.id AS b, f.count AS n",
                "a b n",
            )
        }
        self.leads = {
            (a, b): (count, bins)
            for a, b, count, bins in world.rows(
                graph,
                "MATCH (a)-[f:LEADS_TO]->(b) "
                "RETURN a.id AS a, b.id AS b, f.count AS n, f.bins AS bins",
                "a b n bins",
            )
        }

    def returns(self, kind: str | None) -> float:
        overall = self.derivation["repeatShare"]
        share: float = self.kinds.get(kind, {}).get("repeatShare", overall)
        return share

    def place(self, item: str) -> tuple[float, float] | None:
        point = self.facts[item].get("location")
        return None if point is None else (point.y, point.x)

    def votes(self) -> tuple[list[str], dict[str, np.ndarray[Any, Any]]]:
        """Return the item of each own event, and the weight of its vote by each kernel."""
        items = [item for item, _ in self.events]
        times = [when for _, when in self.events]
        age = np.array([(self.at - when).total_seconds() / 86400 for when in times])
        hour = np.array([when.hour + when.minute / 60 for when in times])
        d = np.abs(hour - (self.at.hour + self.at.minute / 60))
        d = np.where(d > 12, 24 - d, d)
        weekend = np.array([when.isoweekday() > 5 for when in times])
        same = (weekend == (self.at.isoweekday() > 5)).astype(float)
        last = items[-1]
        before = [None, *items[:-1]]
        after = np.array([float(item == last) for item in before])
        near = np.array(
            [
                math.exp(-km(a, b) / 0.3)
                if item and (a := self.place(item)) and (b := self.place(last))
                else 0.0
                for item in before
            ]
        )
        log_gaps = [math.log((b - a).total_seconds() / 3600 + 0.02) for a, b in pairwise(times)]
        g = np.array([np.inf, *(np.array(log_gaps) - self.gap())])
        since, fading = np.exp(-2 * g * g), np.exp(-age / 60)
        h1, h2 = np.exp(-d * d / 2), np.exp(-d * d / 8)
        kernels = {
            "hourSharp": np.exp(-2 * d * d),
            "hour": h1,
            "hourWide": np.exp(-d * d / 32),
            "hourAndDay": h2 * same * fading,
            "afterLast": after,
            "afterLastAndHour": after * h2,
            "afterNear": near,
            "afterNearAndHour": near * h2,
            "sinceLast": since,
            "sinceLastAndHour": since * h2,
            "likeNow": near * since * h2 * (0.3 + 0.7 * same) * fading,
        }
        recencies = {
            "recencyHours": np.exp(-age / 0.25),
            **{f"recency{tau}": np.exp(-age / tau) for tau in (1, 3, 7, 30, 90)},
        }
        return items, {**kernels, **recencies, "age": age, "h2": h2}

    def gap(self) -> float:
        return math.log((self.at - self.events[-1][1]).total_seconds() / 3600 + 0.02)

    def features(self, item: str) -> dict[str, float | None]:
        items, votes = self.votes()
        mine = np.array([other == item for other in items])
        visits, n, last, facts = int(mine.sum()), len(items), items[-1], self.facts[item]
        kind, from_kind = self.kind.get(item), self.kind.get(last)
        age, new = votes.pop("age"), not visits
        h2 = votes.pop("h2")
        found: dict[str, float | None] = {}
        for name, weights in votes.items():
            floor = 0.02 if name.startswith("recency") else 0.03
            found[name] = math.log(floor + weights[mine].sum())
        for name in ("hour", "hourAndDay", "afterNear" + "AndHour", "sinceLastAndHour"):
            share = votes[name][mine].sum() / (votes[name].sum() + 0.5)
            found[name.replace("AndHour", "") + "Share"] = math.log(0.005 + share)
        here, there = self.place(last), self.place(item)
        away = (self.at - self.events[-1][1]).total_seconds() / 3600
        distance = km(here, there) if here and there else None
        near = None if distance is None else -math.log(distance + 0.1)
        usual = (age[mine].max() - age[mine].min()) / (visits - 1) if visits > 1 else None
        overdue = None if usual is None else math.log((age[mine].min() + 0.05) / (usual + 0.05))
        moved = math.log(
            self.moved.get((last, item), 0) / (self.facts[last]["departures"] + 5) + 1e-3
        )
        of_kind = np.array([self.kind.get(other) == kind and kind is not None for other in items])
        category = None if kind is None else math.log(0.005 + of_kind.sum() / n)
        popularity, recent = math.log1p(facts.get("users", 0)), math.log(0.1 + facts["recent30"])
        rising = math.log(0.05 + facts["firstVisits90"])
        at_hour = None
        transition = None
        hour = self.at.hour
        if kind is not None:
            at_hour = math.log(0.005 + h2[of_kind].sum() / (h2.sum() + 0.5))
        if kind is not None and from_kind is not None:
            count, bins = self.leads.get((from_kind, kind), (0, [0] * 8))
            total = self.kinds[from_kind]["departures"]
            now = sum(b[hour // 3] for (a, _), (_, b) in self.leads.items() if a == from_kind)
            led = (count + 5 * self.kinds[kind]["share"]) / (total + 5)
            transition = math.log(1e-5 + (bins[hour // 3] + 10 * led) / (now + 10))
        counts = {other: items.count(other) for other in items if self.place(other)}
        around = None
        if there:
            around = math.log(
                1e-4
                + sum(
                    c / sum(counts.values()) * math.exp(-km(place, there) / 0.3)
                    for other, c in counts.items()
                    if (place := self.place(other))
                )
            )
        return found | {
            "visited": float(not new),
            "visits": math.log1p(visits),
            "visitShare": math.log(0.005 + visits / n),
            "lastVisit": None if new else -math.log(0.02 + age[mine].min()),
            "overdue": overdue,
            "offRhythm": None if overdue is None else abs(overdue),
            "visitedAfterGap": None if new else self.gap(),
            "stay": float(item == last),
            "popularity": popularity,
            "events": math.log1p(facts["events"]),
            "recent": recent,
            "rising90": rising,
            "itemHour": math.log(0.05 + facts["hours"][hour]),
            "categoryHour": None
            if kind is None
            else math.log(0.05 + self.kinds[kind]["hours"][hour]),
            "transition": moved,
            "categoryTransition": transition,
            "distance": near,
            "distanceSoon": near if away < 0.5 else None,
            "distanceLater": near if 2 <= away < 6 else None,
            "speed": None if distance is None else -math.log1p(distance / (away + 0.05) / 10),
            "around": around,
            "categoryAtHour": at_hour,
            "newPopularity": popularity if new else None,
            "newDistance": near if new else None,
            "newTransition": moved if new else None,
            "newCategory": category if new else None,
            "newRecent": recent if new else None,
            "newRising": rising if new else None,
            "returning": None if new else math.log(0.05 + self.returns(kind)),
            "exploring": math.log(0.05 + len(set(items)) / n) if new else None,
            "shown": None,
            "declinedInterest": None,
            "declinedAlike": None,
        }
