"""The questions that the recommendation queries answer, and how an answer is judged: one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chronotope.catalogue import Query, get
from chronotope.evaluation.metrics import Ranks, discover_metrics, next_metrics
from chronotope.replay import History, Instance
from chronotope.statistics import Floats


@dataclass(frozen=True)
class Task:
    """What is asked by `recommend.<name>`, and how its weights are learned.

    - `metrics` of ranks, and the `metric` among them that choices are made by
    - `by_event`: each event is a question whose answer may be known to the user; else a user's
      discoveries of a whole window answer one question, and what the user knows is left out
    - `new_items`: relevant is what nobody had been at before; no baseline knows such items but
      `single_features`, alternatives of which a candidate has one
    - `candidates` that a question has at most
    - `hidden_units` of the model
    - `alone`: features that may score by themselves, what they leave equal by the first of them
    - `instances` and `deed` name a question, and what a user does to be asked one
    """

    name: str
    metrics: Callable[[Ranks], dict[str, Floats]]
    metric: str
    instances: str
    deed: str
    by_event: bool = False
    new_items: bool = False
    candidates: int = 400
    hidden_units: int = 0
    alone: tuple[str, ...] = ()
    single_features: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def asked(self, history: History, cut: datetime, until: datetime) -> list[Instance]:
        """Return the questions that what happened in [cut, until) answers."""
        if self.by_event:
            return history.moves(cut, until)
        return list(history.discoveries(cut, until, new_items=self.new_items).instances)

    @property
    def query(self) -> Query:
        """The query that is asked."""
        return get(f"recommend.{self.name}")


TASKS: Mapping[str, Task] = {
    task.name: task
    for task in (
        Task(
            "next",
            next_metrics,
            "mrr",
            "moves",
            "does anything",
            by_event=True,
            hidden_units=12,
            alone=("popularity", "visits", "recency7", "recency30", "transition"),
        ),
        Task(
            "discover",
            discover_metrics,
            "ndcg@20",
            "windows of users with discoveries",
            "discovers an item",
            candidates=275,
            hidden_units=12,
            alone=(
                "popularity",
                "rising90",
                "rising30",
                "rising7",
                "risingLate",
                "likeMinded",
                "together",
                "easeRecent",
                "easeLatest",
            ),
        ),
        Task(
            "new_items",
            discover_metrics,
            "ndcg@20",
            "windows of users with new items",
            "is the first at an item",
            new_items=True,
            alone=("categoryRate", "category", "home", "meaning", "goodsMeaning"),
            single_features={
                "distance alone": ("home",),
                "text alone": ("meaning", "goodsMeaning"),
            },
        ),
    )
}
