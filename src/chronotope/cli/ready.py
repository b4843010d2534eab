"""Make a local server ready, in a process that nobody waits for: `python -m chronotope.cli.ready`.

It has the server plan what is asked most, and makes the cache of its start, if there is none. It is
bounded: what the server does for it may take ten minutes, and the cache ten; if it is killed,
nothing is lost but that. What it did is in the log `ready` of the server.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from chronotope import config, server
from chronotope.config import Connection
from chronotope.errors import ChronotopeError

_SECONDS = 600
_NICE = 10  # whoever asks comes first


def begin(name: str) -> None:
    """Start the process, unless the environment says not to."""
    if not config.warms():
        return
    folder = server.status(name).home / "logs"
    with (folder / "ready.log").open("wb") as log:
        process = subprocess.Popen(
            # Not what lies in the working directory is imported.
            [sys.executable, "-P", "-m", "chronotope.cli.ready", name],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    process.returncode = 0  # it goes on after this one, of which Popen would warn


def main(name: str) -> None:
    """Make a local server ready."""
    os.nice(_NICE)
    connection = server.status(name).connection
    if connection is not None:
        _tell("planned the recommendation queries", lambda: _warm(connection))
    _tell("have the cache of the server's start", lambda: server.make_cache(_exercise))


def _warm(connection: Connection, *, fresh: bool = False) -> None:
    from chronotope.client import Client
    from chronotope.graph import time_limit

    with Client.open(connection) as client, time_limit(_SECONDS):
        if fresh:
            client.migrate()
        client.warm()


def _exercise(connection: Connection) -> None:
    _warm(connection, fresh=True)


def _tell(what: str, do: Callable[[], object]) -> None:
    began = time.monotonic()
    try:
        do()
    except ChronotopeError as problem:
        what = str(problem)
    print(f"{time.monotonic() - began:.1f} s: {what}", flush=True)  # noqa: T201  into its log


if __name__ == "__main__":
    main(sys.argv[1])
