"""How much memory a computation may take."""

from pathlib import Path

import psutil

_LIMIT_OF_GROUP = Path("/sys/fs/cgroup/memory.max")


def budget() -> int:
    """Return a quarter of the machine's memory in bytes, or of what a container gives us of it."""
    return int(min(psutil.virtual_memory().total, _of_group()) / 4)


def left_of(room: int) -> int:
    """Return what this process leaves of so many bytes; a quarter of them in any case."""
    return max(room - int(psutil.Process().memory_info().rss), room // 4)


def _of_group() -> float:
    try:
        return int(_LIMIT_OF_GROUP.read_text())
    except (OSError, ValueError):  # no such groups here, or no limit: max
        return float("inf")
