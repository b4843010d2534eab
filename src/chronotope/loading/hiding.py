"""What is hidden of users on the way from a row of text to a row for the graph. Pure.

A row of text gets pseudonyms of the first key before anything is said of it, so that a rejected one
tells no id and can still be loaded; the row for the graph gets those of the newest.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import h3

from chronotope.loading.cells import cell_of
from chronotope.loading.rejection import REST, Rejection, RowError
from chronotope.loading.zones import zone_or_offset
from chronotope.secrecy import Keys, Secrecy

_USERS = ("user_id", "friend_id")
_ENDS = ("user", "friend")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

FORGOTTEN = RowError("timestamp", "is before the moment from which on events are kept (forget)")
ERASED = RowError(None, "is of a user who was erased")


def hidden(row: Mapping[str, str], secrecy: Secrecy | None) -> dict[str, str]:
    """Return a row of text without ids of users; fields that it has too many of are left out."""
    if secrecy is None or not secrecy.hides_events:
        return dict(row)
    keys, found = secrecy.keys, dict(row)
    if secrecy.pseudonyms:
        found.pop(REST, None)
        found |= {name: keys.first_user(row[name]) for name in _USERS if row.get(name)}
    if row.get("event_id"):
        found["event_id"] = keys.first_event(row["event_id"])
    return found


def hidden_user(name: str, secrecy: Secrecy | None) -> str:
    """Return what the graph knows a user by: the newest pseudonym, or the id."""
    return secrecy.keys.user(name) if secrecy and secrecy.pseudonyms else name


def hidden_event(event: Mapping[str, Any], secrecy: Secrecy | None) -> dict[str, Any]:
    """Return an event with the newest pseudonyms, and as coarse as is wanted."""
    if secrecy is None:
        return dict(event)
    found = dict(event)
    if secrecy.hides_events:
        found["id"] = secrecy.keys.event(event["id"])
    found["user"] = hidden_user(event["user"], secrecy)
    if secrecy.minutes is not None:
        found["epochMillis"] = _rounded(event["epochMillis"], event["zone"], secrecy.minutes)
    if secrecy.resolution is not None and "latitude" in event:
        cell = h3.latlng_to_cell(event["latitude"], event["longitude"], secrecy.resolution)
        found["latitude"], found["longitude"] = h3.cell_to_latlng(cell)
        found["cell"] = cell_of(found["latitude"], found["longitude"])
    return found


def hidden_friendship(row: Mapping[str, str], secrecy: Secrecy | None) -> dict[str, str]:
    """Return a friendship with the newest pseudonyms."""
    return {name: hidden_user(user, secrecy) for name, user in row.items()}


class Erased:
    """Knows by their tombstones who was erased, and from when on events are kept."""

    def __init__(
        self,
        keys: Keys | None,
        tombstones: Collection[str],
        before: int | None = None,
        nodes: int | None = None,
    ) -> None:
        """Take keys, tombstones, and the moment, in milliseconds, from which on events stay.

        `nodes`, and that moment, are by what it is told whether more is hidden by now; without it
        that is not asked.
        """
        self._keys = keys
        self._tombstones = frozenset(tombstones)
        self._before = before
        self._nodes = nodes
        self._known: dict[str, bool] = {}

    @property
    def is_of_a_graph(self) -> bool:
        """Whether a graph said so, and may say otherwise by now."""
        return self._nodes is not None

    def is_as_told(self, row: Mapping[str, Any]) -> bool:
        """Tell whether it is still so, by what `secrecy.look_again` says."""
        return bool(row["nodes"] == self._nodes and row["before"] == self._before)

    def is_forgotten(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row for the graph is an event from before what is kept."""
        return self._before is not None and row.get("epochMillis", self._before) < self._before

    def is_any(self, row: Mapping[str, str]) -> bool:
        """Tell whether a row of text is about somebody who was erased."""
        return bool(self._tombstones) and any(
            self.is_erased(row[name]) for name in _USERS if row.get(name)
        )

    def fault(self, row: Mapping[str, Any]) -> RowError | None:
        """Return why a row for the graph is not to be written, if it is not."""
        if self._tombstones and any(self.is_erased(row[name]) for name in _ENDS if name in row):
            return ERASED
        return FORGOTTEN if self.is_forgotten(row) else None

    def is_erased(self, name: str) -> bool:
        """Tell whether a user was erased, by id or by pseudonym."""
        if self._keys is None or not self._tombstones:
            return False
        if name not in self._known:
            marks = map(self._keys.tombstone, self._keys.forms(name))
            self._known[name] = not self._tombstones.isdisjoint(marks)
        return self._known[name]


NOBODY_ERASED = Erased(None, ())


def unread(rejection: Rejection, secrecy: Secrecy | None) -> Rejection:
    """Return the rejection of a line whose fields may stand in other columns, without them."""
    if secrecy is None or not secrecy.pseudonyms:
        return rejection
    return replace(rejection, row={})


def _rounded(millis: int, zone: str, minutes: int) -> int:
    moment = _EPOCH + timedelta(milliseconds=millis)
    offset = moment.astimezone(zone_or_offset(zone)).utcoffset() or timedelta()
    ahead, step = offset // _MILLISECOND, minutes * 60_000
    return (millis + ahead) // step * step - ahead
