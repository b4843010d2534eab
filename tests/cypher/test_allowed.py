"""Where k items are allowed, k are recommended, whatever else ranks before them."""

import pytest
import world

from chronotope import loading
from chronotope.evaluation import TASKS
from chronotope.graph import Graph

BEST_SELLERS = {f"best-{n:03}" for n in range(100)}  # all retired
GOODS = {f"good-{n:02}" for n in range(40)}
PLACES = {f"place-{n:02}" for n in range(40)}
VISITED = {f"good-{n:02}" for n in range(30)} | {f"place-{n:02}" for n in range(30)}
LATE = {f"late-{n:02}" for n in range(10)}  # goods recorded after the statistics were derived
OWN = {f"good-{n:02}" for n in range(25)}


@pytest.fixture
def market(migrated: Graph) -> Graph:
    """Open a graph of goods and of places, where what sold best is retired."""

    def build(graph: Graph) -> None:
        def load(table: loading.Table, rows: list[dict[str, str]]) -> None:
            summary = loading.load_rows(graph, table, rows, world.OPTIONS)
            assert summary.loaded == len(rows)

        load(loading.ITEMS, [{"item_id": item, "active": "false"} for item in BEST_SELLERS])
        load(loading.ITEMS, [{"item_id": item, "category": "Goods"} for item in GOODS])
        load(
            loading.ITEMS,
            [
                {"item_id": item, "latitude": f"45.{n:03}", "longitude": "13.0"}
                for n, item in enumerate(sorted(PLACES))
            ],
        )
        events = [(f"user-{n}", item) for n in range(20) for item in sorted(BEST_SELLERS)]
        events += [(f"user-{n % 20}", item) for n, item in enumerate(sorted(VISITED))]
        events += [("keen", item) for item in sorted(OWN)]
        load(
            loading.EVENTS,
            [
                {"user_id": user, "item_id": item, "timestamp": f"2026-02-01T{n % 24:02}:00:00Z"}
                for n, (user, item) in enumerate(events)
            ],
        )
        world.derive(graph)
        load(loading.ITEMS, [{"item_id": item} for item in LATE])

    return world.play(migrated, "market", build)


@pytest.mark.parametrize("task", list(TASKS))
@pytest.mark.parametrize("user", ["keen", "nobody"])
@pytest.mark.parametrize("only", [None, "places", "goods"])
def test_as_many_as_are_allowed_come_back(
    market: Graph, task: str, user: str, only: str | None
) -> None:
    allowed = GOODS | PLACES | LATE
    if task == "new_items":
        allowed -= VISITED
    if task != "next" and user == "keen":
        allowed -= OWN
    if only:
        allowed = {item for item in allowed if (item in PLACES) == (only == "places")}
    asked = {"user": user, "at": world.CUT, "only": only, "explain": False}
    for k in (5, 40, 500):
        rows = market.read(TASKS[task].query, {**asked, "k": k})
        found = [row["id"] for row in rows]
        assert len(found) == len(set(found)) == min(k, len(allowed))
        assert set(found) <= allowed


def test_without_statistics_items_are_recommended_all_the_same(graph: Graph) -> None:
    loading.load_rows(graph, loading.ITEMS, [{"item_id": item} for item in sorted(GOODS)])
    for task in TASKS.values():
        rows = graph.read(task.query, {"user": "nobody", "k": 7})
        assert len({row["id"] for row in rows} & GOODS) == 7
