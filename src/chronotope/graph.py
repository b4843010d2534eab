"""Run catalogue queries over Bolt, in managed transactions routed by each query's mode.

Of a cluster, followers answer what reads; they wait until they have what the same driver wrote, so
that who records an event sees it in the next answer.
Every transaction carries the query's name in its metadata (SHOW TRANSACTIONS shows it) and a
timeout. Errors of the driver become the sentences of `chronotope.errors`.
"""

import errno
import random
import re
import shutil
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime, timedelta, timezone, tzinfo
from itertools import islice
from math import inf
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import neo4j
from neo4j import GraphDatabase, ManagedTransaction, Record, unit_of_work
from neo4j.exceptions import (
    DriverError,
    Neo4jError,
    ServiceUnavailable,
)

from chronotope.catalogue import Query, get
from chronotope.config import LOCK, Connection
from chronotope.errors import (
    ChronotopeError,
    DatabaseError,
    InputError,
    ServerError,
    UnavailableError,
)
from chronotope.locks import Firsts, is_held
from chronotope.sentences import TIMED_OUT, sentences

MINIMUM_VERSION = (2026, 2)
READ_TIMEOUT = 120.0
WRITE_TIMEOUT = 600.0
_RETRY_SECONDS = 30.0
_TRIES = 3
"""So often it is tried at least what a busy server refuses, if a try takes longer than that."""
_PATIENCE = 1800.0
"""Seconds that a client waits for a command that has stopped the local server for a while."""
_deadline: ContextVar[float] = ContextVar("deadline", default=inf)
"""Until when, by the monotonic clock, the queries of a block may take."""
_MINIMUM_ROOM = 128_000_000
"""Bytes that writing leaves on a local server's disk, for a log of 64 MB and what is on its way."""
_ADDRESS_OF_DRIVER = "the driver's address"

