"""The client: every method of the product, part by part."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf
from types import TracebackType
from typing import Any, Self

import neo4j

from chronotope import catalogue, doctor
from chronotope.catalogue import MAX_ROWS, TIMEOUT, Query
from chronotope.client.adopting import Adopting
from chronotope.client.core import Core
from chronotope.client.exporting import Exporting
from chronotope.client.personal import Answering
from chronotope.client.publishing import Publishing
from chronotope.client.reaching import Reaching
from chronotope.client.recording import Recording
from chronotope.client.refreshing import Upkeep
from chronotope.client.results import Answer, Findings, PluginStatus
from chronotope.client.retrieving import Retrieving
from chronotope.client.rhythms import Rhythms
from chronotope.client.telling import Telling
from chronotope.client.trying import Trying
from chronotope.client.values import bind, check_count, native
from chronotope.config import Connection
from chronotope.errors import InputError
from chronotope.graph import Graph


class Client(
    Trying,
    Telling,
    Rhythms,
    Exporting,
    Reaching,
    Publishing,
    Adopting,
    Retrieving,
    Recording,
    Upkeep,
    Answering,
):
    """One graph, and all that can be done with it; a context manager.

    Several threads may share one. It leaves a driver that it was given open; one that
    `chronotope.connect` made is closed at the end.
    """

    def __init__(self, driver: neo4j.Driver, database: str | None = None) -> None:
        """Use a driver that the caller made and will close."""
        super().__init__(lambda: Graph.share(driver, database))
        self.connect()

    @classmethod
    def open(cls, connection: Connection) -> Self:
        """Return a client with a driver of its own."""
        client = cls.open_later(lambda: connection)
        client.connect()
        return client

    @classmethod
    def open_later(cls, find: Callable[[], Connection]) -> Self:
        """Return a client that connects when its graph is first needed."""
        client = cls.__new__(cls)
        Core.__init__(client, lambda: Graph(find()))
        return client

    @property
    def driver(self) -> neo4j.Driver:
        """The driver beneath."""
        return self._graph.driver

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def connect(self) -> None:
        """Connect now, if that was left for later; raise UnavailableError when it fails."""
        _ = self._graph

    def close(self) -> None:
        """Close the driver, unless the caller owns it."""
        if "_graph" in vars(self):
            self._graph.close()

    def run(self, name: str, /, **parameters: Any) -> Answer:
        """Run a query of the catalogue and return its rows.

        `chronotope.queries[name]` tells which parameters it takes. Raises InputError for a query
        or a parameter that there is not, and for a value of another type.
        """
        query = catalogue.get(name)
        bound = bind(query, parameters)
        ask = self._graph.read if query.mode == "read" else self._graph.write
        return Answer(query=name, rows=tuple(native(row) for row in ask(query, bound)))

    def query(
        self,
        query: str | Query,
        parameters: Mapping[str, Any] | None = None,
        *,
        write: bool = False,
        max_rows: int = MAX_ROWS,
        timeout: float = TIMEOUT,
    ) -> Answer:
        """Run a query of the catalogue, or that of a file (`chronotope.read_query`), with care.

        What the server would not take for a query that only reads is refused unless `write`; what
        reads runs where the server refuses to write. After `timeout` seconds the server ends it. Of
        more than `max_rows` rows the first are returned, and a remark says so.

        Raises InputError for what is refused, for a query or a parameter that there is not, and
        DatabaseError for one that the server cannot plan, or ended.
        """
        chosen = catalogue.get(query) if isinstance(query, str) else query
        check_count(max_rows, None, "max_rows")
        if not 0 < timeout < inf:
            raise InputError(f"timeout is a number of seconds above 0, not {timeout!r}.")
        bound = bind(chosen, parameters or {})
        kind = self._graph.type_of(chosen, bound)
        if kind != "r" and not write:
            raise InputError(
                f"The query {chosen.name} changes the graph, says the server; it runs with --write "
                "(write=True) alone."
            )
        asked = replace(chosen, mode="read" if kind == "r" else "write")
        rows, more = self._graph.run_at_most(asked, bound, rows=max_rows, timeout=timeout)
        remark = f"There are more rows: these are the first {max_rows:,} (--max-rows)."
        return Answer(
            query=chosen.name,
            rows=tuple(native(row) for row in rows),
            remarks=(remark,) if more else (),
        )

    def doctor(
        self, *, announce: Callable[[doctor.Finding], None] = lambda finding: None
    ) -> Findings:
        """Examine the database; `announce` is told each finding as it comes."""
        findings = []
        for finding in doctor.examine(self._graph):
            announce(finding)
            findings.append(finding)
        return Findings(rows=tuple(findings))

    def plugin(self) -> PluginStatus:
        """Tell what the server has of the plugin, and whether it fits this package."""
        return PluginStatus.of_plugin(doctor.plugin(self._graph))
