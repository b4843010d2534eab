"""Hours of the demo's city in use: nothing grows without bound, and nothing that was told is lost.

    CHRONOTOPE_HOME=/tmp/soak python benchmarks/soak.py [--minutes 120] [--interval 60]

Recommendations, explanations, searches and audiences are asked for, and events, what is declined
and shown, corrections, retractions and items are told, at steady rates, whatever is answered; a
follower reads a file that grows; statistics are derived eight times, all that is due is done once.
Meanwhile the server is stopped and started again at each sixth of the time, but for the last one,
and killed at three and at five eighths. The last third it is left alone, so that what grows is
seen. Clients wait, and go on.

Each interval prints a line, and what was waited for or failed in it. In the end the graph is
compared with what was acknowledged, and each series with its bound: ends with 1 if something was
lost, failed, or grew. Times are printed, not judged: they are those of the machine.
"""

import argparse
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore, Event

from soak_facts import Journal, acknowledged, compare, stored
from soak_growth import Sample, judge
from soak_load import Load, Tally
from soak_measure import HEAD, bounds, line, look, measure

from chronotope import city, config, server
from chronotope.client import Client, Followed, Status, Watch
from chronotope.errors import ChronotopeError

_DEMO = "from chronotope.cli.start import run; raise SystemExit(run())"
_READERS, _WRITERS = 8, 4
_WAITING = 60
"""Requests of a sort that may wait at most."""
_LOOKS = 12
"""How often an interval the heap is looked at."""
_RESTARTS = (1 / 6, 2 / 6, 3 / 6, 4 / 6)
_KILLS = (3 / 8, 5 / 8)
_DERIVATIONS = tuple(n / 8 for n in range(1, 8))
_REFRESHES = (9 / 16,)

