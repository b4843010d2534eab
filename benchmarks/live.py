"""Recommend while events arrive, on a graph of a million events.

    CHRONOTOPE_HOME=/tmp/live python benchmarks/live.py
    CHRONOTOPE_HOME=/tmp/live python benchmarks/live.py --seconds 60 --kill --derive

The first run makes the graph in that folder; each run adds its events to it. All clients are those
of the official driver, which tries again what may succeed later.

Alone: one client asks, after all that is asked later was warmed up; of it the others are ratios.
Open: recommendations and events come at fixed rates, whatever was answered meanwhile, and times
count from when each was due; of every tenth user, what is recommended first is recorded, and the
next answer has to be without it. Closed: eight writers and eight readers, each as fast as it is
answered; in the end every event that was acknowledged has to be in the graph once. `--kill`: the
same, and the server is killed in the middle and started again. `--derive`: one client asks while
`chronotope derive` runs.
"""

import argparse
import itertools
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import neo4j
import numpy as np
import town
from neo4j.exceptions import DriverError, Neo4jError
from recommend import import_files

from chronotope import catalogue, config, loading, migrations, server, statistics
from chronotope.catalogue import Query
from chronotope.graph import Graph

HERE = Path(__file__).parent
DISCOVER, NEXT = catalogue.get("recommend.discover"), catalogue.get("recommend.next")
QUERIES = (DISCOVER, NEXT)
RECORD = catalogue.get("events.record")
CLIENTS = 8
_WARM_UP, _ALONE, _SAME = 200, 300, 100  # requests
_WORKERS = 24  # of an open loop: more than are ever on their way
_CHECK_EVERY = 10
_PATIENCE = 150
"""Seconds that clients try again: a killed server has to come up and recover."""
_CHRONOTOPE = [
    sys.executable,
    "-c",
    "from chronotope.cli.start import run; raise SystemExit(run())",
]

Ask = Callable[..., list[neo4j.Record]]


@dataclass
class Town:
    """Whom events and requests are of: users as often as they have events, items likewise."""

    users: list[str]
    user_weights: list[int]
    items: list[str]
    item_weights: list[int]

    def user(self, draw: random.Random) -> str:
        """Draw a user by activity."""
        return draw.choices(self.users, cum_weights=self.user_weights)[0]

    def item(self, draw: random.Random) -> str:
        """Draw an item by popularity."""
        return draw.choices(self.items, cum_weights=self.item_weights)[0]


@dataclass
class Told:
    """What clients were told beside answers."""

    retried: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    def print(self) -> None:
        """Print how often the driver tried again, and what it handed to clients."""
        for what, counts in (("tried again", self.retried), ("errors of clients", self.failed)):
            codes = ", ".join(f"{count} x {code}" for code, count in counts.most_common()) or "none"
            print(f"  {what}: {codes}")


