"""What rows look like together, where that is odd: each row may be right, and all of them wrong."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from chronotope.loading.columns import RATING, TIME_UNITS
from chronotope.loading.rejection import Line
from chronotope.loading.validate import Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_USUAL = 1995
_START = round((datetime(_USUAL, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds() * 1000)
_DAY = 86_400_000
_FEW = 10
_MANY = 1000
_MIDNIGHT = re.compile(
    r"(?:^|[T ])0?0:00(?::00(?:[.,]0+)?)?(?: ?(?:Z|[+-]\d\d(?::?\d\d)?))?$", re.IGNORECASE
)


class Observed:
    """The rows of a load that were accepted."""

    def __init__(self, until: int, threshold: float | None = None) -> None:
        """Begin with none; `until` is the latest moment that is taken for one.

        Ratings under the `threshold` are counted.
        """
        self._threshold = threshold
        self._low = 0
        self.kinds: Counter[str] = Counter()
        """How many events there were of each kind; of very many kinds, the first."""
        self._last_year = _year(until)
        self._rows = 0
        self._zeros = 0
        self._early: Counter[int] = Counter()
        self._clocks = 0
        self._only_midnights = True
        self._midnights: dict[str, None] = {}
        self._names: Counter[str] = Counter()

    def take(self, origins: Sequence[Line], rows: Sequence[Row]) -> None:
        """Take up the rows of a batch, with those of text that they were made of."""
        for (_, text), row in zip(origins, rows, strict=True):
            millis = row.get("epochMillis")
            if millis is not None:
                self._rows += 1
                self._low += "declined" in row
                if row["kind"] in self.kinds or len(self.kinds) < _MANY:
                    self.kinds[row["kind"]] += 1
                if millis < _START:
                    self._early[_year(millis)] += 1
                    self._zeros += abs(millis) <= _DAY
                if self._only_midnights and not row["dateOnly"]:
                    self._clocks += 1
                    self._take_clock(text["timestamp"])
            if (location := text.get("location")) and _is_name(text, row):
                self._names[location if len(self._names) < _FEW else ""] += 1

    def _take_clock(self, stamp: str) -> None:
        midnight = _MIDNIGHT.search(stamp)
        self._only_midnights = midnight is not None
        if midnight and len(self._midnights) < _FEW:
            self._midnights[midnight[0]] = None

    def told(self) -> list[str]:
        """Return sentences, without their dots, about what is odd."""
        told = []
        early = self._early.total()
        if early and 2 * early >= self._rows:
            year = self._early.most_common(1)[0][0]
            told.append(
                f"{early:,} of {self._rows:,} moments lie outside {_USUAL} to {self._last_year}, "
                f"most of them in {year}: do they count in another unit "
                f"(--time-unit {'|'.join(TIME_UNITS)}), or is the time missing?"
            )
        elif self._zeros:
            told.append(
                f"{self._zeros:,} moments lie at the beginning of 1970, as missing ones often do"
            )
        if self._only_midnights and self._clocks >= _FEW:
            patterns = " and ".join(f"'%Y-%m-%d{midnight}'" for midnight in self._midnights)
            told.append(
                "All moments are at midnight; if they are dates without a clock, say so with "
                f"--time-format {patterns}, and no hour is made of them"
            )
        if self._threshold is not None and self._rows:
            told.append(
                f"{self._low:,} of {self.kinds[RATING]:,} ratings are under {self._threshold:g} "
                "(--rating-threshold): they are kept as declined, not as events"
            )
        if self._names:
            name = next(iter(self._names))
            told.append(
                f"{self._names.total():,} rows have no point in location, but a name, like "
                f"'{name[:80]}'"
            )
        return told


def _is_name(text: dict[str, str], row: Row) -> bool:
    if "epochMillis" in row:
        return row.get("place") == text["location"]
    return not row["located"]


def _year(millis: int) -> int:
    return (_EPOCH + timedelta(milliseconds=millis)).year
