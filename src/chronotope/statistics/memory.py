"""How much memory a computation may take."""

import psutil

from chronotope import machine


def budget() -> int:
    """Return a quarter of the machine's memory in bytes, or of what a container gives us of it."""
    return machine.memory() // 4


def left_of(room: int, kept: int) -> int:
    """Return what this process leaves of so many bytes, beside those that are `kept` for others.

    A quarter of them in any case.
    """
    return max(room - _resident() - kept, room // 4)


def exceeded(room: int) -> str | None:
    """Say that what this process takes already leaves less than a quarter of so many bytes."""
    if (taken := _resident()) <= room - room // 4:
        return None
    return (
        f"With the events the process takes {taken / 1e6:,.0f} MB, and {room / 1e6:,.0f} were "
        "given: they are not kept. Give more, or derive from fewer events."
    )


def _resident() -> int:
    return int(psutil.Process().memory_info().rss)
