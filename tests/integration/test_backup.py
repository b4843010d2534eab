"""Backups of the local server: checked, private, and nobody who uses it loses anything by them."""

import io
import json
import stat
import subprocess
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import world

from chronotope import backups, doctor, migrations, server
from chronotope.backups import Counts, archive, keep
from chronotope.cli.main import main
from chronotope.client import Client
from chronotope.config import Connection
from chronotope.errors import ChronotopeError, InputError, ServerError
from chronotope.graph import Graph
from chronotope.server import jars

pytestmark = pytest.mark.slow

NODE = world.query("MERGE (:Mark {n: $n})", mode="write", params="n")
OLDER = Path(__file__).with_name("neo4j-2026.08.1.lock")
MARKS = "MATCH (m:Mark) RETURN count(m) AS n, count(DISTINCT m.n) AS numbers"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have a local server with the town, statistics and all."""
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    try:
        with Graph(server.start()) as graph:
            migrations.apply(graph)
            world.load(graph, tmp_path)
            world.derive(graph)
        yield tmp_path
    finally:
        server.stop()


def counts() -> Counts:
    with Graph(server.start()) as graph:
        nodes = graph.read("backup.count_nodes")
        links = graph.read("backup.count_relationships")
    return Counts(
        {row["label"]: row["nodes"] for row in nodes},
        {row["type"]: row["relationships"] for row in links},
    )


def answers() -> list[tuple[str, float]]:
    with Client.open(server.start()) as client:
        return [(row.id, row.score) for row in client.recommend("ann", at=world.CUT)]


def test_a_backup_is_restored_and_a_bad_one_leaves_the_graph_alone(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, expected, port = counts(), answers(), server.start().uri
    assert (before.nodes["Item"], before.relationships["INTERACTED"]) == (8, 23)
    file = home / "graph.tar"

    assert main(["server", "backup", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    with tarfile.open(file) as tar:
        manifest = json.load(tar.extractfile("manifest.json") or io.BytesIO())
    assert told == {"file": str(file), **{k: v for k, v in manifest.items() if k != "format"}}
    assert (told["nodes"], told["relationships"]) == (before.nodes, before.relationships)
    assert told["schema"][0] == "V0001__Graph_model.cypher"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert server.status().connection is not None
    assert server.start().uri == port

    assert main(["server", "backup", str(file)]) == 1
    assert "exists already; name another file, or say --overwrite" in capsys.readouterr().err
    monkeypatch.setenv("NEO4J_URI", "bolt+s://192.0.2.1:7687")
    for command in ("backup", "restore", "dump"):
        assert main(["server", command, str(home / "none")]) == 1
        assert "NEO4J_URI names bolt+s://192.0.2.1:7687, and" in capsys.readouterr().err
    monkeypatch.setenv("NEO4J_URI", port)  # as `server env` sets it

    with Graph(server.start()) as graph:
        graph.write(NODE, {"n": 1})
    changed = counts()
    whole = file.read_bytes()
    with io.BytesIO(whole) as stream:
        (home / "taken").mkdir()
        found = archive.unpack(stream, home / "taken")
    lying = replace(found, counts=Counts({**found.counts.nodes, "Item": 9}, {}))
    with (home / "lying").open("wb") as stream:
        archive.pack(stream, lying, home / "taken" / archive.DUMP)
    bad = bytearray(whole)
    bad[len(bad) // 2] ^= 1
    (home / "taken" / archive.DUMP).write_bytes(b"no dump at all")
    foreign = replace(found, sha256=archive.sha256_of(home / "taken" / archive.DUMP), size=14)
    with (home / "foreign").open("wb") as stream:
        archive.pack(stream, foreign, home / "taken" / archive.DUMP)
    (home / "damaged").write_bytes(bad)
    (home / "truncated").write_bytes(whole[: len(whole) // 2])
    (home / "text").write_text("user_id,item_id\n")
    for name, complaint in (
        ("damaged", "cannot be restored: it is damaged: its SHA-256"),
        ("truncated", "cannot be restored: it is not a backup of chronotope, or only the"),
        ("text", "cannot be restored: it is not a backup of chronotope, or only the"),
        ("lying", "has not what was noted: Item: 8 instead of 9; "),
        ("foreign", "The graph could not be loaded: "),
        ("missing", "cannot be used: No such file"),
    ):
        assert main(["server", "restore", str(home / name), "--yes"]) == 1
        assert complaint in capsys.readouterr().err
        assert counts() == changed
    with monkeypatch.context() as patch:
        patch.setattr("click.confirm", lambda *arguments, **options: False)
        assert main(["server", "restore", str(file)]) == 0
        assert counts() == changed

    capsys.readouterr()
    assert main(["server", "restore", str(file), "--yes"]) == 0
    assert f"Restored {file}: " in capsys.readouterr().out
    assert (counts(), answers(), server.start().uri) == (before, expected, port)
    assert [path.name for path in (home / "home").glob("*/import-*")] == []
    assert [path.name for path in home.rglob(".chronotope-*")] == []

    monkeypatch.setenv("CHRONOTOPE_PASSPHRASE", "words that somebody remembers")
    assert main(["server", "backup", str(file), "--encrypt"]) == 0
    sealed = home / "graph.tar.encrypted"
    assert str(sealed) in capsys.readouterr().out
    assert b"manifest.json" not in sealed.read_bytes()
    monkeypatch.setenv("CHRONOTOPE_PASSPHRASE", "other words")
    assert main(["server", "restore", str(sealed), "--yes"]) == 1
    assert "The passphrase is not that of the file" in capsys.readouterr().err
    monkeypatch.setenv("CHRONOTOPE_PASSPHRASE", "words that somebody remembers")
    assert main(["server", "restore", str(sealed), "--yes"]) == 0
    assert counts() == before

    server.reset()  # as after a disk was lost: the graph comes back, and nothing is asked
    monkeypatch.delenv("NEO4J_URI")
    assert main(["server", "restore", str(file)]) == 0
    assert counts() == before


def test_clients_and_a_follower_wait_for_a_backup_and_go_on(home: Path) -> None:
    stream, total = home / "events.ndjson", 3000
    with stream.open("w") as file:
        file.writelines(line(n) for n in range(total))
    follower = subprocess.Popen(
        [*world.PROCESS, "follow", str(stream), "--batch", "50"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    acknowledged, failed, done = [], [], threading.Event()

    def write() -> None:
        with Graph(server.start()) as graph:
            for n in range(1_000_000):
                try:
                    graph.write(NODE, {"n": n})
                except ChronotopeError as problem:
                    failed.append(problem)
                acknowledged.append(n)
                if done.wait(0.01):
                    return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not acknowledged and writer.is_alive():
            time.sleep(0.01)
        made = backups.back_up(server.MAIN, home / "one.tar")
        done.set()
        writer.join(60)
        at = len(acknowledged)
        assert not failed
        with Graph(server.start()) as graph:
            (marks,) = world.rows(graph, MARKS, "n numbers")
            assert 0 < made.counts.nodes["Mark"] < at
            assert marks == (at, at)
            deadline = time.monotonic() + 60
            while followed(graph) < total and time.monotonic() < deadline:
                time.sleep(0.2)
            assert followed(graph) == total
        follower.terminate()
        _, complaint = follower.communicate(timeout=30)
        assert follower.returncode == 0, complaint
    finally:
        done.set()
        follower.kill()
        follower.communicate()
        writer.join(60)


def line(n: int) -> str:
    at = f"2026-01-{1 + n // 3600 % 28:02}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z"
    event = {"user_id": f"u{n % 97}", "item_id": f"i{n % 53}", "timestamp": at, "event_id": str(n)}
    return json.dumps(event) + "\n"


def followed(graph: Graph) -> int:
    text = "MATCH (u:User)-[e:INTERACTED]->() WHERE u.id STARTS WITH 'u' RETURN count(e) AS n"
    return int(world.rows(graph, text, "n")[0][0])


def test_a_store_that_was_not_closed_is_backed_up_all_the_same(home: Path) -> None:
    with Graph(server.start()) as graph:
        graph.write(NODE, {"n": 1})
    pid, port = server.status().pid, server.start().uri
    assert pid is not None
    psutil.Process(pid).kill()
    made = backups.back_up(server.MAIN, home / "graph.tar")
    assert made.counts.nodes["Mark"] == 1
    assert server.status().connection is None  # it did not run
    assert server.start().uri == port


def test_a_replacement_that_was_killed_between_its_renames_is_put_back(home: Path) -> None:
    before = counts()
    server.stop()
    left = home / "home/server/import-0-killed"
    left.mkdir()
    (home / "home/server/data").rename(left / "before")
    assert counts() == before


def test_without_a_graph_there_is_no_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / "home"))
    with pytest.raises(ServerError, match="There is no graph in"):
        backups.back_up(server.MAIN, tmp_path / "graph.tar")
    with pytest.raises(InputError, match="cannot be used: No such file"):
        backups.restore(server.MAIN, tmp_path / "graph.tar")


def test_an_upgrade_backs_up_and_keeps_the_graph_or_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    home = tmp_path / "home" / server.MAIN
    home.mkdir(parents=True)
    jars.pin(home, OLDER)
    try:
        with Graph(server.start()) as graph:
            assert graph.version == "2026.08.1"
            migrations.apply(graph)
            world.load(graph, tmp_path)
            world.derive(graph)
            (finding,) = [one for one in doctor.examine(graph) if one.subject == "server"]
            assert finding.remedy == "run: chronotope server upgrade"
        before, expected, uri = counts(), answers(), server.start().uri

        with monkeypatch.context() as patch:  # a new version that loses something
            sound = keep._examine
            patch.setattr(
                keep,
                "_examine",
                lambda connection: (
                    (Counts({}, {}), ())
                    if version_at(connection) != "2026.08.1"
                    else sound(connection)
                ),
            )
            assert main(["server", "upgrade", "--backup", str(tmp_path / "first.tar")]) == 1
        assert "has not what was noted: " in capsys.readouterr().err
        assert (server.version(), counts(), answers()) == ("2026.08.1", before, expected)

        assert main(["server", "upgrade"]) == 0
        (backup,) = (tmp_path / "home" / "backups").glob("server-2026.08.1-*.tar")
        assert capsys.readouterr().out.replace("\n", " ") == (
            f"Neo4j {server.NEO4J_VERSION} in the place of 2026.08.1; the graph as it was is in "
            f"{backup} "
        )
        assert (server.version(), server.start().uri) == (server.NEO4J_VERSION, uri)
        with Graph(server.start()) as graph:
            assert graph.version == server.NEO4J_VERSION
        assert (counts(), answers()) == (before, expected)

        assert main(["server", "upgrade"]) == 0
        assert "has no newer" in capsys.readouterr().out
        made = backups.restore(server.MAIN, backup)  # one of an older version opens
        assert (made.neo4j, counts()) == ("2026.08.1", before)
    finally:
        server.stop()


def version_at(connection: Connection) -> str:
    with Graph(connection) as graph:
        return graph.version
