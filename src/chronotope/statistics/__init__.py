"""The cross-user statistics: derived in a batch, as of a moment, and rebuilt at will."""

from chronotope.statistics.derive import Options, derive

__all__ = ["Options", "derive"]