Plan = list[tuple[float, str, Callable[[], object]]]
"""What is done, after which share of the time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, and return with what code to end."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--interval", type=float, default=60, help="seconds between two lines")
    parser.add_argument("--reads", type=float, default=1, help="a second")
    parser.add_argument("--writes", type=float, default=2, help="a second")
    parser.add_argument("--lines", type=float, default=2, help="of the file, a second")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    if "CHRONOTOPE_HOME" not in os.environ:
        parser.error("set CHRONOTOPE_HOME to a folder of its own: events are written")
    logging.getLogger("neo4j").addHandler(logging.NullHandler())  # errors are counted
    # No process beside the server that makes it ready: what is measured is the server.
    environment = {**os.environ, "CHRONOTOPE_WARM": "0"}
    command = [sys.executable, "-c", _DEMO, "demo"]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    folder = config.home() / "soak"
    folder.mkdir(exist_ok=True)
    try:
        with Client.open(server.start(server.DEMO)) as client:
            return Soak(client, folder, given).run()
    finally:
        server.stop(server.DEMO)


class Soak:
    """One run on the demo's city: its load, what is done meanwhile, and what is measured."""

    def __init__(self, client: Client, folder: Path, given: argparse.Namespace) -> None:
        self._client = client
        self._given = given
        self._journal = Journal(folder / "acknowledged.ndjson")
        self._file = folder / "events.ndjson"
        self._samples = folder / "samples.ndjson"
        self._over, self._read_to_end = Event(), Event()
        self._followed = 0
        self._done: list[str] = []
        self._tally = Tally()
        self._load = Load(client, city.generate(), self._journal, given.seed)

    def run(self) -> int:
        """Run to the end; return 1 if something was lost, failed, or grew."""
        for fact in stored(self._client.graph):
            self._journal.is_so(*fact)
        for path in (self._file, self._samples):
            path.write_bytes(b"")
        print(HEAD, flush=True)
        given, load = self._given, self._load
        started = time.monotonic()
        with ThreadPoolExecutor(6) as threads:
            following = threads.submit(self._follow)
            threads.submit(self._arrive, given.reads, _READERS, load.read)
            threads.submit(self._arrive, given.writes, _WRITERS, load.write)
            append = partial(load.append, self._file)
            lines = threads.submit(self._arrive, given.lines, 1, append)
            for plan in (self._of_server(), self._of_graph()):
                threads.submit(self._carry_out, plan, started)
            try:
                self._watch(started)
                self._over.set()
                lines.result()
                while not following.done() and self._followed < load.written:
                    time.sleep(0.1)
            finally:  # whatever broke, the threads end
                self._over.set()
                self._read_to_end.set()
        return self._conclude(following.result())

    def _arrive(self, rate: float, clients: int, call: Callable[[int, float], None]) -> None:
        """Call so often a second, whatever the calls take, until it is over; wait for the last.

        Where too many wait, as after a restart on a busy machine, who comes is turned away.
        """
        number, due, room = 0, time.monotonic(), BoundedSemaphore(_WAITING)

        def one(number: int, due: float) -> None:
            try:
                call(number, due)
            except Exception as problem:
                self._load.fails(problem)
            finally:
                room.release()

        with ThreadPoolExecutor(clients) as pool:
            while not self._over.wait(max(0.0, due - time.monotonic())):
                if room.acquire(blocking=False):
                    pool.submit(one, number, due)
                else:
                    self._load.turn_away()
                number, due = number + 1, due + 1 / rate

    def _follow(self) -> Followed | None:
        def on_status(status: Status) -> None:
            self._followed = status.messages

        watch = Watch(interrupted=self._read_to_end.is_set)
        try:
            return self._client.follow(self._file, watch=watch, on_status=on_status)
        except ChronotopeError as problem:
            self._load.fails(problem)
            return None

    def _of_server(self) -> Plan:
        restarts: Plan = [(share, "restarted", _restart) for share in _RESTARTS]
        return restarts + [(share, "killed", _kill) for share in _KILLS]

    def _of_graph(self) -> Plan:
        client = self._client
        derivations: Plan = [(share, "derived", client.derive) for share in _DERIVATIONS]
        refresh = partial(client.refresh, learn=False)  # which would ask a server of its own
        return derivations + [(share, "refreshed", refresh) for share in _REFRESHES]

    def _carry_out(self, plan: Plan, started: float) -> None:
        """Do what is planned, in its order; what is late follows at once."""
        for share, name, do in sorted(plan, key=lambda step: step[0]):
            due = started + share * self._given.minutes * 60
            if self._over.wait(max(0.0, due - time.monotonic())):
                return
            begun = time.monotonic()
            try:
                self._load.insist(do)
            except Exception as problem:
                self._load.fails(problem)
            self._done.append(f"{name} in {time.monotonic() - begun:.0f} s")

    def _watch(self, started: float) -> None:
        """Print a line each interval until the time is over."""
        interval, end = self._given.interval, started + self._given.minutes * 60
        heaps: list[float] = []
        due, next_look = started + interval, started
        while time.monotonic() < end:
            next_look += interval / _LOOKS
            time.sleep(max(0.0, min(next_look, end) - time.monotonic()))
            heaps += look(self._client)
            if time.monotonic() >= due:
                self._tell((time.monotonic() - started) / 60, heaps)
                heaps.clear()
                due += interval

    def _tell(self, minute: float, heaps: Sequence[float]) -> None:
        told = self._journal.counts["event"] + self._journal.counts["declined"]
        sample, tally = measure(self._client, minute, heaps, told), self._load.take()
        with self._samples.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(sample)) + "\n")
        done, self._done = self._done, []
        print(line(sample, tally, done), flush=True)
        _tell_errors(tally)
        self._tally.add(tally)

    def _conclude(self, followed: Followed | None) -> int:
        """Print what is lost, what failed and what grew; return the code to end with."""
        self._tally.add(self._load.take())
        self._journal.close()
        with self._journal.path.open(encoding="utf-8") as lines:
            expected = acknowledged(lines)
        found = compare(expected, stored(self._client.graph))
        print(f"\n{len(expected):,} facts were acknowledged and stay: {found or 'all there, once'}")
        load = self._load
        print(f"{load.written:,} lines, {load.malformed:,} of them malformed: {followed}")
        is_read = followed is not None and (followed.messages, followed.rejected) == (
            load.written,
            load.malformed,
        )
        _tell_errors(self._tally)
        with self._samples.open(encoding="utf-8") as lines:
            samples = [Sample(**json.loads(text)) for text in lines]
        verdicts = list(judge(samples, bounds(server.status(server.DEMO).home / "data")))
        for verdict in verdicts:
            print(f"{'GREW' if verdict.is_broken else 'ok':5} {verdict.text}")
        grew = any(verdict.is_broken for verdict in verdicts)
        return int(bool(found) or not is_read or bool(self._tally.failed) or grew)


def _tell_errors(tally: Tally) -> None:
    for sort, errors in (("waited out", tally.waited_out), ("FAILED", tally.failed)):
        for sentence, times in errors.most_common():
            print(f"       {sort} {times} x {sentence}", flush=True)


def _restart() -> None:
    server.stop(server.DEMO)
    server.start(server.DEMO)


def _kill() -> None:
    pid = server.status(server.DEMO).pid
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
        while server.status(server.DEMO).pid == pid:
            time.sleep(0.05)
    server.start(server.DEMO)


if __name__ == "__main__":
    sys.exit(main())
