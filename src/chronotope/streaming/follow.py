"""Follow a stream: poll, read, write in batches that overlap, and keep the position in the graph.

A position is saved in the transaction of a batch that comes after it, or alone when the stream
rests: never before all that lies before it is in the graph, however many transactions that took.
Whatever ends a follower, the next one begins there; what it reads again changes nothing.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Protocol, TypeVar

from chronotope.errors import DatabaseError, UnavailableError
from chronotope.graph import Graph
from chronotope.loading import EVENTS, ReadOptions, Summary, Watch, write
from chronotope.loading.guard import guard
from chronotope.loading.times import latest
from chronotope.loading.validate import Row
from chronotope.loading.write import Known, Outcome, Step, write_bisected
from chronotope.streaming.messages import Chunk, Message, Position, Source
from chronotope.streaming.reader import Batch, Reader, Rejected
from chronotope.streaming.status import Meter, Status

_WRITERS = 2
_TICK = 0.1
"""Seconds after which it is seen whether to stop, and what is done."""
_TELL = 0.5
_PAUSE = 1.0
"""Seconds between two tries, while the database is away."""
_PATIENCE = 10.0
"""Seconds for which a follower that is to stop, or to hand over, still tries to write."""
_NOT_OF_ROWS = ("Neo.ClientError.Security.", "Neo.ClientError.Database.")

Result = TypeVar("Result")


class DeadLetters(Protocol):
    """Takes messages that were rejected."""

    def take(self, message: Message, reason: str) -> None:
        """Send a message, with what is wrong with it."""

    def flush(self, gives_up: Callable[[], bool]) -> None:
        """Wait until all are there. Raises InputError for one that cannot be sent."""


@dataclass(frozen=True)
class FollowOptions:
    """How messages are put together: at most so many, and those of at most so many seconds."""

    batch: int = 4000
    seconds: float = 0.2


@dataclass
class _Flight:
    """A batch on its way, and the positions after it."""

    batch: Batch
    positions: Mapping[str, Position]
    generation: int
    carries: bool
    """Whether its transaction saves positions."""
    future: Future[Outcome]
    ids: frozenset[str]


@dataclass
class _Pending:
    """Messages that wait to become a batch."""

    messages: list[Message] = field(default_factory=list)
    positions: dict[str, Position] = field(default_factory=dict)
    since: float = 0.0

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing waits: no message, and no position that moved without one."""
        return not (self.messages or self.positions)

    def add(self, chunk: Chunk) -> None:
        """Take up messages."""
        if self.is_empty:
            self.since = time.monotonic()
        self.messages += chunk.messages
        self.positions.update(chunk.positions)


