"""The local server that people use, and throw-away ones for tests and training."""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import psutil

from chronotope import config, outputs
from chronotope.config import Connection
from chronotope.errors import ServerError
from chronotope.progress import Progress, silent
from chronotope.server import jars, process
from chronotope.server.process import Home, free_port, launch

NEO4J_VERSION = "2026.09.0"
MAIN = "server"
DEMO = "demo"
"""The local servers: people's own graph, and the demo's, which must never mix."""

_HEAP_MB = 1024
_LOCK_SECONDS = 600  # a first start fetches 161 MB meanwhile
_LOCK = "lock"
_WRITTEN = ("data", "conf", "logs", "run", "password", "plugins/chronotope.jar")
"""What a server and this module write below a home, but for the lock."""


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
    home = _home(name)
    servers = {server.pid: process.listening_port(server) for server in process.running(home)}
    for pid, port in servers.items():
        if port and home.password():
            return Status(home.path, home.connection(port), pid)
    return Status(home.path, None, next(iter(servers), None))


def start(name: str = MAIN, progress: Progress = silent) -> Connection:
    """Return the connection of the local server, after starting it if need be.

    The first start fetches the server's jars (161 MB) into the user's cache folder. One that a
    command left behind while it started is waited for. A graph whose password is gone gets a new
    one. Raises ServerError when the jars cannot be had, the folder cannot be used, or the server
    does not come up.
    """
    home = _home(name)
    with _locked(home):
        port = _adopted(home)
        if port and home.password() and _has_graph(home):
            return home.connection(port)
        _stop(home)
        class_path = _class_path(progress)
        port = free_port(home.configured_port())
        server = launch(home, class_path, port=port, heap_mb=_HEAP_MB, detached=True)
        server.returncode = 0  # it outlives this process, of which Popen would warn
        return home.connection(port)


def stop(name: str = MAIN) -> bool:
    """Stop the local server, one that is starting too; return whether there was one."""
    home = _home(name)
    if not process.running(home):
        return False
    with _locked(home):
        return _stop(home)


def reset(name: str = MAIN) -> None:
    """Stop the local server and remove its graph, its users and its logs, whatever state they have.

    The next start begins anew. Raises ServerError when something cannot be removed.
    """
    home = _home(name)
    with _locked(home):
        _stop(home)
        for entry in _WRITTEN:
            _remove(home.path / entry)


def dump(name: str, file: Path, *, overwrite: bool = False) -> Path:
    """Write the graph of the local server to a file that `neo4j-admin database load` takes.

    Returns where it is. A server that runs is stopped meanwhile. Raises InputError for a place
    where no file can be written, and ServerError where there is no graph, or the dump complains.
    """
    place = outputs.check_file(file, overwrite=overwrite)
    home = _home(name)
    if not _has_graph(home):
        raise ServerError(f"There is no graph in {home.path} yet.")
    class_path = _class_path(silent)
    with _locked(home), _temporary_beside(place) as folder:
        ran = _stop(home)
        try:
            outputs.put(process.dump(home, class_path, folder), place, overwrite=overwrite)
        finally:
            if ran:
                port = free_port(home.configured_port())
                launch(home, class_path, port=port, heap_mb=_HEAP_MB, detached=True).returncode = 0
    return place


def exists(name: str = MAIN) -> bool:
    """Tell whether the local server has a graph, perhaps an empty one."""
    return _has_graph(_home(name))


@contextmanager
def bulk_import(
    name: str, arguments: Sequence[str], progress: Progress = silent
) -> Iterator[Connection]:
    """Run a server on the graph of import files, which in the end becomes that of a local server.

    The graph is made in a folder of its own. When the block ends well, the local server is stopped
    and gets it; after an error, its graph is the one that it had. Raises ServerError with what the
    import complains of.
    """
    home, class_path = _home(name), _class_path(progress)
    with _beside(home) as fresh:
        process.bulk_import(fresh, class_path, arguments)
        port = free_port()
        server = launch(fresh, class_path, port=port, heap_mb=_HEAP_MB, detached=True)
        try:
            yield fresh.connection(port)
        except BaseException:
            server.kill()
            raise
        else:
            process.end(psutil.Process(server.pid))
        finally:
            server.wait()
        with _locked(home):
            _stop(home)
            _swap(home, fresh)


