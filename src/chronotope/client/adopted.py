"""Results of adopting a graph that exists."""

from dataclasses import dataclass
from typing import Self

from chronotope import adoption
from chronotope.adoption import Place
from chronotope.client.filled import Loaded
from chronotope.client.results import Result, Rows


@dataclass(frozen=True, kw_only=True)
class Adopted(Rows[Loaded]):
    """What became of the rows of each table of a mapping, by its name in `table`.

    `users` and `items` say where nodes were put: 'in place', or 'beside' them. It took `seconds`;
    what happens in the graph is taken up at most `delay` seconds later, when it goes on.
    """

    name = "loads"
    users: Place
    items: Place
    dry_run: bool
    seconds: float
    delay: float | None = None

    @classmethod
    def of_adoption(
        cls, done: adoption.Adopted, *, dry_run: bool, seconds: float, delay: float | None
    ) -> Self:
        """Return what was adopted."""
        return cls(
            rows=tuple(map(Loaded.of_summary, done.summaries)),
            users=done.places["users"],
            items=done.places["items"],
            dry_run=dry_run,
            seconds=round(seconds, 1),
            delay=None if delay is None else round(delay, 1),
            remarks=tuple(f"{remark}." for remark in done.remarks),
        )

    @property
    def rejected(self) -> int:
        """How many rows were rejected."""
        return sum(loaded.rejected for loaded in self.rows)

    @property
    def stopped(self) -> str | None:
        """Why it ended before all rows were read, if it did."""
        return next((loaded.stopped for loaded in self.rows if loaded.stopped), None)


@dataclass(frozen=True, kw_only=True)
class Undone(Result):
    """What was taken off a graph.

    `relationships` and `nodes` of ours that were deleted, nodes of the owner that were `restored`,
    and `indexes` that were dropped, those of constraints among them.
    """

    relationships: int
    restored: int
    nodes: int
    indexes: int
