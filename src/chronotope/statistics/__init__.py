"""The cross-user statistics: derived in a batch, as of a moment, and rebuilt at will."""

from chronotope.statistics.arrays import ANY_KIND, Events, Floats, Ints, Kinds, events_of
from chronotope.statistics.batches import Lake
from chronotope.statistics.computed import DeriveOptions
from chronotope.statistics.counts import SOME_REPEATS
from chronotope.statistics.derive import (
    derive,
    derive_files,
    read_kinds,
    recorded,
    repeat_share,
)
from chronotope.statistics.described import Standing, describe
from chronotope.statistics.engine import HERE, Engine
from chronotope.statistics.lock import PATIENCE
from chronotope.statistics.reading import Reading
from chronotope.statistics.session import spark_engine

__all__ = [
    "ANY_KIND",
    "HERE",
    "PATIENCE",
    "SOME_REPEATS",
    "DeriveOptions",
    "Engine",
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
    "spark_engine",
]
