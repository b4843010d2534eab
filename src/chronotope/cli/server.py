"""`chronotope server`: the local Neo4j server."""

import shlex
from pathlib import Path

import click

from chronotope import config
from chronotope import server as local
from chronotope.cli.options import json_option, overwrite_option
from chronotope.cli.session import Target, out, print_json, start_server
from chronotope.errors import ServerError


@click.group()
def server() -> None:
    """Start, stop and inspect the local Neo4j server."""


@server.command()
@json_option
@click.pass_obj
def start(target: Target, as_json: bool) -> None:
    """Start the local server, fetching it at the first time."""
    start_server(target.local)
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
@click.pass_obj
def dump(target: Target, file: Path, overwrite: bool) -> None:
    """Write the local server's graph to FILE, which every Neo4j of this or a later version opens.

    `neo4j-admin database load NAME --from-path=FOLDER` reads FOLDER/NAME.dump; Neo4j Desktop and
    Aura take it too. A server that runs is stopped for that long. Users are not in it.

    \b
    Example:  chronotope --demo server dump neo4j.dump
    """
    place = local.dump(target.local, file, overwrite=overwrite)
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
