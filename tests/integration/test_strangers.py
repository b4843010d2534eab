"""What strangers are recommended, by whatever is known of them, on the small city."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import world

from chronotope import city, language, loading, statistics
from chronotope.client import Client, Recommendations
from chronotope.config import Connection
from chronotope.errors import InputError
from chronotope.graph import Graph

AT = world.CITY_CUT
ROME = ZoneInfo(city.ZONE)
MORNING = datetime(2026, 2, 14, 8, 30, tzinfo=ROME)  # a Saturday
NIGHT = MORNING.replace(hour=22)


@pytest.fixture
def client(
    migrated: Graph, city_files: tuple[str, str], connection: Connection
) -> Iterator[Client]:
    """Open the small city with the shipped models, its texts embedded."""

    def build(graph: Graph) -> None:
        items, events = city_files
        loading.load(graph, loading.ITEMS, [items], world.CITY_OPTIONS)
        loading.load(graph, loading.EVENTS, [events], world.CITY_OPTIONS)
        statistics.derive(graph, AT, world.CITY_STATISTICS)
        language.embed(graph, language.open_encoder("packaged"))
        graph.write(world.AWAIT_INDEXES)

    world.play(migrated, "city", build)
    with Client.open(connection) as client:
        yield client


def share(found: Recommendations, *categories: str) -> float:
    return sum(item.category in categories for item in found) / len(found)


def base(client: Client, *categories: str) -> float:
    """Return the share of a category among all active items."""
    text = "MATCH (:Item)-[:ABOUT]->(c:Interest {scheme: 'category'}) RETURN c.name AS name"
    names = [name for (name,) in world.rows(client.graph, text, "name")]
    return sum(name in categories for name in names) / len(names)


def visited(client: Client, users: Iterable[str]) -> set[str]:
    named = set(users)
    text = "MATCH (u)-[:INTERACTED]->(i) RETURN u.id AS user, i.id AS item"
    return {item for user, item in world.rows(client.graph, text, "user item") if user in named}


@pytest.mark.parametrize(
    ("likes", "categories"),
    [
        ("coffee", ["Coffee Shop"]),
        ("jazz and ramen", ["Jazz Club", "Japanese Restaurant"]),
        ("我喜欢喝茶", ["Tea"]),
        ("running shoes", ["Running"]),
    ],
)
@pytest.mark.parametrize("here", [None, city.CENTER])
def test_by_a_text(
    client: Client, likes: str, categories: list[str], here: tuple[float, float] | None
) -> None:
    found = client.discover(likes=likes, at=AT, here=here, k=10)
    assert share(found, *categories) >= 3 * base(client, *categories)
    assert "close to what you like" in {reason for item in found for reason in item.reasons()}
    assert client.discover(likes=likes, at=AT, k=10).request["likes"] == likes


def test_by_a_text_of_what_is_new_to_all(client: Client) -> None:
    found = client.new_items(likes="coffee", at=AT, k=5)
    cosines = [item.features["strangerMeaning"] for item in found]
    assert all(cosine is not None for cosine in cosines)


def test_a_text_does_not_outweigh_a_history(client: Client) -> None:
    plain = client.discover("resident-001", at=AT, k=10)
    told = client.discover("resident-001", likes="coffee", at=AT, k=10)
    assert [item.id for item in told] == [item.id for item in plain]
    assert any("resident-001" in remark for remark in told.remarks)
    with pytest.raises(InputError, match="likes is empty"):
        client.discover(likes=" ", at=AT)


def test_by_declared_interests(client: Client) -> None:
    found = client.discover(interests=["Coffee Shop", "category:Outdoors"], at=AT, k=10)
    names = {"Coffee Shop"} | {
        name
        for (name,) in world.rows(
            client.graph,
            "MATCH (:Interest {id: 'category:Outdoors'})<-[:BROADER]-(c) RETURN c.name AS name",
            "name",
        )
    }
    assert len(found) == 10
    assert share(found, *names) == 1
    popular = [item.features["popularity"] or 0 for item in found]
    assert popular[0] > popular[-1]


def test_by_a_session(client: Client) -> None:
    text = (
        "MATCH (i:Item)-[:ABOUT]->(:Interest {name: 'Coffee Shop'}) WHERE i.users > 0 "
        "RETURN i.id AS id ORDER BY i.users DESC, id LIMIT 3"
    )
    session = [id_ for (id_,) in world.rows(client.graph, text, "id")]
    found = client.discover(session=session, at=AT, k=20)
    assert not set(session) & {item.id for item in found}
    ways = [fact for item in found for fact in item.because or () if fact["reason"] == "coVisited"]
    assert {fact["id"] for fact in ways} <= set(session)
    assert len(ways) >= 15
    affinities = {item.category: item.features["category"] or 0 for item in found}
    assert max(affinities, key=lambda name: affinities[name]) == "Coffee Shop"


def test_by_friends(client: Client) -> None:
    friends = ["resident-003", "resident-004", "resident-005"]
    world.spoil(client.graph)
    rows = [{"user_id": "newcomer", "friend_id": friend} for friend in friends]
    loading.load_rows(client.graph, loading.FRIENDSHIPS, rows)
    theirs = visited(client, friends)
    found = client.discover("newcomer", at=AT, k=10)
    plain = client.discover(at=AT, k=10)
    assert found.known
    known = sum(item.id in theirs for item in found)
    assert known > sum(item.id in theirs for item in plain)
    assert any("you know" in reason for item in found for reason in item.reasons())


def test_by_place_and_hour(client: Client) -> None:
    night = client.discover(at=NIGHT, here=city.CENTER, only="places", k=10)
    morning = client.discover(at=MORNING, here=city.CENTER, only="places", k=10)
    late, early = ("Bar", "Jazz Club"), ("Bakery", "Coffee Shop")
    assert share(night, *late) > share(morning, *late)
    assert share(morning, *early) > share(night, *early)
    assert all("km" in fact for item in night for fact in item.because or ()
               if fact["reason"] == "here")  # fmt: skip
    there = client.discover(at=MORNING, here=(45.02, 12.96), only="places", k=10)
    assert {item.id for item in there} != {item.id for item in morning}


def test_by_nothing_it_is_what_is_popular(client: Client) -> None:
    found = client.discover(at=AT, k=10)
    assert len(found) == 10
    text = "MATCH (i:Item) WHERE i.users > 0 RETURN avg(i.users) AS mean"
    ((mean,),) = world.rows(client.graph, text, "mean")
    told = client.run("recommend.discover", at=AT, k=10)
    assert [row["id"] for row in told] == [item.id for item in found]
    users = [fact["count"] for item in found for fact in item.because or ()
             if fact["reason"] == "popular"]  # fmt: skip
    assert sum(users) / len(users) > mean
