"""A graph that exists is adopted in place, and is afterwards what it was."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import graphs
import pytest
import world

from chronotope import Client, migrations, secrecy
from chronotope.errors import InputError, SchemaError
from chronotope.graph import Graph
from chronotope.loading import Watch

SHOP: dict[str, Any] = {
    "users": {"match": "MATCH (c:Customer) RETURN c AS user", "id": "customerID"},
    "items": {
        "match": "MATCH (p:Product) RETURN p AS item",
        "id": "productID",
        "name": "productName",
    },
    "categories": {
        "match": "MATCH path = (p:Product)-[:PART_OF]->(:Category)-[:PART_OF*0..8]->(top) "
        "WHERE NOT (top)-[:PART_OF]->() RETURN p AS item, reverse(nodes(path)[1..]) AS category",
        "name": "categoryName",
    },
    "events": {
        "match": "MATCH (c:Customer)-[:PURCHASED]->(o:Order)-[l:ORDERS]->(p:Product) "
        "RETURN c AS user, "
        "p AS item, o.orderDate AS at, l.quantity AS value, o.orderID + '/' + p.productID AS id",
        "kind": "purchase",
        "zone": "Europe/Rome",
    },
}
FILMS: dict[str, Any] = {
    "users": {"match": "MATCH (u:User) RETURN u AS user", "id": "userId"},
    "items": {
        "match": "MATCH (m:Movie) RETURN m AS item",
        "id": "movieId",
        "name": "title",
        "description": "plot",
    },
    "categories": {"match": "MATCH (m)-[:IN_GENRE]->(g:Genre) RETURN m AS item, g AS category"},
    "events": {
        "match": "MATCH (u:User)-[r:RATED]->(m:Movie) RETURN u AS user, m AS item, "
        "r.timestamp AS at, r.rating AS value",
        "kind": "rating",
        "time_unit": "s",
        "rating_threshold": 2,
    },
}
CHECKINS: dict[str, Any] = {
    "users": {"match": "MATCH (p:Person) RETURN p AS user"},
    "items": {
        "match": "MATCH (v:Venue) RETURN v AS item",
        "name": "name",
        "location": "position",
        "category": "kind",
    },
    "events": {
        "match": "MATCH (p:Person)-[:MADE]->(c:Checkin)-[:AT]->(v:Venue) "
        "RETURN p AS user, v AS item, c.at AS at, c.id AS id",
        "zone": "Europe/Vienna",
    },
    "friendships": {"match": "MATCH (a:Person)-[:KNOWS]->(b:Person) RETURN a AS user, b AS friend"},
}


@pytest.fixture
def client(bare: Graph) -> Iterator[Client]:
    with Client.open(bare.connection) as client:
        yield client


def fates(done: Any) -> dict[str, tuple[int, int, int, int, int]]:
    return {
        one.table: (one.loaded, one.updated, one.unchanged, one.duplicate, one.rejected)
        for one in done
    }


def count(graph: Graph, pattern: str) -> int:
    (found,) = world.rows(graph, f"MATCH {pattern} RETURN count(*) AS n", "n")
    return int(found[0])


@pytest.mark.parametrize(
    ("text", "mapping", "places", "expected"),
    [
        (graphs.SHOP, SHOP, ("in place", "in place"), {"users": 12, "items": 8, "events": 72}),
        (graphs.FILMS, FILMS, ("in place", "in place"), {"users": 10, "items": 9, "events": 40}),
        (
            graphs.CHECKINS,
            CHECKINS,
            ("beside", "beside"),
            {"users": 8, "items": 10, "events": 80, "friendships": 8},
        ),
    ],
    ids=["shop", "films", "check-ins"],
)
def test_a_graph_is_adopted_once_and_taken_off_again(
    bare: Graph,
    client: Client,
    text: str,
    mapping: dict[str, Any],
    places: tuple[str, str],
    expected: dict[str, int],
) -> None:
    graphs.make(bare, text)
    before = graphs.snapshot(bare)

    trial = client.adopt(mapping, dry_run=True)
    assert graphs.snapshot(bare) == before
    done = client.adopt(mapping)
    assert (done.users, done.items) == places
    assert {one.table: one.loaded for one in done} == expected
    assert {one.table: one.loaded for one in trial} == expected
    assert not done.rejected

    again = client.adopt(mapping)
    assert {one.table: one.unchanged for one in again} == expected
    assert sum(one.loaded + one.updated + one.rejected for one in again) == 0

    theirs = graphs.snapshot(bare)
    now = {id_: (set(labels), values) for id_, labels, _, values in theirs["nodes"]}
    for id_, labels, _, values in before["nodes"]:  # are as they were, and more
        assert set(labels) <= now[id_][0]
        assert values.items() <= now[id_][1].items()

    client.undo_adoption()
    assert graphs.snapshot(bare) == before


def test_what_is_adopted_is_as_from_a_file(bare: Graph, client: Client) -> None:
    graphs.make(bare, graphs.SHOP)
    client.adopt(SHOP)
    found = world.rows(
        bare,
        "MATCH (c:Customer:User {id: 'C1'})-[e:INTERACTED]->(p:Product:Item) "
        "RETURN p.id AS item, p.name AS name, toString(e.at) AS at, e.hour AS hour, "
        "e.kind AS kind, e.value AS value, e.id AS id ORDER BY at, id LIMIT 2",
        "item name at hour kind value id",
    )
    assert found == [
        ("2", "Product 2", "2026-01-02T10:30:00+01:00[Europe/Rome]", 10, "purchase", 1.0, "100/2"),
        ("5", "Product 5", "2026-01-02T10:30:00+01:00[Europe/Rome]", 10, "purchase", 2.0, "100/5"),
    ]
    assert world.rows(
        bare,
        "MATCH (p:Product {productID: 2})-[:ABOUT]->(i:Interest)-[:BROADER*0..]->(b) "
        "RETURN i.id AS id, count(b) AS levels",
        "id levels",
    ) == [("category:Beverages > Hot drinks", 2)]
    for step in client.refresh(learn=False):
        assert step.left is None, step
    answer = client.discover("C1", k=3)
    assert answer[0].reasons()
    # … composed with the owner's own pattern
    text = client_text("recommend.discover") + (
        "\nNEXT MATCH (:Product {id: id})<-[:SUPPLIES]-(s:Supplier {country: 'Italy'}) "
        "RETURN name, s.companyName AS supplier ORDER BY score DESC"
    )
    rows = client.driver.execute_query(
        text, query_of("recommend.discover").bind({"user": "C1", "k": 8})
    )
    assert {row["supplier"] for row in rows.records} == {"Aroma"}


def query_of(name: str) -> Any:
    import chronotope

    return chronotope.queries[name]


def client_text(name: str) -> str:
    return str(query_of(name).text)


def test_nodes_stand_beside_where_names_are_taken(bare: Graph, client: Client) -> None:
    graphs.make(bare, graphs.CHECKINS)
    done = client.adopt(CHECKINS)
    told = "\n".join(done.remarks)
    assert "The users have `id` (INTEGER) on 8, relationships `KNOWS` on 8 of their own" in told
    assert "The items have `id` (INTEGER) on 10, `hours` (STRING) on 10 of their own" in told
    assert world.rows(
        bare,
        "MATCH (i:Item {id: '3'})-[:STANDS_FOR]->(v:Venue) RETURN v.id AS id, i.name AS name, "
        "i.location = v.position AS same, i.cell IS NOT NULL AS cell, labels(v) AS labels",
        "id name same cell labels",
    ) == [(3, "Venue 3", True, True, ["Venue"])]
    assert count(bare, "(:User)-[:KNOWS]->(:User)") == 8
    hours = world.rows(
        bare,
        "MATCH (:User {id: '1'})-[e:INTERACTED {id: '100'}]->() RETURN e.hour AS hour, "
        "toString(e.at) AS at",
        "hour at",
    )
    assert hours == [(9, "2026-02-01T09:00:00+01:00[Europe/Vienna]")]


def test_ratings_below_the_threshold_are_declined_and_commas_in_names_stay(
    bare: Graph, client: Client
) -> None:
    graphs.make(bare, graphs.FILMS)
    client.adopt(FILMS)
    low = count(bare, "()-[r:RATED]->() WHERE r.rating < 2")
    assert low
    assert count(bare, "(:User)-[:DECLINED]->(:Item)") == low
    assert count(bare, "(:Item)-[:ABOUT]->(:Interest {id: 'category:Sci-Fi, Fantasy'})") == 3


def test_a_text_that_writes_is_refused_before_it_runs(bare: Graph, client: Client) -> None:
    graphs.make(bare, "CREATE (:Customer {id: 'a'}), (:Product {id: 'b'})")
    before = graphs.snapshot(bare)
    for match, reason in (
        ("MATCH (c:Customer) SET c.x = 1 RETURN c AS user", "does more than read"),
        ("MATCH (c:Customer) DETACH DELETE c RETURN 1 AS user", "does more than read"),
        ("CREATE INDEX x FOR (c:Customer) ON (c.x)", "does more than read"),
        ("MATCH (c:Customer RETURN c AS user", "cannot be run"),
        ("MATCH (c:Customer) RETURN c AS user; MATCH (n) DETACH DELETE n", "cannot be run"),
        ("MATCH (c:Customer) RETURN c", "returns no column user"),
    ):
        with pytest.raises(InputError, match=r"\[users\].*" + reason):
            client.adopt({"users": {"match": match}, "items": SHOP["items"]})
    assert graphs.snapshot(bare) == before


def test_events_without_a_moment_are_told_what_can_be_done(bare: Graph, client: Client) -> None:
    graphs.make(bare, graphs.MOVIES)
    mapping = {
        "users": {"match": "MATCH (p:Person) RETURN p AS user", "id": "name"},
        "items": {"match": "MATCH (m:Movie) RETURN m AS item", "id": "title", "name": "title"},
        "events": {
            "match": "MATCH (p:Person)-[r:REVIEWED]->(m) "
            "RETURN p AS user, m AS item, r.rating AS value"
        },
    }
    with pytest.raises(InputError, match=r"no column at;.*date\('2024-01-01'\) AS at"):
        client.adopt(mapping)
    mapping["events"]["match"] += ", date('2024-01-01') AS at"
    assert fates(client.adopt(mapping))["events"] == (12, 0, 0, 0, 0)
    assert world.rows(
        bare, "MATCH ()-[e:INTERACTED]->() RETURN DISTINCT e.hour AS hour, toString(e.at) AS at",
        "hour at",
    ) == [(None, "2024-01-01T00:00:00Z[UTC]")]  # fmt: skip


def test_what_is_wrong_is_rejected_row_by_row(
    bare: Graph, run_bare: world.Run, tmp_path: Path
) -> None:
    graphs.make(
        bare,
        """
        CREATE (a:`My Customer` {key: 1}), (:`My Customer`), (c:`My Customer` {key: 1}),
          (x:Stranger), (p:Product {id: 'p'}), (a)-[:BOUGHT {at: '2026-01-01 10:00'}]->(p),
          (a)-[:BOUGHT {at: 'soon'}]->(p), (a)-[:BOUGHT]->(p),
          (x)-[:BOUGHT {at: '2026-01-02'}]->(p),
          (a)-[:BOUGHT {at: '2026-01-03'}]->(p)
        """,
    )
    (tmp_path / "m.toml").write_text(
        '''
        [users]
        match = "MATCH (c:`My Customer`) RETURN c AS user ORDER BY elementId(c)"
        id = "key"
        [items]
        match = "MATCH (p:Product) RETURN p AS item"
        [events]
        match = """MATCH (c)-[b:BOUGHT]->(p)
        RETURN c AS user, p AS item, b.at AS at ORDER BY elementId(b)"""
        timezone = "UTC"
        '''
    )
    rejects = tmp_path / "rejects.ndjson"
    done = run_bare("adopt", str(tmp_path / "m.toml"), "--rejects", str(rejects), "--json")
    assert done.returncode == 5
    report = json.loads(done.stdout)
    assert [(one["table"], one["loaded"], one["rejected"]) for one in report["loads"]] == [
        ("users", 1, 2), ("items", 1, 0), ("events", 2, 3),
    ]  # fmt: skip
    told = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(one["file"], one["line"], one["column"]) for one in told] == [
        ("users", 2, "user_id"), ("users", 3, "user_id"), ("events", 2, "timestamp"),
        ("events", 3, "timestamp"), ("events", 4, None),
    ]  # fmt: skip
    assert told[0]["reason"] == "is missing"
    assert told[2]["reason"].endswith("say how it is written with `time_format` in the mapping, "
                                      "like '%d/%m/%Y %H:%M'")  # fmt: skip
    assert told[4]["reason"] == "user: is a node that [users] does not match, or rejected"
    days = world.rows(bare, "MATCH ()-[e:INTERACTED]->() RETURN e.hour AS h ORDER BY e.at", "h")
    assert days == [(10,), (None,)]


def test_only_what_is_new_is_read_with_a_watermark(bare: Graph, client: Client) -> None:
    graphs.make(bare, graphs.CHECKINS)
    events = {
        "match": "MATCH (p:Person)-[:MADE]->(c:Checkin)-[:AT]->(v:Venue) "
        "WHERE $since IS NULL OR c.at >= $since "
        "RETURN p AS user, v AS item, c.at AS at, c.id AS id ORDER BY at",
        "zone": "Europe/Vienna",
    }
    mapping = {**CHECKINS, "events": events}
    assert fates(client.adopt(mapping))["events"] == (80, 0, 0, 0, 0)
    assert fates(client.adopt(mapping))["events"] == (0, 0, 1, 0, 0)  # the latest, once more
    graphs.make(
        bare,
        "MATCH (p:Person {id: 1}), (v:Venue {id: 1}) CREATE (p)-[:MADE]->(:Checkin {id: 1000, "
        "at: localdatetime('2026-03-01T08:00')})-[:AT]->(v)",
    )
    assert fates(client.adopt(mapping))["events"] == (1, 0, 1, 0, 0)


def test_a_watch_goes_on_and_tells_the_delay(bare: Graph, client: Client) -> None:
    graphs.make(bare, graphs.CHECKINS)
    rounds: list[Any] = []

    def note(done: Any) -> None:
        rounds.append(done)
        graphs.make(
            bare,
            "MATCH (p:Person {id: 1}), (v:Venue {id: 1}) CREATE (p)-[:MADE]->(:Checkin {id: "
            f"{2000 + len(rounds)}, at: localdatetime('2026-03-01T08:00')}})-[:AT]->(v)",
        )

    watch = Watch(interrupted=lambda: len(rounds) >= 3)
    client.adopt(CHECKINS, watch, every=0.1, on_round=note)
    assert [one[2].loaded for one in rounds] == [80, 1, 1]
    assert all(0 <= one.delay < 60 for one in rounds)


def test_constraints_and_indexes_of_the_owner_stay(bare: Graph, client: Client) -> None:
    graphs.make(bare, graphs.FILMS)
    for statement in (
        "CREATE CONSTRAINT user_id FOR (u:User) REQUIRE u.userId IS UNIQUE",
        "CREATE CONSTRAINT item_id FOR (m:Movie) REQUIRE m.movieId IS UNIQUE",
        "CREATE INDEX event_at FOR (m:Movie) ON (m.released)",
        "CREATE INDEX theirs FOR (i:Item) ON (i.id)",
        "CREATE CONSTRAINT users_by_id FOR (u:User) REQUIRE u.id IS UNIQUE",
    ):
        bare.run_statements([statement], "a test")
    before = graphs.snapshot(bare)
    done = client.adopt(FILMS)
    told = "\n".join(done.remarks)
    assert "ours is called `chronotope_event_at`" in told
    assert "The index `theirs` of Item(id) serves instead of our constraint `item_id`" in told
    assert fates(done)["events"] == (40, 0, 0, 0, 0)
    client.undo_adoption()
    assert graphs.snapshot(bare) == before


@pytest.mark.parametrize(
    ("text", "statement", "reason"),
    [
        ("CREATE (:EventKind {name: 'x'})", None, "label `EventKind` is on 1 nodes"),
        ("CREATE (:User {id: 'x'}), (:User {id: 'x'})", None, "several have the id 'x'"),
        (
            "CREATE (:User {userId: '1', id: 'a'})",
            None,
            'Say in the mapping that their id is that one: id = "id"',
        ),
        (
            "CREATE (:Movie)",
            "CREATE FULLTEXT INDEX item_words FOR (m:Movie) ON EACH [m.title]",
            "DROP INDEX `item_words`",
        ),
        (
            "CREATE (:A)-[:INTERACTED {id: '1'}]->(:B)<-[:INTERACTED {id: '1'}]-(:A)",
            None,
            "relationships `INTERACTED` already, and several have the id '1'",
        ),
    ],
)
def test_what_leaves_no_room_is_refused_before_anything_is_written(
    bare: Graph, client: Client, text: str, statement: str | None, reason: str
) -> None:
    graphs.make(bare, text)
    if statement:
        bare.run_statements([statement], "a test")
    before = graphs.snapshot(bare)
    with pytest.raises(SchemaError) as problem:
        client.adopt(FILMS)
    assert reason in str(problem.value)
    assert graphs.snapshot(bare) == before


def test_users_and_items_with_our_labels_and_numbers_for_ids_stay_apart(
    bare: Graph, client: Client
) -> None:
    graphs.make(
        bare,
        "UNWIND range(1, 5) AS n CREATE (u:User {id: n, embedding: [1.0]}), "
        "(i:Item {id: n, name: 'Thing ' + n, price: n, users: 3}) "
        "WITH collect(u) AS us, collect(i) AS is UNWIND us AS u UNWIND is AS i "
        "WITH u, i WHERE (u.id + i.id) % 2 = 0 "
        "CREATE (u)-[:INTERACTED {ts: 1767225600 + u.id * 3600, kind: 'dislike'}]->(i)",
    )
    before = graphs.snapshot(bare)
    mapping = {
        "users": {"match": "MATCH (u:User) RETURN u AS user"},
        "items": {"match": "MATCH (i:Item) RETURN i AS item", "name": "name"},
        "events": {
            "match": "MATCH (u:User)-[r:INTERACTED]->(i:Item) WHERE r.ts IS NOT NULL "
            "RETURN u AS user, i AS item, r.ts AS at",
            "time_unit": "s",
        },
    }
    done = client.adopt(mapping)
    assert (done.users, done.items) == ("beside", "beside")
    assert fates(done) == {
        "users": (5, 0, 0, 0, 0), "items": (5, 0, 0, 0, 0), "events": (13, 0, 0, 0, 0),
    }  # fmt: skip
    assert fates(client.adopt(mapping))["items"] == (0, 0, 5, 0, 0)
    client.refresh(learn=False)
    answer = client.discover("1", k=10)
    assert {item.id for item in answer} == {"2", "4"}
    client.undo_adoption()
    assert graphs.snapshot(bare) == before


def test_nodes_of_the_owner_that_look_like_ours_stay(bare: Graph, client: Client) -> None:
    graphs.make(bare, graphs.FILMS)
    graphs.make(
        bare,
        "CREATE (a:User {id: 'late', name: 'Late'})-[:KNOWS]->(:User {id: 'later'}), "
        "(:Interest {id: 'music', name: 'Music'})<-[:LIKES]-(a), (:Item {id: 'lamp'}), "
        "(a)-[:MEMBER_OF {since: 2020}]->(:Community {id: 'chess'}), (:Cell {id: 'a1', name: 'A'})",
    )
    before = graphs.snapshot(bare)
    mapping = {**FILMS, "users": {**FILMS["users"]}}
    mapping["users"]["match"] = "MATCH (u:User) WHERE u.userId IS NOT NULL RETURN u AS user"
    client.adopt(mapping)
    client.refresh(learn=False)
    assert "lamp" not in {row.id for row in client.discover("1", k=50)}
    client.undo_adoption()
    assert graphs.snapshot(bare) == before


def test_a_chain_of_the_owners_own_migrations_is_left_alone(bare: Graph, client: Client) -> None:
    graphs.make(bare, graphs.FILMS)
    graphs.make(
        bare,
        "CREATE (:__Neo4jMigration {version: 'BASELINE'})-[:MIGRATED_TO {at: datetime(), "
        "in: duration('PT1S'), by: 'ann', connectedAs: 'neo4j'}]->(:__Neo4jMigration "
        "{version: '0001', "
        "description: 'Films', type: 'CYPHER', source: 'V0001__Films.cypher', checksum: '42', "
        "repeatable: false})",
    )
    before = graphs.snapshot(bare)
    done = client.adopt(FILMS)
    assert fates(done)["events"] == (40, 0, 0, 0, 0)
    migrations.require_current(bare)
    chain = "(:__Neo4jMigration)-[:MIGRATED_TO*]->(m) WHERE m.migrationTarget IS NULL"
    assert count(bare, chain) == 1
    assert list(client.migrate()) == []
    client.undo_adoption()
    assert graphs.snapshot(bare) == before
    client.adopt(FILMS)
    migrations.clean(bare)
    assert count(bare, chain) == 1  # only ours is cleaned


def test_what_the_owner_did_meanwhile_stays(bare: Graph, client: Client) -> None:
    graphs.make(bare, graphs.FILMS)
    client.adopt(FILMS)
    client.record("1", "3", kind="view")
    client.record("new", "3", kind="view")
    graphs.make(
        bare,
        "MATCH (u:User {userId: '1'}) SET u.city = 'Rome' "
        "CREATE (u)-[:LIVES_IN]->(:City {name: 'Rome'}) "
        "CREATE (:User {userId: '99', name: 'Late'})",
    )
    client.undo_adoption()
    assert world.rows(
        bare,
        "MATCH (u:User) WHERE u.userId IN ['1', '99'] RETURN properties(u) AS p ORDER BY u.userId",
        "p",
    ) == [({"userId": "1", "name": "User 1", "city": "Rome"},), ({"userId": "99", "name": "Late"},)]
    assert count(bare, "(u:User) WHERE u.userId IS NULL") == 0
    with pytest.raises(InputError, match="was not adopted"):
        client.undo_adoption()


def test_migrate_and_doctor_name_the_command(
    bare: Graph, run_bare: world.Run, client: Client
) -> None:
    graphs.make(bare, graphs.FILMS)
    for command in ("migrate", "apply"), ("doctor",), ("derive",):
        done = run_bare(*command)
        assert done.returncode in (1, 4)
        assert "chronotope adopt --guess" in done.stdout + done.stderr
    client.adopt(FILMS)
    assert run_bare("migrate", "apply").returncode == 0


GUESSED = {
    "shop": (graphs.SHOP, 72, "(:Customer)-[:PURCHASED]->(:Order)-[:ORDERS]->(:Product)"),
    "films": (graphs.FILMS, 40, "(:User)-[:RATED]->(:Movie)"),
    "check-ins": (graphs.CHECKINS, 80, "(:Person)-[:MADE]->(:Checkin)-[:AT]->(:Venue)"),
    "movies": (graphs.MOVIES, 12, "(:Person)-[:REVIEWED]->(:Movie)"),
    "stack": (graphs.STACK, 21, "(:User)-[:PROVIDED]->(:Answer)-[:ANSWERED]->(:Question)"),
    "yelp": (graphs.YELP, 24, "(:User)-[:WROTE]->(:Review)-[:REVIEWS]->(:Business)"),
    "fraud": (graphs.FRAUD, 30, "(:Client)-[:PERFORMED]->(:Transaction)-[:TO]->(:Merchant)"),
}


@pytest.mark.parametrize("name", GUESSED)
def test_a_guess_is_a_mapping_that_works(
    bare: Graph, run_bare: world.Run, tmp_path: Path, name: str
) -> None:
    text, events, pattern = GUESSED[name]
    graphs.make(bare, text)
    before = graphs.snapshot(bare)
    path = tmp_path / "guess.toml"
    done = run_bare("adopt", "--guess", str(path))
    assert done.returncode == 0, done.stderr
    guessed = path.read_text(encoding="utf-8")
    assert f"# Events: {pattern}" in guessed
    assert graphs.snapshot(bare) == before
    done = run_bare("adopt", str(path), "--json")
    assert done.returncode == 0, done.stderr + guessed
    report = {one["table"]: one["loaded"] for one in json.loads(done.stdout)["loads"]}
    assert report["events"] == events, guessed
    assert run_bare("adopt", "--undo").returncode == 0
    assert graphs.snapshot(bare) == before


def test_what_has_no_events_cannot_be_guessed(bare: Graph, run_bare: world.Run) -> None:
    graphs.make(bare, "CREATE (:Server)-[:RUNS]->(:Process)")
    done = run_bare("adopt", "--guess")
    assert done.returncode == 1
    assert "Nothing in this graph looks like somebody who did something" in done.stderr


def test_events_of_another_graph_are_loaded(
    bare: Graph, run_bare: world.Run, client: Client
) -> None:
    graphs.make(bare, graphs.SHOP)  # one server serves as both
    query = (
        "MATCH (c:Customer)-[:PURCHASED]->(o:Order)-[:ORDERS]->(p:Product) "
        "RETURN c.customerID AS user_id, p.productID AS item_id, o.orderDate AS timestamp, "
        "'purchase' AS kind"
    )
    options = ("--from", bare.connection.uri, "--timezone", "UTC", "--dry-run", "--json")
    done = run_bare("load", "events", "--query", query, *options)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["loads"][0]["loaded"] == 72
    client.adopt(SHOP)
    done = run_bare("load", "events", "--query", query, *options[:4], "--json")
    assert json.loads(done.stdout)["loads"][0]["loaded"] == 72
    bad = run_bare("load", "events", "--query", "MATCH (n) SET n.x = 1", *options)
    assert bad.returncode == 1
    assert "does more than read" in bad.stderr
    for wrong in (["--query", query], ["--from", "bolt://x"], [], ["--query", "M", *options, "f"]):
        assert run_bare("load", "events", *wrong).returncode == 2


def test_what_nobody_could_keep_unique_is_an_index(bare: Graph, client: Client) -> None:
    graphs.make(bare, graphs.CHECKINS)
    graphs.make(
        bare,
        "UNWIND [1, 1] AS id CREATE (:Cell {id: id}), (:Place {id: id}), (:Interest {id: 'x'}), "
        "(:User {id: id})-[:INTERACTED {id: id}]->(:Item {id: id, name: 'Line'})",
    )
    bare.run_statements(
        ["CREATE CONSTRAINT cell_id FOR (v:Venue) REQUIRE v.id IS UNIQUE"], "a test"
    )
    before = graphs.snapshot(bare)
    done = client.adopt(CHECKINS)
    assert not done.rejected
    told = "\n".join(done.remarks)
    assert "Several `Cell` have the id 1, so that `chronotope_cell_id` is an index" in told
    made = world.rows(
        bare,
        "SHOW INDEXES YIELD name, labelsOrTypes, owningConstraint WHERE name IN ['user_id', "
        "'item_id', 'event_id', 'interest_id', 'chronotope_cell_id', 'community_id'] "
        "RETURN name, labelsOrTypes[0] AS of, owningConstraint IS NOT NULL AS is_unique "
        "ORDER BY name",
        "name of is_unique",
    )
    assert made == [
        ("chronotope_cell_id", "Cell", False),
        ("community_id", "Community", True),
        ("event_id", "INTERACTED", False),
        ("interest_id", "Interest", False),
        ("item_id", "Item", False),
        ("user_id", "User", False),
    ]
    assert fates(client.adopt(CHECKINS))["events"] == (0, 0, 80, 0, 0)
    client.refresh(learn=False)
    assert client.recommend("1", k=3)[0].reasons()
    client.undo_adoption()
    assert graphs.snapshot(bare) == before


def test_who_was_set_aside_is_taken_up_when_a_mapping_says_so(bare: Graph, client: Client) -> None:
    graphs.make(bare, graphs.FILMS)
    graphs.make(bare, "MATCH (m:Movie {movieId: '1'}) SET m:Item")
    before = graphs.snapshot(bare)
    few = {**FILMS, "users": {**FILMS["users"]}, "items": {**FILMS["items"]}}
    few["users"]["match"] = "MATCH (u:User) WHERE u.userId <> '1' RETURN u AS user"
    few["items"]["match"] = "MATCH (m:Movie) WHERE m.movieId <> '1' RETURN m AS item"
    first = fates(client.adopt(few))
    assert (first["users"][0], first["items"][0]) == (9, 8)
    assert first["events"][4] > 0
    then = fates(client.adopt(FILMS))
    assert (then["users"][0], then["items"][0]) == (1, 1)
    assert (then["events"][0], then["events"][4]) == (first["events"][4], 0)
    assert count(bare, "(i:Item) WHERE i.active = false") == 0
    client.undo_adoption()
    assert graphs.snapshot(bare) == before


def test_an_item_that_is_a_user_to_its_owner_gets_an_item_beside_it(
    bare: Graph, client: Client
) -> None:
    graphs.make(bare, graphs.FILMS)
    graphs.make(bare, "MATCH (m:Movie) SET m:User")
    before = graphs.snapshot(bare)
    mapping = {**FILMS, "users": {**FILMS["users"]}}
    mapping["users"]["match"] = "MATCH (u:User) WHERE NOT u:Movie RETURN u AS user"
    done = client.adopt(mapping)
    assert (done.users, done.items) == ("in place", "beside")
    assert fates(done)["events"] == (40, 0, 0, 0, 0)
    client.undo_adoption()
    assert graphs.snapshot(bare) == before


def test_a_watermark_finds_all_of_its_instant_whatever_their_zone(
    bare: Graph, client: Client
) -> None:
    graphs.make(
        bare,
        "CREATE (c:Customer {id: 'c'}), (c)-[:BOUGHT {at: datetime('2026-01-05T10:00Z')}]->"
        "(:Product {id: 'p'})",
    )
    mapping = {
        "users": {"match": "MATCH (c:Customer) RETURN c AS user"},
        "items": {"match": "MATCH (p:Product) RETURN p AS item"},
        "events": {
            "match": "MATCH (c:Customer)-[b:BOUGHT]->(p:Product) "
            "WHERE $since IS NULL OR b.at >= $since RETURN c AS user, p AS item, b.at AS at"
        },
    }
    assert fates(client.adopt(mapping))["events"] == (1, 0, 0, 0, 0)
    for zone in "-05:00", "[Europe/Vienna]", "Z":
        graphs.make(
            bare,
            "MATCH (c:Customer) CREATE (c)-[:BOUGHT {at: datetime({datetime: "
            f"datetime('2026-01-05T10:00Z'), timezone: '{zone.strip('[]')}'}})}}]->"
            f"(:Product {{id: '{zone}'}})",
        )
    assert fates(client.adopt(mapping))["events"] == (3, 0, 1, 0, 0)
    assert fates(client.adopt(mapping))["events"] == (0, 0, 4, 0, 0)


def test_with_pseudonyms_ids_of_users_and_events_stay_on_the_owners_nodes(
    bare: Graph, client: Client, keys: Path
) -> None:
    graphs.make(bare, graphs.SHOP)
    before = graphs.snapshot(bare)
    bad = {
        **SHOP,
        "events": [
            SHOP["events"],
            {
                "match": "MATCH (c:Customer {customerID: 'C1'}), (p:Product {productID: 1}) "
                "UNWIND [['never', 'C1 bad'], ['2026-01-01', null]] AS row "
                "RETURN c AS user, p AS item, row[0] AS at, row[1] AS id"
            },
        ],
    }
    rejections: list[Any] = []
    watch = Watch(on_rejection=rejections.append)
    trial = client.adopt(bad, dry_run=True, pseudonymise=True)
    assert graphs.snapshot(bare) == before
    done = client.adopt(bad, watch, pseudonymise=True)
    assert (done.users, done.items) == ("beside", "in place")
    assert fates(done) == fates(trial)
    assert fates(done)["events"] == (72, 0, 0, 0, 0)
    assert [one.reason.partition(",")[0] for one in rejections] == [
        "'never' is not a time in ISO 8601",
        "id: is missing",
    ]

    known = secrecy.read(keys)
    assert world.rows(
        bare,
        "MATCH (u:User)-[:STANDS_FOR]->(c:Customer) RETURN c.customerID AS id, u.id AS own "
        "ORDER BY c.customerID",
        "id own",
    ) == sorted((f"C{n}", known.user(f"C{n}")) for n in range(1, 13))
    events = {known.event(f"{100 * c + o}/{p}") for c in range(13) for o in (0, 1, 2)
              for p in range(9)}  # fmt: skip
    found = world.rows(bare, "MATCH (:User)-[e:INTERACTED]->(:Item) RETURN e.id AS id", "id")
    assert len(found) == 72
    assert {id_ for (id_,) in found} <= events
    ours = "MATCH (n:User|Erased|Derivation|EventKind) RETURN properties(n) AS p"
    assert "'C1" not in repr(world.rows(bare, ours, "p")) + repr([one.row for one in rejections])

    client.rotate_keys()
    again = fates(client.adopt(SHOP, pseudonymise=True))
    assert again == {
        "users": (0, 0, 12, 0, 0),
        "items": (0, 0, 8, 0, 0),
        "events": (0, 0, 72, 0, 0),
    }
    with pytest.raises(InputError, match="was adopted with pseudonyms"):
        client.adopt(SHOP)

    assert client.erase_user("C3", rewrite=False).users == 1
    again = fates(client.adopt(SHOP, pseudonymise=True))
    assert again["users"] == (0, 0, 11, 0, 1)
    assert again["events"] == (0, 0, 66, 0, 6)

    client.undo_adoption()
    assert graphs.snapshot(bare) == before


@pytest.mark.parametrize(
    ("made", "change", "told"),
    [
        (graphs.SHOP, {"users": {**SHOP["users"], "place": "in place"}}, "leave `place` out"),
        (
            graphs.SHOP,
            {"events": {**SHOP["events"], "match": FILMS["events"]["match"]}},
            "returns no column id, and with --pseudonymise",
        ),
        (
            "CREATE (:Customer:User {id: 'ann'})-[:PURCHASED]->(:Order)-[:ORDERS]->(:Product)",
            {},
            "have the label `User` and a text in `id`",
        ),
    ],
    ids=["in place", "no id", "users by name"],
)
def test_a_mapping_that_would_tell_who_is_who_is_refused(
    bare: Graph, client: Client, keys: Path, made: str, change: dict[str, Any], told: str
) -> None:
    assert keys.exists()
    graphs.make(bare, made)
    before = graphs.snapshot(bare)
    with pytest.raises((InputError, SchemaError), match=told):
        client.adopt({**SHOP, **change}, pseudonymise=True)
    assert graphs.snapshot(bare) == before


@pytest.mark.parametrize("pseudonymise", [False, True], ids=["by id", "by pseudonym"])
def test_who_was_erased_before_does_not_come_back_by_an_adoption(
    bare: Graph, client: Client, keys: Path, pseudonymise: bool
) -> None:
    assert keys.exists()
    client.load_events([{"user_id": "C3", "item_id": "x", "timestamp": "2026-01-01"}])
    client.erase_user("C3", rewrite=False)
    graphs.make(bare, graphs.SHOP)
    before = graphs.snapshot(bare)
    done = fates(client.adopt(SHOP, pseudonymise=pseudonymise))
    assert done["users"] == (11, 0, 0, 0, 1)
    assert done["events"] == (66, 0, 0, 0, 6)
    client.undo_adoption()
    assert graphs.snapshot(bare) == before
    assert fates(client.adopt(SHOP, pseudonymise=pseudonymise))["users"] == (11, 0, 0, 0, 1)
