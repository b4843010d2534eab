"""The local server that people use, and throw-away ones for tests and training."""

import fcntl
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from chronotope import config
from chronotope.config import Connection
from chronotope.progress import Progress, silent
from chronotope.server import jars, process
from chronotope.server.process import (
    Home,
    answers,
    free_port,
    launch,
    terminate,
    write_private,
)

NEO4J_VERSION = "2026.09.0"
MAIN = "server"
DEMO = "demo"
"""The local servers: people's own graph, and the demo's, which must never mix."""

_HEAP_MB = 1024


@dataclass(frozen=True)
class Status:
    """What is known of the local server; `connection` is None when it does not run."""

    home: Path
    connection: Connection | None
    pid: int | None


def status(name: str = MAIN) -> Status:
    """Tell whether the local server runs and where."""
    home = _home(name)
    running, port = _running(home)
    if running is None or port is None:
        return Status(home.path, None, None)
    return Status(home.path, home.connection(port), running.pid)


def start(name: str = MAIN, progress: Progress = silent) -> Connection:
    """Return the connection of the local server, after starting it if need be.

    The first start fetches the server's jars (161 MB) into the user's cache folder. Raises
    ServerError when they cannot be had or the server does not come up.
    """
    home = _home(name)
    with _locked(home):
        running, port = _running(home)
        if running is not None and port is not None:
            return home.connection(port)
        class_path = _class_path(progress)
        port = free_port(_recorded(home).get("port"))
        server = launch(home, class_path, port=port, heap_mb=_HEAP_MB, detached=True)
        record = {
            "pid": server.pid,
            "created": psutil.Process(server.pid).create_time(),
            "port": port,
        }
        write_private(home.state_file, json.dumps(record))
        server.returncode = 0  # it outlives this process, of which Popen would warn
        return home.connection(port)


def stop(name: str = MAIN) -> bool:
    """Stop the local server; return whether it was running."""
    home = _home(name)
    with _locked(home):
        running, _ = _running(home)
        if running is None:
            return False
        terminate(running)
        return True


def exists(name: str = MAIN) -> bool:
    """Tell whether the local server has a graph, perhaps an empty one."""
    return (_home(name).path / "data" / "databases").exists()


def bulk_import(name: str, arguments: Sequence[str], progress: Progress = silent) -> None:
    """Replace the graph of a local server by what import files say; it is stopped for that.

    Raises ServerError with what the import complains of.
    """
    stop(name)
    home = _home(name)
    with _locked(home):
        process.bulk_import(home, _class_path(progress), arguments)


@contextmanager
def scratch(progress: Progress = silent, *, files: Sequence[str] = ()) -> Iterator[Connection]:
    """Run a throw-away server with an empty graph, or with that of import files (their arguments).

    It and its data vanish at the end.
    """
    class_path = _class_path(progress)
    with tempfile.TemporaryDirectory(prefix="chronotope-", ignore_cleanup_errors=True) as folder:
        home, port = Home(Path(folder)), free_port()
        if files:
            process.bulk_import(home, class_path, files)
        server = launch(home, class_path, port=port, heap_mb=_HEAP_MB, detached=False)
        try:
            yield home.connection(port)
        finally:
            server.terminate()
            server.wait()


def _home(name: str) -> Home:
    return Home(config.home() / name)


def _class_path(progress: Progress) -> list[Path]:
    return jars.fetch(
        jars.read_lock(),
        config.cache() / "jars",
        maven_cache=config.maven_cache(),
        progress=progress,
    )


@contextmanager
def _locked(home: Home) -> Iterator[None]:
    home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home.path / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _recorded(home: Home) -> dict[str, int]:
    try:
        state = json.loads(home.state_file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return state if isinstance(state, dict) else {}


def _running(home: Home) -> tuple[psutil.Process | None, int | None]:
    state = _recorded(home)
    try:
        process = psutil.Process(state["pid"])
        same = abs(process.create_time() - state["created"]) < 1  # process ids are used again
        alive = same and process.status() != psutil.STATUS_ZOMBIE
    except (KeyError, psutil.NoSuchProcess):
        return None, None
    if alive and answers(state["port"]):
        return process, state["port"]
    return None, None
