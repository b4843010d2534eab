"""Generate the city: venues, goods, residents, and half a year of their days. Pure, seeded.

What is built in, so that a recommender has something to find: homes and work, routines by hour
and weekday, tastes by kind that drift from one mixture to another, styles of venues that their
followers share, distance, return to known places, and goods that sell in certain districts.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, count
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from chronotope import loading
from chronotope.city.places import CENTER, DISTRICTS, ZONE, District
from chronotope.city.vocabulary import GOODS, KINDS, VARIANTS

Row = dict[str, Any]
Floats = NDArray[np.float64]

_KM_PER_DEGREE = 111.2
_STYLES = 6
_RETURN_RATE = 0.72
_SCALE_KM = 1.1


@dataclass(frozen=True)
class CityOptions:
    """The size of the city and its seed."""

    seed: int = 7
    residents: int = 300
    venues: int = 1000
    first_day: date = date(2026, 1, 5)
    days: int = 175


@dataclass(frozen=True)
class City:
    """Rows of items and events with the columns of the loader, and where residents live."""

    items: list[Row]
    events: list[Row]
    homes: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class _Venues:
    km: Floats  # (n, 2), east and north of the centre
    style: NDArray[np.int64]
    popularity: Floats
    by_category: dict[str, NDArray[np.int64]]


# A routine: days (5 weekdays, 2 weekend days, 7 all), hour, chance, anchor, weights of categories.
_ROUTINES: tuple[tuple[str, float, float, str, dict[str, float]], ...] = (
    ("weekday", 7.6, 0.45, "work", {"Coffee Shop": 3, "Bakery": 2, "Station": 1}),
    ("weekday", 9.0, 0.55, "office", {}),
    ("weekday", 12.6, 0.5, "work", {
        "Italian Restaurant": 1, "Chinese Restaurant": 1.5, "Japanese Restaurant": 1.5,
        "Vegan Restaurant": 1.2, "Coffee Shop": 0.6, "Bakery": 0.6,
    }),
    ("weekday", 18.2, 0.3, "home", {
        "Gym": 3, "Climbing Hall": 1, "Swimming Pool": 1, "Park": 1.2, "Supermarket": 1.5,
        "Bookshop": 0.5,
    }),
    ("all", 20.2, 0.3, "home", {
        "Italian Restaurant": 2, "Chinese Restaurant": 2, "Japanese Restaurant": 1,
        "Vegan Restaurant": 0.8, "Bar": 1, "Cinema": 0.8,
    }),
    ("all", 22.3, 0.12, "home", {"Bar": 3, "Jazz Club": 1.5}),
    ("weekend", 10.4, 0.45, "home", {"Coffee Shop": 2, "Bakery": 2, "Supermarket": 1.5}),
    ("weekend", 15.0, 0.5, "home", {
        "Park": 2.5, "Museum": 1.5, "Bookshop": 1, "Beach": 0.8, "Climbing Hall": 0.6,
        "Swimming Pool": 0.6, "Cinema": 0.6,
    }),
)  # fmt: skip


def generate(options: CityOptions = CityOptions()) -> City:
    """Return the city of a seed; the same options give the same city."""
    rng = np.random.default_rng(options.seed)
    items, venues = _venues(rng, options.venues)
    goods, goods_by_line = _goods()
    homes: dict[str, tuple[float, float]] = {}
    events: list[Row] = []
    for number in range(1, options.residents + 1):
        resident = _Resident(rng, f"resident-{number:03}", venues)
        homes[resident.name] = _degrees(resident.home)
        for event in resident.days(options.first_day, options.days, goods_by_line):
            if event.get("place") is None:
                event["item_id"] = items[event.pop("venue")]["item_id"]
            events.append(event)
    events.sort(key=lambda event: (event["timestamp"], event["user_id"], event["item_id"]))
    return City(items + goods, events, homes)


def _venues(rng: np.random.Generator, total: int) -> tuple[list[Row], _Venues]:
    shares = np.array([kind.share for kind in KINDS], float)
    numbers = np.floor(shares / shares.sum() * total).astype(int)
    numbers[0] += total - numbers.sum()
    items: list[Row] = []
    places: list[tuple[float, float]] = []
    by_category: dict[str, list[int]] = {}
    taken: set[str] = set()
    for kind, number in zip(KINDS, numbers.tolist(), strict=True):
        for _ in range(number):
            district = DISTRICTS[int(rng.integers(len(DISTRICTS)))]
            languages = list(kind.names)
            language = district.language if district.language in languages else None
            if language is None or rng.random() < 0.35:
                language = languages[int(rng.integers(len(languages)))]
            first, second = (part[int(rng.integers(len(part)))] for part in kind.names[language])
            name = f"{first}{'' if language in ('zh', 'ja') else ' '}{second}"
            name = _unused(taken, name, district)
            text = kind.text.get(language, kind.text["en"]).format(district=district.name)
            tags = rng.choice(kind.tags, min(2, len(kind.tags)), replace=False)
            km = _around(rng, district)
            latitude, longitude = _degrees(km)
            by_category.setdefault(kind.category.rpartition(" > ")[2], []).append(len(items))
            places.append(km)
            items.append(
                {
                    "item_id": f"venue-{len(items) + 1:04}",
                    "name": name,
                    "category": kind.category,
                    "description": text,
                    "latitude": round(latitude, 6),
                    "longitude": round(longitude, 6),
                    "tags": ";".join(sorted(tags)),
                }
            )
    venues = _Venues(
        km=np.array(places),
        style=rng.integers(_STYLES, size=len(items)),
        popularity=rng.lognormal(0, 0.9, len(items)),
        by_category={name: np.array(indices) for name, indices in by_category.items()},
    )
    return items, venues


def _unused(taken: set[str], name: str, district: District) -> str:
    variants = chain(
        (name, f"{name} {district.name}"), (f"{name} {district.name} {n}" for n in count(2))
    )
    chosen = next(variant for variant in variants if variant not in taken)
    taken.add(chosen)
    return chosen


def _goods() -> tuple[list[Row], dict[str, list[str]]]:
    rows: list[Row] = []
    by_line: dict[str, list[str]] = {}
    for line, products in GOODS.items():
        for name, text in products:
            for variant in VARIANTS:
                item_id = f"good-{len(rows) + 1:03}"
                by_line.setdefault(line, []).append(item_id)
                rows.append(
                    {
                        "item_id": item_id,
                        "name": f"{name}{variant}",
                        "category": f"Goods > {line}",
                        "description": text,
                        "tags": "shop",
                    }
                )
    return rows, by_line


class _Resident:
    """One resident: where they live and work, what they like, and what they know already."""

    def __init__(self, rng: np.random.Generator, name: str, venues: _Venues) -> None:
        self.rng, self.name, self.venues = rng, name, venues
        homes = np.array([district.homes for district in DISTRICTS])
        work = np.array([district.work for district in DISTRICTS])
        self.district = DISTRICTS[int(rng.choice(len(DISTRICTS), p=homes / homes.sum()))]
        self.home = np.array(_around(rng, self.district))
        place = DISTRICTS[int(rng.choice(len(DISTRICTS), p=work / work.sum()))]
        self.work = np.array(_around(rng, place))
        self.office = int(self._nearest(rng.choice(["Office", "Office", "University Building"])))
        # Tastes by kind move over the months from one archetype to another; styles stay.
        kinds = sorted(venues.by_category)
        self.before = dict(zip(kinds, rng.gamma(0.7, 1.5, len(kinds)) + 0.1, strict=True))
        self.after = dict(zip(kinds, rng.gamma(0.7, 1.5, len(kinds)) + 0.1, strict=True))
        self.drift = float(rng.uniform(0.0, 0.9))
        self.styles = rng.choice(_STYLES, 2, replace=False)
        self.pace = float(rng.lognormal(-0.6, 0.4))
        self.shift = float(rng.normal(0, 0.6))
        self.lines = rng.choice(list(GOODS), 2, replace=False)
        self.known: dict[str, dict[int, int]] = {}
        self.weights: dict[tuple[str, str], Floats] = {}

    def days(self, first: date, total: int, goods: dict[str, list[str]]) -> Iterator[Row]:
        """Yield the events of all days; a venue's event has `venue`, a purchase `place`."""
        for number in range(total):
            day, progress = first + timedelta(days=number), number / total
            weekend = day.weekday() >= 5
            for days, hour, chance, anchor, wanted in _ROUTINES:
                if days != "all" and (days == "weekend") != weekend:
                    continue
                if self.rng.random() > chance * self.pace:
                    continue
                at = self._moment(day, hour + self.shift + self.rng.normal(0, 0.4))
                venue = (
                    self.office if anchor == "office" else self._choose(anchor, wanted, progress)
                )
                yield {"user_id": self.name, "venue": venue, "timestamp": at, "kind": loading.VISIT}
            if self.rng.random() < 0.035 * self.pace * (1.6 if weekend else 1.0):
                yield self._purchase(day, goods)

    def _moment(self, day: date, hour: float) -> str:
        minutes = round(min(max(hour, 0.0), 23.95) * 60)
        local = datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(ZONE))
        return local.isoformat()

    def _choose(self, anchor: str, wanted: dict[str, float], progress: float) -> int:
        kinds = list(wanted)
        taste = [
            self.before[kind] * (1 - self.drift * progress)
            + self.after[kind] * self.drift * progress
            for kind in kinds
        ]
        kind = kinds[self._draw(np.array(list(wanted.values())) * np.array(taste))]
        known = self.known.setdefault(f"{anchor} {kind}", {})
        if known and self.rng.random() < _RETURN_RATE:
            venue = list(known)[self._draw(np.array(list(known.values()), float))]
        else:
            venues = self.venues.by_category[kind]
            venue = int(venues[self._draw(self._weights(anchor, kind))])
        known[venue] = known.get(venue, 0) + 1
        return venue

    def _weights(self, anchor: str, kind: str) -> Floats:
        if (anchor, kind) not in self.weights:
            venues = self.venues.by_category[kind]
            origin = self.home if anchor == "home" else self.work
            km = np.linalg.norm(self.venues.km[venues] - origin, axis=1)
            liked = np.where(np.isin(self.venues.style[venues], self.styles), 4.0, 1.0)
            self.weights[anchor, kind] = (
                self.venues.popularity[venues] * liked * np.exp(-km / _SCALE_KM) + 1e-9
            )
        return self.weights[anchor, kind]

    def _purchase(self, day: date, goods: dict[str, list[str]]) -> Row:
        local = self.district.goods
        line = local if self.rng.random() < 0.45 else str(self.lines[int(self.rng.integers(2))])
        products = goods[line]
        ranks = 1 / np.arange(1, len(products) + 1)
        return {
            "user_id": self.name,
            "item_id": products[self._draw(ranks)],
            "timestamp": self._moment(day, self.rng.choice([12.5, 20.8]) + self.rng.normal(0, 0.8)),
            "kind": loading.PURCHASE,
            "place": self.district.name,
        }

    def _nearest(self, kind: str) -> int:
        venues = self.venues.by_category[kind]
        return int(venues[np.linalg.norm(self.venues.km[venues] - self.work, axis=1).argmin()])

    def _draw(self, weights: Floats) -> int:
        total = weights.cumsum()
        return int(np.searchsorted(total, self.rng.random() * total[-1], side="right"))


def _around(rng: np.random.Generator, district: District) -> tuple[float, float]:
    east, north = rng.normal((district.east, district.north), district.spread)
    return float(east), float(north)


def _degrees(km: tuple[float, float] | Floats) -> tuple[float, float]:
    latitude = CENTER[0] + float(km[1]) / _KM_PER_DEGREE
    longitude = CENTER[1] + float(km[0]) / (_KM_PER_DEGREE * math.cos(math.radians(CENTER[0])))
    return latitude, longitude
