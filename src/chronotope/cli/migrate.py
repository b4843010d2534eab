"""`chronotope migrate`: the schema of the graph."""

from pathlib import Path
from typing import Any

import click
from rich.table import Table

from chronotope import migrations
from chronotope.cli.session import Target, json_option, out, print_json, talk
from chronotope.cli.values import parse_pairs
from chronotope.migrations import MigrateOptions, Step

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
    "--placeholder", "pairs", multiple=True, metavar="KEY=VALUE", help="What ${nm:KEY} stands for."
)
@click.option("--dry-run", is_flag=True, help="Print the plan and its statements; write nothing.")
@json_option
@click.pass_obj
def apply(
    target: Target,
    location: Path | None,
    to: str,
    pairs: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    r"""Apply the migrations that are pending, and repeatable ones that changed.

    A graph that holds somebody else's data is refused and left alone.

    \b
    Example:  chronotope migrate apply --dry-run
    """
    options = MigrateOptions(location, to, parse_pairs(pairs, "--placeholder"))
    with target.graph(migrated=False) as graph:
        if dry_run:
            _show_plan(migrations.pending(graph, options), options, as_json)
            return
        done = migrations.apply(
            graph, options, announce=lambda step: talk.print(f"Applying {step.source}")
        )
    if as_json:
        print_json({"applied": [migration.source for migration in done]})
    else:
        count = f"{len(done)} migration{'s' * (len(done) != 1)}"
        out.print(f"Applied {count}." if done else "The schema is up to date.")


@migrate.command()
@location_option
@json_option
@click.pass_obj
def info(target: Target, location: Path | None, as_json: bool) -> None:
    """List the migrations: what is applied, when, by whom, and what is pending."""
    with target.graph(migrated=False) as graph:
        rows = [_row(step) for step in migrations.standing(graph, location)]
    if as_json:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("version", "description", "state", "at", "by", "ms", "source"):
        table.add_column(heading, justify="right" if heading == "ms" else "left")
    for row in rows:
        at = f"{row['at']:%Y-%m-%d %H:%M:%S}" if row["at"] else ""
        ms = "" if row["milliseconds"] is None else str(row["milliseconds"])
        table.add_row(
            row["version"], row["description"], row["state"], at, row["by"], ms, row["source"]
        )
    out.print(table)


@migrate.command()
@location_option
@json_option
@click.pass_obj
def validate(target: Target, location: Path | None, as_json: bool) -> int:
    """Tell whether the graph is as the folder says: valid, pending, changed, or unknown.

    Exit code 0 if it is, else 1.
    """
    with target.graph(migrated=False) as graph:
        steps = migrations.standing(graph, location)
    open_steps = [step for step in steps if step.state != "applied"]
    if as_json:
        outcome = open_steps[0].state if open_steps else "valid"
        print_json({"outcome": outcome, "migrations": [_row(step) for step in open_steps]})
    elif not open_steps:
        out.print(f"Valid: {len(steps)} migrations, all applied as they are.")
    for step in open_steps if not as_json else ():
        out.print(step.complaint or f"{step.source} is {step.state}.", markup=False, soft_wrap=True)
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
    with target.graph(migrated=False) as graph:
        plan = migrations.examine(graph, location)
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
            migrations.repair(graph, plan)


@migrate.command()
@click.option("--dry-run", is_flag=True, help="Show what would be done; write nothing.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
@click.pass_obj
def clean(target: Target, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Forget the history of migrations. What they made, and all data, stays."""
    with target.graph(migrated=False) as graph:
        count = len(migrations.history(graph))
        if not as_json:
            out.print(f"The history of {count} migrations is deleted; schema and data stay.")
        done = not dry_run and (yes or (not as_json and click.confirm("Do it?", err=True)))
        if done:
            migrations.clean(graph)
        if as_json:
            print_json({"migrations": count, "done": done})


def _show_plan(steps: list[Step], options: MigrateOptions, as_json: bool) -> None:
    if as_json:
        print_json([{**_row(step), "statements": _texts(step, options)} for step in steps])
        return
    if not steps:
        out.print("The schema is up to date.")
    for step in steps:
        out.print(f"// {step.source} ({step.state})", markup=False)
        for text in _texts(step, options):
            click.echo(f"{text};")


def _texts(step: Step, options: MigrateOptions) -> list[str]:
    statements = step.migration.statements if step.migration else ()
    return [migrations.fill(one, options.placeholders, step.source) for one in statements]


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
