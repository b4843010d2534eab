"""Streams that are followed: whoever is stopped or killed, every message is in the graph once."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psutil
import pytest
import world

from chronotope import loading, migrations, server
from chronotope.client import Client, Followed, Status, Watch
from chronotope.config import Connection
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.loading import ReadOptions

COUNT = "MATCH ()-[e:INTERACTED]->() RETURN count(e) AS n, count(DISTINCT e.id) AS ids"
IDS = "MATCH (u:User)-[e:INTERACTED]->(i:Item) RETURN u.id + ' ' + i.id AS id ORDER BY id"


def line(n: int, **more: object) -> str:
    """Return the message of one event."""
    at = f"2026-01-{1 + n // 86400 % 28:02}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z"
    event = {"user_id": f"u{n % 97}", "item_id": f"i{n % 53}", "timestamp": at, **more}
    return json.dumps(event) + "\n"


@pytest.fixture
def client(graph: Graph, connection: Connection) -> Iterator[Client]:
    del graph
    with Client.open(connection) as client:
        yield client


def until_read(client: Client, source: str, **more: object) -> Followed:
    """Follow a source until nothing of it is left."""
    is_read = False

    def on_status(status: Status) -> None:
        nonlocal is_read
        is_read = status.lag == 0

    options: dict[str, object] = {"watch": Watch(interrupted=lambda: is_read), **more}
    return client.follow(source, on_status=on_status, **options)  # type: ignore[arg-type]


def events(graph: Graph) -> tuple[int, int]:
    """Return how many events the graph has, and how many ids."""
    (found,) = world.rows(graph, COUNT, "n ids")
    return found


def positions(graph: Graph) -> list[tuple[object, ...]]:
    text = "MATCH (s:Stream) RETURN s.name AS name, s.position AS position, s.lines AS lines"
    return world.rows(graph, text, "name position lines")


def test_standard_input_is_followed_to_its_end(graph: Graph, run: world.Run) -> None:
    text = "".join(line(n) for n in (1, 2, 1)) + '{"user_id": "x"}\nno\n' + line(3).rstrip()
    done = run("follow", "-", stdin=text)
    assert done.returncode == 5
    assert done.stdout == (
        "6 messages were read: 3 loaded, 0 updated, 0 unchanged, 1 duplicate, 2 rejected.\n"
    )
    assert "standard input:4: item_id: is missing\n" in done.stderr
    assert events(graph) == (3, 3)
    assert positions(graph) == []


def test_a_follower_makes_the_graph_that_a_load_makes(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "e.ndjson"
    draw = random.Random(1)
    places: list[dict[str, object]] = [{}, {"lat": 45.1, "lon": 13.2}, {"place": "Harbour"}]
    messages = [
        line(n, value=n % 7, **places[n % 3]) for n in (draw.randrange(2000) for _ in range(3000))
    ]
    path.write_text("".join(messages))
    text = (
        "MATCH (u:User)-[e:INTERACTED]->(i:Item) "
        "RETURN u.id AS user, i.id AS item, properties(e) AS event ORDER BY e.id"
    )
    client.load_events(path)
    expected = world.rows(client.graph, text, "user item event")
    world.wipe(client.graph)
    followed = until_read(client, str(path), batch=100)
    assert (followed.messages, followed.loaded) == (3000, len(expected))
    assert world.rows(client.graph, text, "user item event") == expected


def test_the_next_follower_goes_on_where_one_was(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "e.ndjson"
    path.write_text("".join(line(n) for n in range(10)))
    first = until_read(client, str(path), batch=3)
    assert (first.messages, first.stopped) == (10, "it was interrupted")
    assert positions(client.graph) == [(str(path), path.stat().st_size, 10)]
    with path.open("a") as file:
        file.write(line(10))
    second = until_read(client, str(path))
    assert (second.messages, second.loaded) == (1, 1)
    elsewhere = until_read(client, str(path), name="another name")
    assert (elsewhere.messages, elsewhere.unchanged) == (11, 11)
    assert events(client.graph) == (11, 11)


def test_what_is_told_last_counts_over_batches(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "e.ndjson"
    path.write_text("".join(line(1, value=value) for value in range(40)))
    until_read(client, str(path), batch=1)
    text = "MATCH ()-[e:INTERACTED]->() RETURN e.value AS value"
    assert world.rows(client.graph, text, "value") == [(39.0,)]


def test_a_message_that_the_graph_refuses_is_rejected_and_the_stream_goes_on(
    client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "e.ndjson"
    taken = json.dumps({**json.loads(line(1)), "user_id": "other", "event_id": "e"}) + "\n"
    path.write_text(line(1, event_id="e"))
    until_read(client, str(path))
    with path.open("a") as file:
        file.write(taken + line(2))
    second = until_read(client, str(path))
    assert (second.rejected, second.loaded) == (1, 1)
    (rejection,) = second.rejections
    assert str(rejection).startswith(f"{path}:2: event_id: belongs to another event, which the")
    strict = until_read(client, str(path), name="strict", options=ReadOptions(strict=True))
    assert strict.rejected == 1
    replaced = until_read(client, str(path), name="replace", options=ReadOptions(replace=True))
    assert (replaced.rejected, replaced.updated, replaced.unchanged) == (0, 2, 1)


def test_rejected_messages_are_kept_and_can_be_loaded(
    graph: Graph, run: world.Run, tmp_path: Path
) -> None:
    rejects = tmp_path / "r.ndjson"
    bad = "".join(line(n, timestamp="noon") for n in range(12))
    done = run("follow", "-", "--rejects", str(rejects), "--json", stdin=bad + line(20))
    assert done.returncode == 5
    assert json.loads(done.stdout)["rejected"] == 12
    assert "More messages are rejected; they are told no more, and are kept." in done.stderr
    rejects.write_text(rejects.read_text().replace("noon", "2026-01-01T12:00:00Z"))
    assert run("load", "events", str(rejects)).returncode == 0
    assert events(graph) == (13, 13)


def test_a_limit_of_rejections_stops_a_follower(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "e.ndjson"
    path.write_text("no\n" * 5)
    followed = client.follow(path, watch=Watch(limit=loading.Limit(rows=3)))
    assert followed.stopped == "5 messages were rejected"


def test_options_that_cannot_be_used_are_told(client: Client, run: world.Run) -> None:
    with pytest.raises(InputError, match="batch is a number from 1 on"):
        client.follow("-", batch=0)
    with pytest.raises(InputError, match="'-' is no address of a topic"):
        client.follow("-", dead_letter="events")
    done = run("follow", "-", "--map", "user=who")
    assert done.returncode == 1
    assert "events have no column 'user'" in done.stderr


def followers(connection: Connection) -> Callable[..., "subprocess.Popen[str]"]:
    """Return what starts a follower in a process of its own."""
    environment = {
        **os.environ,
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
    }

    def start(*arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*world.PROCESS, "follow", *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def await_events(graph: Graph, wanted: int, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while events(graph)[0] < wanted:
        assert time.monotonic() < deadline, events(graph)
        time.sleep(0.05)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_follower_when_what_it_holds_is_written(
    graph: Graph, connection: Connection, tmp_path: Path, sign: signal.Signals
) -> None:
    path = tmp_path / "e.ndjson"
    path.write_text("".join(line(n) for n in range(50)))
    follower = followers(connection)(str(path), "--seconds", "60", "--batch", "20")
    await_events(graph, 40)  # ten more are in hand
    follower.send_signal(sign)
    output, complaint = follower.communicate(timeout=300)
    assert follower.returncode == 0, complaint
    assert output.startswith("50 messages were read: 50 loaded")
    assert complaint.endswith("\n") or not complaint
    assert events(graph) == (50, 50)
    assert positions(graph) == [(str(path), path.stat().st_size, 50)]


@pytest.mark.slow
def test_a_follower_that_is_killed_again_and_again_loses_and_doubles_nothing(
    graph: Graph, connection: Connection, tmp_path: Path
) -> None:
    path, rejects = tmp_path / "e.ndjson", tmp_path / "r.ndjson"
    draw, total, written, killed = random.Random(3), 20_000, 0, 0
    start = followers(connection)
    path.touch()
    follower = start(str(path), "--rejects", str(rejects), "--batch", "500")
    deadline = time.monotonic() + 300
    while not positions(graph):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    while events(graph)[0] < total:
        assert time.monotonic() < deadline, (events(graph), positions(graph), written, killed)
        if written < total:
            size = min(draw.randrange(1, 4000), total - written)
            with path.open("a") as file:
                file.write("".join(line(written + n) for n in range(size)) + "no\n")
            written += size
            if draw.random() < 0.3:
                path.rename(tmp_path / f"e.ndjson-{written}")
        if killed < 4 and events(graph)[0] > killed * total // 5:
            follower.kill()
            follower.communicate()
            killed += 1
            follower = start(str(path), "--rejects", str(rejects), "--batch", "500")
        time.sleep(0.2)
    follower.terminate()
    follower.communicate(timeout=300)
    assert follower.returncode == 0
    assert killed == 4
    assert events(graph) == (total, total)
    told = [json.loads(text) for text in rejects.read_text().splitlines()]
    assert {one["row"]["json"] for one in told} == {"no"}


@pytest.mark.slow
def test_a_follower_waits_for_a_server_that_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    path, total = tmp_path / "e.ndjson", 20_000
    with Graph(server.start()) as graph:
        migrations.apply(graph)
    path.write_text("".join(line(n) for n in range(total // 2)))
    follower = subprocess.Popen(
        [*world.PROCESS, "follow", str(path), "--batch", "500"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with Graph(server.start()) as graph:
            await_events(graph, 2000)
        pid = server.status().pid
        assert pid is not None
        psutil.Process(pid).kill()
        with path.open("a") as file:
            file.write("".join(line(n) for n in range(total // 2, total)))
        time.sleep(2)
        with Graph(server.start()) as graph:
            await_events(graph, total)
            follower.terminate()
            output, complaint = follower.communicate(timeout=300)
            assert follower.returncode == 0, complaint
            assert "waiting: The local Neo4j server stopped" in complaint
            assert events(graph) == (total, total)
            assert positions(graph) == [(str(path), path.stat().st_size, total)]
        assert f"{total:,} messages were read" in output
        _tells_what_a_single_message_waits_for(path, total)
    finally:
        follower.kill()
        follower.communicate()
        server.stop()


def _tells_what_a_single_message_waits_for(path: Path, before: int) -> None:
    told: list[Status] = []
    over = Event()

    def is_waiting() -> bool:
        return "The local Neo4j server stopped" in (told[-1].trouble or "")

    with Client.open(server.start()) as client, ThreadPoolExecutor(1) as threads:
        watch = Watch(interrupted=over.is_set)
        following = threads.submit(client.follow, path, watch=watch, on_status=told.append)
        try:
            await_true(lambda: bool(told))
            pid = server.status().pid
            assert pid is not None
            psutil.Process(pid).kill()
            with path.open("a") as file:
                file.write(line(before))
            await_true(is_waiting)
            server.start()
            await_true(lambda: told[-1].messages == 1)
        finally:
            over.set()
        assert following.result().loaded == 1


def await_true(wanted: Callable[[], bool], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.05)
