"""By how much numbers that stand may differ from those derived now and be left. Pure.

What is a part of a whole moves a little with every event of anybody. It is written when it moved by
more than its tolerance; whatever counts, and whatever decays, by any amount.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tolerance:
    """A part of a number, of which features take log(`floor` + number)."""

    part: float
    floor: float = 0.0

    def keeps(self, now: Any, before: Any) -> bool:
        """Tell whether a number, or each of a list, is near enough to stay as it stands."""
        if isinstance(now, list) and isinstance(before, list):
            return len(now) == len(before) and all(map(self.keeps, now, before))
        if not (isinstance(now, float) and isinstance(before, int | float)):
            return bool(now == before)
        return abs(now - before) <= self.part * (abs(before) + self.floor)


ROUNDING = Tolerance(1e-9)
"""Sums of the same numbers in another order."""

HOURS = Tolerance(0.05, 0.05)
SHARE = Tolerance(0.02)
REPEATS = Tolerance(0.02, 0.05)
AROUND = Tolerance(0.05)
EASE = Tolerance(0.05, 0.001)

OF_NUMBERS: Mapping[str, Tolerance] = {
    "hours": HOURS,
    "share": SHARE,
    "broadShare": SHARE,
    "repeatShare": REPEATS,
    "around1": AROUND,
    "around3": AROUND,
    "gravity1": AROUND,
    "gravity3": AROUND,
}
OF_LINKS: Mapping[str, Tolerance] = {"ease": EASE}
"""Those of numbers of nodes and of links by their names; of all others, rounding alone is left."""

TASTE = 0.2
"""By how much of its length a taste may have moved, and be left.

A step of a fifth in any of 64 directions moves the cosine with another taste by .2 / √64 = .025.
"""


def stays(name: str, now: Any, before: Any, tolerances: Mapping[str, Tolerance] | None) -> bool:
    """Tell whether a number stays as it stands; without tolerances, only the same does."""
    if tolerances is None or now == before:
        return bool(now == before)
    return tolerances.get(name, ROUNDING).keeps(now, before)


def all_stay(
    names: Iterable[str],
    now: Sequence[Any],
    before: Sequence[Any],
    tolerances: Mapping[str, Tolerance] | None,
) -> bool:
    """Tell whether the numbers of a link stay as they stand; `before` is empty where none does."""
    return len(now) == len(before) and all(
        stays(name, one, other, tolerances)
        for name, one, other in zip(names, now, before, strict=True)
    )
