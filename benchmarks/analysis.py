"""The time and the memory of rhythms, hotspots, gaps and flows.

    python benchmarks/analysis.py                   100,000 users, 20,000 items, 1,000,000 events
    python benchmarks/analysis.py --events 100000   as many events a user

Each analysis runs in a process of its own, so that its peak is its own; the server's is not in it.
"""

import resource
import time
from collections.abc import Callable

import alone

from chronotope.client import Client
from chronotope.config import Connection

_INTEREST = "Kind 3"  # of ten
_USER = "u0"  # the one with the most events
_MORNING = {"hours": range(7, 11), "weekdays": range(1, 6)}
_ANALYSES: dict[str, Callable[[Client], str]] = {
    "rhythm of a user": lambda client: f"{client.rhythm(_USER, week=True).events:,} events",
    "rhythm of an interest": lambda client: (
        f"{client.rhythm(interest=_INTEREST, week=True, next_week=True).events:,} events"
    ),
    "rhythm of all": lambda client: (
        f"{client.rhythm(everyone=True, week=True, next_week=True).events:,} events"
    ),
    "hotspots": lambda client: (
        f"{len(client.hotspots(_INTEREST, **_MORNING)):,} cells"  # type: ignore[arg-type]
    ),
    "hotspots, fine": lambda client: f"{len(client.hotspots(_INTEREST, resolution=9)):,} cells",
    "gaps, 3 facilities": lambda client: f"{len(client.gaps(_INTEREST, facilities=3)):,} cells",
    "flows": lambda client: f"{len(client.flows(k=100_000)):,} pairs",
}


def run(name: str, connection: Connection) -> None:
    """Run one analysis and print what it took, and how much was found."""
    started = time.perf_counter()
    with Client.open(connection) as client:
        told = _ANALYSES[name](client)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{name:22} {time.perf_counter() - started:6.1f} s {peak:5.2f} GB  {told}", flush=True)


if __name__ == "__main__":
    alone.measure(__file__, __doc__, _ANALYSES, run)
