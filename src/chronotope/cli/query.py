"""`chronotope query`: look at the catalogue and run what is in it."""

import click
from rich.table import Table

from chronotope import catalogue
from chronotope.cli.session import Target, json_option, out, print_json
from chronotope.cli.values import parse_value, plain
from chronotope.errors import InputError


@click.group()
def query() -> None:
    """List, show and run the queries of the catalogue."""


@query.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """List the queries with what they do."""
    queries = catalogue.load().values()
    if as_json:
        print_json([{"name": q.name, "mode": q.mode, "summary": q.summary} for q in queries])
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for one in queries:
        table.add_row(one.name, one.mode, one.summary)
    out.print(table)


@query.command()
@click.argument("name")
def show(name: str) -> None:
    r"""Print a query as it is: paste it into any Bolt client.

    \b
    Example:  chronotope query show recommend.discover
    """
    click.echo(catalogue.get(name).text, nl=False)


@query.command()
@click.argument("name")
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="Repeat as needed.")
@json_option
@click.pass_obj
def run(target: Target, name: str, params: tuple[str, ...], as_json: bool) -> None:
    r"""Run a query that reads, with parameters of the types it declares.

    \b
    Example:  chronotope query run recommend.discover --param user=resident-001 --param k=5
    """
    chosen = catalogue.get(name)
    if chosen.mode != "read":
        raise InputError(f"The query {name} changes the graph; commands run it, not `query run`.")
    types = {parameter.name: parameter.type for parameter in chosen.parameters}
    values = {}
    for pair in params:
        key, equals, text = pair.partition("=")
        if not equals:
            raise InputError(f"--param {pair} is not KEY=VALUE.")
        values[key] = parse_value(text, types.get(key, "STRING"))
    chosen.bind(values)
    with target.graph() as graph:
        rows = graph.read(chosen, values)
    if as_json:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False)
    for column, _ in chosen.returns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(str(plain(row[column])) for column, _ in chosen.returns))
    out.print(table)
