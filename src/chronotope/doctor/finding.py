"""What the doctor says of one thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from neo4j.time import DateTime

Verdict = Literal["ok", "warning", "failed"]

TOLD = 10
"""How many of many names are told."""


@dataclass(frozen=True)
class Finding:
    """One thing that was examined: what it is like, and what to do about it, if there is anything.

    With 'failed' recommendations cannot be served as they should.
    """

    subject: str
    verdict: Verdict
    detail: str
    remedy: str | None = None

    @property
    def text(self) -> str:
        """Both in one sentence."""
        return f"{self.detail}; {self.remedy}" if self.remedy else self.detail


def listed(names: Sequence[str]) -> str:
    """Return the first of many names, and how many more there are."""
    more = len(names) - TOLD
    return ", ".join(names[:TOLD]) + (f" and {more:,} more" if more > 0 else "")


def second(moment: DateTime) -> str:
    """Return a moment of the database to the second."""
    return moment.to_native().isoformat(timespec="seconds")
