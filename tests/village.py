"""A village of two circles of six: who meets at the café on Mondays, and in the bar on Fridays."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from chronotope import loading
from chronotope.graph import Graph

AT = datetime(2026, 3, 2, tzinfo=UTC)
MORNING, EVENING = "category:Dining > Coffee Shop", "category:Nightlife > Bar"
CIRCLES = {
    "cafe": [f"ann-{n}" for n in range(6)],
    "bar": [f"zoe-{n}" for n in range(6)],
}
ITEMS = [
    {"item_id": "cafe", "name": "Café A", "category": "Dining > Coffee Shop",
     "latitude": 45.0, "longitude": 13.0},
    {"item_id": "bar", "name": "Last Lamp", "category": "Nightlife > Bar",
     "latitude": 45.2, "longitude": 13.0},
]  # fmt: skip


def events() -> Iterator[dict[str, Any]]:
    """Yield three Mondays in the café, three Fridays in the bar, and one guest there."""
    for item, days, hour in (("cafe", (2, 9, 16), 8), ("bar", (6, 13, 20), 22)):
        for day in days:
            for user in CIRCLES[item]:
                moment = f"2026-02-{day:02}T{hour:02}:00:00Z"
                yield {"user_id": user, "item_id": item, "timestamp": moment}
    yield {"user_id": "ann-5", "item_id": "bar", "timestamp": "2026-02-20T22:00:00Z"}


def load(graph: Graph) -> None:
    """Load the village; two of its people, who do nothing, know each other."""
    loading.load_rows(graph, loading.ITEMS, ITEMS)
    loading.load_rows(graph, loading.EVENTS, events())
    friends = [{"user_id": "ann-0", "friend_id": "hermit"}]
    loading.load_rows(graph, loading.FRIENDSHIPS, friends)
