"""The local server that people use, and throw-away ones for tests and training."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from chronotope import config, locks
from chronotope.config import Connection
from chronotope.errors import ServerError
from chronotope.progress import Progress, silent
from chronotope.server import admin, jars, memory, process
from chronotope.server.process import Home, free_port, launch

MAIN = "server"
DEMO = "demo"
"""The local servers: people's own graph, and the demo's, which must never mix."""
BESIDE = "import-"
"""How the names of folders begin in which a graph is made that is to take another's place."""

_LOCK_SECONDS = 600  # a first start fetches 161 MB meanwhile
_WRITTEN = ("data", "conf", "logs", "run", "password", jars.PIN, "plugins/chronotope.jar")
"""What a server and this module write below a home, but for the lock."""
_held: ContextVar[frozenset[Path]] = ContextVar("held", default=frozenset())
"""The homes that this thread holds: what it calls meanwhile need not wait for it."""


@dataclass(frozen=True)
class Status:
    """What is known of the local server.

    `connection` is None when it cannot be reached: it does not run (then `pid` is None too), it is
    starting, or its password is gone, to which the next start sees.
    """

    home: Path
    connection: Connection | None
    pid: int | None


def status(name: str = MAIN) -> Status:
    """Tell whether the local server runs and where."""
    home = home_of(name)
    servers = {server.pid: process.listening_port(server) for server in process.running(home)}
    for pid, port in servers.items():
        if port and home.password():
            return Status(home.path, home.connection(port), pid)
    return Status(home.path, None, next(iter(servers), None))


def start(name: str = MAIN, progress: Progress = silent) -> Connection:
    """Return the connection of the local server, after starting it if need be.

    The first start fetches the server's jars (161 MB) into the user's cache folder; from then on
    the graph has that version of Neo4j, until `chronotope.backups.upgrade`. One that a command left
    behind while it started is waited for. A graph whose password is gone gets a new one. Raises
    ServerError when the jars cannot be had, the folder cannot be used, or the server does not come
    up.
    """
    home = home_of(name)
    with held(name):
        port = _adopted(home)
        if port and home.password() and has_graph(home):
            return home.connection(port)
        end(home)
        return begin(home, class_path(home, progress))


def stop(name: str = MAIN) -> bool:
    """Stop the local server, one that is starting too; return whether there was one."""
    home = home_of(name)
    if not process.running(home):
        return False
    with held(name):
        return end(home)


def reset(name: str = MAIN) -> None:
    """Stop the local server and remove its graph, its users and its logs, whatever state they have.

    The next start begins anew. Raises ServerError when something cannot be removed.
    """
    home = home_of(name)
    with held(name):
        end(home)
        for entry in _WRITTEN:
            _remove(home.path / entry)


def exists(name: str = MAIN) -> bool:
    """Tell whether the local server has a graph, perhaps an empty one."""
    return has_graph(home_of(name))


def name_of(connection: Connection) -> str | None:
    """Return which local server a connection is of, None for any other server."""
    home = connection.home
    return home.name if home and home == home_of(home.name).path else None


def version(name: str = MAIN) -> str:
    """Return the Neo4j that the local server runs, or will when it starts: 2026.09.0."""
    return jars.version_of(home_of(name).path)


@contextmanager
def scratch(progress: Progress = silent, *, files: Sequence[str] = ()) -> Iterator[Connection]:
    """Run a throw-away server with an empty graph, or with that of import files (their arguments).

    It and its data vanish at the end; those of a process that was killed vanish at the next call.
    """
    parent = os.path.realpath(tempfile.gettempdir())
    process.clear_orphans(Path(parent), process.SCRATCH)
    with tempfile.TemporaryDirectory(
        prefix=f"{process.SCRATCH}{os.getpid()}-", dir=parent, ignore_cleanup_errors=True
    ) as folder:
        home, port = Home(Path(folder)), free_port()
        files_of_server = class_path(home, progress)
        if files:
            admin.bulk_import(home, files_of_server, files)
        server = launch(
            home, files_of_server, port=port, memory=memory.of(home.data), detached=False
        )
        try:
            yield home.connection(port)
        finally:
            server.kill()  # nothing of it is kept
            server.wait()


