"""How much memory a server takes: its heap, and the cache of its store's pages.

A quarter of the machine's memory each at most: what is left is for `derive`, which takes a quarter,
for Java beside its heap (about 400 MB), and for everybody else.
"""

from dataclasses import dataclass
from pathlib import Path

from chronotope import config, machine

_HEAP = 1024
"""What queries of a graph of any size need: plans take up to 600 MB, a request up to 40."""
_LARGEST_HEAP = 8192
_LEAST_HEAP, _LEAST_CACHE = 512, 128
"""With less the server starts, and ends at the first recommendations."""
_CACHE = 512
_GROWTH = 1.25
"""How many times its size the store has in the cache: room until the next start."""
_PER_HEAP = 8
"""A derivation holds what it writes, and lists what it reads: an eighth of the store."""
_BESIDE = 400
"""Of a Java beside its heap: classes, compiled code, threads, buffers."""


@dataclass(frozen=True)
class Memory:
    """What a server takes, in MB (2²⁰ bytes)."""

    heap_mb: int
    page_cache_mb: int

    @property
    def total_mb(self) -> int:
        """All that its process takes, about."""
        return self.heap_mb + self.page_cache_mb + _BESIDE


def choose(
    machine_mb: int, store_mb: int, heap_mb: int | None = None, page_cache_mb: int | None = None
) -> Memory:
    """Return what a server takes of a machine, for a store of that size; what is given stands.

    The heap is 1 GB and an eighth of the store, up to 8 GB; the cache is a quarter more than the
    store, at least 512 MB. Of each at most a quarter of the machine, but never less than a server
    works with: 512 MB of heap, 128 MB of cache.
    """
    share = machine_mb // 4
    heap = min(_HEAP + store_mb // _PER_HEAP, _LARGEST_HEAP, share)
    cache = min(max(_CACHE, int(store_mb * _GROWTH)), share)
    return Memory(
        heap_mb or max(heap, _LEAST_HEAP),
        page_cache_mb or max(cache, _LEAST_CACHE),
    )


def of(data: Path) -> Memory:
    """Return what the server of a folder of data takes on this machine, now.

    CHRONOTOPE_HEAP and CHRONOTOPE_PAGECACHE say otherwise.
    """
    return choose(
        machine.memory() >> 20, store_bytes(data) >> 20, config.heap_mb(), config.page_cache_mb()
    )


def store_bytes(data: Path) -> int:
    """Return the size of the graph's store and indexes in a folder of data; 0 for none."""
    folder = data / "databases" / "neo4j"
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
