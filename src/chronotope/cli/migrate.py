"""`chronotope migrate`: the schema of the graph."""

from pathlib import Path
from typing import Any

import click

from chronotope import migrations
from chronotope.cli.options import json_option
from chronotope.cli.params import PAIR, merged
from chronotope.cli.session import Target, out, print_json, talk
from chronotope.cli.tables import printable, table
from chronotope.client import Migrations
from chronotope.migrations import Step

location_option = click.option(
    "--location",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of migrations; default: chronotope's own.",
)


@click.group()
def migrate() -> None:
    """Bring the graph's schema up to date, and look after its history.

    Files and history have the format of neo4j-migrations: either tool can go on with the other's.
    """


@migrate.command()
@location_option
@click.option("--to", default="latest", show_default=True, metavar="VERSION|latest|next")
@click.option(
    "--placeholder",
    "placeholders",
    type=PAIR,
    multiple=True,
    callback=merged,
    help="What ${nm:KEY} stands for.",
)
@click.option("--dry-run", is_flag=True, help="Print the plan and its statements; write nothing.")
@json_option
@click.pass_obj
def apply(
    target: Target,
    location: Path | None,
    to: str,
    placeholders: dict[str, str],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Apply the migrations that are pending, and repeatable ones that changed.

    Then publish the queries that clients may call, as nodes ChronotopeQuery.

    A graph that holds somebody else's data is refused and left alone.

    \b
    Example:  chronotope migrate apply --dry-run
    """
    with target.client() as client:
        done = client.migrate(
            location,
            to=to,
            placeholders=placeholders,
            dry_run=dry_run,
            announce=lambda source: talk.print(f"Applying {source}"),
        )
    if as_json:
        print_json(done.to_dict())
        return
    if dry_run:
        _show_plan(done)
    elif done:
        out.print(f"Applied {len(done)} migration{'s' * (len(done) != 1)}.")
    if done.published:
        verb = "Would publish" if dry_run else "Published"
        many = "ies" if len(done.published) != 1 else "y"
        out.print(f"{verb} {len(done.published)} quer{many} in the graph.")
    elif not done:
        out.print("The schema is up to date.")


@migrate.command()
@location_option
@json_option
@click.pass_obj
def info(target: Target, location: Path | None, as_json: bool) -> None:
    """List the migrations: what is applied, when, by whom, and what is pending."""
    with target.client() as client:
        rows = [_row(step) for step in migrations.standing(client.graph, location)]
    if as_json:
        print_json({"migrations": rows})
        return
    headings = ("version", "description", "state", "at", "by", "milliseconds", "source")
    for row in rows:
        row["at"] = f"{row['at']:%Y-%m-%d %H:%M:%S}" if row["at"] else None
    cells = ([row[heading] for heading in headings] for row in rows)
    out.print(table(headings, cells, right=("milliseconds",)))


@migrate.command()
@location_option
@json_option
@click.pass_obj
def validate(target: Target, location: Path | None, as_json: bool) -> int:
    """Tell whether the graph is as the folder says: valid, pending or changed.

    Exit code 0 if it is, else 1. What the graph has of other folders is listed and does not matter.
    """
    with target.client() as client:
        steps = migrations.standing(client.graph, location)
    own = [step for step in steps if step.migration]
    open_steps = [step for step in own if step.state != "applied"]
    told = [step for step in steps if step.state != "applied"]
    if as_json:
        outcome = open_steps[0].state if open_steps else "valid"
        print_json({"outcome": outcome, "migrations": [_row(step) for step in told]})
    elif not open_steps:
        out.print(f"Valid: {len(own)} migrations, all applied as they are.")
    for step in told if not as_json else ():
        out.print(step.complaint or f"{step.source} is {step.state}.", soft_wrap=True)
    return int(bool(open_steps))


@migrate.command()
@location_option
@click.option("--dry-run", is_flag=True, help="Show what would be done; write nothing.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
@click.pass_obj
def repair(target: Target, location: Path | None, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Accept files that were changed after they ran, and release the lock of a crashed run.

    Shows what it would do and asks first. The graph's data is not touched.
    """
    with target.client() as client:
        plan = migrations.examine(client.graph, location)
        changes = [
            {"source": step.source, "from": step.applied.checksum, "to": step.migration.checksum}
            for step in plan.altered
            if step.applied and step.migration
        ]
        if as_json:
            print_json({"checksums": changes, "lock": plan.lock, "done": yes and not dry_run})
        for change in () if as_json else changes:
            out.print(f"{change['source']}: checksum {change['from']} becomes {change['to']}")
        if plan.lock and not as_json:
            out.print(f"The lock of {plan.lock} is released; be sure that this run is not alive.")
        if not changes and not plan.lock:
            talk.print("There is nothing to repair.")
        elif not dry_run and (yes or (not as_json and click.confirm("Do it?", err=True))):
            migrations.repair(client.graph, plan)


@migrate.command()
@click.option("--dry-run", is_flag=True, help="Show what would be done; write nothing.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
@click.pass_obj
def clean(target: Target, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Forget the history of migrations. What they made, and all data, stays."""
    with target.client() as client:
        count = len(migrations.history(client.graph))
        if not as_json:
            out.print(f"The history of {count} migrations is deleted; schema and data stay.")
        done = not dry_run and (yes or (not as_json and click.confirm("Do it?", err=True)))
        if done:
            migrations.clean(client.graph)
        if as_json:
            print_json({"migrations": count, "done": done})


def _show_plan(plan: Migrations) -> None:
    for migration in plan:
        out.print(f"// {migration.source} ({migration.state})")
        for text in migration.statements:
            click.echo(printable(f"{text};", keep="\n\t"))


def _row(step: Step) -> dict[str, Any]:
    one = step.migration or step.applied
    assert one is not None  # noqa: S101  a step is made of one of them
    return {
        "version": one.version,
        "description": one.description,
        "source": one.source,
        "repeatable": one.repeatable,
        "state": step.state,
        "checksum": one.checksum,
        "at": step.applied.at if step.applied else None,
        "by": step.applied.by if step.applied else "",
        "milliseconds": step.applied.milliseconds if step.applied else None,
    }
