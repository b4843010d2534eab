"""The query memory of the heaviest user stays within a twentieth of a small heap."""

from pathlib import Path

import pytest
import world

from chronotope import city, language, loading, statistics
from chronotope.city import CityOptions
from chronotope.graph import Graph

HEAVY = "heavy"
LIMIT = 40e6  # bytes


@pytest.fixture
def crowded(migrated: Graph, tmp_path: Path) -> Graph:
    """Open a small city where one user has the lives of fifteen."""

    def build(graph: Graph) -> None:
        town = city.generate(CityOptions(residents=40, venues=300))
        for event in town.events:
            if event["user_id"] <= "resident-015":
                event["user_id"] = HEAVY
        items, events = city.write(town, tmp_path)
        loading.load(graph, loading.ITEMS, [str(items)])
        loading.load(graph, loading.EVENTS, [str(events)])
        language.embed(graph, language.open_encoder("packaged"))
        statistics.derive(graph, world.END)

    return world.play(migrated, "a city with a heavy user", build)


@pytest.mark.parametrize("name", ["recommend.new_items", "recommend.discover", "recommend.next"])
def test_the_heaviest_user_needs_little_memory(crowded: Graph, name: str) -> None:
    history = crowded.read("user.describe_history", {"user": HEAVY})[0]
    assert history["events"] > 2000
    profile = crowded.profile(name, {"user": HEAVY}).profile
    assert profile is not None
    assert 0 < profile["args"]["GlobalMemory"] < LIMIT


def test_memory_is_measured_where_it_is_charged(crowded: Graph) -> None:
    """A sort of rows that carry the user's events is charged for them, once a row."""
    wide = world.query(
        "MATCH (:User {id: 'heavy'})-[e:INTERACTED]->() WITH collect(e.at) AS events "
        "MATCH (i:Item) WITH i, events ORDER BY i.name LIMIT 400 "
        "RETURN i.name AS name, size(events) AS n",
        returns="name STRING, n INTEGER",
    )
    profile = crowded.profile(wide, {}).profile
    assert profile is not None
    assert profile["args"]["GlobalMemory"] > LIMIT
