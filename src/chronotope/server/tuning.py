"""Have the server of this machine start faster: its cache, made once, by a throw-away server."""

import os
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from chronotope import locks
from chronotope.config import Connection
from chronotope.errors import ServerError
from chronotope.server import aot, local
from chronotope.server.memory import Memory
from chronotope.server.process import SCRATCH, Home, free_port, launch

_SECONDS = 600
"""How long the server may take to write the cache."""


def make_cache(exercise: Callable[[Connection], None]) -> Path | None:
    """Make the cache of the server's start, if there is none; return it.

    A throw-away server starts for it and does what `exercise` has it do, so that this is fast too.
    None when another process is making it. Raises ServerError when Java writes none.
    """
    with tempfile.TemporaryDirectory(
        prefix=f"{SCRATCH}{os.getpid()}-", ignore_cleanup_errors=True
    ) as folder:
        home = Home(Path(os.path.realpath(folder)))
        files = local.class_path(home)
        cache = aot.cache_of(files)
        if cache.exists():
            return cache
        cache.parent.mkdir(parents=True, exist_ok=True)
        part = cache.with_suffix(".part")
        with suppress(locks.Busy), locks.hold(cache.with_suffix(".lock"), 0):
            port, memory = free_port(), Memory(1024, 512)
            server = launch(
                home, files, port=port, memory=memory, detached=False, options=aot.recording(part)
            )
            try:
                exercise(home.connection(port))
                server.send_signal(signal.SIGTERM)
                server.wait(_SECONDS)
            finally:
                server.kill()
                server.wait()
            if not part.exists():
                raise ServerError(f"Java wrote no cache: {home.log_file.read_text()[-2000:]}")
            part.replace(cache)
            return cache
    return None
