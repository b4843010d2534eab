"""Results of looking around: users and items by how they begin, and what an event would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chronotope.client.asked import Recommendations
from chronotope.client.results import Result, Rows


@dataclass(frozen=True, kw_only=True)
class User(Result):
    """Somebody whom the graph has."""

    id: str


@dataclass(frozen=True, kw_only=True)
class Users(Rows[User]):
    """A page of users in the order of their ids; `more` tells whether others follow."""

    name = "users"
    request: Mapping[str, Any]
    more: bool


@dataclass(frozen=True, kw_only=True)
class Named(Result):
    """An item that was found by its id or by words."""

    id: str
    name: str | None
    category: str | None


@dataclass(frozen=True, kw_only=True)
class Found(Rows[Named]):
    """Items of which the id begins so, then those of the words."""

    name = "items"
    request: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Tried(Result):
    """What an event would change: the answer `before` it, and the one `after`.

    `fate` is what became of the event, as `record` has it, before it was rolled back; both answers
    are as of the millisecond after `at`.
    """

    user: str
    item: str
    name: str | None
    kind: str
    at: datetime
    fate: str
    before: Recommendations
    after: Recommendations

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dict, both answers as theirs."""
        return {
            **super().to_dict(),
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
        }
