"""What statistics stand in a graph, and whether they can be brought up to a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.statistics.epoch import Epoch

_ALL = "derive all of them: chronotope derive."


@dataclass(frozen=True)
class Standing:
    """What there is to derive from before a moment, beside what the statistics were derived from.

    `derived_events` and `derived_items` are None where that was never told; `newer` says whether an
    event before the moment came after `as_of`. What is `stale` saw what is erased or dropped now.
    Decays are relative to the `epoch`; those of a version that had none are to `as_of`. What is
    counted stands as of `recent_as_of`, perhaps a later moment, when there were `recent_events`;
    `newer_than_recent` is of it what `newer` is of all. `weights` say what events count:
    the largest of their kinds, and whether some of them weigh less. `parameters` are the options of
    the last derivation of all, as JSON.
    """

    events: int
    items: int
    as_of: datetime | None
    partial: bool
    newer: bool
    derived_events: int | None
    derived_items: int | None
    stale: bool
    epoch: Epoch | None
    recent_as_of: datetime | None
    weights: tuple[float | None, bool | None]
    parameters: str | None
    recent_events: int | None
    newer_than_recent: bool

    def check_recent(self, at: datetime) -> None:
        """Raise InputError where what is counted cannot be brought up to a moment alone."""
        if self.as_of is None or self.recent_as_of is None:
            fault = "There are no statistics that could be brought up to date"
        elif self.partial:
            fault = "The statistics are partial: a derivation broke off"
        elif self.stale:
            fault = "Users were erased since the statistics were derived, or events dropped"
        elif self.epoch is None:
            fault = "The statistics are those of an earlier version"
        elif at < self.recent_as_of:
            fault = f"The statistics stand as of {self.recent_as_of.isoformat()}, a later moment"
        else:
            return
        raise InputError(f"{fault}; {_ALL}")

    def brought_up(self, moment: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a derivation of what is counted alone records of itself.

        `moment` is what it would record of all. Raises InputError where what it leaves does not
        fit what it counted.
        """
        if self.epoch is None or moment["epoch"] != self.epoch.moment:
            raise InputError(f"The moment that decays are relative to is another now; {_ALL}")
        if (moment["largestWeight"], moment["weighted"]) != self.weights:
            raise InputError(
                f"What events count by their kinds has changed since the statistics; {_ALL}"
            )
        return {**moment, "at": self.as_of, "parameters": self.parameters}

    def seen(self, *, recent: bool) -> dict[str, int | None]:
        """Return how many events this derivation saw, and the last one of all.

        Of that also how many items.
        """
        if recent:
            whole = {"events": self.derived_events, "items": self.derived_items}
        else:
            whole = {"events": self.events, "items": self.items}
        return {**whole, "recentEvents": self.events}


def describe(graph: Graph, at: datetime) -> Standing:
    """Tell what there is to derive from before a moment, and what stands."""
    row = graph.read("derive.describe", {"at": at})[0]
    return Standing(
        row["events"],
        row["items"],
        row["asOf"].to_native() if row["asOf"] else None,
        row["partial"],
        row["newer"],
        row["derivedEvents"],
        row["derivedItems"],
        row["stale"],
        Epoch(row["epoch"].to_native(), row["lateDays"]) if row["epoch"] else None,
        row["recentAsOf"].to_native() if row["recentAsOf"] else None,
        (row["largestWeight"], row["weighted"]),
        row["parameters"],
        row["recentEvents"],
        row["newerThanRecent"],
    )
