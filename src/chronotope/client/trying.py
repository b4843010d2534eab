"""The part of the client that looks around, and tries an event without keeping it."""

from datetime import datetime, timedelta
from typing import Any, Self, Unpack

from chronotope import language as languages
from chronotope.client import explaining
from chronotope.client.asking import Asking
from chronotope.client.controls import Controls
from chronotope.client.core import Core
from chronotope.client.recording import Recording
from chronotope.client.tried import Found, Named, Tried, User, Users
from chronotope.client.values import (
    DEFAULT_K,
    Coordinates,
    check_choice,
    check_count,
    moment_or_now,
    without_none,
)
from chronotope.evaluation import TASKS
from chronotope.graph import Graph
from chronotope.loading import VISIT

_NEXT = timedelta(milliseconds=1)  # moments have milliseconds; the event counts from there on
_METHODS = {"next": "recommend"}  # of tasks that are not named as their method


class Trying(Asking, Recording):
    """What finds whom to ask about, and tells what an event would change."""

    def find_users(
        self, begins: str = "", *, after: str | None = None, k: int = DEFAULT_K
    ) -> Users:
        """Find users whose id `begins` so: a page of `k`, in the order of the ids.

        The next page comes `after` the last id of this one.
        """
        check_count(k)
        given = {"begins": begins, "after": after}
        rows = self._migrated.read("user.find_users", {**given, "k": k + 1})
        return Users(
            request=without_none({**given, "k": k}),
            more=len(rows) > k,
            rows=User.of_all(rows[:k]),
        )

    def find_items(self, text: str, *, k: int = DEFAULT_K) -> Found:
        """Find items whose id begins with a text, then those with its words in their texts.

        Needs no encoder; `search` finds by meaning.
        """
        check_count(k)
        given = {"begins": text, "words": languages.beginnings(text), "k": k}
        rows = self._migrated.read("search.find_named", given)
        return Found(request={"text": text, "k": k}, rows=Named.of_all(rows))

    def what_if(
        self,
        user: str,
        item: str,
        *,
        at: datetime | None = None,
        kind: str = VISIT,
        value: float | None = None,
        task: str = "next",
        here: Coordinates | None = None,
        k: int = DEFAULT_K,
        **controls: Unpack[Controls],
    ) -> Tried:
        """Tell what the next answer would be if a user did something with an item.

        The question is asked, the event is recorded, and the same is asked again: in one
        transaction that is rolled back, so that the graph stays as it is and nobody else sees the
        event. `record` with the same `user`, `item`, `at`, `kind` and `value` keeps it. `task` is
        'next' (as `recommend` answers), 'discover' or 'new_items'; `here`, `k` and controls are as
        they have them. Meanwhile who writes about the same user or item waits.

        Raises InputError for an item or a task that there is not, and for what `record` refuses.
        """
        check_choice(task, TASKS, "task")
        check_count(k)
        moment = moment_or_now(at)
        question: dict[str, Any] = {"at": moment + _NEXT, "here": here, "k": k, **controls}
        with self._migrated.trial() as graph:
            trial = self._on(graph)
            ask = getattr(trial, _METHODS.get(task, task))
            before = ask(user, **question)
            answer = trial.record(user, item, at=moment, kind=kind, value=value)
            if not answer.is_written:
                raise explaining.no_item(graph, item)
            facts = graph.read("explain.describe_item", {"item": item})[0]
            after = ask(user, **question)
        return Tried(
            user=user,
            item=item,
            name=facts["name"],
            kind=kind,
            at=moment,
            fate=answer.fate,
            before=before,
            after=after,
        )

    def _on(self, graph: Graph) -> Self:
        """Return the same client on another graph, which has the schema."""
        other = type(self).__new__(type(self))
        Core.__init__(other, lambda: graph)
        other._is_current = True
        return other
