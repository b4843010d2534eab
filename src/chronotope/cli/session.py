"""What every command shares: options, the connection, and where results and talk go."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from chronotope import config, migrations, server
from chronotope.cli.values import VECTORS, plain
from chronotope.config import Connection
from chronotope.graph import Graph


class Advance(Protocol):
    """Move a progress bar; `total` is None while it is unknown."""

    def __call__(self, done: int, total: int | None, label: str | None = None) -> None:
        """Say how much is done, of how much, and perhaps of what."""


Command = TypeVar("Command", bound=Callable[..., Any])

_PIPE_WIDTH = 160  # of a table that goes to a file or a pipe


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    return console


out = _console(stderr=False)
talk = _console(stderr=True)


@dataclass(frozen=True)
class Target:
    """What the global options ask for: a connection, else one of the local servers."""

    connection: Connection | None
    local: str = server.MAIN

    def connect(self) -> Connection:
        """Return the connection, starting the local server if that is what is meant."""
        return self.connection or start_server(self.local)

    @contextmanager
    def graph(self, *, migrated: bool = True) -> Iterator[Graph]:
        """Open the graph; by default only one whose schema is up to date."""
        with Graph(self.connect()) as graph:
            if migrated:
                migrations.require_current(graph)
            yield graph


def target(
    uri: str | None,
    username: str | None,
    database: str | None,
    credentials: Path | None,
    *,
    demo: bool,
) -> Target:
    """Build the target from the global options."""
    if demo:
        return Target(None, server.DEMO)
    return Target(
        config.connection(uri=uri, username=username, database=database, credentials=credentials)
    )


def start_server(name: str) -> Connection:
    """Start a local server if it does not run; say so and show the download."""
    running = server.status(name).connection
    if running:
        return running
    talk.print("[dim]Starting a local Neo4j server …[/dim]")
    with progress_bar("Fetching Neo4j", megabytes=True) as advance:
        return server.start(name, advance)


@contextmanager
def progress_bar(label: str, *, megabytes: bool = False) -> Iterator[Advance]:
    """Show a bar on a terminal and nothing elsewhere; yields advance(done, total)."""
    unit = 1_000_000 if megabytes else 1
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TextColumn("MB" if megabytes else ""),
        TimeElapsedColumn(),
        console=talk,
        transient=True,
        disable=not talk.is_terminal,
    ) as progress:
        task = progress.add_task(label, total=None)

        def advance(done: int, total: int | None, label: str | None = None) -> None:
            progress.update(
                task,
                completed=done // unit,
                total=total // unit if total else None,
                description=label,
            )

        yield advance


def json_option(command: Command) -> Command:
    """Add `--json` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(
        command
    )


def print_json(value: Any, hidden: Collection[str] = VECTORS) -> None:
    """Print a result for programs, without the entries of `hidden` names."""
    click.echo(json.dumps(plain(value, hidden), ensure_ascii=False, indent=2))
