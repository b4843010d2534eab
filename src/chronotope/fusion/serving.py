"""What an answer rests on: the user's history, the statistics across users, and the terms."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chronotope.errors import InputError
from chronotope.evaluation import TASKS
from chronotope.graph import Graph

_ASKED = 20  # recommendations that terms are the mean of


@dataclass(frozen=True)
class Basis:
    """How much of a user is known before a moment, and when the statistics stand (None: never).

    They are `partial` while they are derived, and after that broke off: then `as_of` is the older
    of two moments, None for the first ones. What is counted may stand as of a later moment,
    `recent_as_of`.
    """

    user: str | None
    at: datetime
    known: bool
    events: int
    as_of: datetime | None
    recent_as_of: datetime | None
    partial: bool

    @property
    def on_user(self) -> tuple[str, ...]:
        """What is to be said when there is nothing to tell of the user."""
        return tuple(f"{lack}." for lack in self._lacks())

    @property
    def on_recommendations(self) -> tuple[str, ...]:
        """What is to be said of recommendations: for a stranger, or by doubtful statistics."""
        stranger = (f"{lack}; this is for a stranger." for lack in self._lacks())
        return (*stranger, *self._on_statistics())

    def _lacks(self) -> Iterator[str]:
        if self.user is None:
            return
        if not self.known:
            yield f"The graph has no user '{self.user}'"
        elif not self.events:
            yield f"User '{self.user}' has no events before then"

    def _on_statistics(self) -> Iterator[str]:
        if self.partial:
            yield (
                "The statistics across users are partial: they are being derived, or that broke "
                "off. chronotope doctor tells which"
            )
        elif self.as_of is None:
            yield "No statistics across users were derived yet; run: chronotope derive"
        if self.recent_as_of is not None and self.at < self.recent_as_of:
            yield (
                f"The statistics stand as of {self.recent_as_of.isoformat(timespec='seconds')}, "
                "later than the moment asked for: they know what came after. For an answer as of "
                "then: chronotope derive --at …"
            )


def read_basis(graph: Graph, user: str | None, at: datetime) -> Basis:
    """Read what an answer for a user, or for a stranger, at a moment rests on.

    Raises InputError for an id that is no text: ids are texts in the graph, also those of numbers.
    """
    if not isinstance(user, str | None):
        raise InputError(f"A user's id is a text, like '470', not {user!r}.")
    history = graph.read("user.describe_history", {"user": user or "", "at": at})[0]
    as_of, recent = (
        moment.to_native() if moment else None
        for moment in (history["derivedAsOf"], history["recentAsOf"])
    )
    return Basis(
        user,
        at,
        history["known"],
        history["events"],
        as_of,
        recent,
        history["partial"],
    )


def mean_terms(graph: Graph, user: str, at: datetime) -> dict[str, dict[str, float]]:
    """Return, by task, the mean share of each term in the first recommendations for a user.

    The strongest come first.
    """
    means = {}
    for task in TASKS.values():
        given = {"user": user, "at": at, "k": _ASKED, "terms": len(task.query.features)}
        rows = graph.read(task.query, given)
        sums: dict[str, float] = defaultdict(float)
        for row in rows:
            for term in row["terms"]:
                sums[term["feature"]] += term["share"] / len(rows)
        means[task.name] = dict(sorted(sums.items(), key=lambda entry: -abs(entry[1])))
    return means
