"""A topic that is followed, against a real broker; what kills a follower, a broker or a graph."""

import json
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest
import world

from chronotope import migrations, server
from chronotope.client import Client, Followed, Status, Watch
from chronotope.config import Connection
from chronotope.errors import InputError
from chronotope.graph import Graph

pytest.importorskip("confluent_kafka", reason="needs the extra kafka")
import broker as brokers
from broker import Broker

EVENTS = "MATCH ()-[e:INTERACTED]->() RETURN count(e) AS n, count(DISTINCT e.id) AS ids"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with brokers.running(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture
def client(graph: Graph, connection: Connection) -> Iterator[Client]:
    del graph
    with Client.open(connection) as client:
        yield client


def message(n: int) -> tuple[str, str]:
    """Return the key and the message of an event."""
    at = f"2026-01-{1 + n // 86400 % 28:02}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z"
    event = {"user_id": f"u{n % 97}", "item_id": f"i{n % 53}", "timestamp": at}
    return event["user_id"], json.dumps(event)


def events(graph: Graph) -> tuple[Any, ...]:
    """Return how many events the graph has, and how many ids."""
    return world.rows(graph, EVENTS, "n ids")[0]


def positions(graph: Graph) -> list[tuple[Any, ...]]:
    text = "MATCH (s:Stream) RETURN s.name AS name, s.position AS position ORDER BY name"
    return world.rows(graph, text, "name position")


def follow(client: Client, address: str, messages: int, **options: Any) -> Followed:
    """Follow a topic until so many messages were read and none is left."""
    done = False

    def on_status(status: Status) -> None:
        nonlocal done
        done = status.messages >= messages and status.lag == 0

    return client.follow(
        address, watch=Watch(interrupted=lambda: done), on_status=on_status, **options
    )


@pytest.mark.slow
def test_a_topic_is_followed_and_the_next_follower_goes_on_there(
    client: Client, broker: Broker
) -> None:
    address = broker.create_topic("events")
    broker.produce("events", map(message, range(500)))
    first = follow(client, address, 500)
    assert (first.source, first.loaded, first.rejected) == (address, 500, 0)
    assert [name for name, _ in positions(client.graph)] == [f"{address}/0", f"{address}/1"]
    assert sum(position for _, position in positions(client.graph)) == 500
    broker.produce("events", map(message, range(490, 510)))
    second = follow(client, address, 20)
    assert (second.messages, second.loaded, second.unchanged) == (20, 10, 10)
    assert events(client.graph) == (510, 510)


@pytest.mark.world
def test_a_bad_message_goes_to_the_topic_of_dead_letters_as_it_came(
    client: Client, broker: Broker
) -> None:
    address = broker.create_topic("some-bad", 1)
    broker.create_topic("dead", 1)
    broker.produce("some-bad", [message(1), ("a", "{no"), ("b", '{"user_id": "x"}'), ("c", None)])
    followed = follow(client, address, 4, dead_letter="dead")
    assert (followed.loaded, followed.rejected) == (1, 3)
    found = broker.consume("dead", 3)
    assert [(one.key(), one.value()) for one in found] == [
        (b"a", b"{no"), (b"b", b'{"user_id": "x"}'), (b"c", b"")
    ]  # fmt: skip
    reasons = [dict(one.headers())["chronotope.reason"].decode() for one in found]
    assert reasons[1:] == [
        f"{address}/0:2: item_id: is missing", f"{address}/0:3: has no value"
    ]  # fmt: skip
    assert reasons[0].startswith(f"{address}/0:1: is not JSON")


@pytest.mark.world
def test_what_kafka_cannot_give_is_told(client: Client, broker: Broker) -> None:
    with pytest.raises(InputError, match=r"/none cannot be used: Broker: Unknown topic or part"):
        client.follow(f"kafka://{broker.address}/none")
    with pytest.raises(InputError, match=r'Kafka: No such configuration property: "no\.such"'):
        client.follow(f"kafka://{broker.address}/x", settings={"no.such": "1"})


@pytest.mark.world
def test_two_followers_of_a_graph_share_a_topic_and_hand_it_over(
    client: Client, broker: Broker
) -> None:
    address = broker.create_topic("shared", 4)
    total, done = 4000, [False, False]
    results: list[Followed] = []

    def run(index: int) -> None:
        watch = Watch(interrupted=lambda: done[index])
        results.append(client.follow(address, watch=watch, batch=50))

    threads = [Thread(target=run, args=(index,)) for index in range(2)]
    threads[0].start()
    broker.produce("shared", map(message, range(total // 2)))
    threads[1].start()
    deadline = time.monotonic() + 60
    while events(client.graph)[0] < total // 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    done[0] = True  # its partitions go to the other one
    threads[0].join(60)
    broker.produce("shared", map(message, range(total // 2, total)))
    while events(client.graph)[0] < total:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    done[1] = True
    threads[1].join(60)
    assert len(results) == 2
    assert events(client.graph) == (total, total)
    assert sum(position for _, position in positions(client.graph)) == total


@pytest.mark.world
@pytest.mark.parametrize("seed", range(3))
def test_whoever_is_killed_every_message_is_in_the_graph_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    draw, total = random.Random(seed), 60_000
    (tmp_path / "kafka").mkdir()
    followers: list[subprocess.Popen[str]] = []
    with Graph(server.start()) as graph:
        migrations.apply(graph)
    try:
        with brokers.running(tmp_path / "kafka") as broker:
            address = broker.create_topic("events", 3)

            def start() -> None:
                command = [*world.PROCESS, "follow", address, "--batch", "500"]
                followers.append(
                    subprocess.Popen(
                        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                    )
                )

            start()
            sent = 0
            victims = ["follower", "broker", "graph"] * 2
            draw.shuffle(victims)
            for victim in [*victims, None]:
                size = total // (len(victims) + 1) if victim else total - sent
                broker.produce("events", map(message, range(sent, sent + size)))
                sent += size
                time.sleep(draw.uniform(0, 4))
                if victim == "follower":
                    followers[-1].kill()
                    followers[-1].communicate()
                    start()
                elif victim == "broker":
                    broker.kill()
                    time.sleep(draw.uniform(0, 2))
                    broker.start()
                elif victim == "graph":
                    pid = server.status().pid
                    assert pid is not None
                    psutil.Process(pid).kill()
                    time.sleep(draw.uniform(0, 3))
                    server.start()
            with Graph(server.start()) as graph:
                deadline = time.monotonic() + 300
                while events(graph)[0] < total or sum(p for _, p in positions(graph)) < total:
                    assert time.monotonic() < deadline, (events(graph), positions(graph), victims)
                    assert followers[-1].poll() is None, followers[-1].communicate()
                    time.sleep(0.5)
                followers[-1].send_signal(signal.SIGTERM)
                followers[-1].communicate(timeout=60)
                assert followers[-1].returncode == 0
                assert events(graph) == (total, total)
                assert sum(position for _, position in positions(graph)) == total
    finally:
        for follower in followers:
            with suppress(ProcessLookupError):
                follower.kill()
            follower.communicate()
        server.stop()
