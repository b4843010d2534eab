"""Nothing of a user's id gets out, and what a person asks for is done."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import world

from chronotope import secrecy
from chronotope.client import Client
from chronotope.config import Connection
from chronotope.graph import Graph
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
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have a file of keys."""
    path = tmp_path / "keys.json"
    monkeypatch.setenv("CHRONOTOPE_KEYS_FILE", str(path))
    monkeypatch.delenv("CHRONOTOPE_KEYS", raising=False)
    secrecy.write(path, secrecy.create())
    yield path


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
        graph, "MATCH ()-[e:INTERACTED]->() WHERE e.location IS NOT NULL RETURN e.at.minute AS m", "m"
    )
    assert moments == [(0,), (0,)]


def test_loading_again_with_pseudonyms_changes_nothing(client: Client, keys: Path) -> None:
    from chronotope.client.keeping import hiding
    from chronotope.loading import ReadOptions

    options = ReadOptions(secrecy=hiding(pseudonymise=True))
    row = {"user_id": RAW, "item_id": "cafe", "timestamp": "2026-05-01T12:00:00Z"}
    assert client.load_events([row], options).loaded == 1
    assert client.load_events([row], options).unchanged == 1
    told = [{"user": RAW, "item": "cafe", "at": datetime(2026, 5, 1, 12, tzinfo=UTC)}]
    assert client.record_many(told, pseudonymise=True).known == 1
    assert client.record(**told[0], pseudonymise=True).fate == "known"
    assert "lovelace" not in everything(client.graph)


def test_a_rotation_keeps_history_and_goes_on_where_it_was_cut_off(
    client: Client, run: world.Run, keys: Path
) -> None:
    from chronotope.client.keeping import hiding
    from chronotope.loading import ReadOptions

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
    refused = run("load", "events", "-", "--pseudonymise", stdin="user_id,item_id,timestamp\na,b,2026-05-01\n")
    assert refused.returncode == 1
    assert "keys rotate --continue" in refused.stderr
    assert "cut off" in run("keys", "rotate").stderr
    done = run("keys", "rotate", "--continue", "--json")
    assert json.loads(done.stdout) == {"generation": 3, "users": 4, "events": 5}
    assert client.load_events(rows, ReadOptions(secrecy=hiding(pseudonymise=True))).unchanged == 5

    secrecy.write(keys, Keys(old.chain, old.tombstones), overwrite=True)
    refused = run("load", "events", "-", "--pseudonymise", stdin="user_id,item_id,timestamp\na,b,2026-05-01\n")
    assert "newer key" in refused.stderr
