"""The time and the memory of communities, and of exporting them.

    python benchmarks/communities.py                   100,000 users, 20,000 items, 1,000,000 events
    python benchmarks/communities.py --events 100000   as many events a user

Each command runs in a process of its own, so that its peak is its own; the server's is not in it.
"""

import resource
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import alone

from chronotope.client import Client
from chronotope.config import Connection

_COMMANDS = ("read", "write", "export")


def run(command: str, connection: Connection) -> None:
    """Run one command and print what it took, and what was found."""
    started = time.perf_counter()
    steps: list[tuple[str, float]] = []

    def progress(what: str, done: int, total: int | None) -> None:
        del done, total
        steps.append((what, time.perf_counter()))

    with Client.open(connection) as client, tempfile.TemporaryDirectory() as folder:
        if command == "export":
            done = client.export(
                "communities", Path(folder) / "x.graphml", people=True, progress=progress
            )
            told = f"{done.nodes:,} nodes, {done.edges:,} edges"
        else:
            found = client.communities(write=command == "write", progress=progress)
            sizes = ", ".join(f"{community.size:,}" for community in found[:5])
            told = (
                f"{len(found)} communities ({sizes}, …) of {found.tied:,} people, {found.ties:,} "
                f"ties, modularity {found.modularity:.3f}, {found.sampled} sampled"
            )
    progress("end", 0, None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    spans = ", ".join(f"{name} {end - start:.1f}" for (name, start), (_, end) in pairwise(steps))
    print(f"{command:8} {time.perf_counter() - started:6.1f} s {peak:5.2f} GB  {told}", flush=True)
    print(f"{'':25} {spans}", flush=True)


if __name__ == "__main__":
    alone.measure(__file__, __doc__, _COMMANDS, run)
