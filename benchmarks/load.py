"""Time the loading of events beside other ways to load them, on one server in one run.

    python benchmarks/load.py                    1,000,000 events, 100,000 users, 20,000 items
    python benchmarks/load.py --events 200000
    python benchmarks/load.py --memory           peak memory for one and for ten million rows
    python benchmarks/load.py --offline          Bolt and bulk import, each from nothing to a graph

Events have a time and a place. The other ways get events that are new to the graph, the same
properties, and a server that our load has warmed up.
"""

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from chronotope import catalogue, loading, migrations, server
from chronotope.client import load_offline
from chronotope.config import Connection
from chronotope.graph import Graph
from chronotope.loading import EVENTS, ITEMS, ReadOptions, times, validate

OPTIONS = ReadOptions(local_timezone=ZoneInfo("America/New_York"), shared=True)
_BY_PY2NEO = 30_000
_ALONE = 3_000
_PY2NEO_BATCH = 5_000


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--dry-run-of", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.dry_run_of:
        loading.load(None, EVENTS, [str(arguments.dry_run_of)], OPTIONS)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.memory:
            _memory(folder, arguments)
            return
        items, events = write_data(folder, arguments.users, arguments.items, arguments.events)
        if arguments.offline:
            _offline(folder, items, events, arguments.events)
            return
        with server.scratch() as connection, Graph(connection) as graph:
            print(f"Neo4j {graph.version}, {os.cpu_count()} cores\n")
            _compare(graph, connection, folder, items, events)


def write_data(folder: Path, users: int, items: int, events: int) -> tuple[Path, Path]:
    """Write files of items and events; users and items are drawn by a power law."""
    draw = np.random.default_rng(1)
    latitudes, longitudes = 40.5 + draw.random(items) * 0.4, -74.2 + draw.random(items) * 0.5
    with (folder / "items.csv").open("w") as file:
        file.write("item_id,name,category,latitude,longitude\n")
        for n in range(items):
            place = f"{latitudes[n]:.6f},{longitudes[n]:.6f}"
            file.write(f"i{n},Item {n},Kind {n % 10} > Sort {n % 200},{place}\n")
    with (folder / "events.csv").open("w") as file:
        file.write("user_id,item_id,timestamp,latitude,longitude\n")
        for begin in range(0, events, 100_000):
            size = min(100_000, events - begin)
            who = (draw.pareto(1.2, size) * users / 20).astype(int) % users
            what = (draw.pareto(1.1, size) * items / 20).astype(int) % items
            when = np.sort(draw.integers(0, 100_000, size)) + 1_700_000_000 + begin
            near = draw.normal(0, 0.0005, (2, size))
            for k in range(size):
                at = datetime.fromtimestamp(int(when[k]), UTC)
                place = (
                    f"{latitudes[what[k]] + near[0, k]:.6f},{longitudes[what[k]] + near[1, k]:.6f}"
                )
                file.write(f"u{who[k]},i{what[k]},{at:%Y-%m-%dT%H:%M:%SZ},{place}\n")
    return folder / "items.csv", folder / "events.csv"


def _compare(graph: Graph, connection: Connection, folder: Path, items: Path, events: Path) -> None:
    migrations.apply(graph)
    rates: dict[str, float] = {}

    def measure(label: str, work: Callable[[], int]) -> None:
        started = time.perf_counter()
        rows = work()
        rates[label] = rows / (time.perf_counter() - started)
        print(f"{label:34} {rows:>10,} rows {rates[label]:>10,.0f} / s", flush=True)

    def load(table: loading.Table, path: Path) -> Callable[[], int]:
        return lambda: loading.load(graph, table, [str(path)], OPTIONS).rows

    measure("items", load(ITEMS, items))
    measure("events, first load", load(EVENTS, events))
    measure("events, replay", load(EVENTS, events))
    for dimension in (384, 512):
        path = folder / f"{dimension}.npy"
        size = sum(1 for _ in items.open()) - 1
        np.save(path, np.random.default_rng(0).normal(size=(size, dimension)).astype(np.float32))
        measure(
            f"vectors of {dimension} numbers",
            partial(_vectors, graph, path, items),
        )
    new = fresh_rows(events)
    for function in ("merge_relationships", "create_relationships"):
        rows = list(islice(new, _BY_PY2NEO))
        measure(f"py2neo bulk.{function}", partial(_py2neo, connection, function, rows))
    rows = list(islice(new, _ALONE))
    measure("MERGE row by row", partial(_alone, graph, rows))

    first = rates["events, first load"]
    print("\nratio of the first load to")
    for label in list(rates)[-3:]:
        print(f"  {label:32} {first / rates[label]:>6.1f}")


