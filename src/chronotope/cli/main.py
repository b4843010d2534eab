"""The `chronotope` command: global options, exit codes, and errors as one sentence."""

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import click

from chronotope import __version__
from chronotope.cli import (
    audience,
    derive,
    doctor,
    embed,
    evaluate,
    extract,
    learn,
    load,
    migrate,
    models,
    profile,
    query,
    recommend,
    search,
    session,
    train_encoder,
)
from chronotope.cli import demo as demo_command
from chronotope.cli import server as server_commands
from chronotope.errors import ChronotopeError

_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="chronotope")
@click.option("--uri", help="The server, like bolt://localhost:7687  [NEO4J_URI]")
@click.option("--username", help="The database user  [NEO4J_USERNAME, else neo4j]")
@click.option("--database", help="The database  [NEO4J_DATABASE, else the user's home database]")
@click.option(
    "--credentials",
    type=click.Path(path_type=Path),
    help="A file of NEO4J_…= lines, as Neo4j Aura offers it.",
)
@click.option("--demo", is_flag=True, help="The server of `chronotope demo` and its city.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def cli(
    context: click.Context,
    uri: str | None,
    username: str | None,
    database: str | None,
    credentials: Path | None,
    demo: bool,
    debug: bool,  # noqa: ARG001  read by `main`
) -> None:
    r"""Model what people are interested in, when and where, in a Neo4j graph.

    Without NEO4J_URI every command uses a local server and starts it when needed. The password
    comes from NEO4J_PASSWORD or the credentials file, never from an argument.

    \b
    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 database unreachable, 4 schema not migrated,
    5 some rows rejected, 130 interrupted.
    """
    context.obj = session.target(uri, username, database, credentials, demo=demo)


for command in (
    server_commands.server,
    migrate.migrate,
    load.load,
    embed.embed,
    extract.extract,
    derive.derive,
    learn.learn,
    train_encoder.train_encoder,
    evaluate.evaluate,
    models.models,
    recommend.recommend,
    search.search,
    audience.audience,
    profile.profile,
    profile.tags,
    profile.rhythm,
    query.query,
    doctor.doctor,
    demo_command.demo,
):
    cli.add_command(command)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, by default on the process's arguments; return the exit code.

    Errors become one line on stderr.
    """
    signal.signal(signal.SIGTERM, _interrupt)  # by default it would leave scratch servers running
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = cli.main(given, standalone_mode=False)
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        session.talk.print("Interrupted.")
        return _INTERRUPTED
    except ChronotopeError as problem:
        if "--debug" in given:
            raise
        session.talk.print(f"Error: {problem}", markup=False, style="red", soft_wrap=True)
        return problem.exit_code
    return code if isinstance(code, int) else 0
