"""`chronotope query`: look at the catalogue and run what is in it."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from chronotope import catalogue
from chronotope.catalogue import MAX_ROWS, TIMEOUT
from chronotope.cli.options import json_option
from chronotope.cli.params import Parsed
from chronotope.cli.session import Target, out, print_json, print_remarks
from chronotope.cli.tables import printable, table
from chronotope.cli.values import parse_value, plain
from chronotope.errors import InputError

_SHOWN = 3  # entries of a list
_SUFFIX = ".cypher"
_VECTOR = 32  # numbers, from which on a list is one, and not shown


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"'{text}' is not KEY=VALUE.")
    return name, value


def _names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a query."""
    del context, parameter
    return [name for name in catalogue.load() if name.startswith(incomplete)]


@click.group()
def query() -> None:
    """List, show, run and export the queries of the catalogue."""


@query.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """List the queries with what they do."""
    queries = catalogue.load().values()
    if as_json:
        print_json(
            {"queries": [{"name": q.name, "mode": q.mode, "summary": q.summary} for q in queries]}
        )
        return
    rows = ((q.name, q.mode, q.summary) for q in queries)
    out.print(table(("name", "mode", "summary"), rows, header=False))


@query.command()
@click.argument("name", shell_complete=_names)
@click.option(
    "--as",
    "connector",
    type=click.Choice(["sink", "spark"]),
    help="As Neo4j's sink for Kafka Connect, or its connector for Spark, takes it: by the row.",
)
def show(name: str, connector: str | None) -> None:
    """Print a query as it is: paste it into any Bolt client.

    \b
    Example:  chronotope query show recommend.discover
    """
    chosen = catalogue.get(name)
    if connector:  # both put the same in front of it
        click.echo(catalogue.connector_text(chosen))
    else:
        click.echo(chosen.text, nl=False)


@query.command()
@click.argument("folder", type=click.Path(path_type=Path))
def export(folder: Path) -> None:
    """Write the queries that clients may call into a new FOLDER, with a list of their SHA-256.

    What a program runs is the text of a release that somebody looked at: `sha256sum --check
    SHA256SUMS` tells, in the folder, whether it is still that.

    \b
    Example:  chronotope query export queries
    """
    done = catalogue.export(folder)
    out.print(printable(f"{len(done)} queries in {folder}, their hashes in {catalogue.SUMS}."))


@query.command()
@click.argument("name", metavar="NAME|FILE", shell_complete=_names)
@click.option(
    "--param",
    "given",
    type=Parsed("KEY=VALUE", _parameter),
    multiple=True,
    help="Repeat as needed.",
)
@click.option("--write", is_flag=True, help="Run one that changes the graph.")
@click.option(
    "--max-rows", type=click.IntRange(1), default=MAX_ROWS, show_default=True, help="At most."
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, 86_400, min_open=True),
    metavar="SECONDS",
    default=TIMEOUT,
    show_default=True,
    help="Then the server ends it.",
)
@json_option
@click.pass_obj
def run(
    target: Target,
    name: str,
    given: tuple[tuple[str, str], ...],
    write: bool,
    max_rows: int,
    timeout: float,
    as_json: bool,
) -> None:
    """Run a query of the catalogue, or the one of a file (NAME.cypher, or with a folder).

    Parameters are of the types that it declares; of a file without a header they are JSON, or text.
    What the server does not take for a query that only reads is refused without --write. A table
    shows what fits the terminal; --json has all of it.

    \b
    Example:  chronotope query run recommend.discover --param user=resident-001 --param k=5
    """
    is_file = name.endswith(_SUFFIX) or "/" in name
    chosen = catalogue.read_query(Path(name)) if is_file else catalogue.get(name)
    types = {parameter.name: parameter.type for parameter in chosen.parameters}
    parameters = {key: parse_value(text, types.get(key, "STRING")) for key, text in given}
    chosen.bind(parameters)
    with target.client() as client:
        answer = client.query(chosen, parameters, write=write, max_rows=max_rows, timeout=timeout)
    print_remarks(answer.remarks)
    if as_json:
        print_json({"parameters": parameters, **answer.to_dict()})
        return
    names = [column for column, _ in chosen.returns] or list(answer[0] if answer else ())
    rows = ([_short(row[column]) for column in names] for row in answer)
    out.print(table(names, rows, wrap=False))


def _short(value: Any) -> str | None:
    """Return what a cell shows of a value: text as it is, else JSON with the first of a list."""
    value = plain(_shortened(value))
    return value if isinstance(value, str | None) else json.dumps(value, ensure_ascii=False)


def _shortened(value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _shortened(item) for key, item in value.items()}
        case _ if hasattr(value, "__geo_interface__"):
            return ",".join(map(str, value))  # as --here takes it
        case tuple() if len(value) >= _VECTOR and all(isinstance(n, int | float) for n in value):
            return f"{len(value):,} numbers"
        case tuple() if len(value) > _SHOWN:
            return [*map(_shortened, value[:_SHOWN]), f"… {len(value):,}"]
        case tuple():
            return list(map(_shortened, value))
        case float():
            return round(value, 4)
        case datetime():
            return value.isoformat(timespec="seconds")
        case _:
            return value
