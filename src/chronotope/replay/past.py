"""Build a past: bulk import, schema, embeddings; then statistics as of any moment in it."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from chronotope import loading, migrations, outputs, server, statistics
from chronotope.catalogue import Query
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.replay.history import History, no_events, read
from chronotope.replay.instances import Instance, LaterEvent
from chronotope.replay.preview import Preview, PreviewedFiles, end_of
from chronotope.replay.source import Source


@dataclass
class Past:
    """A graph without any event from a moment on, and a list of those that were left out.

    `fingerprint` is a hash of all that was imported and of what embedded its texts: the same past
    has the same one.
    """

    graph: Graph
    later: list[LaterEvent]
    fingerprint: str
    options: statistics.DeriveOptions
    before: datetime
    derived_at: datetime | None = None
    """Of what moment all statistics are; None while they are those of some questions alone."""
    copies: Sequence["Past"] = ()
    """Other servers of the same past, to be asked side by side."""
    original: "Past | None" = None

    @cached_property
    def history(self) -> History:
        """All its events as arrays."""
        return self.original.history if self.original else read(self.graph, self.before)

    @property
    def end(self) -> datetime:
        """The moment after the last event, kept or left out."""
        return end_of(self.history, self.later)

    def derive(self, at: datetime, progress: Progress = silent) -> None:
        """Have the statistics stand as of a moment; later events of the past do not count."""
        if self.derived_at != at:
            self._derive(at, None, progress)
            self.derived_at = at

    def derive_for(
        self, instances: Sequence[Instance], query: Query, at: datetime, progress: Progress = silent
    ) -> None:
        """Have stand as of a moment what a query reads when it answers these instances.

        Links of items that their users never had may be those of another moment.
        """
        if self.derived_at != at:
            self._derive(at, self.history.reading(instances, query), progress)

    def _derive(self, at: datetime, reading: statistics.Reading | None, progress: Progress) -> None:
        self.derived_at = None
        options = replace(self.options, keep_basis=False)  # the same past, the same digits
        statistics.derive(self.graph, at, options, reading=reading, progress=progress)


def look(source: Source, before: datetime, progress: Progress = silent) -> Preview:
    """Return what the past of a source holds; no server is started.

    Raises InputError when there is no event before the moment.
    """
    progress("reading the past", 0, 1)
    found = source.look(before)
    if found is None:
        later: list[LaterEvent] = []
        with outputs.temporary_folder() as folder:
            with PreviewedFiles(folder) as files:
                source.fill(files, before, later.append)
            found = files.preview(later)
    if found is None:
        raise no_events(before)
    return found


@contextmanager
def replay(
    source: Source,
    before: datetime,
    *,
    options: statistics.DeriveOptions = statistics.DeriveOptions(),  # noqa: B008  frozen
    check: Callable[[Preview], None] = lambda preview: None,
    servers: int = 1,
    progress: Progress = silent,
) -> Iterator[Past]:
    """Open the past of a source: a scratch server that vanishes at the end, or several like it.

    It holds all items, and the events before a moment. No statistics are derived yet. What it will
    hold is shown to `check`, which may refuse it: of a graph before anything is copied, of files
    when they were read, before the server is started.
    Raises InputError when there is no such event.
    """
    later: list[LaterEvent] = []
    progress("reading the past", 0, 1)
    looked = source.look(before)
    if looked is not None:
        check(looked)
    with outputs.temporary_folder() as folder:
        with PreviewedFiles(folder) as files:
            source.fill(files, before, later.append)
        if not files.has_events:
            raise no_events(before)
        if looked is None and (preview := files.preview(later)):
            check(preview)
        lines = _lines(folder)
        with ExitStack() as stack:
            graphs = []
            for number in range(servers):
                progress("starting a server of the past", number, servers)
                connection = stack.enter_context(server.scratch(files=files.arguments()))
                graph = stack.enter_context(Graph(connection))
                migrations.apply(graph, migrations.MigrateOptions(adopt=True))
                loading.move_declined(graph)
                progress("embedding texts of the past", number, servers)
                source.embed(graph)
                graphs.append(graph)
            encoder = repr(graphs[0].read("embed.read_encoder"))
            fingerprint = hashlib.sha256(f"{lines} {encoder}".encode()).hexdigest()[:16]
            past, *copies = (Past(one, later, fingerprint, options, before) for one in graphs)
            past.copies = [replace(copy, original=past) for copy in copies]
            yield past


def _lines(folder: Path) -> str:
    """Hash the lines of the files, in whatever order they were read."""
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            lines = sum(
                int.from_bytes(hashlib.blake2b(line, digest_size=16).digest()) for line in file
            )
        total.update(f"{path.name} {lines}".encode())
    return total.hexdigest()
