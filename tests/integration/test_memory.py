"""The query memory of the heaviest user, and of others, is a small part of a small heap."""

from datetime import timedelta
from pathlib import Path

import pytest
import world

from chronotope import city, language, loading, statistics
from chronotope.city import CityOptions
from chronotope.graph import Graph

HEAVY, ORDINARY = "heavy", "resident-020"
LIMITS = {HEAVY: 40e6, ORDINARY: 15e6}  # bytes
EVENTS, ITEMS = 50_000, 30_000  # of the heavy user

READ: dict[str, dict[str, str]] = {
    "recommend.discover": {},
    "recommend.next": {},
    "recommend.new_items": {},
    "profile.tags": {},
    "profile.rhythm": {},
    "profile.vectors": {},
    "user.describe_history": {},
    "search.find_items": {"words": "coffee"},
}


@pytest.fixture
def crowded(migrated: Graph, tmp_path: Path) -> Graph:
    """Open a small city where somebody has been at more items than a million others."""

    def build(graph: Graph) -> None:
        town = city.generate(CityOptions(residents=40, venues=300))
        items, events = city.write(town, tmp_path)
        loading.load(graph, loading.ITEMS, [str(items)])
        loading.load(graph, loading.EVENTS, [str(events)])
        language.embed(graph, language.open_encoder("packaged"))
        statistics.derive(graph, world.END)
        ids = [item["item_id"] for item in town.items]
        ids += [f"stall-{n}" for n in range(ITEMS - len(ids))]
        # The items that others go to are the latest: what is asked of them is asked of most.
        moments = [world.END - timedelta(minutes=5 * n) for n in range(1, EVENTS + 1)]
        rows = (
            {"user_id": HEAVY, "item_id": ids[n % ITEMS], "timestamp": at.isoformat()}
            for n, at in enumerate(moments)
        )
        assert loading.load_rows(graph, loading.EVENTS, rows).loaded == EVENTS

    return world.play(migrated, "a city with a heavy user", build)


@pytest.mark.parametrize("name", list(READ))
@pytest.mark.parametrize("user", list(LIMITS))
def test_a_query_needs_little_memory(crowded: Graph, name: str, user: str) -> None:
    history = crowded.read("user.describe_history", {"user": user})[0]
    assert (history["events"] == EVENTS) == (user == HEAVY)
    assert history["events"] > 0
    asked = {"user": user, "at": world.END, **READ[name]}
    profile = crowded.profile(name, asked).profile
    assert profile is not None
    assert profile["args"]["GlobalMemory"] < LIMITS[user]


def test_memory_is_measured_where_it_is_charged(crowded: Graph) -> None:
    """A sort of rows that carry the user's events is charged for them, once a row."""
    wide = world.query(
        "MATCH (:User {id: 'heavy'})-[e:INTERACTED]->() WITH collect(e.at) AS events "
        "MATCH (i:Item) WITH i, events ORDER BY i.name LIMIT 20 "
        "RETURN i.name AS name, size(events) AS n",
        returns="name STRING, n INTEGER",
    )
    profile = crowded.profile(wide, {}).profile
    assert profile is not None
    assert profile["args"]["GlobalMemory"] > LIMITS[HEAVY]
