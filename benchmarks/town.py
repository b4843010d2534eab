"""A large made-up town for benchmarks: users with homes and habits, by a power law of activity."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute, parquet

CENTRE = (40.73, -73.98)
HEAVIEST = 1200
DRAWN = 550
"""Events of the user that a request is for, on average, when users are drawn by activity."""

_CLUSTERS = 200
_DAYS = 180
_PART = 1_000_000  # events of a file
_START = 1_767_225_600  # 2026-01-01T00:00:00Z
_HOURS = np.array([8, 9, 12, 13, 18, 19, 20, 22])


def activity(users: int, events: int) -> NDArray[np.int64]:
    """Return the number of events of each user: by a power law, `HEAVIEST` at most."""
    ranks = np.arange(1, users + 1)

    def counts(power: float) -> NDArray[np.float64]:
        low, high = 0.0, float(events) * 100
        for _ in range(100):  # the factor that gives all events
            middle = (low + high) / 2
            found = np.clip(middle * ranks**-power, 1, HEAVIEST)
            low, high = (middle, high) if found.sum() < events else (low, middle)
        return np.asarray(found, np.float64)

    low, high = 0.3, 3.0
    for _ in range(40):  # the power that gives the wanted mean by activity
        power = (low + high) / 2
        found = counts(power)
        low, high = (low, power) if (found**2).sum() / found.sum() > DRAWN else (power, high)
    return np.round(found).astype(np.int64)


def write(folder: Path, users: int, items: int, events: int) -> tuple[Path, Path, Path]:
    """Write items.csv, events.csv and vectors.npy (384 numbers an item) into a folder."""
    draw = np.random.default_rng(1)
    cluster = draw.integers(0, _CLUSTERS, items)
    centres = draw.normal(0, (0.06, 0.08), (_CLUSTERS, 2)) + CENTRE
    places = centres[cluster] + draw.normal(0, 0.004, (items, 2))
    popularity = draw.lognormal(0, 1.2, items)
    with (folder / "items.csv").open("w") as file:
        file.write("item_id,name,category,latitude,longitude\n")
        for n in range(items):
            place = f"{places[n, 0]:.6f},{places[n, 1]:.6f}"
            file.write(f"i{n},Item {n},Kind {n % 10} > Sort {n % 200},{place}\n")
    topics = draw.normal(size=(200, 384))
    vectors = topics[np.arange(items) % 200] + draw.normal(size=(items, 384))
    np.save(folder / "vectors.npy", vectors.astype(np.float32))

    members = [np.flatnonzero(cluster == c) for c in range(_CLUSTERS)]
    chance = [np.cumsum(popularity[m]) for m in members]
    everywhere = np.cumsum(popularity)
    near = np.argsort(((centres[:, None] - centres[None]) ** 2).sum(2), axis=1)[:, :5]
    with (folder / "events.csv").open("w") as file:
        file.write("user_id,item_id,timestamp\n")
        for user, count in enumerate(activity(users, events)):
            home = near[draw.integers(_CLUSTERS)]
            spots = np.concatenate(
                [
                    _drawn(draw, members[c], chance[c], max(1, int(count**0.6)))
                    for c in home
                    if len(members[c])
                ]
            )
            what = spots[(len(spots) * draw.random(count) ** 2).astype(int)]
            away = draw.random(count) < 0.15
            what[away] = _drawn(draw, np.arange(items), everywhere, int(away.sum()))
            when = (
                _START
                + draw.integers(0, _DAYS, count) * 86_400
                + draw.choice(_HOURS, count) * 3600
                + draw.integers(0, 3600, count)
            )
            for item, second in zip(what.tolist(), np.sort(when).tolist(), strict=True):
                at = datetime.fromtimestamp(second, UTC)
                file.write(f"u{user},i{item},{at:%Y-%m-%dT%H:%M:%SZ}\n")
    return folder / "items.csv", folder / "events.csv", folder / "vectors.npy"


def write_lake(folder: Path, users: int, items: int, events: int) -> None:
    """Write events alone, as Parquet files of about a million rows each, in the order of users.

    A user has the habits that `write` gives: some spots in five clusters near home, the first ones
    more often than the last, and one event in seven anywhere.
    """
    draw = np.random.default_rng(1)
    cluster = np.sort(draw.integers(0, _CLUSTERS, items))
    weight = np.cumsum(draw.lognormal(0, 1.2, items))
    bounds = np.concatenate([[0], weight])[np.searchsorted(cluster, np.arange(_CLUSTERS + 1))]
    centres = draw.normal(0, (0.06, 0.08), (_CLUSTERS, 2))
    near = np.argsort(((centres[:, None] - centres[None]) ** 2).sum(2), axis=1)[:, :5]
    count = activity(users, events)
    home = draw.integers(0, _CLUSTERS, users)
    parts = np.searchsorted(np.cumsum(count), np.arange(_PART, count.sum() + _PART, _PART))
    for part, (start, end) in enumerate(pairwise([0, *np.unique(parts + 1).tolist()])):
        user = np.repeat(np.arange(start, min(end, users)), count[start:end])
        spots = 5 * np.maximum(1, count[user] ** 0.6)
        spot = (spots * draw.random(len(user)) ** 2).astype(np.int64)
        # The same spot of the same user is the same item: by a number that looks drawn.
        number = (user * 1_000_003 + spot) * 0.6180339887498949 % 1
        own = near[home[user], spot % 5]
        low, high = bounds[own], bounds[own + 1]
        what = low + (high - low) * number
        away = draw.random(len(user)) < 0.15
        what[away] = draw.random(int(away.sum())) * weight[-1]
        item = np.minimum(np.searchsorted(weight, what), items - 1)
        days = draw.integers(0, _DAYS, len(user)) * 86_400
        when = _START + days + draw.choice(_HOURS, len(user)) * 3600
        when += draw.integers(0, 3600, len(user))
        columns = {
            "user_id": _named("u", user),
            "item_id": _named("i", item),
            "timestamp": pa.array(when * 1000).cast(pa.timestamp("ms", "UTC")),
        }
        parquet.write_table(pa.table(columns), folder / f"events-{part:04}.parquet")


def _named(letter: str, numbers: NDArray[np.int64]) -> "pa.Array[Any]":
    texts = pa.array(numbers).cast(pa.string())
    return compute.binary_join_element_wise(letter, texts, "")


def _drawn(
    draw: np.random.Generator, what: NDArray[np.int64], total: NDArray[np.float64], size: int
) -> NDArray[np.int64]:
    """Draw by cumulated weights."""
    return np.asarray(what[np.searchsorted(total, draw.random(size) * total[-1])])
