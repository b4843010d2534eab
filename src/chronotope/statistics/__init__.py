"""The cross-user statistics: derived in a batch, as of a moment, and rebuilt at will."""

from chronotope.statistics.arrays import Events, Floats, Ints, events_of
from chronotope.statistics.derive import DeriveOptions, derive, recorded

__all__ = ["DeriveOptions", "Events", "Floats", "Ints", "derive", "events_of", "recorded"]
