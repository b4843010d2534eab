"""`chronotope plugin`: the procedures for Cypher, in the `plugins` folder of a server."""

from pathlib import Path

import click

from chronotope import server
from chronotope.cli.options import json_option
from chronotope.cli.session import Target, out, print_json
from chronotope.cli.tables import printable


@click.group()
def plugin() -> None:
    """Have Cypher call the queries: CALL chronotope.recommend.discover('ann', {k: 10}).

    The local server has the plugin from its start. Other servers take it with `install`.
    """


@plugin.command()
def path() -> None:
    """Print where the plugin lies: a jar for the `plugins` folder of a Neo4j server.

    \b
    In a shell:  scp "$(chronotope plugin path)" database:/var/lib/neo4j/plugins/
    """
    click.echo(printable(str(server.plugin.path())))


@plugin.command()
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
def install(folder: Path, as_json: bool) -> None:
    """Put the plugin into FOLDER, the `plugins` of a server, in the place of an older one.

    The server loads it when it starts again. It needs no setting and no rights of its own: its
    procedures only read, in the transaction of whoever calls them.

    \b
    Example:  chronotope plugin install /var/lib/neo4j/plugins
    """
    done = server.plugin.install(folder)
    if as_json:
        print_json(
            {"path": str(done.path), "version": done.version, "replaced": done.replaced,
             "changed": done.changed}
        )  # fmt: skip
    elif not done.changed:
        out.print(printable(f"{done.path} is this plugin already, {done.version}."))
    else:
        what = f"replaced {done.replaced}" if done.replaced else "is new"
        out.print(printable(f"{done.path}: {done.version} {what}; start the server again."))


@plugin.command()
@json_option
@click.pass_obj
def status(target: Target, as_json: bool) -> int:
    """Tell which plugin the server has, and whether it runs what this package would run.

    Exit code 0 if it does, else 1.
    """
    with target.client() as client:
        found = client.plugin()
    if as_json:
        print_json(found.to_dict())
    else:
        out.print(printable(found.text), soft_wrap=True)
    return int(not found.fits)
