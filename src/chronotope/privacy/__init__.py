"""What keeps a graph's people private, and what shows how well.

`rewrite` makes a store without freed records, beyond the erasure of people. `attacks` finds out
whether a person is in the data, and where they live, from what everybody may see, and `judge` says
how well that works: `benchmarks/attacks.py` runs them, and docs/privacy.md has the figures.
"""

from chronotope.privacy import attacks, judge
from chronotope.privacy.rewrite import Rewritten, copy, rewrite

__all__ = ["Rewritten", "attacks", "copy", "judge", "rewrite"]
