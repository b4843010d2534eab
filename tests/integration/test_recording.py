"""Recording through the client and the command line: the very next answer reflects it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytz
import world

from chronotope import catalogue, loading
from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.graph import Graph

ROME = ZoneInfo("Europe/Rome")
NOON = datetime(2026, 3, 2, 12, tzinfo=ROME)
EVENTS = (
    "MATCH (u:User)-[e:INTERACTED|DECLINED]->(i) RETURN type(e) AS type, u.id AS user, "
    "i.id AS item, properties(e) AS properties ORDER BY e.id"
)


@pytest.fixture
def client(graph: Graph) -> Client:
    """Return a client of a graph with a café and a bar."""
    rows = [{"item_id": "cafe", "category": "Dining"}, {"item_id": "bar", "category": "Nightlife"}]
    loading.load_rows(graph, loading.ITEMS, rows)
    return Client(graph.driver, graph.connection.database)


@pytest.fixture
def townspeople(town: Graph) -> Client:
    """Return a client of the town; the next test gets it anew."""
    world.spoil(town)
    return Client(town.driver, town.connection.database)


def events(client: Client) -> list[tuple[Any, ...]]:
    return world.rows(client.graph, EVENTS, "type user item properties")


def told(client: Client, name: str = "hour") -> list[Any]:
    return [properties.get(name) for *_, properties in events(client)]


def test_record_keeps_the_zone_and_fills_the_cell_at_once(client: Client) -> None:
    answer = client.record("ann", "cafe", at=NOON, here=(45.0, 13.0), kind="purchase", value=9.5)
    assert (answer.fate, answer.is_written) == ("recorded", True)
    assert answer.to_dict() == {"fate": "recorded", "id": answer.id}
    ((*_, properties),) = events(client)
    assert properties["at"] == pytz.timezone("Europe/Rome").localize(NOON.replace(tzinfo=None))
    assert (properties["hour"], properties["weekday"]) == (12, 1)
    assert properties["cell"] == loading.cell_of(45.0, 13.0)
    assert client.record(
        "ann", "cafe", at=NOON, here=(45.0, 13.0), kind="purchase", value=9.5
    ).fate == "known"  # fmt: skip
    cells = "MATCH (c:Cell)-[:WITHIN]->() RETURN count(c) AS n"
    assert world.rows(client.graph, cells, "n") == [(2,)]


def test_record_and_the_loader_know_each_others_events(client: Client) -> None:
    row = {
        "user_id": "ann", "item_id": "cafe", "timestamp": NOON.isoformat(), "zone": "Europe/Rome",
        "latitude": 45.0, "longitude": 13.0, "kind": "view",
    }  # fmt: skip
    assert client.record("ann", "cafe", at=NOON, here=(45.0, 13.0), kind="view").fate == "recorded"
    assert client.load_events([row]).unchanged == 1
    client.retract([str(told(client, "id")[0])])
    assert client.load_events([row]).loaded == 1
    assert client.record("ann", "cafe", at=NOON, here=(45.0, 13.0), kind="view").fate == "known"
    many = client.record_many(
        [{"user": "ann", "item": "cafe", "at": NOON, "here": (45.0, 13.0), "kind": "view"}]
    )
    assert (many.known, len(events(client))) == (1, 1)


def test_derive_fills_the_cells_that_other_clients_left_out(client: Client) -> None:
    here = (45.0, 13.0)
    client.run("events.record", user="ann", item="cafe", at=NOON, location=here)
    client.run("items.upsert", item="bar", location=here)
    assert told(client, "cell") == [None]
    client.derive(NOON + timedelta(days=1), taste_dimension=1)
    cell = loading.cell_of(45.0, 13.0)
    assert told(client, "cell") == [cell]
    inside = "MATCH (i:Item)-[:IN_CELL]->(c:Cell) RETURN i.id AS id, i.cell AS cell, c.id AS c"
    assert world.rows(client.graph, inside, "id cell c") == [("bar", cell, cell)]


def test_record_many_tells_what_is_not_recorded_in_order(client: Client) -> None:
    later = NOON + timedelta(hours=1)
    rows: list[dict[str, Any]] = [
        {"user": "ann", "item": "cafe", "at": NOON},
        {"user": "ann", "item": "caffe", "at": NOON},
        {"user": "bob", "item": "cafe", "at": NOON, "id": "own", "value": 1},
        {"user": "", "item": "cafe", "at": NOON},
        {"user": "bob", "item": "cafe", "at": NOON, "id": "own", "value": 2},
        {"user": "bob", "item": "bar", "at": NOON, "id": "own"},
        {"user": "ann", "item": "cafe", "at": NOON},
        {"user": "ann", "item": "bar", "at": later, "kind": "dislike"},
        {"user": "ann", "item": "bar", "at": NOON, "value": "much"},
    ]
    first = client.record_many(iter(rows))
    assert (first.recorded, first.changed, first.known) == (3, 1, 1)
    assert [(row.index, row.fate, row.reason) for row in first] == [
        (1, "unknown item", None),
        (3, "refused", "user_id: is missing"),
        (5, "conflict", None),
        (8, "refused", "value: 'much' is not a number"),
    ]
    again = client.record_many(rows)
    assert (again.recorded, again.changed, again.known) == (0, 1, 4)
    assert [row.index for row in again] == [1, 3, 5, 8]
    assert client.record_many(rows[1:2], create=True).recorded == 1
    assert client.record_many([]).to_dict() == {
        "recorded": 0, "changed": 0, "known": 0, "remarks": [], "not_recorded": []
    }  # fmt: skip
    kinds = [(type_, properties["kind"]) for type_, *_, properties in events(client)]
    assert ("DECLINED", "dislike") in kinds
    wrong: Any
    for wrong, said in (
        ({"user": "ann"}, "rows are mappings"),
        (["ann"], "A row is a mapping"),
        ([{"user": "ann", "itm": "x"}], "Did you mean 'item'"),
        ([{"user": "ann", "item": "x", "at": "now"}], "at is a datetime"),
        ([{"user": "ann", "item": "x", "here": 5}], "here is .latitude, longitude."),
    ):
        with pytest.raises(InputError, match=said):
            client.record_many(wrong)


def test_several_who_record_many_at_a_time_write_each_once(client: Client) -> None:
    rows = [
        {"user": f"u{n % 7}", "item": f"i{n % 11}", "at": NOON + timedelta(minutes=n)}
        for n in range(300)
    ]

    def one(number: int) -> int:
        shuffled = rows[number * 37 :] + rows[: number * 37]
        return client.record_many(shuffled, create=True).recorded

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(one, range(4))) == 300
    assert len(events(client)) == 300


def test_decline_finds_interests_by_name_and_refuses_others(client: Client) -> None:
    assert client.decline("ann", "bar", at=NOON).fate == "declined"
    assert client.decline("ann", interest="nightlife", at=NOON).fate == "declined"
    assert client.decline("ann", "baar").is_written is False
    assert {(type_, item) for type_, _, item, _ in events(client)} == {
        ("DECLINED", "bar"), ("DECLINED", "category:Nightlife")
    }  # fmt: skip
    with pytest.raises(InputError, match="There is no interest 'daylife'"):
        client.decline("ann", interest="daylife")
    with pytest.raises(InputError, match="give one of them"):
        client.decline("ann", "bar", interest="Nightlife")


def test_items_that_are_made_and_left_out(client: Client) -> None:
    made = client.upsert_item(
        "tea", name="Tea House", location=(45.0, 13.0), category="Dining > Tea", tags=["quiet"]
    )
    assert made.fate == "recorded"
    inside = "MATCH (i:Item {id: 'tea'})-[:IN_CELL]->(c) RETURN i.cell AS cell, c.id AS c"
    assert world.rows(client.graph, inside, "cell c") == [(loading.cell_of(45.0, 13.0),) * 2]
    assert client.upsert_item("tea", location=(45.0, 13.0), category=["Dining > Tea"]).fate == (
        "known"
    )
    client.record("ann", "tea", at=NOON)
    client.record("bob", "cafe", at=NOON)
    later = NOON + timedelta(days=1)
    client.derive(later, taste_dimension=1)
    assert "tea" in [item.id for item in client.discover("bob", at=later)]
    assert client.deactivate("tea").deactivated == 1
    assert client.deactivate(["tea", "x"]).to_dict() == {"deactivated": 0, "unknown": ["x"]}
    assert "tea" not in [item.id for item in client.discover("bob", at=later)]
    assert client.upsert_item("tea", active=True).fate == "changed"
    assert "tea" in [item.id for item in client.discover("bob", at=later)]


def features(client: Client, query: str, user: str, item: str, at: datetime) -> dict[str, float]:
    names = catalogue.get(f"recommend.{query}").feature_names
    given = {"user": user, "at": at, "k": 100}
    rows = {row["id"]: row for row in client.run(f"recommend.{query}", **given)}
    return dict(zip(names, rows[item]["features"], strict=True))


def test_the_very_next_answer_knows_what_was_recorded(townspeople: Client) -> None:
    at = NOON + timedelta(hours=1)
    minute = timedelta(minutes=1)
    similar = features(townspeople, "discover", "ann", "museum", at)
    before = features(townspeople, "next", "ann", "park", at)
    assert townspeople.record("ann", "park", at=NOON).fate == "recorded"
    after = features(townspeople, "next", "ann", "park", at)
    assert after["recencyHours"] > before["recencyHours"]  # an hour ago, not a week
    # People went from Café A to Café B, and nowhere from the park.
    transition = features(townspeople, "next", "ann", "cafe-b", at)["transition"]
    assert townspeople.record("ann", "cafe-a", at=NOON + minute).fate == "recorded"
    assert features(townspeople, "next", "ann", "cafe-b", at)["transition"] > transition
    assert townspeople.record("ann", "bar", at=NOON + timedelta(minutes=30)).fate == "recorded"
    folded = features(townspeople, "discover", "ann", "museum", at)
    assert folded["likeMinded"] > similar["likeMinded"]  # cid was at the bar too
    category = features(townspeople, "next", "ann", "bar", at)
    assert category["visited"] == 1
    known = {item.id for item in townspeople.discover("ann", at=at)}
    assert "bar" not in known
    name = f"ann\x1fbar\x1fvisit\x1f{round((NOON + timedelta(minutes=30)).timestamp() * 1000)}"
    assert townspeople.retract(name).retracted == 1
    assert "bar" in {item.id for item in townspeople.discover("ann", at=at)}


def test_a_new_user_is_known_in_the_next_answer(townspeople: Client) -> None:
    assert townspeople.record("zoe", "museum", at=NOON).fate == "recorded"
    found = townspeople.discover("zoe", at=NOON + timedelta(hours=1))
    assert found.known is True
    assert "museum" not in {item.id for item in found}
    categories = townspeople.tags("zoe", at=NOON + timedelta(hours=1))
    assert [tag.name for tag in categories if tag.scheme == "category"] == ["Museum"]


def test_what_was_shown_takes_recommendations_themselves(client: Client) -> None:
    client.record("ann", "cafe", at=NOON)
    client.derive(NOON + timedelta(days=1), taste_dimension=1)
    found = client.recommend("ann", at=NOON + timedelta(days=1))
    assert client.show("ann", found, at=NOON).shown == len(found) > 0
    assert client.show("ann", "bar", at=NOON + timedelta(days=1), model="mine").shown == 1
    assert client.show("ann", ["bar", "x"], at=NOON).to_dict() == {
        "shown": 0, "known": 1, "unknown": ["x"]
    }  # fmt: skip
    text = "MATCH ()-[s:SHOWN]->(:Item {id: 'bar'}) RETURN s.models AS models"
    assert world.rows(client.graph, text, "models") == [([found.model, "mine"],)]


@pytest.mark.usefixtures("client")
def test_the_commands_record_and_decline(run: world.Run) -> None:
    at = ("--at", "2026-03-02T12:00:00+01:00")
    done = run("record", "ann", "cafe", *at, "--kind", "view", "--here", "45,13", "--value", "2")
    assert (done.returncode, done.stdout) == (0, "The event is recorded.\n")
    done = run("record", "ann", "caffe")
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr == "The graph has no such item; nothing is written.\n"
    done = run("record", "ann", "caffe", "--create", "--place", "Harbour", "--id", "e", "--json")
    assert json.loads(done.stdout) == {"fate": "recorded", "id": "e"}
    done = run("decline", "ann", "bar", *at, "--kind", "hide")
    assert (done.returncode, done.stdout) == (0, "It is recorded as declined.\n")
    done = run("decline", "ann", "--interest", "Nightlife", "--id", "e", "--json")
    assert (done.returncode, json.loads(done.stdout)["fate"]) == (5, "conflict")
    assert run("decline", "ann").returncode == 1
    assert run("retract", "e").returncode == 0


@pytest.mark.usefixtures("client")
def test_the_command_lists_and_sets_kinds(run: world.Run) -> None:
    rows = [line.split() for line in run("kinds").stdout.splitlines()]
    assert rows[0] == ["kind", "weight", "goal", "consumes"]
    assert ["purchase", "2", "yes", "yes"] in rows
    done = run("kinds", "set", "view", "--weight", "0.3", "--consumes")
    assert done.stdout.splitlines()[1].split() == ["view", "0.3", "no", "yes"]
    assert run("kinds", "set", "view", "--weight", "0.2", "--no-consumes").returncode == 0
    kinds = json.loads(run("kinds", "--json").stdout)["kinds"]
    assert {"name": "view", "weight": 0.2, "goal": False, "consumes": False} in kinds


def test_moments_without_a_zone_are_refused(client: Client) -> None:
    with pytest.raises(InputError, match="without an offset"):
        client.record("ann", "cafe", at=datetime(2026, 3, 2))
    assert client.record("ann", "cafe", at=datetime(2026, 3, 2, tzinfo=UTC)).fate == "recorded"
    assert told(client) == [0]
