"""What every command shares: the connection, and where results and talk go."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console, ConsoleDimensions
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as Bar
from rich.text import Text

from chronotope import config, server
from chronotope.cli.tables import printable, printable_json
from chronotope.cli.values import plain
from chronotope.config import Connection
from chronotope.progress import Progress

if TYPE_CHECKING:
    from chronotope.client import Client
    from chronotope.encryption import Secret

_PIPE_WIDTH = 160  # of a table that goes to a file or a pipe


class _Stream(Console):
    """Print to what stdout or stderr is at that moment, as wide as a terminal is, or a pipe.

    Text is printed as it is: brackets are no markup, `:smile:` is no picture, and a control
    character is shown as it is written, never sent.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)

    @property  # type: ignore[misc]  # nobody sets it
    def size(self) -> ConsoleDimensions:
        size = super().size
        return size if self.is_terminal else size._replace(width=_PIPE_WIDTH)

    def render_str(self, text: str, **options: Any) -> Text:
        """Return what is printed of a text."""
        return super().render_str(printable(text, keep="\n"), **options)


out = _Stream()
talk = _Stream(stderr=True)


@dataclass(frozen=True)
class Target:
    """What the global options ask for: a connection, else one of the local servers.

    `insecure` says that other hosts may be reached without TLS.
    """

    connection: Connection | None
    local: str = server.MAIN
    insecure: bool = False

    def connect(self) -> Connection:
        """Return the connection, starting the local server if that is what is meant."""
        return self.connection or start_server(self.local)

    def client(self) -> "Client":
        """Return a client, to be used in a `with`; it connects when it first needs the graph."""
        from chronotope.client import Client  # with it come the driver and SciPy

        return Client.open_later(self.connect)


def target(
    uri: str | None,
    username: str | None,
    database: str | None,
    credentials: Path | None,
    *,
    demo: bool,
    insecure: bool,
) -> Target:
    """Build the target from the global options."""
    if demo:
        return Target(None, server.DEMO, insecure)
    connection = config.connection(
        uri=uri,
        username=username,
        database=database,
        credentials=credentials,
        insecure=insecure,
    )
    return Target(connection, insecure=insecure)


def start_server(name: str) -> Connection:
    """Start a local server if it does not run; say so and show the download."""
    running = server.status(name).connection
    if running:
        return running
    talk.print("Starting a local Neo4j server …", style="dim")
    with progress_bar("Fetching Neo4j", megabytes=True, steps=True) as progress:
        return server.start(name, progress)


@contextmanager
def progress_bar(label: str, *, megabytes: bool = False, steps: bool = False) -> Iterator[Progress]:
    """Show a bar on a terminal and nothing elsewhere, or with `steps` what begins.

    It begins with the first progress: before that a server may start, with a bar of its own.
    """
    unit = 1_000_000 if megabytes else 1
    last = ""
    bar = Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TextColumn("MB" if megabytes else ""),
        TimeElapsedColumn(),
        console=talk,
        transient=True,
        disable=not talk.is_terminal,
    )
    task = bar.add_task(label, total=None)

    def progress(what: str, done: int, total: int | None) -> None:
        nonlocal last
        bar.start()
        bar.update(
            task,
            completed=done // unit,
            total=total // unit if total else None,
            description=printable(what[:1].upper() + what[1:]),
        )
        if steps and not talk.is_terminal and what != last:
            talk.print(what)
        last = what

    try:
        yield progress
    finally:
        if bar.live.is_started:
            bar.stop()


def file_secret(*, encrypt: bool) -> "Secret | None":
    """Return what files are encrypted with, asked of who sits there if need be; None for not."""
    if not encrypt:
        return None
    from chronotope.client import file_secret as find

    return find(partial(ask_passphrase, confirm=True) if sys.stdin.isatty() else None)


def secret_of(file: Path) -> "Secret | None":
    """Return what opens a file, asked of who sits there if need be; None for a plain one."""
    from chronotope.client import secret_of as find

    return find(file, ask_passphrase if sys.stdin.isatty() else None)


def ask_passphrase(*, confirm: bool = False) -> str:
    """Ask for a passphrase on the terminal, which does not show it."""
    text: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return text


def print_remarks(remarks: Iterable[str]) -> None:
    """Say on stderr what is to be known beside a result."""
    for remark in remarks:
        talk.print(printable(remark), style="yellow", soft_wrap=True)


def print_json(value: Any) -> None:
    """Print a result for programs."""
    click.echo(json_of(value))


def json_of(value: Any) -> str:
    """Return a result as programs read it."""
    return printable_json(json.dumps(plain(value), ensure_ascii=False, indent=2))
