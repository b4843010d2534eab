"""The queries that record what happens, as any client sends them: with plain parameters."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import world
from hypothesis import given, settings
from hypothesis import strategies as st
from neo4j.spatial import CartesianPoint, WGS84Point

from chronotope import loading
from chronotope.errors import InputError
from chronotope.graph import Graph

AT = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
MILLIS = 1777636800123
TOLD = (
    "MATCH (u:User)-[e:INTERACTED|DECLINED]->(i) "
    "RETURN type(e) AS type, u.id AS user, i.id AS item, "
    "e.id AS id, toString(e.at) AS at, e.hour AS hour, e.weekday AS weekday, e.kind AS kind, "
    "e.value AS value, e.location AS location, e.cell AS cell ORDER BY id"
)
COLUMNS = "type user item id at hour weekday kind value location cell"


def told(graph: Graph, columns: str = COLUMNS) -> list[tuple[Any, ...]]:
    found = world.rows(graph, TOLD, COLUMNS)
    places = [COLUMNS.split().index(name) for name in columns.split()]
    return [tuple(row[place] for place in places) for row in found]


def record(graph: Graph, **given: Any) -> str:
    request = {"user": "ann", "item": "cafe", "at": AT, **given}
    return str(graph.write("events.record", request)[0]["fate"])


@pytest.fixture
def cafe(graph: Graph) -> Graph:
    """Open a graph with a café, a bar, and what they are about."""
    rows = [
        {"item_id": "cafe", "category": "Dining > Coffee Shop", "tags": "quiet"},
        {"item_id": "bar", "category": "Nightlife"},
    ]
    loading.load_rows(graph, loading.ITEMS, rows)
    return graph


def test_events_record_writes_what_the_loader_would_write(cafe: Graph) -> None:
    answer = cafe.write("events.record", {"user": "ann", "item": "cafe", "at": AT, "value": 3})
    name = f"ann\x1fcafe\x1fvisit\x1f{MILLIS}"
    assert answer == [{"fate": "recorded", "id": name}]
    at = "2026-05-01T12:00:00.123Z"
    row = ("INTERACTED", "ann", "cafe", name, at, 12, 5, "visit", 3.0, None, None)
    assert told(cafe) == [row]


def test_events_record_again_changes_nothing_and_otherwise_changes(cafe: Graph) -> None:
    point = WGS84Point((13.0, 45.0))
    for changed in (
        {},
        {"value": 1.5},
        {"place": "Harbour"},
        {"location": point},
        {"location": point, "place": "Harbour"},
        {"at": AT.astimezone(world.OPTIONS.local_timezone)},
    ):
        before = record(cafe, **changed)
        assert before == {"value": "changed"}.get(next(iter(changed), ""), before)
        assert record(cafe, **changed) == "known"
    assert len(told(cafe)) == 1


def test_events_record_tells_the_fates(cafe: Graph) -> None:
    assert record(cafe, item="caffe") == "unknown item"
    assert told(cafe) == []
    assert world.rows(cafe, "MATCH (u:User) RETURN u.id AS id", "id") == []
    assert record(cafe, item="caffe", create=True) == "recorded"
    assert [record(cafe, id="e", value=value) for value in (1, 1, 2)] == [
        "recorded", "known", "changed"
    ]  # fmt: skip
    others: list[dict[str, Any]] = [{"user": "bob"}, {"item": "bar"}, {"at": AT + timedelta(1)}]
    assert [record(cafe, id="e", **other) for other in others] == ["conflict"] * 3
    assert record(cafe, kind="dislike") == "declined"
    assert record(cafe, kind="dislike") == "known"
    assert record(cafe, id="e", kind="hide") == "changed"
    assert record(cafe, id="e", kind="view") == "changed"
    assert sorted(told(cafe, "type item kind")) == [
        ("DECLINED", "cafe", "dislike"),
        ("INTERACTED", "cafe", "view"),
        ("INTERACTED", "caffe", "visit"),
    ]


def test_events_record_leaves_the_cell_of_coordinates_to_those_who_know_h3(cafe: Graph) -> None:
    point = WGS84Point((13.0, 45.0))
    record(cafe, id="a", location=point)
    record(cafe, id="b", location=WGS84Point((0.0, 0.0)), place="Harbour")
    assert told(cafe, "id location cell") == [
        ("a", point, None), ("b", None, "place:Harbour")
    ]  # fmt: skip
    assert cafe.read("cells.find_events", {"limit": 5.0}) == [
        {"id": "a", "latitude": 45.0, "longitude": 13.0}
    ]
    assert loading.fill_cells(cafe) == 1
    cell = loading.cell_of(45.0, 13.0)
    assert told(cafe, "id cell") == [("a", cell), ("b", "place:Harbour")]
    assert record(cafe, id="a", location=point) == "known"
    within = "MATCH (c:Cell)-[:WITHIN*2]->(d:Cell {resolution: 5}) RETURN c.id AS id"
    assert world.rows(cafe, within, "id") == [(cell,)]


MOMENTS = (AT, AT.astimezone(world.OPTIONS.local_timezone), datetime(1960, 1, 1, tzinfo=UTC))


def test_events_record_and_the_loader_make_one_graph(cafe: Graph) -> None:
    events: list[dict[str, Any]] = [
        {"kind": "visit"},
        {"kind": "purchase", "value": 9.5, "id": "own"},
        {"kind": "view", "place": "Harbour"},
        {"kind": "click", "location": WGS84Point((13.0, 45.0))},
        {"kind": "dislike", "value": 1.0},
        {"user": "'}) DETACH DELETE (n) //", "kind": "unheard of"},
    ]
    rows = [
        {
            "user_id": event.get("user", "ann"),
            "item_id": "cafe",
            "timestamp": at.replace(microsecond=123000).isoformat(),
            "zone": "Europe/Rome" if at is MOMENTS[1] else None,
            "event_id": f"{event['id']}{n}" if "id" in event else None,
            **{name: event.get(name) for name in ("kind", "value", "place", "location")},
        }
        for n, at in enumerate(MOMENTS)
        for event in events
    ]
    loading.load_rows(cafe, loading.EVENTS, rows)
    loaded, cells = told(cafe), cells_of(cafe)
    cafe.write(world.query("MATCH (n:User|Cell) DETACH DELETE n", mode="write"))
    for n, at in enumerate(MOMENTS):
        for event in events:
            own = {"id": f"{event['id']}{n}"} if "id" in event else {}
            moment = at.replace(microsecond=123000)
            assert record(cafe, **{**event, **own, "at": in_pytz(moment)}) != "unknown item"
    loading.fill_cells(cafe)
    assert told(cafe) == loaded
    assert cells_of(cafe) == cells


def in_pytz(at: datetime) -> datetime:
    """Return a moment in a zone that the driver sends by its name."""
    import pytz

    name = getattr(at.tzinfo, "key", None)
    return at.astimezone(pytz.timezone(name)) if name else at


def cells_of(graph: Graph) -> list[tuple[Any, ...]]:
    text = "MATCH (c:Cell) RETURN labels(c) AS labels, properties(c) AS p, c.id AS id ORDER BY id"
    return [(sorted(labels), p) for labels, p, _ in world.rows(graph, text, "labels p id")]


@pytest.mark.parametrize(
    ("query", "given", "said"),
    [
        ("record", {"user": 5}, "user has to be a STRING, it is INTEGER"),
        ("record", {"user": ""}, "user is empty"),
        ("record", {"item": "a\x1fb"}, "item holds control characters"),
        ("record", {"kind": "x" * 513}, "kind is longer than 512 signs"),
        ("record", {"place": 5}, "place has to be a STRING"),
        ("record", {"at": "now"}, "at has to be a ZONED DATETIME, it is STRING"),
        ("record", {"at": datetime(1850, 1, 1, tzinfo=UTC)}, "at is not between 1900 and a year"),
        ("record", {"value": "x"}, "value has to be a FLOAT"),
        ("record", {"value": float("nan")}, "value is not a finite number"),
        ("record", {"location": "here"}, "location has to be a POINT, it is STRING"),
        ("record", {"location": CartesianPoint((1, 2))}, "POINT of longitude and latitude"),
        ("record", {"create": 1}, "create has to be a BOOLEAN"),
        ("decline", {"interest": "Nightlife"}, "an item or an interest is declined: give one of"),
        ("decline", {"item": None}, "an item or an interest is declined: give one of them"),
        ("decline", {"item": None, "interest": 5}, "interest has to be a STRING"),
        ("decline", {"at": 5}, "at has to be a ZONED DATETIME"),
        ("show", {"item": None, "items": "cafe"}, "items has to be a LIST of STRING"),
        ("show", {"item": None, "items": [5]}, "an item has to be a STRING"),
        ("show", {"item": None, "items": [], "at": 5}, "at has to be a ZONED DATETIME"),
        ("show", {"item": None, "items": [], "model": 5}, "model has to be a STRING"),
    ],
)
def test_a_value_that_cannot_be_used_is_said_in_words(
    migrated: Graph, query: str, given: dict[str, Any], said: str
) -> None:
    request = {"user": "ann", "item": "cafe", **given}
    request = {name: value for name, value in request.items() if value is not None}
    with pytest.raises(InputError, match=f"events.{query}: .*{said}"):
        migrated.write(f"events.{query}", request)


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


@settings(max_examples=25, deadline=None)
@given(user=TEXTS, item=TEXTS, kind=TEXTS, place=TEXTS)
def test_any_text_is_a_text_and_no_command(
    migrated: Graph, user: str, item: str, kind: str, place: str
) -> None:
    world.spoil(migrated)
    request = {"user": user, "item": item, "kind": kind, "place": place, "at": AT}
    answer = migrated.write("events.record", {**request, "create": True})
    assert answer[0]["fate"] in ("recorded", "known")
    name = answer[0]["id"]
    assert name == f"{user}\x1f{item}\x1f{kind}\x1f{MILLIS}"
    found = migrated.read(
        world.query(
            "MATCH (u:User {id: $user})-[e:INTERACTED {id: $id}]->(i:Item {id: $item}) "
            "RETURN e.kind AS kind, e.cell AS cell",
            returns="kind STRING, cell STRING",
            params="user item id",
        ),
        {"user": user, "item": item, "id": name},
    )
    assert found == [{"kind": kind, "cell": f"place:{place}"}]
    assert migrated.write("events.retract", {"ids": [name]}) == [{"retracted": 1, "unknown": []}]
    migrated.write(
        world.query("MATCH (n:User|Item|Place) DETACH DELETE n RETURN count(n) AS n", mode="write",
                    returns="n INTEGER")
    )  # fmt: skip


def test_events_decline_takes_an_item_or_an_interest(cafe: Graph) -> None:
    def decline(**given: Any) -> tuple[str, str | None]:
        (row,) = cafe.write("events.decline", {"user": "ann", "at": AT, **given})
        return row["fate"], row["id"]

    name = f"ann\x1fbar\x1fdislike\x1f{MILLIS}"
    assert decline(item="bar") == ("declined", name)
    assert decline(item="bar") == ("known", name)
    assert record(cafe, item="bar", kind="dislike") == "known"
    assert decline(item="baar") == ("unknown item", None)
    assert decline(interest="category:Nightlife", kind="hide", id="own") == ("declined", "own")
    assert decline(interest="Nightlife", kind="hide", id="own") == ("known", "own")
    assert decline(item="bar", id="own") == ("conflict", "own")
    assert decline(interest="QUIET")[0] == "declined"
    assert decline(interest="Daylife") == ("unknown interest", None)
    record(cafe, item="bar", id="rated", kind="rating", value=1)
    assert decline(item="bar", id="rated", kind="rating", value=1.0) == ("changed", "rated")
    assert sorted(told(cafe, "type item kind value hour")) == [
        ("DECLINED", "bar", "dislike", None, None),
        ("DECLINED", "bar", "rating", 1.0, None),
        ("DECLINED", "category:Nightlife", "hide", None, None),
        ("DECLINED", "keyword:quiet", "dislike", None, None),
    ]


def test_events_retract_takes_back_what_was_declined_too(cafe: Graph) -> None:
    record(cafe, id="a")
    record(cafe, id="b", kind="dislike")
    answer = cafe.write("events.retract", {"ids": ["a", "b", "c"]})
    assert (answer, told(cafe)) == ([{"retracted": 2, "unknown": ["c"]}], [])


SHOWN = (
    "MATCH (u:User)-[s:SHOWN]->(i:Item) RETURN u.id AS user, i.id AS item, "
    "[t IN s.times | toString(t)] AS times, s.models AS models ORDER BY item"
)


def shown(graph: Graph) -> list[tuple[Any, ...]]:
    return world.rows(graph, SHOWN, "user item times models")


def show(graph: Graph, *items: str, **given: Any) -> tuple[int, int, list[str]]:
    request = {"user": "ann", "items": items, "at": AT, **given}
    (row,) = graph.write("events.show", request)
    return row["shown"], row["known"], row["unknown"]


def test_events_show_keeps_each_moment_once_in_order(cafe: Graph) -> None:
    assert show(cafe) == (0, 0, [])
    assert show(cafe, "x") == (0, 0, ["x"])
    assert world.rows(cafe, "MATCH (u:User) RETURN u.id AS id", "id") == []
    assert show(cafe, "cafe", "bar", "cafe", "x", model="discover") == (2, 0, ["x"])
    assert show(cafe, "cafe", "bar", model="next") == (0, 2, [])
    assert show(cafe, "bar", at=AT - timedelta(hours=1)) == (1, 0, [])
    assert shown(cafe) == [
        ("ann", "bar", ["2026-05-01T11:00:00.123Z", "2026-05-01T12:00:00.123Z"], ["", "discover"]),
        ("ann", "cafe", ["2026-05-01T12:00:00.123Z"], ["discover"]),
    ]


def test_events_show_keeps_the_latest_twenty_moments(cafe: Graph) -> None:
    for hour in (*range(0, 30, 2), *range(1, 30, 2)):
        show(cafe, "cafe", at=AT + timedelta(hours=hour), model=str(hour))
    ((*_, times, models),) = shown(cafe)
    assert models == [str(hour) for hour in range(10, 30)]
    assert times == sorted(times)
    assert len(times) == 20
    show(cafe, "cafe", at=AT, model="too early")
    assert shown(cafe)[0][2] == times


def test_two_who_show_at_a_time_lose_nothing(cafe: Graph) -> None:
    def one(minute: int) -> None:
        items = ["cafe", "bar"] if minute % 2 else ["bar", "cafe"]
        show(cafe, *items, at=AT + timedelta(minutes=minute))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(one, range(20)))
    assert [len(times) for _, _, times, _ in shown(cafe)] == [20, 20]


def test_two_who_record_at_a_time_write_each_event_once(cafe: Graph) -> None:
    def one(number: int) -> str:
        item = f"i{number % 5}"
        return record(cafe, user=f"u{number % 3}", item=item, id=f"e{number % 15}", create=True)

    with ThreadPoolExecutor(4) as threads:
        fates = list(threads.map(one, range(60)))
    assert (fates.count("recorded"), fates.count("known")) == (15, 45)
    assert len(told(cafe)) == 15


ITEM = (
    "MATCH (i:Item {id: 'cafe'}) RETURN i.name AS name, i.description AS text, i.active AS active, "
    "i.location AS location, i.cell AS cell, [(i)-[a:ABOUT]->(t) | t.id] AS about, "
    "[(i)-[:IN_CELL]->(c) | c.id] AS cells"
)


def item(graph: Graph) -> dict[str, Any]:
    names = "name text active location cell about cells"
    ((*values, about, cells),) = world.rows(graph, ITEM, names)
    return dict(zip(names.split(), [*values, sorted(about), cells], strict=True))


def test_items_upsert_says_what_is_given_and_leaves_the_rest(cafe: Graph) -> None:
    def upsert(**given: Any) -> str:
        return str(cafe.write("items.upsert", {"item": "cafe", **given})[0]["fate"])

    point = WGS84Point((13.0, 45.0))
    before: dict[str, Any] = {
        "text": None,
        "active": None,
        "location": None,
        "cell": None,
        "cells": [],
    }
    about = ["category:Dining > Coffee Shop", "keyword:quiet"]
    assert [upsert(name="Café"), upsert(name="Café"), upsert()] == ["changed", "known", "known"]
    assert item(cafe) == {**before, "name": "Café", "about": about}
    assert upsert(categories=["Dining>Bar", " Arts > Odd "], active=False) == "changed"
    assert item(cafe)["about"] == [
        "category:Arts > Odd", "category:Dining > Bar", "keyword:quiet"
    ]  # fmt: skip
    assert upsert(tags=["Straße", "wifi"]) == "changed"
    assert upsert(tags=[], location=point) == "changed"
    assert cafe.read("cells.find_items", {"limit": 9}) == [
        {"id": "cafe", "latitude": 45.0, "longitude": 13.0}
    ]
    assert loading.fill_cells(cafe) == 1
    cell = loading.cell_of(45.0, 13.0)
    assert upsert(location=point, description="Dark") == "changed"
    assert upsert(location=WGS84Point((0.0, 0.0))) == "known"
    assert item(cafe) == {
        "name": "Café", "text": "Dark", "active": False, "location": point, "cell": cell,
        "about": ["category:Arts > Odd", "category:Dining > Bar"], "cells": [cell],
    }  # fmt: skip
    assert upsert(location=WGS84Point((14.0, 45.0))) == "changed"
    assert (item(cafe)["cell"], item(cafe)["cells"]) == (None, [])


def test_items_upsert_and_the_loader_make_one_graph(graph: Graph) -> None:
    row = {
        "item_id": "cafe", "name": "Café", "description": "Dark\nand quiet",
        "category": "Dining > Coffee Shop | Dining > Bar | Arts", "tags": "Quiet; Straße",
        "latitude": 45.0, "longitude": 13.0, "active": True,
    }  # fmt: skip
    loading.load_rows(graph, loading.ITEMS, [row])
    text = (
        "MATCH (n:Item|Interest|Cell) RETURN labels(n) AS labels, properties(n) AS p, "
        "coll.sort([(n)-[r]->(m) | [type(r), m.id, r.weight]]) AS to ORDER BY n.id"
    )
    loaded = world.rows(graph, text, "labels p to")
    world.wipe(graph)
    graph.write(
        "items.upsert",
        {
            "item": "cafe", "name": "Café", "description": "Dark\nand quiet", "active": True,
            "categories": ["Dining > Coffee Shop", "Dining > Bar", "Arts"],
            "tags": ["Quiet", "Straße"], "location": WGS84Point((13.0, 45.0)),
        },
    )  # fmt: skip
    loading.fill_cells(graph)
    assert world.rows(graph, text, "labels p to") == loaded
    assert loading.load_rows(graph, loading.ITEMS, [row]).unchanged == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"item": ""}, "item is empty"),
        ({"name": 5}, "name has to be a STRING"),
        ({"description": 5}, "description has to be a STRING"),
        ({"tags": [5]}, "a tag has to be a STRING"),
        ({"categories": ["a\nb"]}, "a category holds control characters"),
        ({"location": 5}, "location has to be a POINT"),
        ({"active": 1}, "active has to be a BOOLEAN"),
    ],
)
def test_an_item_that_cannot_be_used_is_said_in_words(
    migrated: Graph, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=f"items.upsert: {said}"):
        migrated.write("items.upsert", {"item": "cafe", **given})


def test_items_deactivate_tells_what_it_does_not_know(cafe: Graph) -> None:
    first, again, none = (
        cafe.write("items.deactivate", {"items": items})[0]
        for items in (["bar", "x", "cafe"], ["bar"], [])
    )
    assert first == {"deactivated": 2, "unknown": ["x"]}
    assert again == none == {"deactivated": 0, "unknown": []}
    assert item(cafe)["active"] is False
    assert world.rows(cafe, "MATCH (i:Item) RETURN count(i) AS n", "n") == [(2,)]
