"""Up to where the events of a text were taken up."""

import hashlib
from collections import deque
from collections.abc import Mapping
from typing import Any

from neo4j import Record

from chronotope.adoption.mapping import Source
from chronotope.graph import Graph
from chronotope.loading.write import Step


class Watermark:
    """Up to where the events of a text were taken up, where the text asks for `$since`.

    While the rows come in order it is noted with every batch; at the end it is the largest value.
    """

    _EVERY = 1000

    def __init__(self, graph: Graph, source: Source) -> None:
        self._graph = graph
        self._name = hashlib.sha256(source.match.encode()).hexdigest()[:16]
        self.is_used = "$since" in source.match
        found = graph.read("adopt.read_watermark", {"name": self._name}) if self.is_used else []
        self._largest = found[0]["since"] if found else None
        self._from = found[0]["from"] if found else None
        self._last: Any = None
        self._is_ordered = True
        self._is_one_type = True
        self._points: deque[tuple[int, Any]] = deque()

    @property
    def is_begun(self) -> bool:
        """Tell whether rows of this text were taken up before, so that there may be no new ones."""
        return self._from is not None

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Return what the text may ask for."""
        return {"since": self._from}

    def take(self, number: int, record: Record) -> None:
        """Take up the row of a number."""
        if not self.is_used:
            return
        value = record["since"] if "since" in record.keys() else record["at"]  # noqa: SIM118
        if value is None:
            return
        try:
            if self._last is not None and value < self._last:
                self._is_ordered = False
            if self._largest is None or value > self._largest:
                self._largest = value
            self._last = value
        except TypeError:
            self._is_one_type = self._is_ordered = False
        if number % self._EVERY == 0:
            self._points.append((number, self._largest))

    def steps(self, position: int) -> list[Step]:
        """Return what notes that so many rows are in the graph."""
        value = None
        while self._points and self._points[0][0] <= position:
            value = self._points.popleft()[1]
        if value is None or not self._is_ordered:
            return []
        return [("adopt.save_watermark", {"name": self._name, "since": value})]

    def save(self) -> None:
        """Note that all rows were taken up."""
        if self.is_used and self._is_one_type and self._largest is not None:
            self._graph.write("adopt.save_watermark", {"name": self._name, "since": self._largest})
