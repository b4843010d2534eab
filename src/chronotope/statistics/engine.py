"""Where functions of blocks run: in this process, or in those of a cluster."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from chronotope.statistics import lake, memory
from chronotope.statistics.arrays import Events, Kinds
from chronotope.statistics.batches import Lake

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")


class Parts(Protocol):
    """Events in parts, in the order of users, each with all events of its users."""

    def run(self, work: Callable[[Shared, Events], Result], shared: Shared) -> list[Result]:
        """Return what a function makes of each part."""


class Source(Protocol):
    """The events of a lake, before it is known which of them count."""

    @property
    def users(self) -> Sequence[str]:
        """The ids of users that are there, each once."""

    @property
    def items(self) -> Sequence[str]:
        """The ids of items that are there, each once."""

    def end(self) -> datetime:
        """Return the millisecond after the last event. Raises InputError when there is none."""

    def arranged(
        self, known: lake.Known, at: datetime, kinds: Kinds
    ) -> tuple[Parts, Sequence[str], dict[str, int]]:
        """Return the events that count before a moment, the ids of items, and what was left out."""


class Engine(Protocol):
    """Runs functions of blocks, which are pure: one that is run again gives the same.

    `at_once` is how many run at the same time; `is_here` says whether that is in this process.
    """

    at_once: int
    is_here: bool

    def room(self) -> int:
        """Return how many bytes a process may take where nobody says: a quarter of a machine."""

    def run(
        self, work: Callable[[Shared, Task], Result], shared: Shared, tasks: Sequence[Task]
    ) -> list[Result]:
        """Return what a function makes of each task; what is `shared` goes once to each process."""

    def open(self, files: Lake) -> Source:
        """Read the events of a lake. Raises InputError as `lake.read` does."""

    def spread(self, events: Events) -> Parts:
        """Make parts of events that were read here."""


class _Whole:
    def __init__(self, events: Events) -> None:
        self._events = events

    def run(self, work: Callable[[Shared, Events], Result], shared: Shared) -> list[Result]:
        return [work(shared, self._events)]


class _Read:
    def __init__(self, columns: lake.Columns) -> None:
        self._columns = columns
        self.users, self.items, self.end = columns.users, columns.items, columns.end

    def arranged(
        self, known: lake.Known, at: datetime, kinds: Kinds
    ) -> tuple[Parts, Sequence[str], dict[str, int]]:
        events, ids, left = lake.arranged(self._columns, known, at, kinds)
        return _Whole(events), ids, left


class _Here:
    at_once, is_here = 1, True

    def room(self) -> int:
        return memory.budget()

    def run(self, work: Callable[[Any, Any], Any], shared: Any, tasks: Sequence[Any]) -> list[Any]:
        return [work(shared, task) for task in tasks]

    def open(self, files: Lake) -> Source:
        return _Read(lake.read(files))

    def spread(self, events: Events) -> Parts:
        return _Whole(events)


HERE: Engine = _Here()
"""Runs one block after the other in this process."""
