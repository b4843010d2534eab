"""Back up the graph of the local server, put a backup in its place, and upgrade its Neo4j."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from chronotope import config, encryption, migrations, outputs, server
from chronotope.backups import archive
from chronotope.backups.manifest import Counts, Manifest
from chronotope.config import Connection
from chronotope.encryption import Secret
from chronotope.errors import InputError, ServerError
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.resources import VERSION


def back_up(
    name: str,
    file: Path,
    *,
    overwrite: bool = False,
    secret: Secret | None = None,
    progress: Progress = silent,
) -> Manifest:
    """Write the graph of a local server to a file that `restore` takes; return what it holds.

    A server that runs is stopped while its graph is written, and clients wait for it. Then the
    copy is opened beside it and every node and relationship of it is counted: the file is there
    when that has succeeded. Nobody else can read it; with a `secret` it is encrypted, its name ends
    in `.encrypted`, and it is plain only beside the server's own data meanwhile. Raises InputError
    for a place where no file can be written, and ServerError where there is no graph, or the copy
    does not open.
    """
    place = outputs.check_file(outputs.named(file, secret), overwrite=overwrite)
    progress("writing the graph; the server stops meanwhile", 0, None)
    with server.dumped(name, None if secret else place.parent) as dump:
        created_at = datetime.now(UTC)
        progress("opening the copy and counting", 0, None)
        with server.opened(name, dump.parent) as connection:
            counts, schema = _examine(connection)
        manifest = Manifest(
            created_at=created_at,
            chronotope=VERSION,
            neo4j=server.version(name),
            schema=schema,
            counts=counts,
            sha256=archive.sha256_of(dump),
            size=dump.stat().st_size,
        )
        with outputs.writing(place, overwrite=overwrite, private=True, secret=secret) as stream:
            archive.pack(stream, manifest, dump)
    return manifest


def restore(
    name: str, file: Path, *, secret: Secret | None = None, progress: Progress = silent
) -> Manifest:
    """Have the graph of a backup take the place of a local server's; return what it holds.

    It is checked, opened beside the one that stands, and counted; only then they change places. A
    server that runs is stopped for that moment. A file that is encrypted needs its `secret`. Raises
    InputError for a file that is no backup, is damaged, or of a later version, and ServerError when
    it does not open, or opens with other counts: then the graph is the one that it was.
    """
    return _restore(name, file, upgrade=False, secret=secret, progress=progress)


def upgrade(name: str, file: Path | None = None, *, progress: Progress = silent) -> Path | None:
    """Have a local server run the Neo4j that this package locks; return where the backup is.

    The graph is backed up into the file, by default one in the folder `backups` of the local
    servers, and the backup is opened with the new version and counted before it takes the graph's
    place. The server is away for all that time, and clients wait. None when there is nothing to do.
    Raises what `back_up` and `restore` raise; the graph is then the one that it was.
    """
    before = server.version(name)
    if not server.is_old(before):
        return None
    place = file or _default(name, before)
    with server.held(name):
        ran = server.stop(name)
        try:
            back_up(name, place, progress=progress)
            _restore(name, place, upgrade=True, progress=progress)
        finally:
            if ran:
                server.start(name)
    return place


def _default(name: str, version: str) -> Path:
    folder = config.home() / "backups"
    with outputs.sentences(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{name}-{version}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"


def _restore(
    name: str, file: Path, *, upgrade: bool, progress: Progress, secret: Secret | None = None
) -> Manifest:
    progress("checking the backup", 0, None)
    with _unpacked(file, secret) as (folder, manifest):
        manifest.require_openable(
            VERSION, server.NEO4J_VERSION if upgrade else server.version(name)
        )
        progress("opening it beside the graph and counting", 0, None)
        with server.replaced(name, folder, upgrade=upgrade) as connection:
            counts, _ = _examine(connection)
            if differences := manifest.counts.differences(counts):
                raise ServerError(
                    f"The graph of {file} has not what was noted: {'; '.join(differences)}. It was "
                    "left where it is, and the graph of the local server stands."
                )
    return manifest


@contextmanager
def _unpacked(file: Path, secret: Secret | None) -> Iterator[tuple[Path, Manifest]]:
    """Yield a folder with the dump of a backup, and its manifest; it vanishes at the end."""
    beside = config.home()
    with outputs.sentences(beside):
        beside.mkdir(parents=True, exist_ok=True, mode=0o700)
        outputs.try_folder(beside)
    with outputs.temporary_folder(beside) as folder:
        try:
            with file.open("rb") as stream, _plain(stream, secret, folder) as plain:
                manifest = archive.unpack(plain, folder)
        except OSError as problem:
            raise InputError(
                f"{problem.filename or file} cannot be used: {problem.strerror or problem}."
            ) from None
        except archive.Unsound as problem:
            raise InputError(
                f"{file} cannot be restored: {problem}. The graph of the local server stands."
            ) from None
        yield folder, manifest


@contextmanager
def _plain(stream: BinaryIO, secret: Secret | None, folder: Path) -> Iterator[BinaryIO]:
    """Yield what a file holds, which may be encrypted."""
    if secret is None:
        yield stream
        return
    with tempfile.TemporaryFile(dir=folder) as plain:
        encryption.decrypt(stream, plain, secret)
        plain.seek(0)
        yield plain


def _examine(connection: Connection) -> tuple[Counts, tuple[str, ...]]:
    """Return the counts of a graph, and the migrations that it had."""
    with Graph(connection) as graph:
        return count(graph), tuple(applied.source for applied in migrations.history(graph))


def count(graph: Graph) -> Counts:
    """Count all nodes and relationships of a graph: each is read."""
    nodes = {row["label"]: row["nodes"] for row in graph.read("backup.count_nodes")}
    rows = graph.read("backup.count_relationships")
    return Counts(nodes, {row["type"]: row["relationships"] for row in rows})
