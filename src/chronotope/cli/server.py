"""`chronotope server`: the local Neo4j server."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chronotope import config
from chronotope import server as local
from chronotope.cli import ready
from chronotope.cli.options import encrypt_option, json_option, overwrite_option
from chronotope.cli.session import (
    Target,
    file_secret,
    out,
    print_json,
    progress_bar,
    secret_of,
    start_server,
)
from chronotope.cli.tables import printable, table
from chronotope.errors import InputError, ServerError
from chronotope.outputs import named

if TYPE_CHECKING:
    from chronotope.backups import Manifest


@click.group()
def server() -> None:
    """Start, stop, back up and inspect the local Neo4j server."""


@server.command()
@json_option
@click.pass_obj
def start(target: Target, as_json: bool) -> None:
    """Start the local server, fetching it at the first time.

    Afterwards a process makes it ready, beside whatever is asked: it has the server plan the
    recommendation queries, and once it makes a cache with which later starts are faster. It ends
    by itself, and its log is `ready` (chronotope server logs). CHRONOTOPE_WARM=0 leaves that out;
    CHRONOTOPE_HEAP and CHRONOTOPE_PAGECACHE (512m, 2g) say how much memory the server takes.
    """
    ran = local.status(target.local).connection is not None
    start_server(target.local)
    if not ran:
        ready.begin(target.local)
    _show(target, as_json)


@server.command()
@click.pass_obj
def stop(target: Target) -> None:
    """Stop the local server; its data stays."""
    out.print("Stopped." if local.stop(target.local) else "The local server was not running.")


@server.command()
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
@click.pass_obj
def reset(target: Target, yes: bool, as_json: bool) -> None:
    """Remove the local server's graph, with all that it holds, and start anew.

    For a store that is broken, or no longer wanted. Asks first.

    \b
    Example:  chronotope server reset
    """
    home = local.status(target.local).home
    if yes or click.confirm(f"Remove the graph in {home}, with all that it holds?", err=True):
        local.reset(target.local)
        start_server(target.local)
    _show(target, as_json)


@server.command()
@json_option
@click.pass_obj
def status(target: Target, as_json: bool) -> None:
    """Tell whether the local server runs, where, and where its data is."""
    _show(target, as_json)


@server.command()
@click.argument("file", type=click.Path(path_type=Path))
@overwrite_option
@encrypt_option
@json_option
@click.pass_obj
def backup(target: Target, file: Path, overwrite: bool, encrypt: bool, as_json: bool) -> None:
    """Write the local server's graph to FILE, which `restore` takes, and check that it opens.

    A server that runs is stopped while its graph is written; clients wait for it and go on. FILE is
    a tar of a manifest (versions, counts, SHA-256) and a dump; nobody else can read it. Users and
    passwords are not in it. With --encrypt FILE.encrypted is written, which `restore` takes too.

    \b
    Example:  chronotope server backup graph.tar
    """
    from chronotope import backups  # with it comes the driver

    _require_own(target)
    secret = file_secret(encrypt=encrypt)
    with progress_bar("Backing up", steps=True) as progress:
        made = backups.back_up(
            target.local, file, overwrite=overwrite, secret=secret, progress=progress
        )
    _show_backup(named(file, secret), made, "Wrote", as_json)


@server.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
@click.pass_obj
def restore(target: Target, file: Path, yes: bool, as_json: bool) -> None:
    """Have the graph of FILE, which `backup` wrote, take the place of the local server's.

    It is checked, opened beside the one that stands, and counted; a file that is damaged or of a
    later version changes nothing. Asks first where there is a graph.

    \b
    Example:  chronotope server restore graph.tar
    """
    from chronotope import backups  # with it comes the driver

    _require_own(target)
    home = local.status(target.local).home
    asks = local.exists(target.local) and not yes
    if asks and not click.confirm(
        f"Replace the graph in {home}, with all that it holds?", err=True
    ):
        return
    secret = secret_of(file)
    with progress_bar("Restoring", steps=True) as progress:
        made = backups.restore(target.local, file, secret=secret, progress=progress)
    _show_backup(file, made, "Restored", as_json)


@server.command()
@click.option(
    "--backup",
    "file",
    type=click.Path(path_type=Path),
    help="Where the backup goes; default: a file in the folder backups beside the server's.",
)
@click.pass_obj
def upgrade(target: Target, file: Path | None) -> None:
    """Have the local server run the newer Neo4j of this version of chronotope.

    A graph keeps the Neo4j that it began with until then. It is backed up first, and opened with
    the new version beside the one that stands, and counted. Clients wait for it and go on.

    \b
    Example:  chronotope server upgrade
    """
    from chronotope import backups  # with it comes the driver

    _require_own(target)
    before = local.version(target.local)
    with progress_bar("Upgrading", steps=True) as progress:
        place = backups.upgrade(target.local, file, progress=progress)
    if place is None:
        out.print(f"The local server has Neo4j {before}; this version of chronotope has no newer.")
    else:
        out.print(f"Neo4j {local.version(target.local)} in the place of {before}; the graph as it")
        out.print(f"was is in {place}")


@server.command()
@click.option("--lines", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@click.option(
    "--log", "which", default="console", show_default=True, help="Of which log, by its name."
)
@json_option
@click.pass_obj
def logs(target: Target, lines: int, which: str, as_json: bool) -> None:
    """Tell where the logs of the local server are, and show the last lines of one.

    `console` is what the server printed since its last start; `debug` is what it notes.

    \b
    Example:  chronotope server logs --log debug --lines 50
    """
    found = local.logs(target.local)
    last = local.last_lines(target.local, which, lines)
    if as_json:
        files = [{"name": log.name, "path": str(log.path), "size": log.size} for log in found]
        print_json({"logs": files, "log": which, "lines": last})
        return
    rows = [(log.name, f"{log.size / 1e6:.1f}", str(log.path)) for log in found]
    out.print(table(("log", "MB", "file"), rows, right=("MB",)))
    for line in last:
        out.print(printable(line), soft_wrap=True)


@server.command()
@click.argument("file", type=click.Path(path_type=Path))
@overwrite_option
@encrypt_option
@click.pass_obj
def dump(target: Target, file: Path, overwrite: bool, encrypt: bool) -> None:
    """Write the local server's graph to FILE, which every Neo4j of this or a later version opens.

    `neo4j-admin database load NAME --from-path=FOLDER` reads FOLDER/NAME.dump; Neo4j Desktop and
    Aura take it too. A server that runs is stopped for that long. Users are not in it. With
    --encrypt FILE.encrypted is written, which `chronotope decrypt` opens. To keep a copy of your
    own graph, see `backup`.

    \b
    Example:  chronotope --demo server dump neo4j.dump
    """
    _require_own(target)
    place = local.dump(target.local, file, overwrite=overwrite, secret=file_secret(encrypt=encrypt))
    out.print(f"Wrote {place}, {place.stat().st_size / 1e6:.1f} MB.")


@server.command()
@click.pass_obj
def env(target: Target) -> None:
    """Print how a client reaches the local server, password included, for a shell to run.

    NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE, as most tools for Neo4j read them.

    \b
    In a shell:  eval "$(chronotope server env)"
    """
    connection = local.status(target.local).connection
    if connection is None:
        option = " --demo" if target.local == local.DEMO else ""
        raise ServerError(
            f"The local server does not run; start it: chronotope{option} server start."
        )
    for name, value in config.variables(connection).items():
        click.echo(f"export {name}={shlex.quote(value)}")


def _require_own(target: Target) -> None:
    """Raise InputError where NEO4J_URI names another server, so that nobody mixes them up."""
    named = target.connection
    own = local.status(target.local).connection
    if named and not (own and own.uri == named.uri):
        raise InputError(
            f"NEO4J_URI names {named.address}, and this command is for the local server alone: "
            "unset NEO4J_URI if that is meant. Other servers have tools of their own, like "
            "neo4j-admin database dump, neo4j-admin database backup, or the snapshots of Aura."
        )


def _show_backup(file: Path, made: "Manifest", what: str, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(file), **made.to_dict()})
        return
    day = made.created_at.isoformat(timespec="seconds")
    out.print(f"{what} {file}: {made.counts.text}, Neo4j {made.neo4j}, {made.size / 1e6:.1f} MB,")
    out.print(f"as of {day}; SHA-256 {made.sha256}")


def _show(target: Target, as_json: bool) -> None:
    now = local.status(target.local)
    uri = now.connection.uri if now.connection else None
    if as_json:
        print_json({"running": uri is not None, "uri": uri, "pid": now.pid, "home": str(now.home)})
    elif uri:
        out.print(f"Running at {uri} (process {now.pid}); data in {now.home}")
        out.print(f"User neo4j; the password is in {now.home / 'password'}")
    elif now.pid:
        out.print(f"Process {now.pid} is starting or cannot be reached; data in {now.home}")
    else:
        out.print(f"Not running; data in {now.home}")
