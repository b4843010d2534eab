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


def about(seconds: float) -> str:
    """Say a span as people do: seconds up to a minute and a half, then minutes, then hours."""
    for unit, length in (("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 1.5 * length:
            return f"about {seconds / length:.0f} {unit}"
    return f"about {max(seconds, 1):.0f} seconds"
