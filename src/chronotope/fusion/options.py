"""How to learn, and what learning needs."""

from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec

from chronotope.errors import InputError


@dataclass(frozen=True)
class LearnOptions:
    """How to learn; `limit` is the number of instances that the query is asked about.

    With `keep` the windows that were collected stay on disk, for one who asks for the same next.
    """

    seed: int = 0
    validate_from: datetime | None = None
    limit: int = 12_000
    keep: bool = False


def require_torch() -> None:
    """Raise InputError, before any work is done, when PyTorch is not there."""
    if find_spec("torch") is None:
        raise InputError(
            "Learning needs PyTorch; install the extra: pip install chronotope[learn]."
        )
