"""Measures parts of a benchmark, each in a process of its own, on a town of many people."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import town
from recommend import import_files

from chronotope import config, migrations, server
from chronotope.config import Connection
from chronotope.graph import Graph

PER_USER = 10


def measure(
    script: str, doc: str, parts: Collection[str], run: Callable[[str, Connection], None]
) -> None:
    """Have each of the parts run in a process of its own, so that its peak of memory is its own.

    `script` is the benchmark, which calls this, and `doc` what it says of itself. The process of a
    part gets the town's server by the environment, where no list of processes shows its password.
    """
    parser = argparse.ArgumentParser(description=doc.partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--run", choices=parts, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        connection = config.connection()
        assert connection is not None  # noqa: S101  the environment names it
        run(arguments.run, connection)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(folder, arguments.events, arguments.items) as where:
            for part in parts:
                asked = [sys.executable, script, "--run", part]
                subprocess.run(asked, check=True, env={**os.environ, **where})


@contextmanager
def served(folder: Path, events: int, items: int) -> Iterator[dict[str, str]]:
    """Serve a town of so many events and items; give the environment that names its server."""
    files = town.write(folder, events // PER_USER, items, events)[:2]
    with server.scratch(files=import_files(folder, *files)) as connection:
        with Graph(connection) as graph:
            migrations.apply(graph, migrations.MigrateOptions(adopt=True))
        yield {
            "NEO4J_URI": connection.uri,
            "NEO4J_USERNAME": str(connection.username),
            "NEO4J_PASSWORD": str(connection.password),
        }