@contextmanager
def scratch(progress: Progress = silent, *, files: Sequence[str] = ()) -> Iterator[Connection]:
    """Run a throw-away server with an empty graph, or with that of import files (their arguments).

    It and its data vanish at the end; those of a process that was killed vanish at the next call.
    """
    class_path = _class_path(progress)
    parent = os.path.realpath(tempfile.gettempdir())
    process.end_orphans(re.compile(re.escape(parent) + r"/chronotope-(\d+)-\w+"))
    with tempfile.TemporaryDirectory(
        prefix=f"chronotope-{os.getpid()}-", dir=parent, ignore_cleanup_errors=True
    ) as folder:
        home, port = Home(Path(folder)), free_port()
        if files:
            process.bulk_import(home, class_path, files)
        server = launch(home, class_path, port=port, heap_mb=_HEAP_MB, detached=False)
        try:
            yield home.connection(port)
        finally:
            server.kill()  # nothing of it is kept
            server.wait()


@contextmanager
def _temporary_beside(place: Path) -> Iterator[Path]:
    """Make a folder that vanishes at the end, on the disk of a file that is to be written."""
    with tempfile.TemporaryDirectory(prefix=".chronotope-", dir=place.parent) as folder:
        yield Path(folder)


@contextmanager
def _beside(home: Home) -> Iterator[Home]:
    """Make a home that vanishes at the end, on the disk of another one, with its password.

    Those of commands that were killed vanish too.
    """
    with _locked(home):
        folder = home.data.resolve().parent
        owned = re.compile(re.escape(str(folder)) + r"/import-(\d+)-\w+")
        process.end_orphans(owned)
        for path in folder.glob("import-*"):
            owner = owned.fullmatch(str(path))
            if owner and not psutil.pid_exists(int(owner[1])):
                shutil.rmtree(path, ignore_errors=True)
        temporary = tempfile.TemporaryDirectory(
            prefix=f"import-{os.getpid()}-", dir=folder, ignore_cleanup_errors=True
        )
    with temporary as name:
        fresh = Home(Path(name))
        if password := home.password():
            process.write_private(fresh.password_file, password)
        yield fresh


def _swap(home: Home, fresh: Home) -> None:
    """Give a home the data of another one, where its own go. Neither has a server at work."""
    data, before = home.data.resolve(), fresh.path / "before"
    had_data = data.exists()
    if had_data:
        data.rename(before)
    try:
        fresh.data.rename(data)
    except BaseException:
        if had_data:
            before.rename(data)
        raise
    process.write_private(home.password_file, fresh.password() or "")


def _home(name: str) -> Home:
    return Home(Path(os.path.realpath(config.home() / name)))


def _has_graph(home: Home) -> bool:
    return (home.data / "databases").exists()


def _adopted(home: Home) -> int | None:
    """Return the port of the server that runs here, once it answers; end all else that does."""
    port = None
    for one in process.running(home):
        port = port or process.await_port(one)
        if process.listening_port(one) != port:
            process.end(one)
    return port


def _stop(home: Home) -> bool:
    servers = process.running(home)
    for one in servers:
        process.end(one)
    return bool(servers)


def _remove(path: Path) -> None:
    """Remove a file or a folder; of a link to a folder, what is in the folder."""
    if path.is_symlink() and path.is_dir():
        for entry in path.iterdir():
            _remove(entry)
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _class_path(progress: Progress) -> list[Path]:
    folder = config.cache() / "jars"
    try:
        return jars.fetch(
            jars.read_lock(), folder, maven_cache=config.maven_cache(), progress=progress
        )
    except OSError as problem:
        raise ServerError(
            f"The folder {folder} of the server's files {_unusable(problem)}"
        ) from None


@contextmanager
def _locked(home: Home) -> Iterator[None]:
    """Let one command at a time start and stop the server of a home.

    Raises ServerError when the folder cannot be used, or another command is long at it.
    """
    try:
        home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (home.path / _LOCK).open("w") as file:
            _lock(home, file)
            yield
    except OSError as problem:
        raise ServerError(
            f"The folder {home.path} of the local server {_unusable(problem)} CHRONOTOPE_HOME "
            "names another one; it has to be on a disk of this machine that you may write to."
        ) from None


def _lock(home: Home, file: TextIO) -> None:
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ServerError(
                    f"Another command has been starting or stopping the server in {home.path} for "
                    f"{_LOCK_SECONDS // 60} minutes. Wait for it, or end it, and try again."
                ) from None
            time.sleep(0.05)
        else:
            return


def _unusable(problem: OSError) -> str:
    """Say what is wrong with a folder, and of which file of it."""
    if isinstance(problem, FileExistsError | NotADirectoryError):
        return f"cannot be used: {problem.filename} is a file."
    where = f" ({problem.filename})" if problem.filename else ""
    return f"cannot be used: {problem.strerror or problem}{where}."
