"""What one graph per region loses against a graph of all: cities whose people visit one another.

    python benchmarks/regions.py                three cities of 200 people, six weeks; they are
                                                away one day in ten
    python benchmarks/regions.py --away 0.3     three days in ten

Each is a synthetic city (`chronotope.city`), some 300 km from the next. Everybody visits one other
city now and then, for two days on average. There they do what a resident of it would do whose taste
by category is the most like theirs: one of many who are drawn for this alone.

A region's graph has its items, the events that happened there, and who did them. A user's home is
the region of most of their events before the cut, the moment after four fifths of all. What they do
away from home is asked of the graph of that region, which knows them by what they did there, or not
at all. The graph of all gets the same questions, with the region as a filter. Of somebody away both
are told the centre of the city as where they are. Texts are not embedded. The four graphs are made
and asked side by side: 6 GB of memory.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from regions_cities import CITIES, Log, Row, centre, crossing, home_regions, moment, simulate

from chronotope import city, evaluation, loading, replay
from chronotope.evaluation import TASKS, Protocol, Task, metrics
from chronotope.graph import Graph
from chronotope.replay import NEVER, Instance, Past, sampled
from chronotope.statistics import Floats

HOME, KNOWN, FIRST = "at home", "away, been there before", "away, for the first time"
_TASKS = ("discover", "next")
_OPTIONS = loading.ReadOptions(local_timezone=ZoneInfo(city.ZONE), shared=True)


class Files(replay.FileSource):
    """Files whose texts are not embedded."""

    def embed(self, past: Graph) -> None:
        """Embed nothing."""


@dataclass(frozen=True)
class Question:
    """Somebody's question about a region, and whether they are at home there."""

    instance: Instance
    region: str
    where: str


def main() -> None:
    """Run the benchmark and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--residents", type=int, default=200, help="of each city")
    parser.add_argument("--venues", type=int, default=200, help="of each city")
    parser.add_argument("--days", type=int, default=42)
    parser.add_argument("--away", type=float, default=0.1, help="the share of all days")
    parser.add_argument("--sample", type=int, default=400, help="instances of each task")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    log = simulate(given.residents, given.venues, given.days, given.away, given.seed)
    tasks = [TASKS[name] for name in _TASKS]
    with tempfile.TemporaryDirectory() as folder:
        history = replay.look(_source(log, Path(folder)), NEVER).history
    cut = history.quantile(0.8)
    homes = home_regions([row for row in log.events if moment(row) < cut])
    _describe(log, homes)
    asked = []
    for task in tasks:
        found = [one for one in task.asked(history, cut, history.end) if one.user in homes]
        asked.append(questions(sampled(found, given.sample, given.seed), log, homes))

    def answers(region: str | None) -> list[Floats]:
        return _answers(log, region, tasks, asked, cut)

    with ThreadPoolExecutor(1 + len(CITIES)) as graphs:
        whole, *regions = graphs.map(answers, (None, *CITIES))
    for n, task in enumerate(tasks):
        _tell(task, asked[n], whole[n], np.nansum([values[n] for values in regions], axis=0))


def questions(instances: Sequence[Instance], log: Log, homes: Mapping[str, str]) -> list[Question]:
    """Return what is asked of each region: an instance, with what is relevant of that region."""
    region_of = {row["item_id"]: row["region"] for row in log.items}
    arrival: dict[tuple[str, str], datetime] = {}
    for row in log.events:
        key = (row["user_id"], row["region"])
        arrival[key] = min(moment(row), arrival.get(key, moment(row)))
    asked = []
    for instance in instances:
        for region in sorted({region_of[item] for item in instance.relevant}):
            relevant = tuple(item for item in instance.relevant if region_of[item] == region)
            if region == homes[instance.user]:
                where = HOME
            else:
                where = KNOWN if arrival[instance.user, region] < instance.at else FIRST
            asked.append(Question(replace(instance, relevant=relevant), region, where))
    return asked


def _answers(
    log: Log,
    region: str | None,
    tasks: Sequence[Task],
    asked: Sequence[Sequence[Question]],
    cut: datetime,
) -> list[Floats]:
    """Return the metric of each question of each task by the graph of a region, or of all (None).

    What is not asked of that graph is NaN.
    """
    with _past(log if region is None else log.of(region)) as past:
        past.derive(cut)
        found = []
        for task, some in zip(tasks, asked, strict=True):
            values = np.full(len(some), np.nan)
            for about, is_home in product((region,) if region else CITIES, (True, False)):
                chosen = [
                    n
                    for n, one in enumerate(some)
                    if one.region == about and (one.where == HOME) == is_home
                ]
                if not chosen:
                    continue
                given: Row = {} if is_home else {"here": centre(about)}
                if region is None:
                    given["where"] = {"region": about}
                instances = [some[n].instance for n in chosen]
                answers = evaluation.ask(
                    past.graph, task.query, instances, k=task.candidates, given=given
                )
                rows = log.of(about).events
                size = len({row["item_id"] for row in rows if moment(row) < cut})
                ranks = evaluation.ranking(
                    Protocol(task, cut, NEVER, instances), answers, size
                ).ranks
                values[chosen] = task.metrics(ranks)[task.metric]
            found.append(values)
            told = f"{region or 'all'}: {task.name} {np.nanmean(values):.4f}"
            print(told, file=sys.stderr, flush=True)
    return found


@contextmanager
def _past(log: Log) -> Iterator[Past]:
    """Open a graph of a log."""
    with (
        tempfile.TemporaryDirectory() as folder,
        replay.replay(_source(log, Path(folder)), NEVER) as past,
    ):
        # A past has no properties but those of the model.
        rows = [
            {"id": row["item_id"], "properties": {"region": row["region"]}} for row in log.items
        ]
        past.graph.write_rows("load.write_kept", rows)
        yield past


def _source(log: Log, folder: Path) -> Files:
    """Write the files of a log."""
    paths = []
    for table, rows in ((loading.ITEMS, log.items), (loading.EVENTS, log.events)):
        paths.append(folder / f"{table.name}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table.columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    items, events = map(str, paths)
    return Files([items], [events], _OPTIONS)


def _describe(log: Log, homes: Mapping[str, str]) -> None:
    """Say what each graph holds, and how much crosses."""
    for name, part in (("all", log), *((region, log.of(region)) for region in CITIES)):
        users = len({row["user_id"] for row in part.events})
        print(f"{name:8}{len(part.events):>9,} events{users:>8,} users{len(part.items):>8,} items")
    print(f"{crossing(log.events, homes):.1%} of the events happen away from home", flush=True)


def _tell(task: Task, asked: Sequence[Question], whole: Floats, parts: Floats) -> None:
    """Print a row for each kind of question: both graphs, and their ratio."""
    print(f"\n{task.name}, {task.metric}")
    print(f"{'':24}{'questions':>10}{'users':>7}{'one graph':>27}{'one a region':>27}{'ratio':>27}")
    users = [one.instance.user for one in asked]
    for where in (HOME, KNOWN, FIRST, "all"):
        own = [n for n, one in enumerate(asked) if where in (one.where, "all")]
        names = [users[n] for n in own]
        cells = (
            metrics.interval(whole[own], names),
            metrics.interval(parts[own], names),
            metrics.ratio(parts[own], whole[own], names),
        )
        row = "".join(f"{cell!s:>27}" for cell in cells)
        print(f"{where:24}{len(own):>10,}{len(set(names)):>7,}{row}", flush=True)


if __name__ == "__main__":
    main()
