"""What streams are made of: messages, positions, and what every source of them can do."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol


class Position(NamedTuple):
    """How far a stream was read: an offset (bytes of a file, messages of a partition).

    `lines` are those before it, and `mark` tells the file from another of its name; both None
    where there is no file.
    """

    offset: int
    lines: int | None = None
    mark: str | None = None


class Message(NamedTuple):
    """A message: where it stands, its bytes, and what made it unreadable, if something did.

    `line` is the number of the line, or the offset in a partition.
    """

    stream: str
    line: int
    text: bytes
    fault: str | None = None
    key: bytes | None = None


class Chunk(NamedTuple):
    """Messages, and by the names of streams the positions after them."""

    messages: list[Message]
    positions: dict[str, Position]


Find = Callable[[Sequence[str]], Mapping[str, Position]]
"""Returns how far streams of these names were followed; those never followed are left out."""


class Source(Protocol):
    """Where messages come from. All is called by one thread."""

    name: str
    unit: str
    """What a lag counts."""
    remarks: list[str]
    """What is to be known of how it was read."""

    @property
    def is_over(self) -> bool:
        """Tell whether no message will come any more."""

    @property
    def trouble(self) -> str | None:
        """Say what keeps messages from coming, if something does."""

    def open(self, find: Find, release: Callable[[], None]) -> Mapping[str, Position]:
        """Go to where the last follower was; return where streams begin that nobody followed.

        `release` is called before the streams are handed to another follower, if they ever are:
        what is in hand and not written will come to that one. Raises InputError.
        """

    def poll(self, most: int, seconds: float) -> Chunk:
        """Return at most so many messages, waiting at most so long for the first."""

    def rest(self) -> None:
        """Say that more messages are wanted, but not yet; called every second or so."""

    def lag(self, positions: Mapping[str, Position]) -> int | None:
        """Return how much lies beyond the positions, None where that cannot be known."""

    def close(self) -> None:
        """Let go of everything."""
