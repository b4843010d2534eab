"""A quarter of a town: six people between café, office and bar, and tea on hexagons elsewhere."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import h3

from chronotope import loading
from chronotope.graph import Graph

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
AT = datetime(2026, 2, 9, tzinfo=UTC)
DAYS = (0, 1, 2, 7, 8, 9, 14, 15, 16, 17)
PLACES = {"cafe": 45.0, "office": 45.05, "bar": 45.1, "gym": 45.15}
CELLS = {name: str(h3.latlng_to_cell(latitude, 13.0, 8)) for name, latitude in PLACES.items()}
DISK = list(h3.grid_disk(str(h3.latlng_to_cell(46.0, 13.0, 8)), 2))
WARM = set(h3.grid_disk(DISK[0], 1))


def items() -> Iterator[dict[str, Any]]:
    for name, latitude in PLACES.items():
        yield {"item_id": name, "name": name.title(), "category": name.title(),
               "latitude": latitude, "longitude": 13.0}  # fmt: skip
    for number, cell in enumerate(DISK):
        latitude, longitude = h3.cell_to_latlng(cell)
        for what in ("tea", "bread"):
            name = what.title()
            yield {"item_id": f"{what}-{number}", "name": f"{name} {number}", "category": name,
                   "latitude": latitude, "longitude": longitude}  # fmt: skip


def events() -> Iterator[dict[str, Any]]:
    def event(user: str, item: str, day: int, hour: int) -> dict[str, Any]:
        moment = MONDAY + timedelta(days=day, hours=hour)
        return {"user_id": user, "item_id": item, "timestamp": moment.isoformat()}

    for day in DAYS:
        for person in range(6):
            for item, hour in (("cafe", 8), ("office", 10), ("bar", 22)):
                yield event(f"p{person}", item, day, hour)
    for day in DAYS[:4]:
        yield event("alone", "cafe", day, 8)
        yield event("alone", "gym", day, 9)
    for number, cell in enumerate(DISK):
        for person in range(5):
            yield event(f"q{person}", f"bread-{number}", number, 9)
            if person == 0 or cell in WARM:
                yield event(f"q{person}", f"tea-{number}", number, 9)


def load(graph: Graph) -> None:
    """Load the quarter."""
    loading.load_rows(graph, loading.ITEMS, list(items()))
    loading.load_rows(graph, loading.EVENTS, list(events()))
