"""What will be read of the statistics: a past need not hold more."""

import re
from dataclasses import dataclass, replace

from chronotope.statistics.standing import Sheet

_TYPES = {
    "co-visits": "CO_VISITED",
    "transitions": "FOLLOWED_BY",
    "local popularity": "POPULAR_IN",
    "most popular": "MOST_POPULAR_IN",
    "category transitions": "LEADS_TO",
}


@dataclass(frozen=True)
class Reading:
    """What the query of this `text` reads for users whose own items are `items`.

    Of links it follows the types that it names, and from item to item only those that begin at an
    own one.
    """

    items: frozenset[str]
    text: str

    def reads(self, what: str) -> bool:
        """Tell whether a kind of links is read."""
        return re.search(rf"\b{_TYPES[what]}\b", self.text) is not None

    def narrowed(self, sheet: Sheet) -> Sheet:
        """Return the part of a sheet that is read."""
        kinds = [kind for kind in sheet.kinds if self.reads(kind.what)]
        return replace(sheet, kinds=kinds, linked=self.items if sheet.what == "items" else None)
