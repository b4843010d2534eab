"""`chronotope load`: bring files of items and events into the graph."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import click

from chronotope import loading
from chronotope.cli.session import Target, json_option, out, print_json, progress_bar, talk
from chronotope.cli.values import parse_pairs
from chronotope.loading import Options, Rejection, Summary
from chronotope.loading.times import zone

_SHOWN_REJECTIONS = 10
_SOME_REJECTED = 5


@click.group()
def load() -> None:
    """Load items and events from CSV or TSV files (gzip too; - is standard input)."""


def _file_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for decorate in (
        click.argument("files", nargs=-1, required=True),
        click.option(
            "--map", "pairs", multiple=True, metavar="OURS=THEIRS", help="Rename columns."
        ),
        click.option(
            "--rejects", type=click.Path(path_type=Path), help="Write rejected rows here (NDJSON)."
        ),
        click.option("--dry-run", is_flag=True, help="Validate everything and write nothing."),
        json_option,
        click.pass_obj,
    ):
        command = decorate(command)
    return command


@load.command()
@_file_options
def items(
    target: Target,
    files: tuple[str, ...],
    pairs: tuple[str, ...],
    rejects: Path | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    r"""Load items: places people go to, or goods they buy.

    \b
    Columns: item_id, name, category (a path: Dining > Coffee Shop), description,
    latitude, longitude, tags (separated by ;), active. Only item_id is required.

    \b
    Example:  chronotope load items venues.csv --map item_id=venue --map category=type
    """
    return _load(
        target,
        loading.load_items,
        files,
        Options(parse_pairs(pairs, "--map")),
        rejects,
        dry_run,
        as_json,
    )


@load.command()
@_file_options
@click.option("--timezone", help="What times without offset mean, like UTC.")
@click.option("--local-timezone", help="Where the events happened: hours are counted there.")
@click.option("--time-unit", type=click.Choice(["s", "ms"]), help="Times are numbers since 1970.")
def events(
    target: Target,
    files: tuple[str, ...],
    pairs: tuple[str, ...],
    rejects: Path | None,
    dry_run: bool,
    as_json: bool,
    timezone: str | None,
    local_timezone: str | None,
    time_unit: Literal["s", "ms"] | None,
) -> int:
    r"""Load events: who did what, when and where.

    \b
    Columns: user_id, item_id, timestamp (ISO 8601), kind, value, latitude, longitude,
    place, event_id. The first three are required. Loading the same file again changes nothing.

    \b
    Example:  chronotope load events visits.csv --timezone UTC --local-timezone Asia/Shanghai
    """
    options = Options(
        parse_pairs(pairs, "--map"),
        zone(timezone) if timezone else None,
        zone(local_timezone) if local_timezone else None,
        time_unit,
    )
    return _load(target, loading.load_events, files, options, rejects, dry_run, as_json)


def _load(
    target: Target,
    load: Callable[..., Summary],
    files: tuple[str, ...],
    options: Options,
    rejects: Path | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    with _rejects_file(rejects) as on_rejection, progress_bar("Reading rows") as advance:

        def progress(rows: int) -> None:
            advance(rows, None)

        if dry_run:
            summary = load(None, files, options, on_rejection=on_rejection, progress=progress)
        else:
            with target.graph() as graph:
                summary = load(graph, files, options, on_rejection=on_rejection, progress=progress)
    _report(summary, dry_run, as_json)
    return _SOME_REJECTED if summary.rejected else 0


@contextmanager
def _rejects_file(path: Path | None) -> Iterator[Callable[[Rejection], None]]:
    if path is None:
        yield lambda rejection: None
        return
    with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
        yield lambda rejection: print(json.dumps(asdict(rejection), ensure_ascii=False), file=file)


def _report(summary: Summary, dry_run: bool, as_json: bool) -> None:
    for rejection in summary.rejections[:_SHOWN_REJECTIONS]:
        talk.print(repr(str(rejection))[1:-1], markup=False, style="yellow", soft_wrap=True)
    if summary.rejected > _SHOWN_REJECTIONS:
        more = summary.rejected - _SHOWN_REJECTIONS
        talk.print(f"… and {more:,} more; --rejects FILE keeps them all.", style="yellow")
    if summary.unknown_columns:
        talk.print(f"Columns not used: {', '.join(summary.unknown_columns)}", markup=False)
    if as_json:
        print_json({**asdict(summary), "rejections": list(map(asdict, summary.rejections))})
        return
    fates = ("loaded", "unchanged", "duplicate", "rejected")
    counts = ", ".join(f"{getattr(summary, fate):,} {fate}" for fate in fates)
    done = "would be" if dry_run else "were"
    out.print(f"{summary.rows:,} rows of {summary.table} {done} read: {counts}.")
    if summary.bare_items:
        out.print(f"{summary.bare_items:,} items were known from events alone.")
