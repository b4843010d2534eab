"""The cross-user statistics: derived in a batch, as of a moment, and rebuilt at will."""

from chronotope.statistics.arrays import Events, Floats, Ints, events_of
from chronotope.statistics.derive import DeriveOptions, derive, recorded
from chronotope.statistics.lock import PATIENCE

__all__ = [
    "PATIENCE",
    "DeriveOptions",
    "Events",
    "Floats",
    "Ints",
    "derive",
    "events_of",
    "recorded",
]
