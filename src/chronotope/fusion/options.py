"""How to learn."""

from dataclasses import dataclass
from datetime import datetime

WINDOWS = 4
"""So many windows of the past are learned from at most."""


@dataclass(frozen=True)
class LearnOptions:
    """How to learn: of so many `users` a window at most, from `limit` instances in all at most.

    With `keep` the windows that were collected stay on disk, for one who asks for the same next.
    `workers` is how many servers of the past are asked at a time.
    """

    seed: int = 0
    validate_from: datetime | None = None
    limit: int = 6_000
    keep: bool = False
    users: int = 500
    workers: int = 1
