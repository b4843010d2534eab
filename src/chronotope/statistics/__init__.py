"""The cross-user statistics: derived in a batch, as of a moment, and rebuilt at will."""

from chronotope.statistics.derive import Options, Progress, derive, recorded

__all__ = ["Options", "Progress", "derive", "recorded"]
