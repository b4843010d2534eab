"""What a server has of memory, and whether that does for its store."""

from collections.abc import Mapping
from pathlib import Path

from chronotope import machine, server
from chronotope.doctor.finding import Finding
from chronotope.errors import DatabaseError
from chronotope.graph import Graph

_SHARE = 0.75
"""Of a machine's memory, what a server may take before others, and it, want for it."""


def examine(graph: Graph) -> Finding | None:
    """Return what a server says of its memory; None for one that does not tell."""
    try:
        settings = {row["name"]: row["value"] for row in graph.read("doctor.describe_memory")}
    except DatabaseError:  # as in Aura, where it is nobody's business
        return None
    heap = settings.get("server.memory.heap.max_size")
    cache = settings.get("server.memory.pagecache.size")
    detail = f"heap {heap or 'as Java chooses'}, page cache {cache or 'as Neo4j chooses'}"
    if graph.connection.home is None:
        return Finding("memory", "ok", detail)
    return judge(detail, settings, graph.connection.home)


def judge(detail: str, settings: Mapping[str, str], home: Path) -> Finding:
    """Say whether the local server's memory does for its store, and whether the machine has it."""
    taken = server.Memory(
        megabytes(settings["server.memory.heap.max_size"]),
        megabytes(settings["server.memory.pagecache.size"]),
    )
    store, total = server.store_bytes(home / "data") / 2**20, machine.memory() / 2**20
    detail += f", for a store of {store:,.0f} MB, on a machine of {total:,.0f} MB"
    if taken.total_mb > total * _SHARE:
        less = "set CHRONOTOPE_HEAP and CHRONOTOPE_PAGECACHE to less, or take a larger machine"
        return Finding("memory", "warning", f"{detail}: it may run out of memory", less)
    if store > taken.page_cache_mb:
        more = (
            "have the server choose anew, chronotope server stop, then start; or set "
            "CHRONOTOPE_PAGECACHE, or take a larger machine"
        )
        return Finding("memory", "warning", f"{detail}: it has to read from the disk", more)
    return Finding("memory", "ok", detail)


def megabytes(text: str) -> int:
    """Return a size as the server tells it, `1.50GiB`, in MB."""
    units = {"KiB": 2**-10, "MiB": 1, "GiB": 2**10, "TiB": 2**20}
    return round(float(text[:-3]) * units[text[-3:]])
