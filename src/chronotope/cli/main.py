"""The `chronotope` command: global options, exit codes, and errors as one sentence."""

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from chronotope import __version__
from chronotope.cli import session
from chronotope.errors import ChronotopeError, is_interrupt, shortened

_INTERRUPTED = 130

# Each command with the first sentence of its help: a command is imported when it runs, for the
# driver and SciPy take more than a second.
COMMANDS = {
    "server": "Start, stop, back up and inspect the local Neo4j server.",
    "migrate": "Bring the graph's schema up to date, and look after its history.",
    "adopt": "Adopt a graph that exists: in place, as MAPPING.toml says; run again, what is new.",
    "load": "Load items, events and friendships from files.",
    "record": "Record that USER did something with ITEM: it counts in the very next answer.",
    "decline": "Record that USER declined ITEM, or an interest: it does not come back.",
    "retract": "Retract events, or what was declined, by their ids: they count no more.",
    "kinds": "List the kinds of events and what each is worth, or change one.",
    "follow": "Follow a stream of events: a file that grows, a pipe, or a topic of Kafka.",
    "embed": "Embed the texts of items, interests and profiles; texts that did not change are"
    " skipped.",
    "extract": "Extract keywords from the texts of items, and link them below their categories.",
    "derive": "Derive what all users' events say together: popularity, co-visits, transitions,"
    " taste.",
    "refresh": "Do what is due after a load: migrate, extract, embed, derive, and learn weights.",
    "learn": "Learn what to recommend from what users did before, and score with the best from now"
    " on.",
    "train-encoder": "Train a projection of an encoder on what users visit together; write it to"
    " FOLDER.",
    "evaluate": "Evaluate recommendations on what users did after a moment, beside plain"
    " baselines.",
    "models": "List, choose and compare the models that score recommendations.",
    "recommend": "Recommend where USER goes next, --discover: what is new to them, --new-items: to"
    " all.",
    "explain": "Explain why ITEM is recommended to USER, or why not, and what would change it.",
    "trending": "Show what is trending: more events lately than at this time of the week before.",
    "search": "Search items by the meaning and the words of TEXT, in any language.",
    "audience": "Find the users whose recent interests fit TEXT, with scores, reasons, and the"
    " reach.",
    "communities": "Find communities: people tied by place and hour, by shared interests, and by"
    " friendship.",
    "report": "Make pages to look at, each of which is one file that asks no machine for anything.",
    "explore": "Look at the graph in a browser: the city by hour, a user, and what is recommended"
    " and why.",
    "export": "Export what is known for Gephi, QGIS, kepler.gl or pandas.",
    "profile": "Write what USER is interested in as text, and embed it.",
    "tags": "Show the interests of USER as tags: weight, trend, hours, places, and the events"
    " behind.",
    "rhythm": "Show when USER, an interest, a cell or everyone is where, and what stands out.",
    "hotspots": "Find cells where an interest is denser than expected for cell and hour.",
    "gaps": "Find where demand for an interest exceeds what is within reach, and propose sites.",
    "flows": "Find where people go from one cell to another, and at which hours.",
    "publish": "Publish counts of people with differential privacy, from a budget that is kept.",
    "query": "List, show, run and export the queries of the catalogue.",
    "plugin": "Have Cypher call the queries: CALL chronotope.recommend.discover('ann', {k: 10}).",
    "mcp": "Serve the graph to assistants by the Model Context Protocol, on stdin and stdout.",
    "user": "Export or erase all that the graph holds on one person, by id or by pseudonym.",
    "forget": "Drop events before a moment, but each user's newest of every item: what they had"
    " stays known.",
    "keys": "Keep the keys of pseudonyms: create, rotate, and tell the pseudonym of a user.",
    "decrypt": "Write what an encrypted FILE holds where nobody else can read it.",
    "doctor": "Examine server, schema, indexes, encoder, statistics, and the plans of"
    " recommendations.",
    "demo": "Make a synthetic city and show explained recommendations for some of its residents.",
}
_CONNECTION = ("uri", "username", "database", "credentials")
_LOCAL = ("server", "demo")
"""Commands that are about a local server, whatever else can be reached."""
_ELSEWHERE = {"tags": "profile"}
"""Commands that stand in the module of another one."""


class _Commands(click.Group):
    """Commands that are imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = import_module(f"chronotope.cli.{_ELSEWHERE.get(name, name)}")
        command: click.Command = getattr(module, name)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a name; to import all commands would take longer than a person waits."""
        if incomplete[:1] == "-":
            return super().shell_complete(ctx, incomplete)
        return [
            CompletionItem(name, help=summary)
            for name, summary in COMMANDS.items()
            if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, click.Command(name, help=summary).get_short_help_str(limit))
                    for name, summary in COMMANDS.items()
                ]
            )


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="chronotope")
@click.option("--uri", help="The server, like bolt://localhost:7687  [NEO4J_URI]")
@click.option("--username", help="The database user  [NEO4J_USERNAME, else neo4j]")
@click.option("--database", help="The database  [NEO4J_DATABASE, else the user's home database]")
@click.option(
    "--credentials",
    type=click.Path(path_type=Path),
    help="A file of NEO4J_…= lines, as Neo4j Aura offers it.",
)
@click.option(
    "--insecure",
    is_flag=True,
    help="Reach another host without TLS, on a network that you trust  [CHRONOTOPE_INSECURE=1]",
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
    insecure: bool,
    demo: bool,
    debug: bool,  # noqa: ARG001  read by `main`
) -> None:
    """Model what people are interested in, when and where, in a Neo4j graph.

    Without NEO4J_URI every command uses a local server and starts it when needed. The password
    comes from NEO4J_PASSWORD or the credentials file, never from an argument.

    \b
    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 database unreachable, 4 schema not migrated,
    5 some rows rejected or ids unknown, 130 interrupted.
    """
    named = [f"--{name}" for name in _CONNECTION if context.params[name]]
    if named and (demo or context.invoked_subcommand in _LOCAL):
        who = "--demo" if demo else f"`chronotope {context.invoked_subcommand}`"
        raise click.UsageError(f"{who} has a server of its own; leave {named[0]} out.")
    context.obj = session.target(uri, username, database, credentials, demo=demo, insecure=insecure)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, by default on the process's arguments; return the exit code.

    Errors become one line on stderr.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = cli.main(given, "chronotope", standalone_mode=False)
    except click.ClickException as problem:
        session.talk.print(_usage(problem), end="", soft_wrap=True)
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _interrupted()
    except Exception as problem:
        if is_interrupt(problem):
            return _interrupted()
        if not isinstance(problem, ChronotopeError) or "--debug" in given:
            raise
        session.talk.print(f"Error: {problem}", style="red", soft_wrap=True)
        return problem.exit_code
    return code if isinstance(code, int) else 0


def _usage(problem: click.ClickException) -> str:
    """Return what click says of an error; it would take escape sequences for its own colours."""
    context = getattr(problem, "ctx", None)
    usage = (
        f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n\n"
        if context
        else ""
    )
    return f"{usage}Error: {shortened(problem.format_message())}\n"


def _interrupted() -> int:
    session.talk.print("Interrupted.")
    return _INTERRUPTED
