"""The past of a graph holds what its people declined, were shown, and whom they know."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import world

from chronotope import loading, replay
from chronotope.client import Client
from chronotope.graph import Graph

CUT = datetime(2026, 3, 2, 12, tzinfo=UTC)
EDGES = (
    "MATCH (u:User)-[e:INTERACTED|DECLINED|KNOWS]->(i) RETURN type(e) AS type, u.id AS user, "
    "i.id AS target, e.id AS id, toString(e.at) AS at, e.kind AS kind, e.value AS value, "
    "e.cell AS cell ORDER BY type, user, id"
)
SHOWN = (
    "MATCH (u:User)-[s:SHOWN]->(i:Item) RETURN u.id AS user, i.id AS item, "
    "[t IN s.times | toString(t)] AS times"
)
FORGET = world.query("MATCH (k:EventKind {name: 'spam'}) DELETE k", mode="write")


def edges(graph: Graph) -> list[tuple[Any, ...]]:
    return world.rows(graph, EDGES, "type user target id at kind value cell")


@pytest.fixture
def lived(graph: Graph) -> Graph:
    """Open a graph in which something of everything happened before the cut, and after it."""
    client = Client(graph.driver, graph.connection.database)
    rows = [{"item_id": "cafe", "category": "Dining > Café"}, {"item_id": "bar"}]
    loading.load_rows(graph, loading.ITEMS, rows)
    loading.load_rows(graph, loading.FRIENDSHIPS, [{"user_id": "ann", "friend_id": "bob"}])
    graph.write(world.query("MERGE (:Interest {id: 'keyword:loud', name: 'loud', "
                            "scheme: 'keyword', level: 0})", mode="write"))  # fmt: skip
    for at in (CUT - timedelta(days=1), CUT + timedelta(days=1)):
        client.record("ann", "cafe", at=at)
        client.run("events.record", user="ann", item="bar", at=at, location=(45.0, 13.0))
        client.decline("ann", "bar", at=at, kind="rating")
        client.decline("ann", interest="Café", at=at)
        client.decline("bob", interest="loud", at=at, id=f"loud {at:%d}")
        client.show("ann", ["bar", "cafe"], at=at, model="next")
        client.show("ann", ["bar"], at=at - timedelta(hours=1))
    client.show("bob", ["bar"], at=CUT)
    client.set_kind("spam", weight=-1)
    return graph


def test_the_past_of_a_graph_holds_what_came_before_it(lived: Graph) -> None:
    with replay.replay(replay.GraphSource(lived), CUT) as past:
        found = edges(past.graph)
        shown = world.rows(past.graph, SHOWN, "user item times")
        kinds = past.graph.read("kinds.read_kinds")
        later = [(event.user, event.item) for event in past.later]
        fingerprint = past.fingerprint
    client = Client(lived.driver, lived.connection.database)
    client.derive(CUT + timedelta(days=9), taste_dimension=1)  # fills the cells, as the past did
    before = (CUT - timedelta(hours=1)).isoformat()
    assert found == [edge for edge in edges(lived) if edge[4] is None or edge[4] < before]
    assert len(found) == 6
    assert sorted(shown) == [
        ("ann", "bar", ["2026-03-01T11:00:00Z", "2026-03-01T12:00:00Z"]),
        ("ann", "cafe", ["2026-03-01T12:00:00Z"]),
    ]
    assert kinds == lived.read("kinds.read_kinds")
    assert "spam" in [kind["name"] for kind in kinds]
    assert sorted(later) == [("ann", "bar"), ("ann", "cafe")]
    client.show("ann", ["cafe"], at=CUT - timedelta(days=2))
    with replay.replay(replay.GraphSource(lived), CUT) as past:
        assert past.fingerprint != fingerprint
    lived.write(FORGET)


def test_the_past_of_files_knows_the_shipped_kinds_and_friends(tmp_path: Any) -> None:
    (tmp_path / "items.csv").write_text("item_id\na\nb\n")
    (tmp_path / "events.csv").write_text(
        "user_id,item_id,timestamp,kind,value\n"
        "ann,a,2026-01-01T00:00Z,visit,\nann,b,2026-01-01T00:00Z,dislike,\n"
        "ann,b,2026-01-02T00:00Z,,1\nann,b,2026-04-02T00:00Z,,1\nann,b,2026-04-03T00:00Z,,5\n"
    )
    options = loading.ReadOptions(rating_threshold=3)
    (tmp_path / "friends.csv").write_text("user_id,friend_id\nann,bob\n")
    items, events, friends = ([str(tmp_path / f"{n}.csv")] for n in ("items", "events", "friends"))
    source = replay.FileSource(items, events, options, friendships=friends)
    with replay.replay(source, CUT) as past:
        assert [(edge[0], edge[2], edge[5]) for edge in edges(past.graph)] == [
            ("DECLINED", "b", "dislike"), ("DECLINED", "b", "rating"), ("INTERACTED", "a", "visit"),
            ("KNOWS", "bob", None),
        ]  # fmt: skip
        assert [event.millis for event in past.later] == [1775174400000]
