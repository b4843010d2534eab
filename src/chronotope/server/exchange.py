"""Graphs that leave the local server, and graphs that take the place of its own.

What takes its place is made and opened beside it first: if anything fails, its graph stands.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from chronotope import encryption, outputs
from chronotope.config import Connection
from chronotope.encryption import Secret
from chronotope.errors import ServerError
from chronotope.progress import Progress, silent
from chronotope.server import admin, jars, local, memory, process
from chronotope.server.process import Home


def dump(name: str, file: Path, *, overwrite: bool = False, secret: Secret | None = None) -> Path:
    """Write the graph of the local server to a file that `neo4j-admin database load` takes.

    Returns where it is; nobody else can read it. With a `secret` it is encrypted, and plain only
    beside the server's own data meanwhile. A server that runs is stopped meanwhile. Raises
    InputError for a place where no file can be written, and what `dumped` raises.
    """
    place = outputs.check_file(outputs.named(file, secret), overwrite=overwrite)
    with dumped(name, None if secret else place.parent) as whole:
        if secret is None:
            outputs.put(whole, place, overwrite=overwrite, private=True)
            return place
        with (
            whole.open("rb") as plain,
            outputs.writing(place, overwrite=overwrite, private=True) as file_,
        ):
            encryption.encrypt(plain, file_, secret)
    return place


@contextmanager
def dumped(name: str, beside: Path | None = None) -> Iterator[Path]:
    """Yield the graph of the local server as a file in a folder that vanishes at the end.

    The folder is made in `beside`, by default where the server's data is. A server that runs is
    stopped while the file is written, and runs again when it is there. Raises ServerError where
    there is no graph, or the dump complains.
    """
    home = local.home_of(name)
    _require_graph(name)
    files = local.class_path(home)
    parent = beside or home.data.resolve().parent
    with outputs.temporary_folder(parent) as folder:
        with _stopped(name):
            whole = _dump(home, files, folder)
            whole.chmod(0o600)
        yield whole


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Connection]:
    """Run a server on the graph of a dump, beside the local one; it vanishes at the end.

    The dump is `neo4j.dump` in the folder. Raises ServerError with what its loading complains of.
    """
    home = local.home_of(name)
    with _beside(name) as fresh, _running(fresh, local.class_path(home), folder) as connection:
        yield connection


@contextmanager
def replaced(name: str, folder: Path, *, upgrade: bool = False) -> Iterator[Connection]:
    """Run a server on the graph of a dump, which in the end becomes that of the local server.

    The dump is `neo4j.dump` in the folder. After an error in the block the local server's graph is
    the one that it had. With `upgrade` it has the Neo4j of this package from then on. Raises
    ServerError with what its loading complains of.
    """
    home = local.home_of(name)
    with _beside(name) as fresh:
        lock = jars.LOCK if upgrade else jars.lock_of(home.path)
        jars.pin(fresh.path, lock)
        with _running(fresh, local.class_path(fresh), folder) as connection:
            yield connection
        with _stopped(name):
            # Before the graph: its old one opens in a newer Neo4j, not the other way round.
            jars.pin(home.path, lock, anew=True)
            _swap(home, fresh)


@contextmanager
def bulk_import(
    name: str, arguments: Sequence[str], progress: Progress = silent
) -> Iterator[Connection]:
    """Run a server on the graph of import files, which in the end becomes that of a local server.

    The graph is made in a folder of its own. When the block ends well, the local server is stopped
    and gets it; after an error, its graph is the one that it had. Raises ServerError with what the
    import complains of.
    """
    home = local.home_of(name)
    files = local.class_path(home, progress)
    with _beside(name) as fresh:
        admin.bulk_import(fresh, files, arguments)
        with _serving(fresh, files) as connection:
            yield connection
        with local.held(name):
            local.end(home)
            _swap(home, fresh)


@contextmanager
def rewriting(name: str, progress: Progress = silent) -> Iterator[tuple[Connection, Connection]]:
    """Run the graph of the local server where nobody else finds it, and an empty one beside it.

    When the block ends well, the local server has what was the empty one, and neither its old store
    nor its logs; after an error it has the graph that it had. It is away meanwhile, and clients
    wait. Raises ServerError where there is no graph.
    """
    home = local.home_of(name)
    _require_graph(name)
    files = local.class_path(home, progress)
    with _stopped(name), _beside(name) as old, _beside(name) as fresh:
        old.data.symlink_to(home.data.resolve(), target_is_directory=True)
        with _serving(old, files) as standing, _serving(fresh, files) as made:
            yield standing, made
        _swap(home, fresh)
        shutil.rmtree(home.log_file.parent, ignore_errors=True)


@contextmanager
def _stopped(name: str) -> Iterator[None]:
    """Stop the local server while a block runs; one that ran runs again after it."""
    home = local.home_of(name)
    with local.held(name):
        ran = local.end(home)
        try:
            yield
        finally:
            if ran:
                local.begin(home, local.class_path(home))


def _require_graph(name: str) -> None:
    with local.held(name):  # one that a killed command has moved is put back
        if not local.exists(name):
            raise ServerError(f"There is no graph in {local.home_of(name).path} yet.")


def _dump(home: Home, files: Sequence[Path], folder: Path) -> Path:
    try:
        return admin.dump(home, files, folder)
    except ServerError:
        # A store that was not closed, as after a crash, cannot be dumped: a server closes it.
        with _serving(home, files):
            pass
        return admin.dump(home, files, folder)


@contextmanager
def _running(fresh: Home, files: Sequence[Path], folder: Path) -> Iterator[Connection]:
    """Run a server on the graph of a dump."""
    admin.load(fresh, files, folder)
    with _serving(fresh, files) as connection:
        yield connection


@contextmanager
def _serving(home: Home, files: Sequence[Path]) -> Iterator[Connection]:
    """Run the server of a home that has none, and end it well; after an error, kill it."""
    port = process.free_port(home.configured_port())
    server = process.launch(home, files, port=port, memory=memory.of(home.data), detached=True)
    try:
        yield home.connection(port)
    except BaseException:
        server.kill()
        raise
    else:
        process.end(psutil.Process(server.pid))
    finally:
        server.wait()


@contextmanager
def _beside(name: str) -> Iterator[Home]:
    """Make a home that vanishes at the end, on the disk of a local server's, with its password.

    Should this process be killed, it vanishes when the local server is held the next time.
    """
    home = local.home_of(name)
    with local.held(name):
        temporary = tempfile.TemporaryDirectory(
            prefix=f"{local.BESIDE}{os.getpid()}-",
            dir=home.data.resolve().parent,
            ignore_cleanup_errors=True,
        )
    with temporary as made:
        fresh = Home(Path(made))
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
