"""The time and the memory of co-visits when one user has very many items.

    python benchmarks/derive.py                       one user of 0, 1,000, 10,000, 30,000 items
    python benchmarks/derive.py --memory 1000         in megabytes, by default a quarter of all
    python benchmarks/derive.py --graph               all of `chronotope derive`, in a graph

Beside that user, 2,000 users visit 20 of 5,000 items. A process of its own computes each line, so
that its peak is its own; what it takes before it begins is not in it.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from chronotope import loading, migrations, server, statistics
from chronotope.graph import Graph
from chronotope.statistics import DeriveOptions, memory, neighbours

ITEMS_OF_ONE = (0, 1_000, 10_000, 30_000)
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
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _tell(heavy: int, seconds: float, megabytes: int) -> None:
    print(f"{heavy:>8,} items {seconds:>8.1f} s {megabytes:>8,} MB", flush=True)


def main() -> None:
    """Measure each in a process of its own, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--memory", type=int, default=memory.budget() // 10**6)
    parser.add_argument("--graph", action="store_true")
    parser.add_argument("--items", type=int)
    arguments = parser.parse_args()
    room = arguments.memory * 10**6
    if arguments.items is None:
        print(f"one user of so many items, {arguments.memory:,} MB of room")
        for heavy in ITEMS_OF_ONE:
            command = [sys.executable, __file__, *sys.argv[1:], "--items", str(heavy)]
            subprocess.run(command, check=True)
    elif arguments.graph:
        derive(arguments.items, room)
    else:
        before, started = _peak(), time.perf_counter()
        compute(arguments.items, room)
        _tell(arguments.items, time.perf_counter() - started, _peak() - before)


if __name__ == "__main__":
    main()
