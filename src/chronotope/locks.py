"""Locks between processes, and turns of threads.

A lock is a file that one process holds, and lets go of when it ends, however.
"""

import fcntl
import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE = 0.05


class Busy(Exception):  # noqa: N818  a state, which the caller puts into words
    """Another process holds the lock."""


@contextmanager
def hold(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock of a file, which is made if need be, while a block runs.

    Raises Busy when another process holds it for so many seconds, and OSError where the file cannot
    be used.
    """
    deadline = time.monotonic() + seconds
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Busy from None
            time.sleep(_PAUSE)
        yield


def is_held(path: Path) -> bool:
    """Tell whether some process holds the lock of a file."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


class Firsts:
    """Has the first of the threads that want the same do it alone; the others wait, then go on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[Hashable, threading.Event] = {}

    @contextmanager
    def turn(self, what: Hashable, seconds: float) -> Iterator[None]:
        """Wait until it was done once, or become the first, while a block does it.

        When the first one fails, one of those that wait takes its place. Who has waited for so many
        seconds goes on beside it.
        """
        mine = self._take(what, time.monotonic() + seconds)
        if mine is None:
            yield
            return
        try:
            yield
        except BaseException:
            with self._lock:
                if self._begun.get(what) is mine:
                    del self._begun[what]
            raise
        finally:
            mine.set()

    def forget(self) -> None:
        """Have all be done for the first time again."""
        with self._lock:
            self._begun.clear()

    def _take(self, what: Hashable, deadline: float) -> threading.Event | None:
        """Return what the first one sets when it is done; None for the others, when they may go."""
        while True:
            with self._lock:
                done = self._begun.get(what)
                if done is None:
                    self._begun[what] = mine = threading.Event()
                    return mine
            if done.is_set() or not done.wait(max(0.0, deadline - time.monotonic())):
                return None