def fresh_rows(events: Path) -> Iterator[Mapping[str, Any]]:
    """Yield rows for the graph, of the same users and items but a year earlier."""
    until = times.latest(datetime.now(UTC))
    with events.open() as file:
        for row in csv.DictReader(file):
            event = validate.event(row, OPTIONS, until)
            event["epochMillis"] -= 365 * 86_400_000
            yield {**event, "id": f"fresh {event['id']}"}


def _py2neo(connection: Connection, function: str, rows: Sequence[Mapping[str, Any]]) -> int:
    from interchange.geo import WGS84Point
    from py2neo import Graph as Py2neoGraph
    from py2neo import bulk

    graph = Py2neoGraph(connection.uri, auth=(connection.username, connection.password))
    data = []
    for row in rows:
        at = datetime.fromtimestamp(row["epochMillis"] / 1000, UTC).replace(tzinfo=None)
        properties = {
            "id": row["id"], "at": at, "hour": at.hour, "weekday": at.isoweekday(),
            "kind": row["kind"], "cell": row["cell"],
            "location": WGS84Point((row["longitude"], row["latitude"])),
        }  # fmt: skip
        data.append((row["user"], properties, row["item"]))
    kind = ("INTERACTED", "id") if function.startswith("merge") else "INTERACTED"
    for begin in range(0, len(data), _PY2NEO_BATCH):
        getattr(bulk, function)(
            graph,
            data[begin : begin + _PY2NEO_BATCH],
            kind,
            start_node_key=("User", "id"),
            end_node_key=("Item", "id"),
        )
    return len(rows)


def _vectors(graph: Graph, path: Path, items: Path) -> int:
    return loading.load_vectors(graph, str(path), [str(items)], OPTIONS).rows


def _alone(graph: Graph, rows: Sequence[Mapping[str, Any]]) -> int:
    query = catalogue.load(Path(__file__).parent / "cypher")["merge_event_alone"]
    for row in rows:
        graph.write(query, {"row": row})
    return len(rows)


def _memory(folder: Path, arguments: argparse.Namespace) -> None:
    """Print the peak memory of reading, checking and counting ever more rows."""
    for events in (arguments.events, arguments.events * 10):
        _, path = write_data(folder, arguments.users, arguments.items, events)
        command = [sys.executable, __file__, "--dry-run-of", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        print(f"{events:>12,} rows: {int(done.stdout):>5} MB")


def _offline(folder: Path, items: Path, events: Path, count: int) -> None:
    """Print the seconds from files to a graph that answers, over Bolt and by bulk import."""
    inputs = [(ITEMS, [str(items)]), (EVENTS, [str(events)])]

    def over_bolt() -> None:
        with Graph(server.start()) as graph:
            migrations.apply(graph)
            for table, files in inputs:
                loading.load(graph, table, files, OPTIONS)

    def by_import() -> None:
        load_offline(inputs, OPTIONS)
        Graph(server.start()).close()

    seconds = {}
    for label, work in (("Bolt", over_bolt), ("bulk import", by_import)):
        with _home(folder / label):
            started = time.perf_counter()
            work()
            seconds[label] = time.perf_counter() - started
            server.stop()
        print(f"{label:12} {count:>10,} events {seconds[label]:>6.1f} s", flush=True)
    print(f"ratio {seconds['Bolt'] / seconds['bulk import']:.2f}")


@contextmanager
def _home(folder: Path) -> Iterator[None]:
    before = os.environ.get("CHRONOTOPE_HOME")
    os.environ["CHRONOTOPE_HOME"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["CHRONOTOPE_HOME"]
        else:
            os.environ["CHRONOTOPE_HOME"] = before


if __name__ == "__main__":
    main()
