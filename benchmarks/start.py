"""How long a server takes until it answers, with the cache of its start and without, in turn.

    python benchmarks/start.py [--times 4]

Prints medians: seconds, and seconds of a core. The cache is made first where there is none, which
takes minutes.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from chronotope import server
from chronotope.server import aot, local, memory
from chronotope.server.process import Home, free_port, launch


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=4)
    times = parser.parse_args().times
    server.make_cache(lambda connection: None)
    taken: dict[str, list[tuple[float, float]]] = {"without the cache": [], "with it": []}
    for _ in range(times):
        for name, told in taken.items():
            told.append(_start(with_cache=name == "with it"))
    print(f"{'':20} {'seconds':>8} {'of a core':>10}")
    for name, told in taken.items():
        seconds, cores = (statistics.median(column) for column in zip(*told, strict=True))
        print(f"{name:20} {seconds:8.1f} {cores:10.1f}")


def _start(*, with_cache: bool) -> tuple[float, float]:
    """Start a server with an empty graph; return seconds, and seconds of a core."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder).resolve())
        files = local.class_path(home)
        options = aot.options(files) if with_cache else []
        given = memory.of(home.data)
        started = time.perf_counter()
        process = launch(
            home, files, port=free_port(), memory=given, detached=False, options=options
        )
        seconds = time.perf_counter() - started
        times = psutil.Process(process.pid).cpu_times()
        process.kill()
        process.wait()
        return seconds, times.user + times.system


if __name__ == "__main__":
    main()
