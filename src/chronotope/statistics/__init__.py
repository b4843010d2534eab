"""The cross-user statistics: derived in a batch, as of a moment, and rebuilt at will."""

from chronotope.statistics.arrays import ANY_KIND, Events, Floats, Ints, Kinds, events_of
from chronotope.statistics.derive import DeriveOptions, derive, read_kinds, recorded
from chronotope.statistics.lock import PATIENCE
from chronotope.statistics.reading import Reading

__all__ = [
    "ANY_KIND",
    "PATIENCE",
    "DeriveOptions",
    "Events",
    "Floats",
    "Ints",
    "Kinds",
    "Reading",
    "derive",
    "events_of",
    "read_kinds",
    "recorded",
]
