"""How a long command is asked to end: a signal lets it finish what it holds."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from chronotope.cli.session import talk


@contextmanager
def asked_to_end(*signals: signal.Signals, told: str = "") -> Iterator[Callable[[], bool]]:
    """Let a first signal ask for an end after the batch, which is `told`; a second ends at once."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set  # signals are the main thread's
        return

    def ask(number: int, frame: FrameType | None) -> None:
        del number, frame
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        if told:
            talk.print(told)

    before = {number: signal.signal(number, ask) for number in signals}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
