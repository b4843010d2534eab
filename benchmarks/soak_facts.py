"""What was acknowledged, kept in a file; what the graph has; and how they differ."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from chronotope.graph import Graph

Key = tuple[str, ...]
"""What a fact is of: ('event', id), ('declined', id), ('shown', user, item) or ('item', id)."""
Fact = tuple[Key, Any]

_SHOWINGS = 20
"""So many moments of a pair are kept, the latest."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVER = datetime(2100, 1, 1, tzinfo=UTC)
_TOLD_OF_EACH = 5


class Journal:
    """Facts as they are acknowledged, a line each: in a file, so that no memory grows by them.

    Those of one key come in the order in which they were acknowledged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        """How many facts of each kind there are now; of showings, how many there were."""
        self._file = path.open("w", encoding="utf-8")
        self._lock = Lock()

    def is_so(self, key: Key, value: Any, *, is_new: bool = True) -> None:
        """Note a fact; one that is not new takes the place of the one before."""
        self._write("is", key, value, int(is_new))

    def is_gone(self, key: Key) -> None:
        """Note that a fact was retracted."""
        self._write("gone", key, None, -1)

    def was_shown(self, user: str, item: str, millis: int) -> None:
        """Note that an item was shown to a user."""
        self._write("shown", ("shown", user, item), millis, 1)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, what: str, key: Key, value: Any, more: int) -> None:
        with self._lock:
            self.counts[key[0]] += more
            self._file.write(json.dumps([what, key, value]) + "\n")


@dataclass
class Differences:
    """Keys of facts that are missing, there more than once, or told otherwise; and unasked ones."""

    missing: list[Key] = field(default_factory=list)
    repeated: list[Key] = field(default_factory=list)
    other: list[Key] = field(default_factory=list)
    unasked: list[Key] = field(default_factory=list)

    def __str__(self) -> str:
        found = {name: keys for name, keys in vars(self).items() if keys}
        return "; ".join(
            f"{len(keys):,} {name}, like {keys[:_TOLD_OF_EACH]}" for name, keys in found.items()
        )

    def __bool__(self) -> bool:
        return any(vars(self).values())


def acknowledged(lines: Iterable[str]) -> dict[Key, Any]:
    """Return what the graph has to hold by the lines of a journal."""
    facts: dict[Key, Any] = {}
    for line in lines:
        what, told, value = json.loads(line)
        key = tuple(told)
        if what == "is":
            facts[key] = value
        elif what == "gone":
            del facts[key]
        else:
            facts[key] = sorted({*facts.get(key, ()), value})[-_SHOWINGS:]
    return facts


def compare(expected: Mapping[Key, Any], stored: Iterable[Fact]) -> Differences:
    """Return how the facts of a graph differ from those that were acknowledged."""
    found, seen = Differences(), set()
    for key, value in stored:
        if key not in expected:
            found.unasked.append(key)
        elif key in seen:
            found.repeated.append(key)
        elif expected[key] != value:
            found.other.append(key)
        seen.add(key)
    found.missing = [key for key in expected if key not in seen]
    return found


def stored(graph: Graph) -> Iterator[Fact]:
    """Yield every event, all that was declined and shown, and the names of items."""
    for row in graph.read("replay.read_events"):
        what = [row["user"], row["item"], row["epochMillis"], row["kind"], row["value"]]
        yield ("event", row["id"]), what
    for row in graph.read("replay.read_declined", {"before": _EVER}):
        what = [row["user"], row["item"] or row["interest"], _millis(row["at"]), row["kind"]]
        yield ("declined", row["id"]), what
    for row in graph.read("replay.read_shown", {"before": _EVER}):
        yield ("shown", row["user"], row["item"]), sorted(map(_millis, row["times"]))
    for row in graph.read("replay.read_items"):
        yield ("item", row["id"]), [row["name"], row["active"]]


def millis_of(at: datetime) -> int:
    """Return a moment in epoch milliseconds."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _millis(text: str) -> int:
    return millis_of(datetime.fromisoformat(text.partition("[")[0]))
