"""What a graph of so many events, users and items takes: disk, and the time of each command.

    python benchmarks/sizes.py                  six towns, up to a million events; a fit; what it
                                                says of ten and of a hundred million
    python benchmarks/sizes.py --to 300000      only those of so many events at most

Towns differ in events, users and items by themselves, so that each has a share of its own in what
is fitted: by least squares of relative errors, none below 0. Disk is that of the store and its
indexes. Times are seconds of a core, of the command and of the server together: what else a machine
does adds to seconds, and little to these.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
import town
from scipy.optimize import nnls

from chronotope import server
from chronotope.server import memory
from chronotope.statistics import Floats


class Size(NamedTuple):
    """How much there is of each."""

    events: int
    users: int
    items: int

    def __str__(self) -> str:
        return f"{self.events:>11,} {self.users:>10,} {self.items:>9,}"


MEASURED = (
    Size(100_000, 10_000, 2_000),
    Size(100_000, 30_000, 2_000),
    Size(100_000, 10_000, 6_000),
    Size(300_000, 30_000, 2_000),
    Size(300_000, 30_000, 6_000),
    Size(1_000_000, 100_000, 20_000),
)
FITTED = (
    Size(1_000_000, 100_000, 20_000),
    Size(10_000_000, 1_000_000, 100_000),
    Size(100_000_000, 10_000_000, 500_000),
)
_AT = "2026-07-01T00:00:00Z"  # after the last event of the town
_COMMAND = (sys.executable, "-c", "from chronotope.cli.start import run; run()")
_LOAD_VECTORS = """
import sys, chronotope
with chronotope.connect() as client:
    client.load_vectors(*sys.argv[1:])
"""
_LARGE = 1 << 20  # MB of a machine that has room for whatever is asked for

Figures = dict[str, float]


def main() -> None:
    """Measure the towns, fit, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=int, default=max(size.events for size in MEASURED))
    largest = parser.parse_args().to
    sizes = [size for size in MEASURED if size.events <= largest]
    measured = []
    for size in sizes:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            measured.append(measure(Path(folder), size))
        _tell(size, measured[-1])
    fitted = {name: fit(sizes, [one[name] for one in measured]) for name in measured[0]}
    print("\nby the fitted curve: any graph, an event, a user, an item")
    for name, (shares, error) in fitted.items():
        each = "".join(f"{share:14.6g}" for share in shares)
        print(f"{name:24}{each}   {error:.0%} off at most")
    for size in FITTED:
        found = {name: float(shares @ (1, *size)) for name, (shares, _) in fitted.items()}
        _tell(size, found)
        taken = memory.choose(_LARGE, int(found["disk, MB"]))
        print(f"{'':4}heap {taken.heap_mb:,} MB, page cache {taken.page_cache_mb:,} MB")


def fit(sizes: Sequence[Size], figures: Sequence[float]) -> tuple[Floats, float]:
    """Return what any graph, an event, a user and an item take, and the largest relative error."""
    rows = np.column_stack([np.ones(len(sizes)), np.array(sizes, np.float64)])
    wanted = np.array(figures)
    shares, _ = nnls(rows / wanted[:, None], np.ones(len(wanted)))
    return shares, float(np.max(np.abs(rows @ shares / wanted - 1)))


def measure(folder: Path, size: Size) -> Figures:
    """Load a town, its vectors, and derive; return seconds of a core, and MB of disk."""
    items, events, vectors = town.write(folder, size.users, size.items, size.events)
    os.environ["CHRONOTOPE_HOME"] = str(folder / "home")
    load = ("load", "--items", str(items), "--events", str(events), "--offline")
    commands = {
        "load --offline": (*_COMMAND, *load),
        "server start": (*_COMMAND, "server", "start"),
        "load vectors": (sys.executable, "-c", _LOAD_VECTORS, str(vectors), str(items)),
        "derive": (*_COMMAND, "derive", "--at", _AT),
        "server stop": (*_COMMAND, "server", "stop"),
    }
    found: Figures = {}
    try:
        for name, command in commands.items():
            seconds, core, peak = _run(command)
            print(f"  {name:16}{seconds:9.1f} s {core:9.1f} s of a core {peak:7,} MB", flush=True)
            if name != "server stop":
                found[f"{name}, s"] = core
        # A server that stops has written everything.
        found["disk, MB"] = memory.store_bytes(server.status().home / "data") / 1e6
    finally:
        server.stop()
    return found


def _run(command: Sequence[str]) -> tuple[float, float, int]:
    """Run a command; return seconds, seconds of a core, and the peak of its memory in MB.

    A server that was started meanwhile counts with all that it did.
    """
    (pid, before), started = _served(), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
    seconds = time.perf_counter() - started
    then, core = _served()
    core -= before if then == pid else 0.0
    return seconds, used.ru_utime + used.ru_stime + core, used.ru_maxrss * 1024 // 10**6


def _served() -> tuple[int | None, float]:
    """Return the server's process, and for how many seconds of a core it has been at work."""
    pid = server.status().pid
    if pid is None:
        return None, 0.0
    times = psutil.Process(pid).cpu_times()
    return pid, times.user + times.system


def _tell(size: Size, figures: Figures) -> None:
    print(f"\n{size}", flush=True)
    for name, figure in figures.items():
        print(f"    {name:28}{figure:12,.1f}", flush=True)


if __name__ == "__main__":
    main()
