"""Results of recording: what became of what was told."""

from dataclasses import dataclass

from chronotope.client.results import Result, Rows


@dataclass(frozen=True, kw_only=True)
class Recorded(Result):
    """The fate of what was told, and the id under which the graph has it.

    'recorded', 'declined', 'known', 'changed', 'conflict', 'unknown item' or 'unknown interest'.
    """

    fate: str
    id: str | None

    @property
    def is_written(self) -> bool:
        """Tell whether the graph says it now, also when it did before."""
        return self.fate in ("recorded", "declined", "known", "changed")


@dataclass(frozen=True, kw_only=True)
class NotRecorded(Result):
    """A row that is not recorded: its number from 0, its fate, its id, and what is wrong with it.

    The fate is 'conflict', 'unknown item' or 'refused', where its values cannot be used.
    """

    index: int
    fate: str
    id: str | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class RecordedMany(Rows[NotRecorded]):
    """How many rows were new, changed an event, or known; and the rows that are not recorded."""

    name = "not_recorded"
    recorded: int
    changed: int
    known: int


@dataclass(frozen=True, kw_only=True)
class Shown(Result):
    """Of how many items it was new that they were shown, or known, and the ids that no item has."""

    shown: int
    known: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Deactivated(Result):
    """How many items were active until now, and the ids that no item has."""

    deactivated: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Kind(Result):
    """What an event of a kind is worth.

    `weight` is what one counts beside other kinds; below 0 it declines its item. `goal`:
    recommendations are made for it. `consumes`: the item is then had, and no discovery any more.
    """

    name: str
    weight: float
    goal: bool
    consumes: bool


@dataclass(frozen=True, kw_only=True)
class Kinds(Rows[Kind]):
    """The kinds of events of a known worth; others weigh 1, are goals and consume."""

    name = "kinds"