class Follower:
    """Follows one stream into one graph."""

    def __init__(
        self,
        graph: Graph,
        source: Source,
        read_options: ReadOptions,
        options: FollowOptions,
        watch: Watch,
        on_status: Callable[[Status], None],
        dead_letters: DeadLetters | None = None,
    ) -> None:
        """Prepare. Raises InputError for options that cannot be used."""
        self._graph = graph
        self._source = source
        self._options = options
        self._watch = watch
        self._on_status = on_status
        self._dead_letters = dead_letters
        self._read_options = read_options
        self._reader = Reader(source.name, read_options)
        self._write = partial(
            write.write_strict_events if read_options.strict else write.write_events,
            replace=read_options.replace,
        )
        self._summary = Summary(EVENTS.name)
        self._known = Known(partial(guard, graph, read_options.secrecy))
        self._pending = _Pending()
        self._flights: deque[_Flight] = deque()
        self._generation = 0  # of the streams that are ours, see `_release`
        self._settled: dict[str, Position] = {}
        self._saved: dict[str, Position] = {}
        self._trouble: str | None = None
        self._gives_up = Event()
        self._stops_since: float | None = None
        self._meter = Meter(time.monotonic())
        self._told = 0.0

    def run(self) -> Summary:
        """Follow until the stream is over or the watch says to stop; return what became of it.

        What is in hand is written then. Raises UnavailableError if it cannot be written for ten
        seconds: then it is not lost, but comes again. Raises InputError for a source that cannot be
        read, and what the writing of batches raises.
        """
        with ThreadPoolExecutor(_WRITERS) as self._threads, ThreadPoolExecutor(1) as self._asker:
            try:
                self._settled.update(self._source.open(self._find, self._release))
                try:
                    self._save_alone()
                    while not self._is_done():
                        self._step()
                    self._submit()
                    self._settle_all()
                    self._save_alone()
                    self._tell(at_once=True)
                finally:
                    self._source.close()
            finally:
                self._gives_up.set()
        notes = self._reader.notes
        self._summary.unknown_columns = tuple(notes.unknown)
        self._summary.remarks = (*notes.told(self._source.name), *self._source.remarks)
        return self._summary

    def _is_done(self) -> bool:
        if self._source.is_over:
            return True
        if self._watch.interrupted():
            self._summary.interrupted = True
            self._summary.stopped = "it was interrupted"
        elif self._watch.limit.exceeded(self._summary):
            self._summary.stopped = f"{self._summary.rejected:,} messages were rejected"
        return self._summary.stopped is not None

    def _step(self) -> None:
        pending = self._pending
        room = self._options.batch - len(pending.messages)
        due = pending.since + self._options.seconds - time.monotonic()
        if not pending.is_empty and (room <= 0 or due <= 0):
            self._submit()
            return
        chunk = self._source.poll(room, _TICK if pending.is_empty else min(due, _TICK))
        if chunk.messages or chunk.positions:
            self._pending.add(chunk)
        elif self._pending.is_empty and not self._flights:
            self._save_alone()
        while self._flights and self._flights[0].future.done():
            self._settle()
        self._tell()

    def _submit(self) -> None:
        """Send what is pending to the graph."""
        pending, self._pending = self._pending, _Pending()
        generation = self._generation
        known = self._known = self._meanwhile(self._known.again)
        self._reader.erased = known.erased
        batch = self._reader.read(pending.messages, latest(datetime.now(UTC)))
        self._reject(batch.rejected)
        ids = frozenset(row["id"] for row in batch.rows)
        while self._flights and (
            len(self._flights) > _WRITERS
            or any(not ids.isdisjoint(flight.ids) for flight in self._flights)
        ):
            self._settle()  # of one event, what is told first is written first
        steps = [] if any(flight.carries for flight in self._flights) else self._save()
        future = self._threads.submit(
            self._patiently, partial(self._write_batch, batch, known, steps)
        )
        flight = _Flight(batch, pending.positions, generation, bool(steps), future, ids)
        self._flights.append(flight)

    def _write_batch(self, batch: Batch, known: Known, then: Sequence[Step]) -> Outcome:
        if not batch.rows:
            return Outcome()
        return write_bisected(self._write_rows, self._graph, batch.rows, known, then)

    def _write_rows(
        self, graph: Graph, rows: Sequence[Row], known: Known, then: Sequence[Step]
    ) -> Outcome:
        """Write rows; what no row can be blamed for is waited out."""
        try:
            return self._write(graph, rows, known, then)
        except DatabaseError as problem:
            code = getattr(problem.__cause__, "code", None) or ""
            if code.startswith(_NOT_OF_ROWS):
                raise UnavailableError(str(problem)) from problem
            raise

    def _settle(self) -> None:
        """Wait for the first batch on its way, and take up what became of it."""
        flight = self._flights[0]
        self._hold(flight.future)
        if self._flights and self._flights[0] is flight:  # unless it was settled by a release
            self._flights.popleft()
            self._take_up(flight)

    def _hold(self, future: Future[Result]) -> Result:
        """Wait for what is on its way; the source is kept, and how it goes is told."""
        while not wait([future], _TICK).done:
            self._tell()
            if self._trouble:
                self._source.rest()
        return future.result()

    def _take_up(self, flight: _Flight) -> None:
        outcome, batch, summary = flight.future.result(), flight.batch, self._summary
        for index, fault in sorted(outcome.refused.items()):
            self._reject(batch.reject(index, fault))
        refused = sum(len(batch.origins[index]) - 1 for index in outcome.refused)
        known = len(batch.rows) - outcome.created - outcome.updated - len(outcome.refused)
        summary.rows += batch.size
        summary.loaded += outcome.created
        summary.updated += outcome.updated + batch.retold - refused
        summary.unchanged += known
        summary.duplicate += batch.duplicates
        summary.bare_items += outcome.bare_items
        if flight.generation == self._generation:
            self._settled.update(flight.positions)

    def _settle_all(self) -> None:
        while self._flights:
            self._settle()

    def _reject(self, rejected: Sequence[Rejected]) -> None:
        for message, rejection in rejected:
            self._summary.reject(rejection)
            self._watch.on_rejection(rejection)
            if self._dead_letters:
                self._dead_letters.take(message, str(rejection))

    def _save(self) -> list[Step]:
        """Return what saves where the graph has all messages before, once rejects are kept."""
        moved = [
            {"name": name, "position": place.offset, "lines": place.lines, "mark": place.mark}
            for name, place in sorted(self._settled.items())
            if self._saved.get(name) != place
        ]
        if not moved:
            return []
        self._watch.before_checkpoint()
        if self._dead_letters:
            self._dead_letters.flush(self._out_of_patience)
        return [("streams.save_positions", {"rows": moved})]

    def _save_alone(self) -> None:
        if steps := self._save():
            self._patiently(lambda: self._graph.write_all(steps))
            self._saved = dict(self._settled)

    def _find(self, names: Sequence[str]) -> Mapping[str, Position]:
        """Return where streams were left."""
        rows = self._patiently(
            lambda: self._graph.read("streams.read_positions", {"names": list(names)})
        )
        found = {row["name"]: Position(row["position"], row["lines"], row["mark"]) for row in rows}
        self._settled.update(found)
        self._saved.update(found)
        return found

    def _release(self) -> None:
        """Let go of the streams, which another follower may get: what was not written comes again.

        What is on its way is waited for, so that little of it does.
        """
        wait([flight.future for flight in self._flights], _PATIENCE)
        while self._flights and self._flights[0].future.done():
            self._settle()
        if not self._trouble:
            self._save_alone()
        self._generation += 1
        self._pending = _Pending()
        self._settled.clear()
        self._saved.clear()

    def _meanwhile(self, work: Callable[[], Result]) -> Result:
        """Do the same beside this thread: whoever watches is told what is waited for."""
        return self._hold(self._asker.submit(self._patiently, work))

    def _patiently(self, work: Callable[[], Result]) -> Result:
        """Do something in the graph, again and again while the database is away."""
        while True:
            try:
                result = work()
            except DatabaseError as problem:
                if not problem.transient or self._out_of_patience():
                    raise
                self._trouble = str(problem)
                self._known.forget()  # who knows what the graph has when it comes back
                self._gives_up.wait(_PAUSE)
            else:
                self._trouble = None
                return result

    def _out_of_patience(self) -> bool:
        if self._watch.interrupted():
            self._stops_since = self._stops_since or time.monotonic()
            return time.monotonic() - self._stops_since > _PATIENCE
        return self._gives_up.is_set()

    def _tell(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if not at_once and now - self._told < _TELL:
            return
        self._told = now
        summary = self._summary
        self._on_status(
            Status(
                messages=summary.rows,
                rejected=summary.rejected,
                rate=self._meter.rate(now, summary.rows),
                lag=self._source.lag(self._settled),
                unit=self._source.unit,
                trouble=self._trouble or self._source.trouble,
            )
        )
