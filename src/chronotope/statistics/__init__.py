"""The cross-user statistics: derived in a batch, as of a moment, and rebuilt at will."""

from chronotope.statistics.derive import DeriveOptions, derive, recorded

__all__ = ["DeriveOptions", "derive", "recorded"]
