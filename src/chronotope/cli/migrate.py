"""`chronotope migrate`: the schema of the graph."""

import click
from rich.table import Table

from chronotope import migrations
from chronotope.cli.session import Target, json_option, out, print_json, talk


@click.group()
def migrate() -> None:
    """Bring the graph's schema up to date, and show its history."""


@migrate.command()
@json_option
@click.pass_obj
def apply(target: Target, as_json: bool) -> None:
    """Apply the migrations that are pending.

    A graph that holds somebody else's data is refused and left alone.
    """
    with target.graph(migrated=False) as graph:
        done = migrations.apply(graph, announce=lambda step: talk.print(f"Applying {step.source}"))
    if as_json:
        print_json({"applied": [step.source for step in done]})
    else:
        count = f"{len(done)} migration{'s' * (len(done) != 1)}"
        out.print(f"Applied {count}." if done else "The schema is up to date.")


@migrate.command()
@json_option
@click.pass_obj
def info(target: Target, as_json: bool) -> None:
    """List the migrations: what is applied, when, by whom, and what is pending."""
    with target.graph(migrated=False) as graph:
        steps = migrations.plan(migrations.read_folder(), migrations.history(graph))
    rows = [
        {
            "version": step.migration.version,
            "description": step.migration.description,
            "repeatable": step.migration.repeatable,
            "state": step.state,
            "at": step.applied.at if step.applied else None,
            "by": step.applied.by if step.applied else None,
            "milliseconds": step.applied.milliseconds if step.applied else None,
            "checksum": step.migration.checksum,
        }
        for step in steps
    ]
    if as_json:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("version", "description", "state", "at", "by", "ms"):
        table.add_column(heading, justify="right" if heading == "ms" else "left")
    for row in rows:
        at = f"{row['at']:%Y-%m-%d %H:%M:%S}" if row["at"] else ""
        table.add_row(
            str(row["version"]),
            str(row["description"]),
            str(row["state"]),
            at,
            str(row["by"] or ""),
            str(row["milliseconds"] if row["milliseconds"] is not None else ""),
        )
    out.print(table)
