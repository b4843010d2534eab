"""How work that takes long tells of itself: one protocol for all of it."""

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Called with what is done, how much of it, and of how much; None while that is unknown."""


def silent(what: str, done: int, total: int | None) -> None:
    """Tell nobody."""
    del what, done, total


def labelled(progress: Progress, label: str) -> Progress:
    """Return a progress that says what it belongs to."""
    return lambda what, done, total: progress(f"{label}: {what}", done, total)
