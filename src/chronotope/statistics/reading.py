"""Parts of all statistics: what a past will be read for, and what late events change at once."""

import re
from dataclasses import dataclass, replace
from typing import Protocol

from chronotope.statistics.sheets import Sheet

CO_VISITS, DISTANCES, TASTES = "co-visits", "distances", "tastes"
_TYPES = {
    CO_VISITS: "CO_VISITED",
    "transitions": "FOLLOWED_BY",
    "local popularity": "POPULAR_IN",
    "most popular": "MOST_POPULAR_IN",
    "category transitions": "LEADS_TO",
}


class Part(Protocol):
    """A part of all statistics; what is not of it is left as it stands."""

    def reads(self, what: str) -> bool:
        """Tell whether a kind of links, distances or tastes are of it."""

    def narrowed(self, sheet: Sheet) -> Sheet:
        """Return the part of a sheet."""


@dataclass(frozen=True)
class Reading:
    """What the query of this `text` reads for users whose own items are `items`.

    Of links it follows the types that it names, and from item to item only those that begin at an
    own one.
    """

    items: frozenset[str]
    text: str

    def reads(self, what: str) -> bool:
        """Tell whether a kind of links is read; numbers and tastes may all be."""
        return what not in _TYPES or re.search(rf"\b{_TYPES[what]}\b", self.text) is not None

    def narrowed(self, sheet: Sheet) -> Sheet:
        """Return the part of a sheet that is read."""
        kinds = [kind for kind in sheet.kinds if self.reads(kind.what)]
        return replace(sheet, kinds=kinds, linked=self.items if sheet.what == "items" else None)


@dataclass(frozen=True)
class Recent:
    """What one pass over the events counts: all but co-visits, distances and tastes."""

    def reads(self, what: str) -> bool:
        """Tell whether a part is counted."""
        return what not in (CO_VISITS, DISTANCES, TASTES)

    def narrowed(self, sheet: Sheet) -> Sheet:
        """Return what is counted of a sheet; of items, it alone is read to be compared."""
        if sheet.what != "items":
            return sheet
        kinds = [kind for kind in sheet.kinds if self.reads(kind.what)]
        return replace(sheet, read="derive.read_recent_items", kinds=kinds, tastes=None)
