"""The part of the client that answers a person: what is known of them, their erasure, retention."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chronotope import config, privacy, secrecy, server
from chronotope.client.keeping import Keeping, keys_or_none
from chronotope.client.results import Result
from chronotope.client.values import moment, native
from chronotope.errors import InputError
from chronotope.progress import Progress, silent

_AT_ONCE = 5000
_USERS_AT_ONCE = 1000
_LINGERS = (
    "Freed records keep their bytes in the store, and in the transaction logs, until they are "
    "written over: docs/privacy.md says what lingers, and how to be rid of it."
)
SCHEMA = "chronotope.user/1"
"""The form of an export; docs/privacy.md describes it."""


@dataclass(frozen=True, kw_only=True)
class Personal(Result):
    """All that the graph holds on one person.

    `profile` holds the properties of their node, `events` and `declined` what they did and
    declined, `shown` what was shown to them, `knows` and `known_by` ids, and `communities` where
    they belong.
    """

    schema: str
    user: str
    profile: Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...]
    declined: tuple[Mapping[str, Any], ...]
    shown: tuple[Mapping[str, Any], ...]
    knows: tuple[str, ...]
    known_by: tuple[str, ...]
    communities: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Erasure(Result):
    """What was erased, or would be: `users` who were found, `unknown` ones, and `ties`.

    `stale` names what was made of their events and has to be made anew, `models` the learned
    weights that saw them, `projections` the encoders that `train_encoder` taught by them.
    `rewritten` tells whether the store was written anew, without their bytes.
    """

    users: int
    ties: int
    unknown: int
    stale: tuple[str, ...]
    models: tuple[str, ...]
    projections: tuple[str, ...]
    rewritten: bool
    remarks: tuple[str, ...]
    dry_run: bool


@dataclass(frozen=True, kw_only=True)
class Forgotten(Result):
    """How many events before a moment were dropped, or would be."""

    before: datetime
    events: int
    dry_run: bool


class Answering(Keeping):
    """What a person may ask of who keeps their data, and how long data is kept."""

    def export_user(self, user: str) -> Personal:
        """Return all that the graph holds on a user, by id or by pseudonym.

        Raises InputError for a user whom the graph does not know.
        """
        for name in self._names(user):
            if rows := self._migrated.read("user.export", {"user": name}):
                row: Any = native(rows[0])
                return Personal(
                    schema=SCHEMA,
                    user=name,
                    profile=row["properties"],
                    events=tuple(_flat(one) for one in row["events"]),
                    declined=tuple(_flat(one) for one in row["declined"]),
                    shown=tuple(_flat(one) for one in row["shown"]),
                    knows=tuple(row["knows"]),
                    known_by=tuple(row["knownBy"]),
                    communities=tuple(row["communities"]),
                )
        raise InputError("The graph knows no such user, by id or by pseudonym.")

    def erase_user(
        self,
        users: str | Iterable[str],
        *,
        dry_run: bool = False,
        rewrite: bool = True,
        progress: Progress = silent,
    ) -> Erasure:
        """Erase users, by id or by pseudonym, and keep loads from bringing them back.

        Their node goes, and all that it is tied by; a tombstone stays, a hash under a key that is
        made if there is none. What was made of their events is marked stale: statistics are derived
        anew by the next `derive`. On the local server the graph is then written into a fresh store,
        for freed records keep their bytes: it is away meanwhile, and its clients wait; without
        `rewrite`, and on other servers, those bytes stay. Erasing again erases nobody, and goes on
        after a crash. Raises InputError for a user on a node that was adopted and belongs to
        somebody else's graph.
        """
        given = [users] if isinstance(users, str) else list(dict.fromkeys(users))
        graph = self._migrated
        names = {user: self._names(user) for user in given}
        found: dict[str, Mapping[str, Any]] = {}
        for name in (name for several in names.values() for name in several):
            if rows := graph.read("user.export", {"user": name}):
                found[name] = rows[0]
        if any(row["properties"].get("theirs") is not None for row in found.values()):
            raise InputError(
                "A user stands on a node of a graph that was adopted; erase the person there, or "
                "take the adoption off first."
            )
        learned = graph.read("secrecy.find_models")[0]
        ties = sum(map(_ties, found.values()))
        unknown = sum(found.keys().isdisjoint(several) for several in names.values())
        stale: Sequence[str] = ()
        local = server.name_of(graph.connection) if rewrite else None
        if not dry_run:
            stale = self._bury([name for several in names.values() for name in several])
            for erased in self._erase([name for several in names.values() for name in several]):
                progress("erasing", erased, ties)
            if local:
                privacy.rewrite(local, progress)
        return Erasure(
            users=len(given) - unknown,
            ties=ties,
            unknown=unknown,
            stale=tuple(stale),
            models=tuple(learned["models"]),
            projections=tuple(learned["projections"]),
            rewritten=bool(local) and not dry_run,
            remarks=() if local else (_LINGERS,),
            dry_run=dry_run,
        )

    def _erase(self, names: Sequence[str]) -> Iterator[int]:
        """Erase users step by step; yield how many relationships are erased so far."""
        erased = 0
        for start in range(0, len(names), _USERS_AT_ONCE):
            asked = {"users": names[start : start + _USERS_AT_ONCE], "limit": _AT_ONCE}
            left = True
            while left:
                row = self._graph.write("secrecy.erase", asked)[0]
                left, erased = row["left"], erased + row["erased"]
                yield erased

    def forget(
        self, before: datetime, *, dry_run: bool = False, progress: Progress = silent
    ) -> Forgotten:
        """Drop events before a moment, but each user's newest of every item: it stays known.

        Later loads do not bring them back. It may be cut off and run again. The next `derive`
        counts what is left.
        """
        graph, until = self._migrated, moment(before)
        if dry_run:
            events = graph.read("secrecy.count_old", {"before": until})[0]["events"]
            return Forgotten(before=until, events=events, dry_run=True)
        graph.write("secrecy.set_watermark", {"before": until})
        dropped, after = 0, ""
        while after is not None:
            asked = {"before": until, "after": after, "limit": _USERS_AT_ONCE}
            row = graph.write("secrecy.forget", asked)[0]
            dropped, after = dropped + row["dropped"], row["last"]
            progress("forgetting", dropped, None)
        return Forgotten(before=until, events=dropped, dry_run=False)

    @staticmethod
    def _names(user: str) -> tuple[str, ...]:
        """Return what the graph may know a user by: the id, and all pseudonyms."""
        known = keys_or_none()
        return known.forms(user) if known else (user,)

    def _bury(self, names: Sequence[str]) -> Sequence[str]:
        known = keys_or_none()
        if known is None:
            known = secrecy.create()
            secrecy.write(config.keys_file(), known)
        marks = [known.tombstone(name) for name in names]
        stale: Sequence[str] = self._graph.write("secrecy.bury", {"hashes": marks})[0]["stale"]
        return stale


def _ties(row: Mapping[str, Any]) -> int:
    lists = ("events", "declined", "shown", "knows", "knownBy", "communities")
    return int(row["standsFor"]) + sum(len(row[name]) for name in lists)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    inner = row.get("event") or row.get("shown") or {}
    return {**{name: row[name] for name in row if name not in ("event", "shown")}, **inner}
