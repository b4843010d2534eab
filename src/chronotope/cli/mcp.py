"""`chronotope mcp`: what assistants may ask the graph."""

from importlib.util import find_spec

import click

from chronotope.cli.session import Target
from chronotope.errors import InputError


@click.command()
@click.option("--write", is_flag=True, help="Have tools that record and decline, too.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    help="How long a call may take.",
)
@click.pass_obj
def mcp(target: Target, write: bool, seconds: float) -> None:
    """Serve the graph to assistants by the Model Context Protocol, on stdin and stdout.

    Tools: recommend, discover, explain, search, tags, audience, query_list; none of them writes.
    An assistant starts the command itself; it ends when its input does. Needs the extra mcp.

    \b
    Example:  chronotope --demo mcp
    Example:  chronotope mcp --write
    """
    if not find_spec("mcp"):
        raise InputError("Serving assistants needs a package: pip install 'chronotope[mcp]'.")
    from chronotope.integrations.mcp import serve

    with target.client() as client:
        serve(client, write=write, seconds=seconds)
