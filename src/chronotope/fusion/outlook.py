"""How much an evaluation asks, and about how long it will take: told before anything is started."""

from collections.abc import Sequence
from dataclasses import dataclass

from chronotope.evaluation import Protocol
from chronotope.progress import about
from chronotope.replay import Preview

# Seconds on two cores, roughly: to tell minutes from hours.
_SERVER = 12.0
_AN_ITEM_EMBEDDED = 0.004
_AN_EVENT_IMPORTED = 0.0001
_AN_EVENT_DERIVED = 0.0002
_AN_ITEM_DERIVED = 0.004
_A_QUESTION = 0.04
_A_QUESTION_RANKED = 0.01  # by all baselines, of a thousand items
_FITTING = 30.0


@dataclass(frozen=True)
class Outlook:
    """Users, instances and relevant items that are asked about, and about how many seconds.

    `lacks` are what no item has: what is learned and judged is without that.
    """

    users: int
    instances: int
    positives: int
    seconds: float
    lacks: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"{self.instances:,} questions of {self.users:,} users, {self.positives:,} relevant "
            f"items: {about(self.seconds)}"
            + (f"; no item has {' or '.join(self.lacks)}" if self.lacks else "")
        )


def outlook(preview: Preview, what: Protocol, taught: Sequence[int], *, asks: bool) -> Outlook:
    """Look at what will be done.

    `taught` are the questions that a model is learned from, of each window; `asks` says whether the
    query is asked at all.
    """
    history, questions = preview.history, len(what.instances)
    events, items = len(history.events.epoch), len(history.items)
    seconds = questions * _A_QUESTION_RANKED * items / 1000 + events * _AN_EVENT_IMPORTED
    if asks:
        seconds += _SERVER + items * _AN_ITEM_EMBEDDED
        seconds += (questions + sum(taught)) * _A_QUESTION
        derivations = 1 + len(taught)
        seconds += derivations * (events * _AN_EVENT_DERIVED + items * _AN_ITEM_DERIVED)
    if taught:
        seconds += _FITTING
    return Outlook(len(set(what.users)), questions, what.positives, seconds, preview.lacks)
