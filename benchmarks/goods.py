"""What time, place and local popularity add for goods, on a purchase log whose law is known.

    python benchmarks/goods.py                        200,000 purchases, 20,000 users, 4,000 goods
    python benchmarks/goods.py --purchases 1000000

Goods have no coordinates; purchases name one of ten places. Each good has an hour and a home
place of its own, each user as well; six purchases in ten happen near the user's hour, seven in
ten at the user's place, and seven in ten are of a good that fits hour and place, by its
popularity · exp(-d² / 8), d in hours, nine times as often at the good's home place. Who knows that
law ranks goods by their true chance; what is reached is told as a part of what that reaches.
"""

import argparse
import csv
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chronotope import evaluation, fusion, loading, replay
from chronotope.evaluation import Task, metrics
from chronotope.replay import Instance, sampled

PLACES = (
    "Harbour", "Old Town", "Airport", "Central Station", "University",
    "Stadium", "Market Hall", "Hospital", "Tech Park", "Beach",
)  # fmt: skip
START, DAYS, CUT = datetime(2026, 3, 1, tzinfo=UTC), 90, datetime(2026, 5, 13, tzinfo=UTC)
_FITS, _AT_PLACE, _AT_HOUR = 0.7, 0.7, 0.6
_HOME_FACTOR = 9.0
_ASKED = 600
_TASKS = ("next", "discover")  # these goods have no words that new ones could be known by

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Law:
    """The chances that purchases are drawn by."""

    good_hour: NDArray[np.int64]
    good_place: NDArray[np.int64]
    user_hour: NDArray[np.int64]
    user_place: NDArray[np.int64]
    popularity: Floats

    @classmethod
    def drawn(cls, users: int, goods: int, draw: np.random.Generator) -> "Law":
        """Draw who and what belongs where and when."""
        popularity = draw.permutation(np.arange(1, goods + 1) ** -0.8)
        return cls(
            draw.integers(0, 24, goods),
            draw.integers(0, len(PLACES), goods),
            draw.integers(0, 24, users),
            draw.integers(0, len(PLACES), users),
            popularity / popularity.sum(),
        )

    def fitting(self, hour: int, place: int) -> Floats:
        """Return the chance of each good among those that fit an hour and a place."""
        d = np.minimum((self.good_hour - hour) % 24, (hour - self.good_hour) % 24)
        at_home = np.where(self.good_place == place, _HOME_FACTOR, 1.0)
        weight = self.popularity * np.exp(-(d**2) / 8) * at_home
        return np.asarray(weight / weight.sum())

    def chance(self, user: int, hours: Floats, fitting: NDArray[np.float64]) -> Floats:
        """Return the chance of each good for a user, at hours of these chances, shape (24)."""
        places = np.full(len(PLACES), (1 - _AT_PLACE) / len(PLACES))
        places[self.user_place[user]] += _AT_PLACE
        fits = np.einsum("h,p,hpg->g", hours, places, fitting)
        return np.asarray(_FITS * fits + (1 - _FITS) * self.popularity)

    def hours(self, user: int) -> Floats:
        """Return the chance of each hour for a purchase of a user."""
        d = np.minimum(
            (np.arange(24) - self.user_hour[user]) % 24, (self.user_hour[user] - np.arange(24)) % 24
        )
        near = np.exp(-(d**2) / 8)
        return np.asarray(_AT_HOUR * near / near.sum() + (1 - _AT_HOUR) / 24)


def write(folder: Path, law: Law, purchases: int, draw: np.random.Generator) -> Path:
    """Write purchases.csv."""
    users, goods = len(law.user_hour), len(law.good_hour)
    activity = draw.pareto(1.5, users) + 1
    user = draw.choice(users, purchases, p=activity / activity.sum())
    usual = draw.random(purchases) < _AT_HOUR
    near = (law.user_hour[user] + draw.normal(0, 2, purchases)).round().astype(int) % 24
    hour = np.where(usual, near, draw.integers(0, 24, purchases))
    there = draw.random(purchases) < _AT_PLACE
    place = np.where(there, law.user_place[user], draw.integers(0, len(PLACES), purchases))
    good = np.searchsorted(np.cumsum(law.popularity), draw.random(purchases))
    fits = draw.random(purchases) < _FITS
    for h in range(24):
        for p in range(len(PLACES)):
            chosen = np.flatnonzero(fits & (hour == h) & (place == p))
            total = np.cumsum(law.fitting(h, p))
            good[chosen] = np.searchsorted(total, draw.random(len(chosen)) * total[-1])
    day, second = draw.integers(0, DAYS, purchases), draw.integers(0, 3600, purchases)
    path = folder / "purchases.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("user_id", "item_id", "timestamp", "location"))
        for k in np.lexsort((second, hour, day)):
            at = START + timedelta(days=int(day[k]), hours=int(hour[k]), seconds=int(second[k]))
            item = f"g{min(good[k], goods - 1)}"
            writer.writerow((f"u{user[k]}", item, at.isoformat(), PLACES[place[k]]))
    return path


