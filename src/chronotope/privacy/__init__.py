"""What keeps a graph's people private beyond their erasure: a store without freed records."""

from chronotope.privacy.rewrite import Rewritten, copy, rewrite

__all__ = ["Rewritten", "copy", "rewrite"]
