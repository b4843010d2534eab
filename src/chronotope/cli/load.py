"""`chronotope load`: bring files of items, events and friendships into the graph."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial, wraps
from pathlib import Path
from typing import Any

import click

from chronotope import config, loading
from chronotope.cli.ending import asked_to_end
from chronotope.cli.options import json_option, overwrite_option
from chronotope.cli.params import LIMIT
from chronotope.cli.reading import (
    EVENT_OPTIONS,
    KEEP_OPTION,
    SECRECY_OPTIONS,
    SHAPE_OPTIONS,
    take_options,
)
from chronotope.cli.session import Target, out, print_json, print_remarks, progress_bar, talk
from chronotope.cli.tables import printable
from chronotope.client import Client, Loaded, filling, load_offline
from chronotope.config import Connection
from chronotope.errors import InputError
from chronotope.inputs import read_text
from chronotope.loading import Limit, ReadOptions, Watch

_SHOWN_REJECTIONS = 10
_SOME_REJECTED = 5
_INTERRUPTED = 130
_FINISHING = "Interrupted: finishing what was read …"

Inputs = Sequence[tuple[loading.Table, tuple[str, ...]]]


@dataclass(frozen=True)
class Request:
    """What the options of a load command ask for."""

    options: ReadOptions
    limit: Limit
    rejects: Path | None
    overwrite: bool
    dry_run: bool
    offline: bool
    as_json: bool


_OUTCOME_OPTIONS: tuple[Callable[..., Any], ...] = (
    click.option(
        "--rejects",
        type=click.Path(path_type=Path),
        help="Write rejected rows here (NDJSON), to be corrected and loaded.",
    ),
    overwrite_option,
    click.option("--max-rejects", type=LIMIT, help="Stop when more rows are rejected."),
    click.option("--dry-run", is_flag=True, help="Validate everything and write nothing."),
    click.option(
        "--offline",
        is_flag=True,
        help="Fill an empty local server by its bulk import: faster, for a first load.",
    ),
    json_option,
)


def _load_options(*more: Callable[..., Any]) -> Callable[[Callable[..., int]], Callable[..., Any]]:
    """Add the options of a load; the command gets them as one Request."""

    def decorate(command: Callable[..., int]) -> Callable[..., Any]:
        @wraps(command)
        def wrapped(target: Target, /, **given: Any) -> int:
            request = Request(
                take_options(given),
                given.pop("max_rejects") or Limit(),
                given.pop("rejects"),
                given.pop("overwrite"),
                given.pop("dry_run"),
                given.pop("offline"),
                given.pop("as_json"),
            )
            return command(target, request, **given)

        decorated: Callable[..., Any] = click.pass_obj(wrapped)
        for option in reversed((*SHAPE_OPTIONS, *more, *_OUTCOME_OPTIONS)):
            decorated = option(decorated)
        return decorated

    return decorate


_files = click.argument("files", nargs=-1, required=True)
_perhaps_files = click.argument("files", nargs=-1)
_replace = click.option(
    "--replace",
    is_flag=True,
    help="Of a corrected file: rows take the place of events that have their event_id.",
)
_strict = click.option("--strict", is_flag=True, help="Reject events of items that are unknown.")
_last = click.option(
    "--last",
    type=click.IntRange(1),
    metavar="N",
    help="Keep the last N events, and of older ones each user's newest of every item and kind.",
)


def _table_option(name: str) -> Callable[..., Any]:
    return click.option(f"--{name}", multiple=True, metavar="FILE", help=f"A file of {name}.")


@click.group(invoke_without_command=True)
@_table_option("items")
@_table_option("events")
@_table_option("friendships")
@_load_options(*EVENT_OPTIONS, *SECRECY_OPTIONS, _strict, _replace, _last, KEEP_OPTION)
def load(
    target: Target,
    request: Request,
    items: tuple[str, ...],
    events: tuple[str, ...],
    friendships: tuple[str, ...],
) -> int:
    """Load items, events and friendships from files.

    CSV and its kin, NDJSON and Parquet, plain or in gzip or zstd; several files or a pattern; - is
    standard input. Loading again changes only what is told otherwise, and after a crash it goes on
    where it was.

    \b
    One table:    chronotope load items venues.csv
    All at once:  chronotope load --items venues.csv --events visits.csv [--offline]
    """
    given = [
        (loading.ITEMS, items),
        (loading.EVENTS, events),
        (loading.FRIENDSHIPS, friendships),
    ]
    inputs = [(table, files) for table, files in given if files]
    context = click.get_current_context()
    if context.invoked_subcommand:
        if inputs or request.offline:
            raise click.UsageError(
                f"Give the options after the table: chronotope load {context.invoked_subcommand} …"
            )
        return 0
    if not inputs:
        raise click.UsageError("Name files: --items FILE, --events FILE, --friendships FILE.")
    shared = replace(request, options=replace(request.options, shared=True))
    return _load(target, inputs, shared)


@load.command()
@_files
@_load_options(
    KEEP_OPTION,
    click.option(
        "--vectors",
        metavar="FILE",
        help="Their vectors: .npy, row by row, or .parquet with item_id and embedding.",
    ),
    click.option(
        "--vectors-index",
        type=click.Choice(list(loading.VECTOR_INDEXES)),
        default=loading.TEXT_INDEX,
        show_default=True,
        help="Where they are searched: vectors of pictures and of sound have indexes of their own.",
    ),
)
def items(
    target: Target,
    request: Request,
    files: tuple[str, ...],
    vectors: str | None,
    vectors_index: str,
) -> int:
    """Load items: places people go to, or goods they buy.

    \b
    Columns: item_id, name, category (a path: Dining > Coffee Shop, or a list), description,
    latitude, longitude, location (a point), tags (a list), active. Only item_id is required.
    Other columns are not used, unless --keep names them.

    \b
    Example:  chronotope load items venues.csv --map item_id=venue,category=type
    Example:  chronotope load items goods.csv --keep price,brand
    """
    return _load(
        target, [(loading.ITEMS, files)], request, (vectors, vectors_index) if vectors else None
    )


@load.command()
@_perhaps_files
@_load_options(
    *EVENT_OPTIONS,
    *SECRECY_OPTIONS,
    _strict,
    _replace,
    _last,
    click.option(
        "--query",
        metavar="CYPHER",
        help="Instead of files: what a text returns that reads another graph, or a file of it.",
    ),
    click.option("--from", "source", metavar="URI", help="The server of that graph."),
    click.option(
        "--from-credentials",
        type=click.Path(path_type=Path),
        help="Its file of NEO4J_…= lines; else NEO4J_FROM_USERNAME, NEO4J_FROM_PASSWORD.",
    ),
)
def events(
    target: Target,
    request: Request,
    files: tuple[str, ...],
    query: str | None,
    source: str | None,
    from_credentials: Path | None,
) -> int:
    """Load events: who did what, when and where.

    \b
    Columns: user_id, item_id, timestamp (ISO 8601), kind, value, latitude, longitude,
    place (a name), location (a name or a point), zone (like Asia/Tokyo), event_id.
    The first three are required.

    An event that is loaded again and told otherwise (kind, value, place, zone) is changed. A row
    with the event_id of another user, item or moment is rejected, unless --replace is given.
    Dislikes, and other kinds that weigh less than 0 (chronotope kinds), are kept as declined.

    \b
    Example:  chronotope load events visits.csv --timezone UTC --local-timezone Asia/Shanghai

    \b
    Of another graph (it is read, and nothing else):
    Example:  chronotope load events --from bolt+s://shop --query "MATCH (c:User)-[b:BOUGHT]->(p)
              RETURN c.id AS user_id, p.id AS item_id, b.at AS timestamp"
    """
    if not (query or source):
        if not files:
            raise click.UsageError("Name files, or what to ask: --query CYPHER --from URI.")
        return _load(target, [(loading.EVENTS, files)], request)
    if files or not query or not source:
        raise click.UsageError("--query and --from go together, and with no files.")
    connection = config.other_connection(source, from_credentials, insecure=target.insecure)
    return _load(target, [], request, query=(_text_of(query), connection))


@load.command()
@_files
@_load_options(SECRECY_OPTIONS[0])
def friendships(target: Target, request: Request, files: tuple[str, ...]) -> int:
    """Load friendships: who knows whom, in the direction of the row.

    \b
    Columns: user_id, friend_id.

    \b
    Example:  chronotope load friendships loc-gowalla_edges.txt.gz --format gowalla
    """
    return _load(target, [(loading.FRIENDSHIPS, files)], request)


def _text_of(query: str) -> str:
    """Return a text of Cypher, or the one in the file that is named."""
    return read_text(Path(query), "file") if query.endswith(".cypher") else query


def _load(
    target: Target,
    inputs: Inputs,
    request: Request,
    vectors: tuple[str, str] | None = None,
    query: tuple[str, Connection] | None = None,
) -> int:
    _check(target, inputs, request, vectors)
    if query and request.offline:
        raise click.UsageError("--offline loads files; leave --query out.")
    with ExitStack() as stack:
        client = None
        if not (request.dry_run or request.offline):
            client = stack.enter_context(target.client())
            client.connect()  # an interrupt is heard at once until then, later after a batch
        watch = Watch(
            progress=stack.enter_context(progress_bar("Reading rows")),
            interrupted=(lambda: False)
            if request.offline
            else stack.enter_context(asked_to_end(signal.SIGINT, told=_FINISHING)),
            limit=request.limit,
        )
        rejects = stack.enter_context(
            _rejects_file(inputs, request, vectors[:1] if vectors else ())
        )
        if rejects:
            watch = replace(watch, on_rejection=rejects.take, before_checkpoint=rejects.flush)
        if query:
            text, connection = query
            other = stack.enter_context(Client.open_later(lambda: connection))
            load_query = (client or Client.open_later(target.connect)).load_query
            loads = [load_query(text, other, request.options, watch, dry_run=request.dry_run)]
        elif request.offline and not request.dry_run:
            loads = list(load_offline(inputs, request.options, watch, name=target.local))
        else:
            loads = _load_tables(client, inputs, request.options, watch, vectors)
        if rejects:
            rejects.is_done = not any(loaded.stopped for loaded in loads)
    _report(loads, request)
    if any(loaded.interrupted for loaded in loads):
        return _INTERRUPTED
    return _SOME_REJECTED if any(loaded.rejected for loaded in loads) else 0


def _load_tables(
    client: Client | None,
    inputs: Inputs,
    options: ReadOptions,
    watch: Watch,
    vectors: tuple[str, str] | None,
) -> list[Loaded]:
    """Load tables one after the other, then vectors; without a client, only validate them."""
    loads: list[Loaded] = []
    for table, files in inputs:
        load_table = getattr(client, f"load_{table.name}", partial(filling.load, None, table))
        loads.append(load_table(files, options, watch))
        if loads[-1].stopped:
            return loads
    if vectors:
        path, index = vectors
        load_vectors = client.load_vectors if client else partial(filling.load_vectors, None)
        loads.append(load_vectors(path, inputs[0][1], options, watch, index=index))
    return loads


def _check(
    target: Target, inputs: Inputs, request: Request, vectors: tuple[str, str] | None
) -> None:
    """Refuse what cannot be loaded, before anything is started."""
    if request.offline and request.options.replace:
        raise click.UsageError("--replace corrects a graph; --offline fills an empty one.")
    if request.offline and not request.dry_run and target.connection:
        raise InputError(
            f"--offline fills the local server, not the one at {target.connection.address}; "
            "load without it, or unset NEO4J_URI."
        )
    for table, files in inputs:
        loading.check_heads(table, files, request.options)
    if vectors:
        loading.check_vectors(vectors[0])


@contextmanager
def _rejects_file(
    inputs: Inputs, request: Request, others: Sequence[str]
) -> Iterator[loading.RejectsFile | None]:
    """Open the file of rejected rows, if one is wanted; when a load stops, tell where they are."""
    if request.rejects is None:
        yield None
        return
    file = None
    try:
        with loading.keep_rejects(
            request.rejects, inputs, request.options, overwrite=request.overwrite, others=others
        ) as file:
            yield file
    finally:
        if file and file.is_kept:
            talk.print(
                f"Rejected rows so far are in {printable(str(file.part))}; the same command goes "
                "on there.",
                soft_wrap=True,
            )


def _report(loads: Sequence[Loaded], request: Request) -> None:
    for loaded in loads:
        _report_details(loaded)
    if request.as_json:
        print_json({"dryRun": request.dry_run, "loads": [loaded.to_dict() for loaded in loads]})
        return
    for loaded in loads:
        _report_counts(loaded, request)


def _report_details(loaded: Loaded) -> None:
    print_remarks(loaded.remarks)
    for rejection in loaded.rejections[:_SHOWN_REJECTIONS]:
        talk.print(printable(str(rejection)), style="yellow", soft_wrap=True)
    if loaded.rejected > _SHOWN_REJECTIONS:
        more = loaded.rejected - _SHOWN_REJECTIONS
        talk.print(f"… and {more:,} more; --rejects FILE keeps them all.", style="yellow")


def _report_counts(loaded: Loaded, request: Request) -> None:
    fates = ("loaded", "updated", "unchanged", "duplicate", "rejected")
    counts = ", ".join(f"{getattr(loaded, fate):,} {fate}" for fate in fates)
    done = "would be" if request.dry_run else "were"
    out.print(f"{loaded.rows:,} rows of {loaded.table} {done} read: {counts}.")
    if loaded.older:
        out.print(f"Older than the last {request.options.last:,}, and left out: {loaded.older:,}.")
    if loaded.resumed:
        out.print(f"{loaded.resumed:,} of the unchanged were written before the last load ended.")
    if loaded.bare_items:
        out.print(f"{loaded.bare_items:,} items were known from events alone.")
    if loaded.stopped:
        kept = "Nothing was written." if request.offline else "What was read is in the graph."
        out.print(f"The load stopped before the end: {loaded.stopped}. {kept}")