def main() -> None:
    """Run the parts one after another and print figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=300, help="of each part")
    parser.add_argument("--reads", type=float, default=10, help="a second, in the open loop")
    parser.add_argument("--writes", type=float, default=100, help="a second, in the open loop")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--derive", action="store_true")
    arguments = parser.parse_args()
    logging.getLogger("neo4j").addHandler(logging.NullHandler())  # what is tried again is counted
    if "CHRONOTOPE_HOME" not in os.environ:
        parser.error("set CHRONOTOPE_HOME to a folder of its own: events are written")
    with Graph(_started()) as graph:
        where = _town(graph)
    alone = _alone(where)
    _open(where, arguments, alone)
    _closed(where, arguments.seconds, alone)
    if arguments.kill:
        _closed(where, arguments.seconds, alone, kill=True)
    if arguments.derive:
        _derived(where, alone)


def _started() -> config.Connection:
    """Start the local server, with a graph of a million events if it has none."""
    if not server.exists():
        with tempfile.TemporaryDirectory() as name:
            items, events, vectors = town.write(Path(name), 100_000, 20_000, 1_000_000)
            files = import_files(Path(name), items, events)
            with server.bulk_import(server.MAIN, files) as fresh, Graph(fresh) as graph:
                migrations.apply(graph, migrations.MigrateOptions(adopt=True))
                options, watch = loading.ReadOptions(), loading.Watch()
                loading.load_vectors(graph, str(vectors), [str(items)], options, watch)
                statistics.derive(graph, datetime.now(UTC))
    return server.start()


def _town(graph: Graph) -> Town:
    users: Counter[str] = Counter()
    items: Counter[str] = Counter()
    for row in graph.read("derive.read_events", {"at": datetime.now(UTC), "kinds": {}}):
        users[row["user"]] = len(row["items"])
        items.update(row["items"])
    return Town(
        list(users),
        list(itertools.accumulate(users.values())),
        list(map(str, items)),
        list(itertools.accumulate(items.values())),
    )


@contextmanager
def _driver(told: Told) -> Iterator[Ask]:
    """Yield a function that runs a query of the catalogue as any client of the driver does."""
    connection = server.start()

    def ask(query: Query, **given: Any) -> list[neo4j.Record]:
        failed: list[str] = []

        def work(transaction: neo4j.ManagedTransaction) -> list[neo4j.Record]:
            try:
                return list(transaction.run(query.text, query.bind(given)))
            except (DriverError, Neo4jError) as problem:
                failed.append(_kind(problem))
                raise

        with driver.session(notifications_min_severity="OFF") as session:
            execute = session.execute_read if query.mode == "read" else session.execute_write
            try:
                rows = execute(work)
            except (DriverError, Neo4jError) as problem:
                told.failed[_kind(problem)] += 1
                raise
            told.retried.update(failed)
            return rows

    with neo4j.GraphDatabase.driver(
        connection.uri,
        auth=(connection.username, connection.password),
        max_transaction_retry_time=_PATIENCE,
        retry_delay_multiplier=1.2,  # they meet a server that starts soon
    ) as driver:
        yield ask


def _kind(problem: Exception) -> str:
    code = problem.code if isinstance(problem, Neo4jError) else None
    return code or type(problem).__name__


def _alone(where: Town) -> float:
    """Let one client ask; return the p95 in milliseconds."""
    draw, told, run = random.Random(1), Told(), _run()
    with _driver(told) as ask:
        asked = [(QUERIES[n % 2], where.user(draw)) for n in range(_WARM_UP + _ALONE)]
        for number, (user, item) in enumerate(itertools.islice(_events(where, 5), _WARM_UP)):
            _record(ask, user, item, f"{run}-{number}", _now())
            ask(DISCOVER, user=user, k=1)  # other types of parameters are another plan
        times = [_timed(partial(ask, query, user=user)) for query, user in asked]
    p95 = _print("alone, reads", times[_WARM_UP:])
    told.print()
    return p95


def _open(where: Town, arguments: argparse.Namespace, alone: float) -> None:
    """Let recommendations and events come at fixed rates."""
    told, run, seconds = Told(), _run(), arguments.seconds
    users = _drawn(where.user, 2, int(arguments.reads * seconds))
    events = list(_events(where, 3, int(arguments.writes * seconds)))
    missed: list[str] = []
    checked: list[str] = []

    def read(number: int) -> None:
        ask(QUERIES[number % 2], user=users[number])

    def check(number: int) -> None:
        user = users[number * _CHECK_EVERY]
        (best,) = ask(DISCOVER, user=user, k=1)
        _record(ask, user, best["id"], f"{run}-check-{number}", _now())
        checked.append(best["id"])
        if best["id"] in [row["id"] for row in ask(DISCOVER, user=user)]:
            missed.append(best["id"])

    def write(number: int) -> None:
        _record(ask, *events[number], f"{run}-{number}", _now())

    started = time.perf_counter() + 1
    with _driver(told) as ask, ThreadPoolExecutor(3) as parts:
        reads = parts.submit(_at_rate, arguments.reads, len(users), started, read)
        writes = parts.submit(_at_rate, arguments.writes, len(events), started, write)
        count = len(users) // _CHECK_EVERY
        parts.submit(_at_rate, arguments.reads / _CHECK_EVERY, count, started, check).result()
    _print(f"open, {arguments.reads:g} reads a second", reads.result(), alone)
    _print(f"open, {arguments.writes:g} events a second", writes.result())
    told.print()
    print(f"  events that the first query after them did not know: {len(missed)} of {len(checked)}")
    acknowledged = [f"{run}-{number}" for number in range(len(events))]
    _check_written(run, acknowledged + [f"{run}-check-{number}" for number in range(count)])


def _closed(where: Town, seconds: float, alone: float, *, kill: bool = False) -> None:
    """Let writers and readers go as fast as they are answered; perhaps kill the server."""
    told, run = Told(), _run()
    end = time.perf_counter() + seconds
    acknowledged: list[tuple[float, str]] = []
    reads: list[float] = []
    writes: list[float] = []

    def reader(number: int) -> None:
        draw = random.Random(number)
        for query in itertools.cycle(QUERIES):
            send = partial(ask, query, user=where.user(draw))
            reads.append(_timed(partial(_insist, send)))
            if time.perf_counter() > end:
                return

    def writer(number: int) -> None:
        for count, (user, item) in enumerate(_events(where, 100 + number)):
            name, at = f"{run}-{number}-{count}", _now()
            send = partial(_record, ask, user, item, name, at)
            writes.append(_timed(partial(_insist, send)))
            acknowledged.append((time.perf_counter(), name))
            if time.perf_counter() > end:
                return

    with _driver(told) as ask, ThreadPoolExecutor(2 * CLIENTS + 1) as threads:
        work = [threads.submit(part, n) for part in (reader, writer) for n in range(CLIENTS)]
        if kill:
            time.sleep(seconds / 2)
            print(f"  the server was away for {_kill():.0f} s")
        for done in work:
            done.result()
    name = "killed" if kill else "closed"
    _print(f"{name}, {CLIENTS} readers: {len(reads) / seconds:.0f} a second", reads, alone)
    _print(f"{name}, {CLIENTS} writers: {len(writes) / seconds:.0f} a second", writes)
    told.print()
    moments = sorted(moment for moment, _ in acknowledged)
    gap = max(later - earlier for earlier, later in itertools.pairwise(moments))
    print(f"  the longest time without an event acknowledged: {gap:.1f} s")
    _check_written(run, [name for _, name in acknowledged])


def _derived(where: Town, alone: float) -> None:
    """Ask the same while statistics are derived, and compare the answers with those around it."""
    draw, told, times = random.Random(4), Told(), []
    asked = [(QUERIES[n % 2], where.user(draw)) for n in range(_SAME)]
    at = datetime.now(UTC)

    def answer(query: Query, user: str) -> set[str]:
        return {row["id"] for row in ask(query, user=user, at=at, k=10)}

    with _driver(told) as ask:
        before = [answer(*one) for one in asked]
        found = []
        with subprocess.Popen([*_CHRONOTOPE, "derive"], stdout=subprocess.DEVNULL) as deriving:
            for number in itertools.cycle(range(_SAME)):
                started = time.perf_counter()
                found.append((number, answer(*asked[number])))
                times.append(time.perf_counter() - started)
                if deriving.poll() is not None:
                    break
        after = [answer(*one) for one in asked]
    _print(f"while derive runs, {sum(times):.0f} s", times, alone)
    told.print()
    for name, others in (("before", before), ("after", after)):
        mean = np.mean([len(ids & others[number]) / 10 for number, ids in found])
        print(f"  overlap@10 with the answers {name}: {mean:.3f}")
    mean = np.mean([len(a & b) / 10 for a, b in zip(before, after, strict=True)])
    print(f"  overlap@10 of before and after: {mean:.3f}")


def _kill() -> float:
    """Kill the server, start it again, and return how long that took."""
    pid = server.status().pid
    assert pid is not None  # noqa: S101
    os.kill(pid, signal.SIGKILL)
    started = time.perf_counter()
    while server.status().pid == pid:
        time.sleep(0.05)
    server.start()
    return time.perf_counter() - started


def _insist(call: Callable[[], object]) -> None:
    """Call again after an error: what is recorded twice is there once."""
    while True:
        try:
            call()
        except (DriverError, Neo4jError):
            time.sleep(0.1)
        else:
            return


def _record(ask: Ask, user: str, item: str, name: str, at: datetime) -> None:
    (row,) = ask(RECORD, user=user, item=item, at=at, kind="visit", id=name)
    assert row["fate"] in ("recorded", "known"), row["fate"]  # noqa: S101


def _now() -> datetime:
    """Return a moment that the next query counts: one before its own."""
    return datetime.now(UTC) - timedelta(seconds=1)


def _check_written(run: str, acknowledged: Sequence[str]) -> None:
    query = catalogue.load(HERE / "cypher")["read_ids"]
    with Graph(server.start()) as graph:
        times = Counter({row["id"]: row["times"] for row in graph.read(query, {"prefix": run})})
    lost = sum(times[name] != 1 for name in acknowledged)
    print(
        f"  acknowledged events that are not in the graph once: {lost} of {len(acknowledged):,}\n"
    )


def _at_rate(rate: float, count: int, started: float, call: Callable[[int], None]) -> list[float]:
    """Call at a fixed rate whatever the calls take; return the seconds from when each was due."""

    def one(number: int) -> float:
        due = started + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        call(number)
        return time.perf_counter() - due

    with ThreadPoolExecutor(_WORKERS) as threads:
        return list(threads.map(one, range(count)))


def _events(where: Town, seed: int, count: int | None = None) -> Iterator[tuple[str, str]]:
    draw = random.Random(seed)
    for _ in itertools.islice(itertools.count(), count):
        yield where.user(draw), where.item(draw)


def _drawn(draw_one: Callable[[random.Random], str], seed: int, count: int) -> list[str]:
    draw = random.Random(seed)
    return [draw_one(draw) for _ in range(count)]


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _run() -> str:
    """Return what the ids of a part's events begin with."""
    return f"live-{time.time_ns()}"


def _print(what: str, times: Sequence[float], alone: float | None = None) -> float:
    p50, p95 = (float(p) * 1000 for p in np.quantile(times, [0.5, 0.95]))
    ratio = f"; p95 of the single client's: {p95 / alone:.1f}" if alone else ""
    print(f"{what}: {len(times):,}, p50 {p50:.1f} ms, p95 {p95:.1f} ms{ratio}", flush=True)
    return p95


if __name__ == "__main__":
    main()