@contextmanager
def held(name: str) -> Iterator[None]:
    """Keep every other command from starting and stopping the local server, or wait for it.

    A client that loses its server meanwhile waits for it, too (`chronotope.graph`). What commands
    left that were killed is undone first. Raises ServerError when the folder cannot be used, or
    another command is long at it.
    """
    home = home_of(name)
    if home.path in _held.get():
        yield
        return
    try:
        home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locks.hold(home.lock, _LOCK_SECONDS):
            token = _held.set(_held.get() | {home.path})
            try:
                _recover(home)
                yield
            finally:
                _held.reset(token)
    except locks.Busy:
        raise ServerError(
            f"Another command has been starting or stopping the server in {home.path} for "
            f"{_LOCK_SECONDS // 60} minutes. Wait for it, or end it, and try again."
        ) from None
    except OSError as problem:
        raise ServerError(
            f"The folder {home.path} of the local server {_unusable(problem)} CHRONOTOPE_HOME "
            "names another one; it has to be on a disk of this machine that you may write to."
        ) from None


def home_of(name: str) -> Home:
    """Return the home of a local server."""
    return Home(Path(os.path.realpath(config.home() / name)))


def has_graph(home: Home) -> bool:
    """Tell whether a home has a graph."""
    return (home.data / "databases").exists()


def begin(home: Home, files: Sequence[Path]) -> Connection:
    """Start the server of a home that is held and has none; it outlives this process."""
    port = free_port(home.configured_port())
    server = launch(home, files, port=port, memory=memory.of(home.data), detached=True)
    # Whenever it ends it is waited for: of each that was killed a zombie would stay.
    threading.Thread(target=server.wait, daemon=True, name="chronotope-server").start()
    jars.pin(home.path)
    return home.connection(port)


def end(home: Home) -> bool:
    """Stop the server of a home that is held; return whether there was one."""
    servers = process.running(home)
    for one in servers:
        process.end(one)
    return bool(servers)


def class_path(home: Home, progress: Progress = silent) -> list[Path]:
    """Return the jars of the Neo4j that a home has, after fetching them if need be."""
    folder = config.cache() / "jars"
    try:
        return jars.fetch(
            jars.read_lock(jars.lock_of(home.path)),
            folder,
            maven_cache=config.maven_cache(),
            progress=progress,
        )
    except OSError as problem:
        raise ServerError(
            f"The folder {folder} of the server's files {_unusable(problem)}"
        ) from None


def _recover(home: Home) -> None:
    """Undo what commands left that were killed, in a home that is held.

    A graph whose replacement was cut off between two renames is put back. Servers that work beside
    the home end, for one of them may have its store open; and their folders vanish.
    """
    data = home.data.resolve()
    if not data.exists():
        for before in sorted(data.parent.glob(f"{BESIDE}*/before"))[:1]:
            before.rename(data)
    process.clear_orphans(data.parent, BESIDE)


def _adopted(home: Home) -> int | None:
    """Return the port of the server that runs here, once it answers; end all else that does."""
    port = None
    for one in process.running(home):
        port = port or process.await_port(one)
        if process.listening_port(one) != port:
            process.end(one)
    return port


def _remove(path: Path) -> None:
    """Remove a file or a folder; of a link to a folder, what is in the folder."""
    if path.is_symlink() and path.is_dir():
        for entry in path.iterdir():
            _remove(entry)
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _unusable(problem: OSError) -> str:
    """Say what is wrong with a folder, and of which file of it."""
    if isinstance(problem, FileExistsError | NotADirectoryError):
        return f"cannot be used: {problem.filename} is a file."
    where = f" ({problem.filename})" if problem.filename else ""
    return f"cannot be used: {problem.strerror or problem}{where}."
