"""What this machine has to give."""

from pathlib import Path

import psutil

_LIMIT_OF_GROUP = Path("/sys/fs/cgroup/memory.max")


def memory() -> int:
    """Return the machine's memory in bytes, or what a container gives us of it."""
    return int(min(psutil.virtual_memory().total, _of_group()))


def _of_group() -> float:
    try:
        return int(_LIMIT_OF_GROUP.read_text())
    except (OSError, ValueError):  # no such groups here, or no limit: max
        return float("inf")
