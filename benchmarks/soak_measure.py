"""What a soak measures of the server, of its clients and of the disk, and what each may do."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
from soak_growth import Bound, Most, Sample, Trend
from soak_load import Tally

from chronotope import catalogue, server
from chronotope.client import Client
from chronotope.errors import ChronotopeError
from chronotope.graph import Row, time_limit
from chronotope.server import memory

HEAD = (
    "minute | server MB heap files threads | client MB blocks files threads zombies "
    "| reads p50 p95 ms | writes p50 p95 ms | turned away "
    "| facts told in-graph | store logs MB | done"
)
_QUERIES = catalogue.load(Path(__file__).parent / "cypher")
_PATIENCE = 5.0
_MB = 2**20
_ESTIMATE = 1.25
"""How far Java's own memory, which `memory` estimates, may take a server beyond what it says."""
_LOGS = 2048 + 2 * 64
"""MB of transaction logs: 2 GB are kept, besides the one in use and the next."""


class _Process(NamedTuple):
    """What a process takes: memory in MB, open files, threads; None for one that is away."""

    memory: float | None = None
    files: int | None = None
    threads: int | None = None


def bounds(data: Path) -> list[Bound]:
    """Return what each series may do, for the server of a folder of data.

    Trends of the clients and of the store are those of the second half; those of the server of the
    last quarter, when it was left alone for a while. Its memory is bounded by what it was given. A
    fact has to take the same room, however often statistics are derived.
    """
    given = memory.of(data)
    return [
        Most("server_memory", given.total_mb * _ESTIMATE),
        Most("server_heap", given.heap_mb * 0.75),
        Trend("server_heap", 1 / 4, share=0.25),
        Trend("server_files", 1 / 4, share=0.1),
        Trend("server_threads", 1 / 4, share=0.1),
        Trend("client_memory", 1 / 2, share=0.1),
        Trend("client_blocks", 1 / 2, share=0.05),
        Trend("client_files", 1 / 2, share=0.1),
        Trend("client_threads", 1 / 2, share=0.1),
        Most("client_zombies", 1),
        Trend("store_per_fact", 1 / 2, share=0.1),
        Most("logs", _LOGS),
    ]


def look(client: Client) -> list[float]:
    """Return how many MB of the server's heap are in use; nothing while it is away."""
    row = _asked(client, "read_heap")
    return [row["used"] / _MB] if row else []


def measure(client: Client, minute: float, heaps: Sequence[float], told: int) -> Sample:
    """Return what there is to measure now; `heaps` are the looks since the last time."""
    status, me = server.status(server.DEMO), psutil.Process()
    java, mine = _process(status.pid), _process(me.pid)
    data, there = status.home / "data", _asked(client, "count_facts")
    store = memory.store_bytes(data)
    return Sample(
        minute=minute,
        server_memory=java.memory,
        server_heap=min(heaps, default=None),
        server_files=java.files,
        server_threads=java.threads,
        client_memory=mine.memory,
        client_blocks=sys.getallocatedblocks(),
        client_files=mine.files,
        client_threads=mine.threads,
        client_zombies=sum(one.status() == psutil.STATUS_ZOMBIE for one in me.children()),
        facts_told=told,
        facts_stored=there["events"] + there["declined"] if there else None,
        store=store / _MB,
        store_per_fact=store / told,
        logs=sum(path.stat().st_size for path in data.glob("transactions/neo4j/*")) / _MB,
    )


def line(sample: Sample, tally: Tally, done: Sequence[str]) -> str:
    """Return the line of an interval, as `HEAD` says."""
    one = sample
    parts = [
        f"{one.minute:6.1f}",
        _joined(one.server_memory, one.server_heap, one.server_files, one.server_threads),
        _joined(
            one.client_memory,
            one.client_blocks,
            one.client_files,
            one.client_threads,
            one.client_zombies,
        ),
        _times(tally.reads),
        _times(tally.writes),
        f"{tally.turned_away}",
        _joined(one.facts_told, one.facts_stored),
        _joined(one.store, one.logs),
        ", ".join(done),
    ]
    return " | ".join(parts)


def _asked(client: Client, name: str) -> Row | None:
    try:
        with time_limit(_PATIENCE):
            return client.graph.read(_QUERIES[name])[0]
    except ChronotopeError:
        return None


def _process(pid: int | None) -> _Process:
    with suppress(psutil.Error):
        if pid is not None:
            found = psutil.Process(pid)
            return _Process(found.memory_info().rss / _MB, found.num_fds(), found.num_threads())
    return _Process()


def _joined(*values: float | None) -> str:
    return " ".join("-" if value is None else f"{value:.0f}" for value in values)


def _times(seconds: Sequence[float]) -> str:
    if not seconds:
        return "0 - -"
    p50, p95 = np.quantile(seconds, [0.5, 0.95]) * 1000
    return f"{len(seconds)} {p50:.0f} {p95:.0f}"
