"""How work that takes long tells of itself: one protocol for all of it."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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


class Stopwatch:
    """A progress that notes how long each stage takes: `seconds`, by name.

    A stage is what a `with stage(name)` holds; elsewhere it is what was begun to be told, without
    what comes after ' by '.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress, self._seconds = progress, defaultdict[str, float](float)
        self._stage, self._since, self._held = "", time.monotonic(), False

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Tell it, and begin its stage."""
        if not self._held:
            self._begin(what.partition(" by ")[0])
        self._progress(what, done, total)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Hold a stage, whatever is told meanwhile."""
        self._begin(name)
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self._begin("")

    @property
    def seconds(self) -> dict[str, float]:
        """How long each stage took until now, in the order in which they began."""
        self._begin(self._stage)
        return {name: round(spent, 1) for name, spent in self._seconds.items() if name}

    def _begin(self, stage: str) -> None:
        now = time.monotonic()
        self._seconds[self._stage] += now - self._since
        self._stage, self._since = stage, now
