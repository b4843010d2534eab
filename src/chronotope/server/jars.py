"""Fetch the locked jars of the server and verify every one of them.

The package locks one version of Neo4j. A graph keeps the version that it began with: its home has a
lock list of its own, until it is upgraded.
"""

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chronotope import outputs
from chronotope.errors import ServerError
from chronotope.progress import Progress, silent

if TYPE_CHECKING:
    from jgo.maven import MavenContext

NEO4J_VERSION = "2026.09.0"
"""What the package locks."""
LOCK = Path(__file__).with_name("neo4j.lock")
PIN = "neo4j.lock"
"""The lock list in the home of a server."""
_THREADS = 8
_TRIES = 3


@dataclass(frozen=True)
class Jar:
    """One pinned artifact of a Maven repository."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size: int

    @property
    def path(self) -> Path:
        """Its place in a repository of Maven's layout."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        name = f"{self.artifact}-{self.version}{suffix}.jar"
        return Path(*self.group.split("."), self.artifact, self.version, name)


def lock_of(home: Path) -> Path:
    """Return the lock list of the server that a home has: the package's, if it is that version."""
    own = home / PIN
    return LOCK if version_of(home) == NEO4J_VERSION else own


def version_of(home: Path) -> str:
    """Return the version of Neo4j that a home has, or will have when it starts.

    Raises ServerError for a lock list that cannot be read, or that names no server.
    """
    own = home / PIN
    if not own.exists():
        return NEO4J_VERSION
    try:
        return next(jar.version for jar in read_lock(own) if jar.artifact == "neo4j")
    except (OSError, ValueError, StopIteration):
        raise ServerError(
            f"The list of the server's files {own} cannot be read, or is not whole. Remove it: the "
            f"next start takes Neo4j {NEO4J_VERSION}, which opens the graph of an older one."
        ) from None


def is_old(version: str) -> bool:
    """Tell whether a version of Neo4j is older than the one that the package locks."""
    return _numbers(version) < _numbers(NEO4J_VERSION)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def pin(home: Path, lock: Path = LOCK, *, anew: bool = False) -> None:
    """Have a home keep a version; one that it keeps already stays, unless it is given `anew`."""
    if anew or not (home / PIN).exists():
        outputs.write(home / PIN, lock.read_bytes(), overwrite=True)


def read_lock(path: Path = LOCK) -> list[Jar]:
    """Read lines of `group:artifact:version[:classifier] sha256=… size=…`.

    Raises OSError and ValueError for a file that has others.
    """
    jars = []
    for line in path.read_text(encoding="utf-8").splitlines():
        coordinates, sha256, size = line.split()
        group, artifact, version, *classifier = coordinates.split(":")
        jars.append(
            Jar(
                group=group,
                artifact=artifact,
                version=version,
                classifier=classifier[0] if classifier else "",
                sha256=sha256.removeprefix("sha256="),
                size=int(size.removeprefix("size=")),
            )
        )
    return jars


def is_sound(jar: Jar, path: Path) -> bool:
    """Tell whether `path` is the whole, unchanged artifact."""
    try:
        if path.stat().st_size != jar.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except FileNotFoundError:
        return False


def fetch(
    jars: Iterable[Jar],
    repository: Path,
    *,
    maven_cache: Path,
    progress: Progress = silent,
) -> list[Path]:
    """Make every jar present and sound under `repository`; return the paths in order.

    What a Maven cache holds is linked rather than fetched; what is broken or half there is
    fetched again. The progress counts bytes. Raises ServerError that names the artifact that could
    not be had.
    """
    from jgo.maven import MavenContext  # takes a third of a second

    jars = list(jars)
    total, done = sum(jar.size for jar in jars), 0
    context = MavenContext(repo_cache=repository, timeout=60)
    with ThreadPoolExecutor(_THREADS) as threads:
        for jar in threads.map(lambda jar: _ensure(jar, repository, maven_cache, context), jars):
            done += jar.size
            progress("fetching Neo4j", done, total)
    return [repository / jar.path for jar in jars]


def _ensure(jar: Jar, repository: Path, maven_cache: Path, context: "MavenContext") -> Jar:
    target = repository / jar.path
    if is_sound(jar, target):
        return jar
    target.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if is_sound(jar, maven_cache / jar.path):
        _link(maven_cache / jar.path, target)
        return jar
    reason = ""
    for _ in range(_TRIES):
        try:
            component = context.project(jar.group, jar.artifact).at_version(jar.version)
            component.artifact(classifier=jar.classifier).resolve()
        except Exception as problem:  # jgo and requests raise errors of many kinds
            reason = str(problem)
        if is_sound(jar, target):
            return jar
        reason = reason or "what arrived is not the file that the lock list names"
        target.unlink(missing_ok=True)
    raise ServerError(
        f"The server's file {target.name} could not be fetched ({reason}). Check the network or "
        "the settings of your Maven mirror and run the command again: it goes on where it stopped."
    )


def _link(source: Path, target: Path) -> None:
    with contextlib.suppress(FileExistsError):
        try:
            os.link(source, target)
        except OSError:  # another file system
            shutil.copyfile(source, target)
