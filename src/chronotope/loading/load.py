"""Load files into the graph: every row is loaded, unchanged, a duplicate, or rejected."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from chronotope.graph import Graph
from chronotope.loading import validate
from chronotope.loading.cells import ladder
from chronotope.loading.columns import EVENTS, ITEMS, Options, Table
from chronotope.loading.read import Rejection, Source, open_source
from chronotope.loading.validate import Row, RowError

_BATCH = 2000

Progress = Callable[[int], None]
"""Called with the number of rows read so far."""


@dataclass
class Summary:
    """What became of the rows: `rows` = `loaded` + `unchanged` + `duplicate` + `rejected`.

    For items `loaded` counts new and merged ones alike, and `unchanged` is not told apart.
    `bare_items` are items that only events mention.
    """

    table: str
    rows: int = 0
    loaded: int = 0
    unchanged: int = 0
    duplicate: int = 0
    rejected: int = 0
    bare_items: int = 0
    unknown_columns: tuple[str, ...] = ()
    rejections: list[Rejection] = field(default_factory=list)


def load_items(
    graph: Graph | None,
    paths: Sequence[str],
    options: Options,
    *,
    on_rejection: Callable[[Rejection], None] = lambda rejection: None,
    progress: Progress = lambda rows: None,
) -> Summary:
    """Load files of items; with no graph, only validate them.

    Raises InputError for a file that cannot be read at all.
    """
    summary = Summary(ITEMS.name)
    for batch in _batches(paths, ITEMS, options, validate.item, summary, on_rejection, progress):
        latest = {row["id"]: row for row in batch}  # an id given twice: the later row counts
        summary.duplicate += len(batch) - len(latest)
        summary.loaded += len(latest)
        if graph:
            _write_items(graph, list(latest.values()))
    return summary


def load_events(
    graph: Graph | None,
    paths: Sequence[str],
    options: Options,
    *,
    on_rejection: Callable[[Rejection], None] = lambda rejection: None,
    progress: Progress = lambda rows: None,
) -> Summary:
    """Load files of events; with no graph, only validate them.

    An event whose item is unknown makes a bare item. Raises InputError for a file that cannot be
    read at all.
    """
    now = datetime.now(UTC)
    summary = Summary(EVENTS.name)
    seen: set[int] = set()
    items: set[str] = set()

    def parse(row: dict[str, str]) -> Row:
        return validate.event(row, options, now)

    for batch in _batches(paths, EVENTS, options, parse, summary, on_rejection, progress):
        fresh = _first_sight(batch, seen)
        summary.duplicate += len(batch) - len(fresh)
        if graph is None:
            summary.loaded += len(fresh)
            continue
        mentioned = {row["item"] for row in fresh} - items
        missing = graph.read("load.find_missing_items", {"ids": sorted(mentioned)})
        summary.bare_items += len(missing)
        items |= mentioned
        created = _write_events(graph, fresh)
        summary.loaded += created
        summary.unchanged += len(fresh) - created
    return summary


def _batches(
    paths: Sequence[str],
    table: Table,
    options: Options,
    parse: Callable[[dict[str, str]], Row],
    summary: Summary,
    on_rejection: Callable[[Rejection], None],
    progress: Progress,
) -> Iterator[list[Row]]:
    sources = [open_source(path, table, options.renamed) for path in paths]
    summary.unknown_columns = tuple(dict.fromkeys(c for s in sources for c in s.unknown))
    for source in sources:
        rows = _parsed(source, parse, summary, on_rejection)
        while batch := list(islice(rows, _BATCH)):
            yield batch
            progress(summary.rows)


def _parsed(
    source: Source,
    parse: Callable[[dict[str, str]], Row],
    summary: Summary,
    on_rejection: Callable[[Rejection], None],
) -> Iterator[Row]:
    for entry in source.rows:
        summary.rows += 1
        if isinstance(entry, Rejection):
            rejection = entry
        else:
            line, row = entry
            try:
                yield parse(row)
                continue
            except RowError as fault:
                rejection = Rejection(source.name, line, fault.column, fault.reason, row)
        summary.rejected += 1
        summary.rejections.append(rejection)
        on_rejection(rejection)


def _first_sight(batch: list[Row], seen: set[int]) -> list[Row]:
    fresh = []
    for row in batch:
        key = hash(row["id"])  # 64 bits instead of the text: ten million ids have to fit
        if key not in seen:
            seen.add(key)
            fresh.append(row)
    return fresh


def _write_items(graph: Graph, rows: list[Row]) -> None:
    _write_cells(graph, (row["cell"] for row in rows))
    interests = {interest["id"]: interest for row in rows for interest in row["ladder"]}
    if interests:
        graph.write("load.merge_interests", {"rows": list(interests.values())})
    kept = ("id", "properties", "interests", "located", "cell")
    graph.write("load.merge_items", {"rows": [{key: row[key] for key in kept} for row in rows]})


def _write_events(graph: Graph, rows: list[Row]) -> int:
    _write_cells(graph, (row["cell"] for row in rows if row["location"]))
    places = {row["place"] for row in rows if row["place"] and not row["location"]}
    if places:
        named = [{"id": validate.place_id(name), "name": name} for name in sorted(places)]
        graph.write("load.merge_places", {"rows": named})
    return graph.write_rows("load.merge_events", rows, size=_BATCH)["relationships_created"]


def _write_cells(graph: Graph, cells: Iterable[str | None]) -> None:
    rows = {row["id"]: row for cell in dict.fromkeys(cells) if cell for row in ladder(cell)}
    if rows:
        graph.write("load.merge_cells", {"rows": sorted(rows.values(), key=_coarse_first)})


def _coarse_first(row: Row) -> int:
    resolution = row["resolution"]
    assert isinstance(resolution, int)  # noqa: S101  rows hold values of any type
    return resolution
