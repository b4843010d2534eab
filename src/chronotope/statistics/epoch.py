"""The moment that decays are stored relative to. Pure."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from chronotope.statistics.arrays import DAY, Floats, Ints

_LATE_MOVED = 0.1  # of the days before: by so much another last tenth is another span
_SHORTEST = 7.0  # days: no other decay is as fast, but perhaps that of late visits
_FARTHEST = 500.0  # spans of a decay: e^500 is 1e217, far from what overflows


@dataclass(frozen=True)
class Epoch:
    """Relative to which moment decays are stored, and the days of the late ones.

    A sum of exp(-(at - t) / tau) stands as that of exp(-(moment - t) / tau). It is the same as long
    as no event comes; whoever reads it multiplies by exp(-(at - moment) / tau).
    """

    moment: datetime
    late: float

    def days_before(self, seconds: Ints) -> Floats:
        """Return how many days before the epoch moments are, in seconds since 1970."""
        return np.asarray((self.moment.timestamp() - seconds) / DAY, np.float64)


def fitting(before: Epoch | None, at: datetime, late: float) -> Epoch:
    """Return the epoch of a derivation as of `at`: that before, as long as it does.

    It does not once numbers grow too large, or for a moment before it. The days of late visits are
    those before until the true ones, `late`, differ by a tenth.
    """
    if before is None:
        return Epoch(at, late)
    kept = before.late if abs(late - before.late) <= _LATE_MOVED * before.late else late
    passed = (at - before.moment).total_seconds() / DAY
    if 0 <= passed <= _FARTHEST * min(_SHORTEST, kept):
        return Epoch(before.moment, kept)
    return Epoch(at, late)
