"""What every command shares: options, the connection, and where results and talk go."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console, ConsoleOptions
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as Bar

from chronotope import config, migrations, server
from chronotope.cli.options import json_option as json_option
from chronotope.cli.values import VECTORS, plain
from chronotope.config import Connection
from chronotope.graph import Graph
from chronotope.progress import Progress

if TYPE_CHECKING:
    from chronotope.client import Client

_PIPE_WIDTH = 160  # of a table that goes to a file or a pipe


class _Stream(Console):
    """Print to what stdout or stderr is at that moment, as wide as a terminal is, or a pipe."""

    @property
    def options(self) -> ConsoleOptions:
        options = super().options
        return options if self.is_terminal else options.update(width=_PIPE_WIDTH)


out = _Stream(highlight=False)
talk = _Stream(stderr=True, highlight=False)


@dataclass(frozen=True)
class Target:
    """What the global options ask for: a connection, else one of the local servers."""

    connection: Connection | None
    local: str = server.MAIN

    def connect(self) -> Connection:
        """Return the connection, starting the local server if that is what is meant."""
        return self.connection or start_server(self.local)

    def client(self) -> "Client":
        """Open a client of the graph."""
        from chronotope.client import Client

        return Client.open(self.connect())

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
    with progress_bar("Fetching Neo4j", megabytes=True) as progress:
        return server.start(name, progress)


@contextmanager
def progress_bar(label: str, *, megabytes: bool = False, steps: bool = False) -> Iterator[Progress]:
    """Show a bar on a terminal and nothing elsewhere, or with `steps` what begins."""
    unit = 1_000_000 if megabytes else 1
    last = ""
    with Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TextColumn("MB" if megabytes else "", markup=False),
        TimeElapsedColumn(),
        console=talk,
        transient=True,
        disable=not talk.is_terminal,
    ) as bar:
        task = bar.add_task(label, total=None)

        def progress(what: str, done: int, total: int | None) -> None:
            nonlocal last
            bar.update(
                task,
                completed=done // unit,
                total=total // unit if total else None,
                description=what[:1].upper() + what[1:],
            )
            if steps and not talk.is_terminal and what != last:
                talk.print(what, markup=False)
            last = what

        yield progress


def print_remarks(remarks: Iterable[str]) -> None:
    """Print what is to be said beside a result, which goes to stdout alone."""
    for remark in remarks:
        talk.print(remark, markup=False, style="yellow", soft_wrap=True)


def print_json(value: Any, hidden: Collection[str] = VECTORS) -> None:
    """Print a result for programs, without the entries of `hidden` names."""
    click.echo(json.dumps(plain(value, hidden), ensure_ascii=False, indent=2))
