"""The cross-user statistics: derived in a batch, as of a moment, and rebuilt at will."""

from chronotope.statistics.arrays import ANY_KIND, Events, Floats, Ints, Kinds, events_of
from chronotope.statistics.counts import SOME_REPEATS
from chronotope.statistics.derive import (
    DeriveOptions,
    Standing,
    derive,
    derive_files,
    describe,
    read_kinds,
    recorded,
    repeat_share,
)
from chronotope.statistics.lake import Lake
from chronotope.statistics.lock import PATIENCE
from chronotope.statistics.reading import Reading

__all__ = [
    "ANY_KIND",
    "PATIENCE",
    "SOME_REPEATS",
    "DeriveOptions",
    "Events",
    "Floats",
    "Ints",
    "Kinds",
    "Lake",
    "Reading",
    "Standing",
    "derive",
    "derive_files",
    "describe",
    "events_of",
    "read_kinds",
    "recorded",
    "repeat_share",
]