def write_all(folder: Path, users: int, goods: int, purchases: int) -> tuple[Path, Path, Path]:
    """Write items.csv, purchases.csv and vectors.npy (384 numbers a good, of no meaning)."""
    draw = np.random.default_rng(7)
    items = folder / "items.csv"
    items.write_text("item_id,name\n" + "".join(f"g{n},Good {n}\n" for n in range(goods)))
    np.save(folder / "vectors.npy", draw.normal(size=(goods, 384)).astype(np.float32))
    log = write(folder, Law.drawn(users, goods, draw), purchases, draw)
    return items, log, folder / "vectors.npy"


def main() -> None:
    """Write a log, learn and evaluate both tasks on it, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--purchases", type=int, default=200_000)
    parser.add_argument("--task", choices=_TASKS, action="append")
    arguments = parser.parse_args()
    draw = np.random.default_rng(7)
    users, goods = arguments.purchases // 10, arguments.purchases // 50
    law = Law.drawn(users, goods, draw)
    fitting = np.array([[law.fitting(h, p) for p in range(len(PLACES))] for h in range(24)])
    end = START + timedelta(days=DAYS)
    with tempfile.TemporaryDirectory() as name:
        log = write(Path(name), law, arguments.purchases, draw)
        source = replay.FileSource([], [str(log)], loading.ReadOptions(shared=True))
        with replay.replay(source, end) as past:
            for task in arguments.task or _TASKS:
                _evaluate(past, evaluation.TASKS[task], law, fitting)


def _evaluate(
    past: replay.Past,
    task: Task,
    law: Law,
    fitting: NDArray[np.float64],
) -> None:
    end = START + timedelta(days=DAYS)
    what = evaluation.protocol(past, task, CUT, end)
    what = replace(what, instances=sampled(what.instances, _ASKED, 0))
    learning = fusion.LearnOptions(limit=3000)
    model = fusion.learn(past, task, CUT, learning)
    fusion.save(past.graph, model)
    past.derive(CUT)
    found = evaluation.report(evaluation.evaluate(past, what, model=model.name))
    oracle = _oracle(task, law, fitting, past.history, what.instances)
    rows = {
        "the law itself": oracle,
        "chronotope": {k: v["value"] for k, v in found["metrics"].items()},
    }
    parts = fusion.ablate(past, what, CUT, learning)
    rows |= {name: {k: v["value"] for k, v in part.items()} for name, part in parts.items()}
    rows |= found["baselines"]
    print(f"\n{task.name}: {len(what.instances)} instances, latency {found['latency_ms']}")
    names = list(oracle)
    print(f"{'':18}" + "".join(f"{name:>12}" for name in names) + "   of the law's")
    main = task.metric
    for name, values in rows.items():
        numbers = "".join(f"{values[metric]:12.4f}" for metric in names)
        print(f"{name:18}{numbers}{values[main] / oracle[main]:14.0%}", flush=True)


def _oracle(
    task: Task,
    law: Law,
    fitting: NDArray[np.float64],
    history: replay.History,
    instances: Sequence[Instance],
) -> dict[str, float]:
    """Return the metrics of ranking by the true chance, what the user knows left out."""
    number = {name: n for n, name in enumerate(history.items)}
    order = np.array([int(name[1:]) for name in history.items])
    known = evaluation.baselines.histories(history, instances)
    ranks = []
    for n, instance in enumerate(instances):
        user = int(instance.user[1:])
        hours = np.zeros(24)
        hours[instance.at.hour] = 1
        chance = law.chance(user, hours if task.by_event else law.hours(user), fitting)[order]
        if not task.by_event:
            chance[known.had[[n]].nonzero()[1]] = -1
        own = [number[name] for name in instance.relevant]
        ranks.append(metrics.positions(chance)[own])
    return {name: float(v.mean()) for name, v in task.metrics(ranks).items()}


if __name__ == "__main__":
    main()
