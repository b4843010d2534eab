"""Load files into the graph: read -> validate -> write, in batches that overlap.

While the database writes one batch, the next is read. A batch that is written moves the file's
checkpoint; a load that was cut off goes on there when it is run again.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.loading import kinds, validate, write
from chronotope.loading.columns import DEFAULTS, EVENTS, FRIENDSHIPS, ITEMS, ReadOptions, Table
from chronotope.loading.files import STDIN, can_be_read_again, expand, fingerprint
from chronotope.loading.guard import guard
from chronotope.loading.hiding import ERASED, FORGOTTEN, hidden, unread
from chronotope.loading.newest import Newest, newest
from chronotope.loading.observed import Observed
from chronotope.loading.read import Source, open_source, row_source
from chronotope.loading.rejection import Line, Rejection, RowError
from chronotope.loading.seen import Counting, Exact, Hashes, Memory, Overlooked, Sight
from chronotope.loading.summary import Summary
from chronotope.loading.times import latest
from chronotope.loading.validate import Row
from chronotope.loading.write import Known, Outcome, Step, Write, write_bisected
from chronotope.progress import Progress, silent

# Larger ones keep more alive between two collections of the server's garbage, smaller ones make
# more transactions.
_BATCH = 4000
_BATCH_SIGNS = 32_000_000
_WRITERS = 2

Sink = Callable[[Sequence[Row]], Mapping[int, RowError]]
"""Takes the rows of a batch, and returns the index of those it refuses and what is wrong."""

Parse = Callable[[Mapping[str, str], ReadOptions, int], Row]
"""Of a row of text, by the options and the latest moment that is taken for one."""

Tell = Callable[[Sequence[Row]], None]
"""Takes rows that tell otherwise what a row that a sink has taken tells: they count."""

Open = Callable[[], Source]


@dataclass(frozen=True)
class Kind:
    """How the rows of one table are parsed, told apart, remembered and written."""

    parse: Parse
    hashes: Callable[[Row], Hashes]
    memory: Callable[[], Memory]
    write: Callable[[ReadOptions], Write]
    writers: int = 1


KINDS: Mapping[str, Kind] = {
    ITEMS.name: Kind(
        parse=lambda row, options, until: validate.item(row, options.keep),
        hashes=lambda row: (hash(row["id"]), hash(repr(row)), 0),
        memory=Exact,  # what an item's second row says would undo the first
        write=lambda options: write.write_items,
    ),
    EVENTS.name: Kind(
        parse=validate.event,
        hashes=lambda row: (  # of texts: to Python, -1 and -2 have one hash
            hash(row["id"]),
            hash((row["user"], row["item"], str(row["epochMillis"]))),
            hash(repr(row)),  # the later row counts
        ),
        memory=lambda: Counting(_WRITERS + 1),
        write=lambda options: partial(
            write.write_strict_events if options.strict else write.write_events,
            replace=options.replace,
        ),
        writers=_WRITERS,
    ),
    FRIENDSHIPS.name: Kind(
        parse=lambda row, options, until: validate.friendship(row, options),
        hashes=lambda row: (hash((row["user"], row["friend"])), 0, 0),
        memory=lambda: Counting(_WRITERS + 1),
        write=lambda options: write.write_friendships,
    ),
}


@dataclass(frozen=True)
class Limit:
    """How many rows may be rejected before a load stops: a number, or a share of those read."""

    rows: int | None = None
    share: float | None = None

    def exceeded(self, summary: Summary) -> bool:
        """Tell whether a load should stop."""
        if self.rows is not None and summary.rejected > self.rows:
            return True
        return self.share is not None and summary.rejected > self.share * summary.rows


@dataclass(frozen=True)
class Watch:
    """What a caller wants to hear, and how it stops a load between two batches."""

    on_rejection: Callable[[Rejection], None] = lambda rejection: None
    progress: Progress = silent
    interrupted: Callable[[], bool] = lambda: False
    limit: Limit = Limit()
    before_checkpoint: Callable[[], None] = lambda: None
    """Called before it is written down that the rows so far are done."""


@dataclass(frozen=True)
class _Batch:
    rows: list[Row]
    origins: list[Line]
    hashes: list[Hashes]
    end: int
    """How many rows of the file were read with it."""
    changed: frozenset[int] = frozenset()
    """Indexes of rows that tell otherwise what an earlier batch told."""
    superseded: Mapping[int, Sequence[Line]] = field(default_factory=dict)
    """By the index of a row: those before it that it tells otherwise."""


def load(
    graph: Graph | None,
    table: Table,
    files: Sequence[str],
    options: ReadOptions = DEFAULTS,
    watch: Watch = Watch(),
) -> Summary:
    """Load files (names, patterns, `-`) of one table; with no graph, only validate them.

    Raises InputError for a file that cannot be read at all, before any row is written, and
    UnavailableError when the database goes away; run again, the load then goes on where it was.
    """
    return _load(graph, table, _files(files, table, options), options, watch)


def load_rows(
    graph: Graph | None,
    table: Table,
    rows: Any,
    options: ReadOptions = DEFAULTS,
    watch: Watch = Watch(),
    *,
    name: str = "rows",
) -> Summary:
    """Load rows of one table: an iterable of mappings, or a frame of pandas or polars.

    They are checked and written as those of a file are; in rejections they are numbered from 1
    under `name`. With no graph they are only validated. Raises InputError for what holds no rows.
    """
    _check_once(options)
    source = row_source(name, rows, table, options)
    return _load(graph, table, [lambda: source], options, watch)


def load_source(
    graph: Graph | None,
    table: Table,
    source: Source,
    kind: Kind | None = None,
    watch: Watch = Watch(),
) -> Summary:
    """Load the rows of a source, which are text under our column names.

    A `kind` says how they are parsed and written, where that is not as rows of the table are.
    """
    _check_once(source.options)
    return _load(graph, table, [lambda: source], source.options, watch, kind)


def read_into(
    sink: Sink,
    table: Table,
    files: Sequence[str],
    options: ReadOptions,
    watch: Watch,
    supersede: Tell = lambda rows: None,
) -> Summary:
    """Give the rows of files to `sink`, each once, in batches.

    Events that later rows tell otherwise are told to `supersede` before `sink` gets those rows.
    Raises InputError for a file that cannot be read at all, before any row is given.
    """
    run = _Run(KINDS[table.name], table, options, watch)
    with Exact() as memory:
        sources = _files(files, table, options)
        run.load(sources, memory, lambda source: run.pour(source, sink, supersede))
    return run.summary


def check_heads(table: Table, files: Sequence[str], options: ReadOptions = DEFAULTS) -> None:
    """Raise InputError for files whose names or first lines tell that they cannot be read."""
    _files(files, table, options)


def _load(
    graph: Graph | None,
    table: Table,
    sources: Sequence[Open],
    options: ReadOptions,
    watch: Watch,
    kind: Kind | None = None,
) -> Summary:
    kind = kind or KINDS[table.name]
    run = _Run(kind, table, options, watch)
    with kind.memory() as memory:
        if graph is None:
            run.load(sources, memory, lambda source: run.pour(source, lambda rows: {}))
            run.correct_a_dry_run(memory.overlooked())
        else:
            run.known = Known(partial(guard, graph, options.secrecy)).again()
            run.load(sources, memory, lambda source: run.send(graph, source))
            run.correct(memory.overlooked())
            kinds.tell(graph, run.summary)
    return run.summary


def _check_once(options: ReadOptions) -> None:
    """Raise InputError when rows that can be read once are to be read twice."""
    if options.last is not None:
        raise InputError("To keep the last events alone, all are read twice: load files of them.")


def _files(files: Sequence[str], table: Table, options: ReadOptions) -> list[Open]:
    """Return what opens each file, once all that can be read again were found readable."""
    paths = expand(files)
    if paths.count(STDIN) > 1:
        raise InputError("Standard input (-) can be read once only.")
    if table is EVENTS and not all(map(can_be_read_again, paths)):
        _check_once(options)
    for path in paths:
        if can_be_read_again(path):
            open_source(path, table, options).close()
    return [partial(open_source, path, table, options) for path in paths]


class _Run:
    """One load of one or more sources."""

    def __init__(self, kind: Kind, table: Table, options: ReadOptions, watch: Watch) -> None:
        self.summary = Summary(table.name)
        self._table = table
        self._options = options
        self._watch = watch
        self._kind = kind
        self._write = kind.write(options)
        self.known = Known()
        self._until = latest(datetime.now(UTC))
        self._observed = Observed(self._until, options.rating_threshold)
        self._newest: Newest | None = None

    def load(
        self, sources: Sequence[Open], memory: Memory, carry: Callable[[Source], None]
    ) -> None:
        """Open the sources, one after the other, and have each carried to where it belongs."""
        self._memory = memory
        if self._table is EVENTS and self._options.last is not None:
            self._newest = newest(self._readable(sources), self._options.last)
        for open_ in sources:
            if self.over():
                break
            source = open_()
            try:
                carry(source)
            finally:
                source.close()
            self._note(source)
        self.summary.remarks = (*self.summary.remarks, *self._observed.told())
        self.summary.kinds = dict(self._observed.kinds)

    def _readable(self, sources: Sequence[Open]) -> Iterator[Row]:
        """Yield the rows of sources that can be read, before they are read to be loaded."""
        looked_at = 0
        for source in (open_() for open_ in sources):
            try:
                for entry in source.rows:
                    if looked_at % _BATCH == 0:
                        self._watch.progress("looking for the last events", looked_at, None)
                        if self._watch.interrupted():
                            return
                    looked_at += 1
                    with suppress(RowError):
                        if not isinstance(entry, Rejection):
                            text = hidden(entry[1], source.options.secrecy)
                            yield self._kind.parse(text, source.options, self._until)
            finally:
                source.close()

    def correct(self, overlooked: Overlooked) -> None:
        """Move the rows that were in the input twice, too far apart to be seen, to their fate.

        The graph found them unchanged, and has told itself which of them changed an event.
        """
        again = min(overlooked.same, self.summary.unchanged)
        self.summary.duplicate += again
        self.summary.unchanged -= again

    def correct_a_dry_run(self, overlooked: Overlooked) -> None:
        """Do the same where without a graph they were counted as loaded."""
        self.summary.duplicate += overlooked.same
        self.summary.updated += overlooked.changed
        self.summary.loaded -= sum(overlooked)

    def over(self) -> bool:
        """Tell whether to stop before the end of the input, and note why."""
        if self._watch.interrupted():
            self.summary.interrupted = True
            self.summary.stopped = "it was interrupted"
        elif self._watch.limit.exceeded(self.summary):
            self.summary.stopped = f"{self.summary.rejected:,} rows were rejected"
        return self.summary.stopped is not None

    def pour(self, source: Source, sink: Sink, supersede: Tell = lambda rows: None) -> None:
        """Give the rows of a source to a sink."""
        for batch in self._batches(source):
            if batch.changed:
                supersede([batch.rows[index] for index in sorted(batch.changed)])
            refused = dict(sink(batch.rows))
            updated = len(batch.changed - refused.keys())
            created = len(batch.rows) - len(refused) - updated
            self._settle(source.name, batch, Outcome(created, updated, refused=refused))

    def send(self, graph: Graph, source: Source) -> None:
        """Write the rows of a source into the graph, from its checkpoint on."""
        checkpoint = self._checkpoint(source.name) if source.is_file else None
        start = _position(graph, checkpoint)
        position, unbroken = start, True
        flying: deque[tuple[_Batch, Future[Outcome]]] = deque()

        def settle() -> None:
            nonlocal position, unbroken
            batch, future = flying.popleft()
            self._settle(source.name, batch, outcome := future.result())
            unbroken = unbroken and not outcome.refused
            position = batch.end if unbroken else position

        with ThreadPoolExecutor(self._kind.writers) as threads:
            for batch in self._batches(source):
                if batch.end <= start:
                    self._settle(source.name, batch, Outcome())
                    self.summary.resumed += len(batch.rows)
                    continue
                while batch.changed and flying:
                    settle()  # what is told first is written first
                self._watch.before_checkpoint()
                then = source.mark(position) if source.mark else _save(checkpoint, position)
                write = partial(self._write_batch, graph, batch, self.known)
                flying.append((batch, threads.submit(write, then)))
                if len(flying) > self._kind.writers:
                    settle()
            while flying:
                settle()
        self._watch.before_checkpoint()
        if checkpoint and self.summary.stopped:
            graph.write_all(_save(checkpoint, position))
        elif checkpoint:
            graph.write("load.delete_checkpoints", {"file": checkpoint})

    def _write_batch(
        self, graph: Graph, batch: _Batch, known: Known, then: Sequence[Step]
    ) -> Outcome:
        if not batch.rows:
            return Outcome()
        return write_bisected(self._write, graph, batch.rows, known, then)

    def _settle(self, file: str, batch: _Batch, outcome: Outcome) -> None:
        summary = self.summary
        summary.loaded += outcome.created
        summary.updated += outcome.updated
        summary.bare_items += outcome.bare_items
        self.known = outcome.known or self.known
        known = len(batch.rows) - outcome.created - outcome.updated - len(outcome.refused)
        summary.unchanged += known
        summary.updated += sum(map(len, batch.superseded.values()))
        for index, fault in sorted(outcome.refused.items()):
            earlier = batch.superseded.get(index, ())
            summary.updated -= len(earlier)
            for line, row in (*earlier, batch.origins[index]):
                shown = {} if fault is ERASED else row
                self._reject(Rejection(file, line, fault.column, fault.reason, shown))
        told = batch.changed | outcome.refused.keys()
        self._memory.take([hashes for n, hashes in enumerate(batch.hashes) if n not in told])

    def _batches(self, source: Source) -> Iterator[_Batch]:
        entries = iter(source.rows)
        end = 0
        while not self.over():
            chunk = list(_chunk(entries))
            if not chunk:
                return
            end += len(chunk)
            yield self._batch(source, chunk, end)
            self._watch.progress(f"reading {self._table.name}", self.summary.rows, None)

    def _batch(self, source: Source, chunk: Sequence[Line | Rejection], end: int) -> _Batch:
        self.summary.rows += len(chunk)
        rows: list[Row] = []
        origins: list[Line] = []
        for entry in chunk:
            if isinstance(entry, Rejection):
                self._reject(unread(entry, source.options.secrecy))
                continue
            line, text = entry[0], hidden(entry[1], source.options.secrecy)
            try:
                if self.known.erased.is_any(entry[1]):
                    text = {}
                    raise ERASED
                row = self._kind.parse(text, source.options, self._until)
                if self.known.erased.is_forgotten(row):
                    raise FORGOTTEN
                if self._newest and not self._newest.has(row):
                    self.summary.older += 1
                    continue
                rows.append(row)
                origins.append((line, text))
            except RowError as fault:
                self._reject(Rejection(source.name, line, fault.column, fault.reason, text))
        self._observed.take(origins, rows)
        hashes = [self._kind.hashes(row) for row in rows]
        if self._options.replace:  # then another event under an id is the same, told otherwise
            hashes = [(row[0], 0, hash(row)) for row in hashes]
        batch = _Batch(rows, origins, hashes, end)
        sights = self._memory.look(hashes)
        if all(sight is Sight.NEW for sight in sights):
            return batch
        return self._first_ones(source.name, batch, sights)

    def _first_ones(self, file: str, batch: _Batch, sights: Sequence[Sight]) -> _Batch:
        for (line, row), sight in zip(batch.origins, sights, strict=True):
            if sight is Sight.OTHER:
                reason = "was given to a row before this one that says something else"
                self._reject(Rejection(file, line, self._table.key, reason, row))
        self.summary.duplicate += sights.count(Sight.SAME)
        tellings: dict[int, list[int]] = {}
        for index, sight in enumerate(sights):
            if sight in (Sight.NEW, Sight.CHANGED):
                tellings.setdefault(batch.hashes[index][0], []).append(index)
        kept = [indexes[-1] for indexes in tellings.values()]
        return _Batch(
            [batch.rows[index] for index in kept],
            [batch.origins[index] for index in kept],
            [batch.hashes[index] for index in kept],
            batch.end,
            frozenset(
                n
                for n, indexes in enumerate(tellings.values())
                if sights[indexes[0]] is Sight.CHANGED
            ),
            {
                n: [batch.origins[index] for index in indexes[:-1]]
                for n, indexes in enumerate(tellings.values())
                if len(indexes) > 1
            },
        )

    def _reject(self, rejection: Rejection) -> None:
        self.summary.reject(rejection)
        self._watch.on_rejection(rejection)

    def _note(self, source: Source) -> None:
        summary = self.summary
        names = (*summary.unknown_columns, *source.notes.unknown)
        summary.unknown_columns = tuple(dict.fromkeys(names))
        summary.remarks = (*summary.remarks, *source.notes.told(source.name))

    def _checkpoint(self, path: str) -> str | None:
        """Return what a file is known by: its content and how it is read."""
        content = fingerprint(path)
        if content is None:
            return None
        whole = "\n".join((content, self._table.name, repr(self._options)))
        return hashlib.sha256(whole.encode()).hexdigest()


def _chunk(entries: Iterator[Line | Rejection]) -> Iterator[Line | Rejection]:
    """Yield the rows of a batch: fewer of them when their texts are long."""
    size = 0
    for entry in islice(entries, _BATCH):
        yield entry
        if isinstance(entry, tuple):
            size += sum(map(len, entry[1].values()))
        if size > _BATCH_SIGNS:
            return


def _position(graph: Graph, checkpoint: str | None) -> int:
    rows = graph.read("load.read_checkpoint", {"file": checkpoint}) if checkpoint else []
    return int(rows[0]["position"]) if rows else 0


def _save(checkpoint: str | None, position: int) -> list[Step]:
    if checkpoint is None:
        return []
    return [("load.save_checkpoint", {"file": checkpoint, "position": position})]
