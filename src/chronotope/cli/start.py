"""The start of the process `chronotope`: an interrupt is told in a word, however early it comes.

Nothing is imported here but what Python has loaded already: the command line takes a while.
"""

import signal
import sys
from types import FrameType

_INTERRUPTED = 130


def run() -> int:
    """Run the command line of this process and return its exit code."""
    try:
        signal.signal(signal.SIGTERM, _interrupt)  # by default it would leave scratch servers
        import logging

        from chronotope.cli.main import main

        logging.getLogger("neo4j").addHandler(logging.NullHandler())  # its errors become sentences
        return main()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return _INTERRUPTED
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # what is left to do has no traceback


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt
