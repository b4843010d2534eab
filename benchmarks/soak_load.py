"""What the clients of a soak do: reads and writes of every sort, at a steady rate.

Who is refused because the server is away waits and asks again; what was acknowledged is noted.
"""

import json
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from soak_facts import Journal, millis_of

from chronotope.city import City
from chronotope.client import Client, Recorded, Retracted
from chronotope.errors import DatabaseError

Answer = TypeVar("Answer")

_PAUSE, _PATIENCE = 0.5, 600.0
_KEPT = 500
"""So many facts of each sort are at hand to be told again, corrected or retracted."""
_ROWS = 10
_BETWEEN = "\x1f"
_MALFORMED_EVERY = 50
_WORDS = ("quiet coffee in the afternoon", "jazz", "somewhere to climb", "vegan lunch", "books")
_READS = {
    "recommend": 35,
    "discover": 28,
    "new_items": 10,
    "search": 17,
    "explain": 5,
    "audience": 5,
}
_WRITES = {"record": 50, "again": 4, "correct": 6, "many": 5, "decline": 10, "show": 12,
           "retract": 8, "upsert": 5}  # fmt: skip


@dataclass
class Tally:
    """What happened since it was taken last: seconds that were waited, and errors."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    waited_out: Counter[str] = field(default_factory=Counter)
    """Errors after which the same was tried again, by sentence."""
    failed: Counter[str] = field(default_factory=Counter)
    """Errors that no client could have waited out."""
    turned_away: int = 0
    """Who was not served, because too many waited."""

    def add(self, other: "Tally") -> None:
        """Take up the errors of another one, and who was turned away."""
        self.turned_away += other.turned_away
        self.waited_out += other.waited_out
        self.failed += other.failed


class Load:
    """Clients of one graph, and what they were told."""

    def __init__(self, client: Client, town: City, journal: Journal, seed: int) -> None:
        self.client = client
        self.journal = journal
        self.tally = Tally()
        self.written = self.malformed = 0
        """Lines of the file that is followed, and those of them that are no events."""
        self._run = f"soak-{time.time_ns():x}"
        self._seed = seed
        self._users = list(town.homes)
        self._homes = list(town.homes.values())
        self._items: list[str] = [item["item_id"] for item in town.items]
        self._categories = sorted({item["category"] for item in town.items})
        self._lock = Lock()
        self._events: deque[tuple[str, list[Any]]] = deque(maxlen=_KEPT)
        self._declined: deque[tuple[str, list[Any]]] = deque(maxlen=_KEPT)
        self._made: deque[str] = deque(maxlen=_KEPT)
        self._shown: deque[str] = deque(self._items[:1], maxlen=_KEPT)

    def take(self) -> Tally:
        """Return what happened since the last time."""
        with self._lock:
            tally, self.tally = self.tally, Tally()
        return tally

    def insist(self, call: Callable[[], Answer]) -> Answer:
        """Ask again while the database is away, for ten minutes. Raises any other error."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return call()
            except DatabaseError as problem:
                if not problem.transient or time.monotonic() > deadline:
                    raise
                with self._lock:
                    self.tally.waited_out[str(problem)] += 1
                time.sleep(_PAUSE)

    def read(self, number: int, due: float) -> None:
        """Ask one question. Raises what no client could have waited out."""
        draw = random.Random(f"{self._seed} read {number}")
        getattr(self, "_" + _drawn(draw, _READS))(draw)
        self.tally.reads.append(time.monotonic() - due)

    def write(self, number: int, due: float) -> None:
        """Tell one thing. Raises what no client could have waited out."""
        draw = random.Random(f"{self._seed} write {number}")
        getattr(self, "_" + _drawn(draw, _WRITES))(draw, f"{self._run}-{number}")
        self.tally.writes.append(time.monotonic() - due)

    def append(self, path: Path, number: int, due: float) -> None:
        """Add a line to the file that is followed."""
        del due
        draw = random.Random(f"{self._seed} line {number}")
        line = "{no event"
        if number % _MALFORMED_EVERY:
            name, user, item, at = (
                f"{self._run}-line-{number}",
                self._user(draw),
                self._item(draw),
                _now(),
            )
            told = {"event_id": name, "user_id": user, "item_id": item, "timestamp": at.isoformat()}
            line = json.dumps(told)
            self.journal.is_so(("event", name), [user, item, millis_of(at), "visit", None])
        else:
            self.malformed += 1
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        self.written += 1

    def turn_away(self) -> None:
        """Note somebody who was not served."""
        with self._lock:
            self.tally.turned_away += 1

    def fails(self, problem: BaseException) -> None:
        """Note an error that nobody could have waited out."""
        with self._lock:
            self.tally.failed[f"{type(problem).__name__}: {problem}"] += 1

    # Reads.

    def _recommend(self, draw: random.Random) -> None:
        user, here = self._asker(draw), draw.choice([None, draw.choice(self._homes)])
        self.insist(lambda: self.client.recommend(user, here=here))

    def _discover(self, draw: random.Random) -> None:
        user, only = self._asker(draw), draw.choice([None, "places", "goods"])
        found = self.insist(lambda: self.client.discover(user, only=only))
        self._shown.extend(row.id for row in found[:3])

    def _new_items(self, draw: random.Random) -> None:
        user = self._asker(draw)
        self.insist(lambda: self.client.new_items(user))

    def _search(self, draw: random.Random) -> None:
        text, user = draw.choice(_WORDS), draw.choice([None, self._user(draw)])
        self.insist(lambda: self.client.search(text, user=user))

    def _explain(self, draw: random.Random) -> None:
        user, item = self._asker(draw), draw.choice(self._shown)
        self.insist(lambda: self.client.explain(user, item))

    def _audience(self, draw: random.Random) -> None:
        text = draw.choice(_WORDS)
        self.insist(lambda: self.client.audience(text))

    # Writes: each under the name that the fact has, so that told twice it is there once.

    def _record(self, draw: random.Random, name: str) -> None:
        user, item, at = self._user(draw), self._item(draw), _now()
        kind, value = draw.choice([("visit", None), ("purchase", 12.5), ("view", None)])
        here = draw.choice([None, draw.choice(self._homes)])
        own = draw.choice([name, None])
        told = self.insist(
            lambda: self.client.record(user, item, at=at, kind=kind, value=value, here=here, id=own)
        )
        what = [user, item, millis_of(at), kind, value]
        self.journal.is_so(("event", _id(told)), what)
        self._events.append((_id(told), what))

    def _again(self, draw: random.Random, name: str) -> None:
        del draw, name
        if known := _taken(self._events):
            own, what = known
            self._tell(own, what)
            self._events.append(known)

    def _correct(self, draw: random.Random, name: str) -> None:
        del name
        if known := _taken(self._events):
            own, what = known[0], [*known[1][:4], round(draw.uniform(1, 99), 2)]
            self._tell(own, what)
            self.journal.is_so(("event", own), what, is_new=False)
            self._events.append((own, what))

    def _tell(self, own: str, what: list[Any]) -> None:
        """Tell an event that the graph has, without the place where it was."""
        user, item, millis, kind, value = what
        at = datetime.fromtimestamp(millis / 1000, UTC)
        name = None if _BETWEEN in own else own  # of one that has none it is made of the rest
        told = self.insist(
            lambda: self.client.record(user, item, at=at, kind=kind, value=value, id=name)
        )
        assert told.fate in ("known", "changed"), f"{own} was {told.fate}"  # noqa: S101

    def _many(self, draw: random.Random, name: str) -> None:
        told = {f"{name}-{n}": (self._user(draw), self._item(draw), _now()) for n in range(_ROWS)}
        rows = [
            {"user": user, "item": item, "at": at, "id": own}
            for own, (user, item, at) in told.items()
        ]
        answer = self.insist(lambda: self.client.record_many(rows))
        assert not answer, answer  # noqa: S101  none is refused
        for own, (user, item, at) in told.items():
            self.journal.is_so(("event", own), [user, item, millis_of(at), "visit", None])

    def _decline(self, draw: random.Random, name: str) -> None:
        user, at, kind = self._user(draw), _now(), draw.choice(["dislike", "hide"])
        interest = f"category:{draw.choice(self._categories)}" if draw.random() < 0.1 else None
        item = None if interest else self._item(draw)
        told = self.insist(
            lambda: self.client.decline(user, item, interest=interest, at=at, kind=kind, id=name)
        )
        what = [user, item or interest, millis_of(at), kind]
        self.journal.is_so(("declined", _id(told)), what)
        self._declined.append((_id(told), what))

    def _show(self, draw: random.Random, name: str) -> None:
        del name
        user, at = self._user(draw), _now()
        items = sorted({draw.choice(self._shown) for _ in range(5)})
        told = self.insist(lambda: self.client.show(user, items, at=at))
        assert not told.unknown, told  # noqa: S101
        for item in items:
            self.journal.was_shown(user, item, millis_of(at))

    def _retract(self, draw: random.Random, name: str) -> None:
        del name
        tries = 0
        known = _taken(self._declined) if draw.random() < 0.2 else _taken(self._events)
        if known is None:
            return
        own, what = known

        def retract() -> Retracted:
            nonlocal tries
            tries += 1
            return self.client.retract(own)

        told = self.insist(retract)
        assert told.retracted or tries > 1, f"{own} was acknowledged and is unknown"  # noqa: S101
        self.journal.is_gone(("event" if len(what) > 4 else "declined", own))

    def _upsert(self, draw: random.Random, name: str) -> None:
        item = (None if draw.random() < 0.4 else _taken(self._made)) or name
        called, active = f"{draw.choice(_WORDS)} {name[-6:]}", draw.random() < 0.8
        category, here = draw.choice(self._categories), draw.choice(self._homes)
        told = self.insist(
            lambda: self.client.upsert_item(
                item, name=called, category=category, location=here, active=active
            )
        )
        self.journal.is_so(("item", _id(told)), [called, active], is_new=item == name)
        self._made.append(item)

    def _user(self, draw: random.Random) -> str:
        return draw.choice(self._users)

    def _asker(self, draw: random.Random) -> str:
        return "a stranger" if draw.random() < 0.05 else self._user(draw)

    def _item(self, draw: random.Random) -> str:
        return draw.choice(self._items)


def _drawn(draw: random.Random, shares: dict[str, int]) -> str:
    return draw.choices(list(shares), list(shares.values()))[0]


def _taken(facts: deque[Answer]) -> Answer | None:
    """Take the earliest of facts, for nobody else to change it meanwhile."""
    try:
        return facts.popleft()
    except IndexError:
        return None


def _now() -> datetime:
    """Return this moment, as exactly as the graph keeps it."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _id(told: Recorded) -> str:
    assert told.is_written, told  # noqa: S101
    assert told.id is not None  # noqa: S101
    return told.id
