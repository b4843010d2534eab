"""Synthetic cities whose people visit one another: what happens, and what of it is whose region."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from neo4j.spatial import WGS84Point

from chronotope import city
from chronotope.statistics import Floats

CITIES = ("North", "South", "West")
_APART = 4.0  # degrees of longitude between two cities
_DOUBLES = 2  # for each resident, of whom visitors are given the one who is like them
_STAY = 2.0  # days away, on average

Row = dict[str, Any]


@dataclass(frozen=True)
class Log:
    """Rows of items and of events, each of which is of a region."""

    items: Sequence[Row]
    events: Sequence[Row]

    def of(self, region: str) -> "Log":
        """Return what the graph of a region holds."""
        items, events = (
            [row for row in rows if row["region"] == region] for rows in (self.items, self.events)
        )
        return Log(items, events)


def simulate(residents: int, venues: int, days: int, away: float, seed: int) -> Log:
    """Return what happens in the cities, whose residents spend a share of the days in another."""
    draw, many = np.random.default_rng(seed), len(CITIES)
    people = (1 + _DOUBLES) * residents
    made = [
        city.generate(city.CityOptions(seed + n, people, venues, days=days)) for n in range(many)
    ]
    lives, habits = [_lives(one) for one in made], [_habits(one) for one in made]
    dates = sorted({row["timestamp"][:10] for row in made[0].events})
    other = (np.arange(many)[:, None] + draw.integers(1, many, (many, residents))) % many
    events: list[Row] = []
    for there in range(many):
        visitors = np.argwhere(other == there).tolist()
        hosts = _hosts(
            np.array([habits[home][k] for home, k in visitors]), habits[there][residents:]
        )
        offices = {
            row["item_id"] for row in made[there].items if row["category"].startswith("Work")
        }
        for (home, k), host in zip(visitors, hosts, strict=True):
            own, guest = lives[home][k], lives[there][residents + host]
            for date, is_away in zip(dates, _trips(len(dates), away, draw), strict=True):
                found = [
                    _placed(row, there if is_away else home)
                    for row in (guest if is_away else own).get(date, ())
                    if not (is_away and row["item_id"] in offices)
                ]
                events += ({**row, "user_id": f"{CITIES[home]} {k}"} for row in found)
    items = [_placed(row, n) for n, one in enumerate(made) for row in one.items]
    return Log(items, events)


def _number(user: str) -> int:
    """Return the number of a resident, from 0 on."""
    return int(user.rpartition("-")[2]) - 1


def _lives(made: city.City) -> list[dict[str, list[Row]]]:
    """Return the events of each resident, by date."""
    lives: list[dict[str, list[Row]]] = [defaultdict(list) for _ in made.homes]
    for row in made.events:
        lives[_number(row["user_id"])][row["timestamp"][:10]].append(row)
    return lives


def _habits(made: city.City) -> Floats:
    """Return how often each resident is at items of each category, in rows of length 1."""
    names = sorted({row["category"] for row in made.items})
    column = {row["item_id"]: names.index(row["category"]) for row in made.items}
    counts = np.zeros((len(made.homes), len(names)))
    for row in made.events:
        counts[_number(row["user_id"]), column[row["item_id"]]] += 1
    return np.asarray(counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9))


def _hosts(visitors: Floats, hosts: Floats) -> list[int]:
    """Return for each visitor the host who is the most like them, of those who are left."""
    alike = visitors @ hosts.T
    chosen = []
    for row in alike:
        chosen.append(int(row.argmax()))
        alike[:, chosen[-1]] = -1
    return chosen


def _trips(days: int, away: float, draw: np.random.Generator) -> list[bool]:
    """Return on which days somebody is away: the share `away` of them, some days together."""
    leave = away / (1 - away) / _STAY
    found = [bool(draw.random() < away)]
    for chance in draw.random(days - 1):
        found.append(bool(chance < (1 - 1 / _STAY if found[-1] else leave)))
    return found


def _placed(row: Row, region: int) -> Row:
    """Return a row of an item or an event as one of a region, with ids of its own."""
    placed = {**row, "region": CITIES[region], "item_id": f"{CITIES[region]} {row['item_id']}"}
    if "longitude" in row:
        placed["longitude"] = round(row["longitude"] + _APART * region, 6)
    if "place" in row:
        placed["place"] = f"{row['place']}, {CITIES[region]}"
    return placed


def home_regions(events: Sequence[Row]) -> dict[str, str]:
    """Return the region of most of each user's events; of several the first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in events:
        counts[row["user_id"]][row["region"]] += 1
    return {user: min(of, key=lambda region: (-of[region], region)) for user, of in counts.items()}


def crossing(events: Sequence[Row], homes: Mapping[str, str]) -> float:
    """Return the share of the events of users with a home that happened in another region."""
    at_home = [row["region"] == homes[row["user_id"]] for row in events if row["user_id"] in homes]
    return float(1 - np.mean(at_home))


def centre(region: str) -> WGS84Point:
    """Return the centre of a region's city."""
    latitude, longitude = city.CENTER
    return WGS84Point((longitude + _APART * CITIES.index(region), latitude))


def moment(row: Row) -> datetime:
    """Return when an event happened."""
    return datetime.fromisoformat(row["timestamp"])
