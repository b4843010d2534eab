"""The time and the memory of `chronotope derive`.

    python benchmarks/derive.py                       1,000,000 events in a new graph, but those of
                                                      the last days; again at the same moment, with
                                                      the events of a day more, and by --recent with
                                                      those of two more
    python benchmarks/derive.py --alone               the statistics alone, from Parquet to Parquet
    python benchmarks/derive.py --alone --events 20000000 --items 100000 --memory 6000
    python benchmarks/derive.py --alone --master 'local-cluster[2,1,4096]'
                                                      the same by Spark, in two workers
    python benchmarks/derive.py --one-user            co-visits alone, one user of 0, 1,000, 10,000,
                                                      30,000 items
    python benchmarks/derive.py --one-user --graph    all of `chronotope derive` for these

`--memory` is in megabytes, by default a quarter of all. A process of its own computes each line, so
that its peak is its own. With `--one-user`, 2,000 users visit 20 of 5,000 items beside that user,
and what a process takes before it begins is not in its peak. With `--master`, the peak of all
processes of Spark together is told beside that of the one that asks.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import alone
import numpy as np
import psutil
import scipy.sparse as sp
import town

from chronotope import config, loading, migrations, server, statistics
from chronotope.graph import Graph
from chronotope.statistics import DeriveOptions, Lake, memory, neighbours

ITEMS_OF_ONE = (0, 1_000, 10_000, 30_000)
_END = datetime(2026, 7, 1, tzinfo=UTC)  # after the last event of the town
_NEWLY = datetime(2026, 6, 27, tzinfo=UTC)  # with three days of events to come
_USERS, _EACH, _OTHERS = 2_000, 20, 5_000


def visits(heavy: int) -> sp.csr_array:
    """Return who visits what: users × items, the last user `heavy` items."""
    draw = np.random.default_rng(0)
    others = (draw.pareto(1.1, (_USERS, _EACH)) * _OTHERS / 20).astype(int) % _OTHERS
    user = np.concatenate([np.repeat(np.arange(_USERS), _EACH), np.full(heavy, _USERS)])
    item = np.concatenate([others.ravel(), np.arange(heavy)])
    shape = (_USERS + 1, max(_OTHERS, heavy))
    matrix = sp.csr_array(sp.coo_array((np.ones(len(user)), (user, item)), shape=shape))
    matrix.data[:] = 1
    return matrix


def compute(heavy: int, room: int) -> None:
    """Compute the co-visits, all of what `derive` makes of them but writing."""
    neighbours.co_visits(visits(heavy), DeriveOptions.ease_items, room)


def derive(heavy: int, room: int) -> None:
    """Load the visits into a scratch server, and derive."""
    user, item = visits(heavy).nonzero()
    with (
        tempfile.TemporaryDirectory() as folder,
        server.scratch() as connection,
        Graph(connection) as graph,
    ):
        migrations.apply(graph)
        path = Path(folder) / "events.csv"
        with path.open("w") as file:
            file.write("user_id,item_id,timestamp\n")
            for k, (who, what) in enumerate(zip(user.tolist(), item.tolist(), strict=True)):
                at = datetime.fromtimestamp(1_700_000_000 + 60 * k, UTC)
                file.write(f"u{who},i{what},{at:%Y-%m-%dT%H:%M:%SZ}\n")
        loading.load(graph, loading.EVENTS, [str(path)])
        before, started = _peak(), time.perf_counter()
        done = statistics.derive(graph, datetime(2026, 1, 1, tzinfo=UTC), room=room)
        _tell(heavy, time.perf_counter() - started, _peak() - before)
        print(f"{'':8} {dict(done.written)}")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 10**6


def _tell(heavy: int, seconds: float, megabytes: int) -> None:
    print(f"{heavy:>8,} items {seconds:>8.1f} s {megabytes:>8,} MB", flush=True)


def derive_town(events: int, room: int) -> None:
    """Derive the town of the server that the environment names: new, at once again, a day later."""
    connection = config.connection()
    assert connection is not None  # noqa: S101  the environment names it
    with Graph(connection) as graph:
        for what, days in (("new", 0), ("again", 0), ("a day later", 1), ("recent", 3)):
            steps = Steps()
            options = DeriveOptions(taste_dimension=64)
            at, recent = _NEWLY + timedelta(days=days), what == "recent"
            done = statistics.derive(graph, at, options, recent=recent, room=room, progress=steps)
            steps.tell(f"{events:>11,} events, {what}", dict(done.written))


def derive_lake(folder: Path, events: int, room: int, master: str | None) -> None:
    """Derive from Parquet files into Parquet files, here or by Spark."""
    lake, options = Lake(str(folder)), DeriveOptions(taste_dimension=64)
    engine: AbstractContextManager[statistics.Engine] = (
        nullcontext(statistics.HERE) if master is None else statistics.spark_engine(master)
    )
    with engine as where, Others() as others:
        steps = Steps()
        done = statistics.derive_files(
            lake, folder / "out", _END, options, room=room, engine=where, progress=steps
        )
        steps.tell(f"{events:>11,} events, {master or 'Parquet'}", dict(done.written))
    own = sum(os.times()[:2])
    print(
        f"    processor: {own:.0f} s in this process, {others.seconds:.0f} s in others", flush=True
    )
    if master:
        print(f"    other processes: {others.peak // 10**6:,} MB", flush=True)


class Others:
    """Measures what processes below this one take together in a block.

    That is the most memory at a time, in bytes, and processor time.
    """

    def __init__(self) -> None:
        self.peak = 0
        self._spent: dict[psutil.Process, float] = {}
        self._done = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    @property
    def seconds(self) -> float:
        """The processor time, but for what a process took in its last second."""
        return sum(self._spent.values())

    def __enter__(self) -> "Others":
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(1):
            taken = 0
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    taken += process.memory_info().rss
                    times = process.cpu_times()
                    self._spent[process] = times.user + times.system
            self.peak = max(self.peak, taken)


class Steps:
    """Hears of the steps of a derivation, and tells what each took."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._began = {"reading": self._started}

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Note when a step begins."""
        del done, total
        self._began.setdefault(what, time.perf_counter())

    def tell(self, what: str, written: dict[str, int]) -> None:
        """Print the time and the peak of memory so far."""
        self("end", 0, None)
        seconds = time.perf_counter() - self._started
        print(f"{what:35} {seconds:7.1f} s {_peak():>8,} MB", flush=True)
        spans = pairwise(self._began.items())
        print("   ", ", ".join(f"{name} {end - start:.1f}" for (name, start), (_, end) in spans))
        print("   ", ", ".join(f"{count:,} {name}" for name, count in written.items() if count))


def measure(arguments: argparse.Namespace) -> None:
    """Make the town, and have a process of its own derive."""
    asked = [sys.executable, *sys.argv, "--run"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.alone:
            users = arguments.events // alone.PER_USER
            town.write_lake(folder, users, arguments.items, arguments.events)
            subprocess.run([*asked, name], check=True)
            return
        with alone.served(folder, arguments.events, arguments.items) as where:
            subprocess.run([*asked, name], check=True, env={**os.environ, **where})


def main() -> None:
    """Measure each in a process of its own, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--memory", type=int, default=memory.budget() // 10**6)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--master", help="with --alone: by Spark, there")
    parser.add_argument("--one-user", action="store_true")
    parser.add_argument("--graph", action="store_true")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    room = arguments.memory * 10**6
    if arguments.run is None:
        print(f"{arguments.memory:,} MB of room", flush=True)
        if not arguments.one_user:
            measure(arguments)
            return
        for heavy in ITEMS_OF_ONE:
            command = [sys.executable, __file__, *sys.argv[1:], "--run", str(heavy)]
            subprocess.run(command, check=True)
    elif arguments.alone:
        derive_lake(Path(arguments.run), arguments.events, room, arguments.master)
    elif not arguments.one_user:
        derive_town(arguments.events, room)
    elif arguments.graph:
        derive(int(arguments.run), room)
    else:
        before, started = _peak(), time.perf_counter()
        compute(int(arguments.run), room)
        _tell(int(arguments.run), time.perf_counter() - started, _peak() - before)


if __name__ == "__main__":
    main()