Row = dict[str, Any]
Result = TypeVar("Result")


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let the queries of a block take so long, all together: then the database ends the last one.

    Of each thread and task its own. Raises DatabaseError when the time is over.
    """
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


class Graph:
    """A connection to one database; a context manager. Several threads may share one."""

    def __init__(self, connection: Connection, driver: neo4j.Driver | None = None) -> None:
        """Connect, and raise UnavailableError if the server cannot serve us.

        A `driver` is shared: whoever made it closes it.
        """
        self.connection = connection
        self._owned, self._closed = driver is None, False
        self._planned = Firsts()
        with sentences(connection):
            self.driver = driver or GraphDatabase.driver(
                connection.uri,
                auth=(connection.username, connection.password),
                user_agent="chronotope",
                connection_acquisition_timeout=30,
                max_transaction_retry_time=-1,  # never: see `_retry`
            )
        try:
            with sentences(connection):
                agent = self._greet()
            self.version = agent.rpartition("/")[2]
            if _numbers(self.version) < MINIMUM_VERSION:
                minimum = ".".join(f"{number:02}" for number in MINIMUM_VERSION)
                raise UnavailableError(
                    f"The server at {connection.address} is Neo4j {self.version}; chronotope needs "
                    f"{minimum} or later, because its queries are written in Cypher 25."
                )
        except BaseException:
            self.close()
            raise

    @classmethod
    def share(cls, driver: neo4j.Driver, database: str | None = None) -> Self:
        """Use a driver that the caller made and will close."""
        unreachable = Connection(_ADDRESS_OF_DRIVER, "", database=database)
        with sentences(unreachable):
            host, port = driver.get_server_info().address[:2]
        return cls(replace(unreachable, uri=f"bolt://{host}:{port}"), driver)

    def close(self) -> None:
        """Close the driver, unless the caller owns it."""
        if self._owned:
            self._closed = True
            self.driver.close()

    @property
    def uri(self) -> str:
        """Where the database is."""
        return self.connection.address

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, query: Query | str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Run a read query and return its rows."""
        return self._run(query, parameters, _rows, READ_TIMEOUT)

    def fold(
        self,
        query: Query | str,
        parameters: Mapping[str, Any] | None,
        into: Callable[[Iterable[Record]], Result],
        timeout: float = READ_TIMEOUT,
    ) -> Result:
        """Run a read query and return what `into` makes of its records.

        Records are streamed: `into` sees them one by one, as they arrive, inside the transaction,
        which may take `timeout` seconds; `inf` is for what reads all that a graph holds. It is
        called again when a transaction is retried.
        """
        return self._run(query, parameters, into, timeout)

    def stream(self, query: Query | str) -> Iterator[Record]:
        """Yield the records of a read query without parameters, one by one, as they arrive.

        For a reader that cannot begin again: nothing is retried. It may take as long as its reader
        does: there is no timeout. Raises UnavailableError when the server goes away meanwhile.
        """
        query = get(query) if isinstance(query, str) else query
        metadata = {"app": "chronotope", "query": query.name}
        with sentences(self.connection, query), self._session(query) as session:
            yield from session.run(neo4j.Query(query.text, metadata, timeout=0))

    def write(self, query: Query | str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Run a write or schema query in one transaction and return its rows."""
        return self._run(query, parameters, _rows, WRITE_TIMEOUT)

    @contextmanager
    def beating(self, query: str, parameters: Mapping[str, Any], seconds: float) -> Iterator[None]:
        """Write again and again while a block runs: the sign of life of who holds a lock.

        One that fails is passed over: whoever writes next in the block is told.
        """
        done = Event()

        def beat() -> None:
            while not done.wait(seconds):
                with suppress(ChronotopeError):
                    self.write(query, parameters)

        thread = Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join(seconds)

    def write_all(
        self,
        steps: Sequence[tuple[str, Mapping[str, Any]]],
        accept: Callable[[list[list[Row]]], None] = lambda answers: None,
    ) -> list[list[Row]]:
        """Run several queries in one transaction that writes, and return the rows of each.

        `accept` gets them before they are committed: what it raises undoes all.
        """
        queries = [get(name) for name, _ in steps]
        bound = [
            query.bind(parameters) for query, (_, parameters) in zip(queries, steps, strict=True)
        ]
        name = " ".join(query.name for query in queries)
        running: list[Query] = []

        @unit_of_work(timeout=WRITE_TIMEOUT, metadata={"app": "chronotope", "query": name})
        def work(transaction: ManagedTransaction) -> list[list[Row]]:
            answers = []
            for query, parameters in zip(queries, bound, strict=True):
                running[:] = [query]
                answers.append(_rows(transaction.run(query.text, _with_offsets(parameters))))
            accept(answers)
            return answers

        if any("rows" in parameters for parameters in bound):
            self._require_room()
        with sentences(self.connection, running), self._open(neo4j.WRITE_ACCESS) as session:
            return self._retry(lambda: session.execute_write(work))

    def write_rows(
        self,
        query: Query | str,
        rows: Iterable[Mapping[str, Any]],
        *,
        size: int = 2000,
        after_each: Callable[[int], None] = lambda done: None,
        **parameters: Any,
    ) -> Counter[str]:
        """Run a query that unwinds `$rows`, one transaction for each `size` rows.

        Returns the server's counters (`nodes_created`, `relationships_created`, …), added up.
        """
        total: Counter[str] = Counter()
        done = 0
        for batch in _batches(rows, size):
            bound = {**parameters, "rows": batch}
            total += self._run(query, bound, _counters, WRITE_TIMEOUT)
            done += len(batch)
            after_each(done)
        return total

    @contextmanager
    def trial(self) -> "Iterator[Trial]":
        """Give a block a graph to try things on: all in one transaction, which is rolled back.

        What the block writes, it reads; nobody else does, and at its end it was never there.
        """
        metadata = {"app": "chronotope", "query": "a trial"}
        with (
            sentences(self.connection),
            self._open(neo4j.WRITE_ACCESS) as session,
            session.begin_transaction(metadata, READ_TIMEOUT) as transaction,
        ):
            yield Trial(self, transaction)
            transaction.rollback()

    def explain(self, query: Query) -> neo4j.ResultSummary:
        """Return the summary of EXPLAIN: the plan and the query type. Nothing is run."""
        return self._summary(
            "EXPLAIN", query, {parameter.name: None for parameter in query.parameters}
        )

    def type_of(self, query: Query, parameters: Mapping[str, Any]) -> str:
        """Return what the server takes a query for: 'r' for one that reads, else it changes things.

        The server plans it, for these parameters, and runs nothing.
        """
        asked = replace(query, mode="read")
        return str(
            self._summary("EXPLAIN", asked, _with_offsets(query.bind(parameters))).query_type
        )

    def run_at_most(
        self, query: Query, parameters: Mapping[str, Any], *, rows: int, timeout: float
    ) -> tuple[list[Row], bool]:
        """Run a query for so many seconds; return its first rows, and whether there were more.

        One whose mode is 'read' runs where the server refuses to write.
        """

        def first(result: neo4j.Result) -> list[Row]:
            found = [dict(record) for record in islice(result, rows + 1)]
            result.consume()
            return found

        try:
            found = self._run(query, parameters, first, timeout)
        except DatabaseError as problem:
            if TIMED_OUT in getattr(problem.__cause__, "code", ""):
                raise DatabaseError(
                    f"The query {query.name} took longer than the {timeout:g} seconds that it may "
                    "(--timeout); the server ended it, and nothing of it stays."
                ) from None
            raise
        return found[:rows], len(found) > rows

    def profile(self, query: Query | str, parameters: Mapping[str, Any]) -> neo4j.ResultSummary:
        """Run a read query under PROFILE and return the summary: plan, rows, memory."""
        query = get(query) if isinstance(query, str) else query
        return self._summary("PROFILE", query, _with_offsets(query.bind(parameters)))

    def run_statements(
        self,
        statements: Sequence[str],
        name: str,
        *,
        each_alone: bool = False,
        after_each: Callable[[], None] = lambda: None,
    ) -> None:
        """Run the statements of a migration: in one transaction, or each in one of its own.

        Raises the driver's Neo4jError, for the caller knows which statement it was.
        """
        metadata = {"app": "chronotope", "migration": name}
        with self._open(neo4j.WRITE_ACCESS) as session:
            if each_alone:
                for statement in statements:
                    session.run(neo4j.Query(statement, metadata)).consume()
                    after_each()
                return
            with session.begin_transaction(metadata, WRITE_TIMEOUT) as transaction:
                for statement in statements:
                    transaction.run(statement).consume()
                    after_each()
                transaction.commit()

    def examine_text(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Return the type of somebody's statement, 'r' for one that reads, and its columns.

        The server plans it and runs nothing. Raises DatabaseError for one that it cannot plan.
        """
        with sentences(self.connection), self._open(neo4j.READ_ACCESS) as session:
            result = session.run(f"EXPLAIN {text}")
            return str(result.consume().query_type), tuple(result.keys())

    def stream_text(self, text: str, parameters: Mapping[str, Any]) -> Iterator[Record]:
        """Run somebody's reading statement as it is; yield its records one by one, as they arrive.

        The server refuses to write for it. It may take hours: there is no timeout, and no more than
        a few thousand records are on their way. For a reader that cannot begin again: nothing is
        retried.
        """
        metadata = {"app": "chronotope", "query": "a text of the user's"}
        query = neo4j.Query(text, metadata, timeout=0)
        with sentences(self.connection), self._open(neo4j.READ_ACCESS) as session:
            yield from session.run(query, dict(parameters))

    def ask(self, statement: str) -> bool:
        """Run the query of a precondition and tell whether its one value is true."""
        with (
            sentences(self.connection),
            self._open(neo4j.READ_ACCESS) as session,
        ):
            record = session.run(statement).single()
            return record is not None and record[0] is True

    def _run(
        self,
        query: Query | str,
        parameters: Mapping[str, Any] | None,
        into: Callable[[neo4j.Result], Result],
        timeout: float,
    ) -> Result:
        query = get(query) if isinstance(query, str) else query
        bound = _with_offsets(query.bind(parameters or {}))
        limit = min(timeout, _time_left(query))

        @unit_of_work(
            timeout=limit if limit < inf else 0,  # which is none
            metadata={"app": "chronotope", "query": query.name},
        )
        def work(transaction: ManagedTransaction) -> Result:
            return into(transaction.run(query.text, bound))

        if "rows" in bound and query.mode != "read":
            self._require_room()
        with sentences(self.connection, query), self._session(query) as session:
            execute = session.execute_read if query.mode == "read" else session.execute_write
            if not query.features:
                return self._retry(lambda: execute(work))
            # The server plans it for each combination of types, which takes a second or more. Asked
            # by many at once when it has just started, it makes the same plan for each of them.
            types = (query.name, *(type(value) for value in bound.values()))

            def planned() -> Result:
                with self._planned.turn(types, min(timeout, _time_left(query))):
                    return execute(work)

            return self._retry(planned)

    def _retry(self, attempt: Callable[[], Result]) -> Result:
        """Try again what may succeed later, but not at a local server that has stopped.

        One that a command has stopped for a while, as a backup does, is waited for.
        """
        deadline, pause, tries = min(time.monotonic() + _RETRY_SECONDS, _deadline.get()), 0.1, 0
        while True:
            try:
                return attempt()
            except (DriverError, Neo4jError) as problem:
                if isinstance(problem, DriverError):
                    self._planned.forget()  # a server that comes back has no plans
                if not problem.is_retryable():
                    raise
                tries += 1
                is_refused = isinstance(problem, Neo4jError) and tries < _TRIES
                over = time.monotonic() > (_deadline.get() if is_refused else deadline)
                if self._await_command():
                    deadline, pause = min(time.monotonic() + _RETRY_SECONDS, _deadline.get()), 0.1
                elif over or self._has_stopped():
                    raise
            time.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311  two that met part
            pause *= 2

    def _greet(self) -> str:
        """Return what the server calls itself; wait for one that a command has stopped."""
        try:
            return str(self.driver.get_server_info().agent)
        except ServiceUnavailable:
            if not self._await_command():
                raise
            return str(self.driver.get_server_info().agent)

    def _await_command(self) -> bool:
        """Wait for a command that starts or stops the local server; tell whether there was one."""
        home, deadline = self.connection.home, min(time.monotonic() + _PATIENCE, _deadline.get())
        if home is None or not is_held(home / LOCK):
            return False
        while is_held(home / LOCK) and time.monotonic() < deadline:
            time.sleep(0.1)
        return time.monotonic() < deadline

    def _has_stopped(self) -> bool:
        """Tell whether a local server no longer listens."""
        address = urlsplit(self.uri)
        if self.connection.home is None or not address.port:
            return False
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((address.hostname, address.port)) == errno.ECONNREFUSED

    def _require_room(self) -> None:
        """Raise ServerError when the disk of a local server is nearly full."""
        home = self.connection.home
        if home and (free := shutil.disk_usage(home).free) < _MINIMUM_ROOM:
            raise ServerError(
                f"The disk of the local server's data ({home}) is nearly full: {free / 1e6:,.0f} "
                f"MB are left, and {_MINIMUM_ROOM / 1e6:,.0f} MB are kept free, because a server "
                "that meets a full disk stops working. Make room and run the command again; what "
                "was written stays."
            )

    def _summary(
        self, prefix: str, query: Query, parameters: dict[str, Any]
    ) -> neo4j.ResultSummary:
        with sentences(self.connection, query), self._session(query) as session:
            return session.run(f"{prefix} {query.text}", parameters).consume()

    def _session(self, query: Query) -> neo4j.Session:
        return self._open(neo4j.READ_ACCESS if query.mode == "read" else neo4j.WRITE_ACCESS)

    def _open(self, access: str) -> neo4j.Session:
        if self._closed:
            raise InputError("This connection is closed; connect again.")
        return self.driver.session(
            database=self.connection.database,
            default_access_mode=access,
            bookmark_manager=self.driver.execute_query_bookmark_manager,
            fetch_size=5000,
            notifications_min_severity="OFF",
        )


class Trial(Graph):
    """A graph within one transaction, which is never committed: `Graph.trial` makes it.

    It runs queries; what would open a transaction of its own is refused.
    """

    def __init__(self, graph: Graph, transaction: neo4j.Transaction) -> None:
        self.connection, self.driver, self.version = graph.connection, graph.driver, graph.version
        self._owned, self._closed = False, False
        self._transaction = transaction

    def _run(
        self,
        query: Query | str,
        parameters: Mapping[str, Any] | None,
        into: Callable[[neo4j.Result], Result],
        timeout: float,
    ) -> Result:
        del timeout  # the transaction has its own
        query = get(query) if isinstance(query, str) else query
        bound = _with_offsets(query.bind(parameters or {}))
        with sentences(self.connection, query):
            return into(self._transaction.run(query.text, bound))

    def write_all(
        self,
        steps: Sequence[tuple[str, Mapping[str, Any]]],
        accept: Callable[[list[list[Row]]], None] = lambda answers: None,
    ) -> list[list[Row]]:
        """Run several queries; what `accept` raises is the caller's to heed, for all is undone."""
        answers = [self.write(name, parameters) for name, parameters in steps]
        accept(answers)
        return answers

    def _open(self, access: str) -> neo4j.Session:
        del access
        raise InputError("In a trial there is one transaction: nothing else can be opened.")


def _time_left(query: Query) -> float:
    """Return how many seconds a query may take by the limit of its block."""
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise DatabaseError(f"The time is over, before the query {query.name}.", transient=True)
    return left


def _counters(result: neo4j.Result) -> Counter[str]:
    counters = vars(result.consume().counters)
    return Counter({key: value for key, value in counters.items() if isinstance(value, int)})


def _batches(rows: Iterable[Mapping[str, Any]], size: int) -> Iterator[list[Mapping[str, Any]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def _rows(result: neo4j.Result) -> list[Row]:
    return [dict(record) for record in result]


def _with_offsets(parameters: dict[str, Any]) -> dict[str, Any]:
    """Replace zones by their offsets, but those that the driver knows.

    The driver asks a zone for the offset of a `neo4j.time.DateTime`, which is no `datetime`; the C
    implementation of `zoneinfo` takes it for one, and the process can crash.
    """
    return {
        name: value.astimezone(timezone(value.utcoffset() or timedelta()))
        if isinstance(value, datetime) and value.tzinfo and not _is_known(value.tzinfo)
        else value
        for name, value in parameters.items()
    }


def _is_known(zone: tzinfo) -> bool:
    """Tell whether the driver can send a zone: a fixed offset, or one of pytz."""
    return isinstance(zone, timezone) or hasattr(zone, "localize")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])
