"""The cross-user statistics: derived in a batch, as of a moment, and rebuilt at will."""

from chronotope.statistics.arrays import Events, Floats, events_of
from chronotope.statistics.derive import DeriveOptions, derive, recorded

__all__ = ["DeriveOptions", "Events", "Floats", "derive", "events_of", "recorded"]
