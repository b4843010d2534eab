"""Nothing of a user's id gets out, and what a person asks for is done."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import world

from chronotope import catalogue, secrecy
from chronotope.client import Client
from chronotope.client.keeping import hiding
from chronotope.config import Connection
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.loading import ReadOptions, Rejection, Watch
from chronotope.secrecy import Keys

RAW = "ann.lovelace@example.org"
OTHER = "bob.babbage@example.org"
EVENTS = f"""event_id,user_id,item_id,timestamp,latitude,longitude
order-of-{RAW},{RAW},cafe,2026-05-01T12:34:56Z,45.0,13.0
,{RAW},park,2026-05-02T12:34:56Z,45.0,13.0
,{OTHER},cafe,2026-05-03T12:34:56Z,,
,{RAW},cafe,yesterday,,
{RAW},cafe,2026-05-03T12:34:56Z,,,,,,,
"""


@pytest.fixture
def client(graph: Graph, connection: Connection) -> Iterator[Client]:
    """Open a client of a graph without data."""
    del graph
    with Client.open(connection) as client:
        yield client


def everything(graph: Graph) -> str:
    """Return every property of every node and relationship, and all labels, as text."""
    nodes = world.rows(graph, "MATCH (n) RETURN labels(n) AS l, properties(n) AS p", "l p")
    ties = world.rows(graph, "MATCH ()-[r]->() RETURN type(r) AS t, properties(r) AS p", "t p")
    return repr(nodes) + repr(ties)


def test_the_id_of_a_user_is_nowhere_but_in_the_input(
    graph: Graph, run: world.Run, keys: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "e.csv").write_text(EVENTS)
    (folder / "f.csv").write_text(f"user_id,friend_id\n{RAW},{OTHER}\n{RAW},{RAW}\n")
    line = {"user_id": RAW, "item_id": "cafe", "timestamp": "2026-05-04T10:00:00Z"}
    bad = {**line, "timestamp": "never"}
    (folder / "s.ndjson").write_text(json.dumps(line) + "\n" + json.dumps(bad) + "\n")
    rejects = [str(tmp_path / f"r{n}.ndjson") for n in range(3)]
    hide = ("--pseudonymise", "--coarsen-location", "6", "--coarsen-time", "60")
    done = [
        run("load", "events", str(folder / "e.csv"), *hide, "--rejects", rejects[0]),
        run("load", "friendships", str(folder / "f.csv"), hide[0], "--rejects", rejects[1]),
        run("follow", "-", *hide, "--rejects", rejects[2], stdin=(folder / "s.ndjson").read_text()),
        run("record", RAW, "cafe", "--at", "2026-05-05T10:00:00Z", hide[0]),
    ]
    assert [one.returncode for one in done] == [5, 5, 5, 0], done
    (folder / "e.csv").unlink()
    (folder / "f.csv").unlink()
    (folder / "s.ndjson").unlink()
    written = "".join(
        path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file()
    )
    text = everything(graph) + repr(done) + written
    for secret in ("lovelace", "babbage", "order-of"):
        assert secret not in text
    known = secrecy.read(keys)
    users = world.rows(graph, "MATCH (u:User) RETURN u.id AS id ORDER BY id", "id")
    assert set(users) == {(known.user(RAW),), (known.user(OTHER),)}
    moments = world.rows(
        graph,
        "MATCH ()-[e:INTERACTED]->() WHERE e.location IS NOT NULL RETURN e.at.minute AS m",
        "m",
    )
    assert moments == [(0,), (0,)]


def test_loading_again_with_pseudonyms_changes_nothing(client: Client, keys: Path) -> None:
    del keys
    options = ReadOptions(secrecy=hiding(pseudonymise=True))
    row = {"user_id": RAW, "item_id": "cafe", "timestamp": "2026-05-01T12:00:00Z"}
    assert client.load_events([row], options).loaded == 1
    assert client.load_events([row], options).unchanged == 1
    told = [{"user": RAW, "item": "cafe", "at": datetime(2026, 5, 1, 12, tzinfo=UTC)}]
    assert client.record_many(told, pseudonymise=True).known == 1
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert client.record(RAW, "cafe", at=noon, pseudonymise=True).fate == "known"
    assert "lovelace" not in everything(client.graph)


def test_a_rotation_keeps_history_and_goes_on_where_it_was_cut_off(
    client: Client, run: world.Run, keys: Path
) -> None:

    keys.with_name("one.csv").write_text("user_id,item_id,timestamp\na,b,2026-05-01T12:00:00Z\n")
    rows = [
        {"user_id": f"user-{n}", "item_id": "cafe", "timestamp": "2026-05-01T12:00:00Z"}
        for n in range(5)
    ]
    client.load_events(rows, ReadOptions(secrecy=hiding(pseudonymise=True)))
    old = secrecy.read(keys)
    done = run("keys", "rotate", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"generation": 2, "users": 5, "events": 5}
    new = secrecy.read(keys)
    assert new.chain[:1] == old.chain
    assert new.tombstones == old.tombstones
    found = world.rows(client.graph, "MATCH (u:User)-[:INTERACTED]->() RETURN u.id AS id", "id")
    assert {name for (name,) in found} == {new.user(f"user-{n}") for n in range(5)}
    assert client.load_events(rows, ReadOptions(secrecy=hiding(pseudonymise=True))).unchanged == 5

    # Another rotation wrote its key and was cut off after one user.
    secrecy.write(keys, third := new.rotated(), overwrite=True)
    one = {"old": new.user("user-1"), "new": third.user("user-1")}
    client.graph.write("secrecy.rename", {"users": [one], "events": []})
    refused = run("load", "events", str(keys.with_name("one.csv")), "--pseudonymise")
    assert refused.returncode == 1
    assert "keys rotate --continue" in refused.stderr
    assert "cut off" in run("keys", "rotate").stderr
    done = run("keys", "rotate", "--continue", "--json")
    assert json.loads(done.stdout) == {"generation": 3, "users": 4, "events": 5}
    assert client.load_events(rows, ReadOptions(secrecy=hiding(pseudonymise=True))).unchanged == 5

    secrecy.write(keys, Keys(old.chain, old.tombstones), overwrite=True)
    refused = run("load", "events", str(keys.with_name("one.csv")), "--pseudonymise")
    assert "newer key" in refused.stderr


def event(user: str, item: str, day: int, **more: str) -> dict[str, str]:
    return {"user_id": user, "item_id": item, "timestamp": f"2026-02-{day:02}T12:00:00Z", **more}


def numbers(graph: Graph) -> list[tuple[object, ...]]:
    """Return all that is derived, but moments of the clock."""
    nodes = world.rows(
        graph,
        "MATCH (n:Item|Interest|User) RETURN n.id AS id, properties(n) AS p ORDER BY id",
        "id p",
    )
    ties = world.rows(
        graph,
        "MATCH (a)-[r:CO_VISITED|FOLLOWED_BY|LEADS_TO|POPULAR_IN|MOST_POPULAR_IN]->(b) "
        "RETURN type(r) AS t, a.id AS a, b.id AS b, properties(r) AS p ORDER BY t, a, b",
        "t a b p",
    )
    return [*nodes, *ties]


def test_who_is_erased_is_nowhere_and_does_not_come_back(
    graph: Graph, connection: Connection, run: world.Run, keys: Path, tmp_path: Path
) -> None:

    world.load(graph, tmp_path)
    world.derive(graph)
    before = numbers(graph)
    hide = ReadOptions(secrecy=hiding(pseudonymise=True))
    rows = [event(RAW, item, day) for day, item in enumerate(("park", "gym", "cafe-a"), start=1)]
    with Client.open(connection) as client:
        client.load_events(rows)
        client.load_events(rows, hide)
        client.load_friendships([{"user_id": RAW, "friend_id": "ann"}])
        client.decline(RAW, "bar")
        client.show(RAW, ["bar", "park"])
        world.execute(graph, f"MATCH (u:User {{id: '{RAW}'}}) SET u.profile = 'Of {RAW}'")
        world.derive(graph)
        assert numbers(graph) != before
        for name in ("towns", "ours", "towns"):
            graph.write("embed.record_projection", {"name": name})
        told = json.loads(run("user", "erase", RAW, "--dry-run", "--json").stdout)
        assert told["projections"] == ["ours", "towns"]
        assert (told["users"], told["ties"], told["dryRun"]) == (1, 10, True)
        assert RAW in everything(graph)
        done = run("user", "erase", RAW, "nobody-known", "--json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert (told["users"], told["ties"], told["unknown"]) == (1, 10, 1)
        assert told["stale"] == ["statistics"]
        known = secrecy.read(keys)
        found = everything(graph)
        assert RAW not in found + done.stderr
        assert known.user(RAW) not in found
        for options in (ReadOptions(), hide):
            assert client.load_events(rows, options).rejected == 3
        assert client.record_many([{"user": RAW, "item": "park"}]).rows[0].fate == "refused"
        with pytest.raises(InputError, match="was erased"):
            client.record(RAW, "park")
        with pytest.raises(InputError, match="was erased"):
            client.record(RAW, "park", pseudonymise=True)
        with pytest.raises(InputError, match="was erased"):
            client.show(known.user(RAW), ["park"])
        keys.rename(keys.with_suffix(".away"))
        with pytest.raises(InputError, match="tombstones"):
            client.load_events(rows)
        keys.with_suffix(".away").rename(keys)
        world.derive(graph)
        assert numbers(graph) == before
        assert RAW not in everything(graph)


def test_a_rotation_does_not_bring_an_erased_user_back(client: Client, keys: Path) -> None:

    row = event(RAW, "park", 1)
    client.load_events([row], ReadOptions(secrecy=hiding(pseudonymise=True)))
    known = secrecy.read(keys)
    assert client.erase_user(known.user(RAW)).users == 1
    assert client.rotate_keys().generation == 2
    assert client.load_events([row], ReadOptions(secrecy=hiding(pseudonymise=True))).rejected == 1
    assert client.load_events([row]).rejected == 1


def test_all_that_is_known_of_a_user_is_exported(
    client: Client, run: world.Run, keys: Path
) -> None:
    del keys
    client.load_events([event("ann", "park", 1, value="2", event_id="e1")])
    client.load_friendships([{"user_id": "ann", "friend_id": "bob"}])
    client.load_friendships([{"user_id": "cleo", "friend_id": "ann"}])
    client.upsert_item("bar", name="The Bar")
    client.decline("ann", "bar", at=datetime(2026, 2, 2, tzinfo=UTC), id="d1")
    client.show("ann", ["bar"], at=datetime(2026, 2, 3, tzinfo=UTC))
    told = json.loads(run("user", "export", "ann").stdout)
    assert told.keys() == {
        "schema", "user", "profile", "events", "declined", "shown", "knows", "knownBy",
        "communities",
    }  # fmt: skip
    assert told["schema"] == "chronotope.user/1"
    assert told["profile"] == {"id": "ann"}
    assert told["knows"] == ["bob"]
    assert told["knownBy"] == ["cleo"]
    (visit,) = told["events"]
    assert (visit["item"], visit["id"], visit["value"]) == ("park", "e1", 2.0)
    assert told["declined"][0]["name"] == "The Bar"
    assert told["shown"][0]["item"] == "bar"
    assert run("user", "export", "eve").returncode == 1


def test_old_events_are_forgotten_but_the_newest_of_every_item(
    client: Client, run: world.Run
) -> None:
    rows = [event("ann", "park", day, event_id=f"p{day}") for day in (1, 2, 9)]
    rows += [event("ann", "gym", day, event_id=f"g{day}") for day in (1, 2)]
    rows += [event("bob", "gym", 1, event_id="b1")]
    client.load_events(rows)
    moment = ("--before", "2026-02-05T00:00:00Z")
    assert json.loads(run("forget", *moment, "--dry-run", "--json").stdout)["events"] == 3
    done = run("forget", *moment, "--yes")
    assert (done.returncode, done.stdout) == (0, "3 events were dropped.\n")
    left = world.rows(client.graph, "MATCH ()-[e:INTERACTED]->() RETURN e.id AS id", "id")
    assert set(left) == {("p9",), ("g2",), ("b1",)}
    again = client.load_events(rows)
    assert (again.rejected, again.unchanged) == (5, 1)
    assert "events are kept" in again.rejections[0].reason
    with pytest.raises(InputError, match="at is before the moment from which on events are kept"):
        client.record("ann", "park", at=datetime(2026, 2, 4, tzinfo=UTC))
    assert client.record("ann", "park", at=datetime(2026, 2, 6, tzinfo=UTC)).fate == "recorded"
    assert client.forget(datetime(2026, 2, 1, tzinfo=UTC)).events == 0
    assert client.load_events(rows).rejected == 5  # an earlier moment does not undo it


def test_statistics_are_stale_of_whom_was_erased_while_they_were_derived(client: Client) -> None:
    client.load_events([event("ann", "park", 1), event("bob", "park", 2)])
    moment, stale = datetime(2026, 3, 1, tzinfo=UTC), "derive.describe"

    def meanwhile(what: str, done: int, total: int | None) -> None:
        del done, total
        if what == "items" and "ann" in everything(client.graph):  # events were read
            client.erase_user(["ann"], rewrite=False)

    client.derive(moment, progress=meanwhile)
    assert client.graph.read(stale, {"at": moment})[0]["stale"] is True
    client.derive(moment)
    assert client.graph.read(stale, {"at": moment})[0]["stale"] is False


def test_what_was_bought_stays_when_it_was_looked_at_later(client: Client) -> None:
    bought = [event("ann", "park", day, kind="purchase", event_id=f"b{day}") for day in (1, 2)]
    looked = [event("ann", "park", day, kind="view", event_id=f"v{day}") for day in (3, 4)]
    client.load_events([*bought, *looked])
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    assert client.forget(moment, dry_run=True).events == 2
    assert client.forget(moment).events == 2
    left = world.rows(client.graph, "MATCH ()-[e:INTERACTED]->() RETURN e.id AS id", "id")
    assert set(left) == {("b2",), ("v4",)}


def test_forgetting_asks_before(client: Client, run: world.Run) -> None:
    client.load_events([event("ann", "park", 1), event("ann", "park", 2)])
    assert run("forget", "--before", "2026-03-01T00:00:00Z").returncode != 0
    assert client.forget(datetime(2026, 3, 1, tzinfo=UTC), dry_run=True).events == 1


def people(graph: Graph) -> list[str]:
    """Return who the graph knows, and whose events it has."""
    found = world.rows(
        graph, "MATCH (u:User) RETURN u.id AS id, COUNT { (u)--() } AS ties ORDER BY id", "id ties"
    )
    return [f"{id_} {ties}" for id_, ties in found]


@pytest.mark.parametrize("is_there", [False, True], ids=["new", "known"])
def test_an_erasure_waits_for_what_was_begun_before_it(
    client: Client, keys: Path, is_there: bool
) -> None:
    assert keys.exists()
    graph = client.graph
    client.load_events([event(OTHER, "gym", 1)] + [event(RAW, "gym", 1)] * is_there)
    row = {"id": "e", "user": RAW, "item": "park", "epochMillis": 0, "zone": "UTC", "kind": "visit"}
    with (
        ThreadPoolExecutor(1) as threads,
        graph.driver.session() as session,
        session.begin_transaction() as writer,
    ):
        writer.run(catalogue.get("load.merge_events").text, rows=[row]).consume()
        looked = catalogue.get("secrecy.look_again").text
        assert writer.run(looked).single(strict=True)["nodes"] == 0
        erasure = threads.submit(client.erase_user, RAW, rewrite=False)
        blocked = "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN status"
        while not world.rows(graph, blocked, "status"):
            assert not erasure.done()
            time.sleep(0.05)
        writer.commit()
        assert erasure.result(60).users == is_there
    assert people(graph) == [f"{OTHER} 1"]


def erasing(
    client: Client, rows: Iterable[Mapping[str, Any]], user: str = RAW
) -> Iterator[Mapping[str, Any]]:
    """Yield rows, and erase a user before the last of them is read."""
    *first, last = rows
    yield from first
    client.erase_user(user, rewrite=False)
    yield last


@pytest.mark.parametrize("pseudonymise", [False, True], ids=["ids", "pseudonyms"])
def test_rows_that_were_checked_before_an_erasure_are_not_written_after_it(
    client: Client, keys: Path, pseudonymise: bool
) -> None:
    known = secrecy.read(keys)
    options = ReadOptions(secrecy=hiding(pseudonymise=pseudonymise))
    rejections: list[Rejection] = []
    watch = Watch(on_rejection=rejections.append)
    rows = [event(RAW, "gym", 1), event(OTHER, "gym", 2), event(OTHER, "park", 3)]
    done = client.load_events(erasing(client, rows), options, watch)
    assert (done.loaded, done.rejected) == (2, 1)
    ties = [{"user_id": "cy", "friend_id": user} for user in ("dan", OTHER)]
    done = client.load_friendships(erasing(client, ties, "dan"), options, watch)
    assert (done.loaded, done.rejected) == (1, 1)
    assert [(one.reason, one.row) for one in rejections] == [
        ("is of a user who was erased", {})
    ] * 2
    other, friend = (known.user(n) if pseudonymise else n for n in (OTHER, "cy"))
    assert people(client.graph) == sorted([f"{other} 3", f"{friend} 1"])


def test_rows_that_were_checked_before_events_were_dropped_are_not_written_after_it(
    client: Client,
) -> None:
    client.load_events([event(OTHER, "gym", day) for day in (1, 9)])

    def dropping() -> Iterator[Mapping[str, Any]]:
        yield event(OTHER, "gym", 2)
        assert client.forget(datetime(2026, 2, 5, tzinfo=UTC)).events == 1
        yield event(OTHER, "gym", 8)

    done = client.load_events(dropping())
    assert (done.loaded, done.rejected) == (1, 1)
    assert "events are kept" in done.rejections[0].reason


def test_what_is_recorded_together_is_not_of_who_is_erased_meanwhile(
    client: Client, keys: Path
) -> None:
    assert keys.exists()
    at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    rows = [{"user": user, "item": "gym", "at": at} for user in (RAW, OTHER)]
    told = client.record_many(erasing(client, rows), create=True)
    assert (told.recorded, [(one.index, one.fate) for one in told]) == (1, [(0, "refused")])
    assert people(client.graph) == [f"{OTHER} 1"]


def test_who_erases_without_keys_makes_them_and_a_load_without_them_ends(
    client: Client, keys: Path
) -> None:
    keys.unlink()
    rows = [event(RAW, "gym", 1), event(OTHER, "gym", 2)]
    with pytest.raises(InputError, match="tombstones"):
        client.load_events(erasing(client, rows))
    assert people(client.graph) == []
    assert client.load_events(rows).rejected == 1
