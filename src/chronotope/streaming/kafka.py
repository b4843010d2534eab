"""Messages of a Kafka topic, by confluent-kafka, which the extra `kafka` brings.

Where a follower goes on stands in the graph, not in Kafka: what is committed there counts nothing.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from chronotope.errors import InputError
from chronotope.streaming.messages import Chunk, Find, Message, Position

if TYPE_CHECKING:
    from confluent_kafka import Consumer, KafkaError, TopicPartition

SCHEME = "kafka://"
_PORT = 9092
_ADDRESS = re.compile(rf"{SCHEME}([^/@\s]+)/([A-Za-z0-9._-]+)")
_ANSWER_SECONDS = 10.0
_log = logging.getLogger("chronotope.kafka")
_log.addHandler(logging.NullHandler())  # what brokers do becomes a sentence of the status


class Address(NamedTuple):
    """Brokers, as librdkafka takes them, and a topic."""

    brokers: str
    topic: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.brokers}/{self.topic}"


def parse_address(text: str) -> Address:
    """Parse kafka://host[:port][,…]/topic; raise InputError for what is none."""
    match = _ADDRESS.fullmatch(text)
    if not match:
        raise InputError(
            f"'{text}' is no address of a topic; write it like {SCHEME}localhost:{_PORT}/events."
        )
    hosts = (
        host if re.search(r":\d+$", host) else f"{host}:{_PORT}" for host in match[1].split(",")
    )
    return Address(",".join(hosts), match[2])


class KafkaTopic:
    """The messages of a topic: of the partitions that this member of a group gets."""

    unit = "messages"
    is_over = False

    def __init__(
        self, address: Address, name: str, group: str, settings: Mapping[str, str]
    ) -> None:
        """Prepare; each partition is a stream of its own, `name`/number.

        `settings` are those of librdkafka. Raises InputError for some that there are not, and when
        the extra is not installed.
        """
        self.name = name
        self.remarks: list[str] = []
        self.trouble: str | None = None
        self._address = address
        self._names: dict[int, str] = {}
        self._assigned = 0  # how often
        self._kept: list[Message] = []
        self._rests = False
        library = _library()
        ours = {
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "error_cb": self._note,
        }
        with _sentences(library):
            self._consumer: Consumer = library.Consumer(
                {"bootstrap.servers": address.brokers, **settings, **ours}, logger=_log
            )
        self._beginning: int = library.OFFSET_BEGINNING
        self._library = library

    def open(self, find: Find, release: Callable[[], None]) -> Mapping[str, Position]:
        """See Source: partitions begin at the first message that they have."""
        require_topic(self._consumer, self._address)

        def assign(consumer: "Consumer", partitions: "list[TopicPartition]") -> None:
            self._names = {one.partition: f"{self.name}/{one.partition}" for one in partitions}
            found = find(list(self._names.values()))
            for one in partitions:
                saved = found.get(self._names[one.partition])
                one.offset = saved.offset if saved else self._beginning
            consumer.assign(partitions)
            self._assigned += 1

        def revoke(consumer: "Consumer", partitions: "list[TopicPartition]") -> None:
            del consumer, partitions
            self._kept.clear()
            release()

        self._consumer.subscribe(
            [self._address.topic], on_assign=assign, on_revoke=revoke, on_lost=revoke
        )
        return {}

    def poll(self, most: int, seconds: float) -> Chunk:
        """See Source."""
        if self._rests:
            self._consumer.resume(self._consumer.assignment())
            self._rests = False
        assigned, wait = self._assigned, seconds
        messages, self._kept = self._kept, []
        while len(messages) < most:
            found = self._next(wait)
            if assigned != self._assigned:  # what came before comes again
                assigned = self._assigned
                messages.clear()
            if found is None:
                break
            messages.append(found)
            wait = 0
        return Chunk(messages, {one.stream: Position(one.line + 1) for one in messages})

    def rest(self) -> None:
        """See Source: who does not ask for messages for minutes loses its place in the group."""
        self._consumer.pause(self._consumer.assignment())
        self._rests = True
        if found := self._next(0):
            self._kept.append(found)

    def lag(self, positions: Mapping[str, Position]) -> int | None:
        """See Source."""
        lag = 0
        for partition, name in self._names.items():
            place = self._library.TopicPartition(self._address.topic, partition)
            first, end = self._consumer.get_watermark_offsets(place, cached=True)
            if end < 0:  # not known yet
                return None
            saved = positions.get(name)
            lag += max(0, end - (saved.offset if saved else max(first, 0)))
        return lag

    def close(self) -> None:
        """See Source."""
        self._consumer.close()

    def _next(self, seconds: float) -> Message | None:
        found = self._consumer.poll(seconds)
        if found is None:
            return None
        if problem := found.error():
            self._note(problem)
            return None
        self.trouble = None
        partition, offset = found.partition(), found.offset()
        assert partition is not None and offset is not None  # noqa: S101, PT018  it is no error
        name = self._names.get(partition)
        if name is None:  # another follower's by now
            return None
        text = found.value()
        fault = None if text is not None else "has no value"
        return Message(name, offset, text or b"", fault, found.key())

    def _note(self, problem: "KafkaError") -> None:
        """Keep what librdkafka complains of; raise InputError if it does not go on trying."""
        if problem.fatal() or "AUTHORIZATION_FAILED" in problem.name():
            raise InputError(f"Kafka refuses {self._address}: {problem.str()}.")
        self.trouble = problem.str()


class DeadLetterTopic:
    """Takes messages that were rejected, as they came, with the reason in a header."""

    def __init__(self, address: Address, settings: Mapping[str, str]) -> None:
        """Connect. Raises InputError for a topic that there is not."""
        library = _library()
        self._address = address
        self._failed: list[str] = []
        ours = {"enable.idempotence": True, "message.timeout.ms": 0}
        with _sentences(library):
            self._producer = library.Producer(
                {"bootstrap.servers": address.brokers, **settings, **ours}, logger=_log
            )
        require_topic(self._producer, address)

    def take(self, message: Message, reason: str) -> None:
        """Send a message; `flush` waits until it is there."""
        headers = [("chronotope.reason", reason.encode("utf-8", "backslashreplace"))]
        while True:
            try:
                self._producer.produce(
                    self._address.topic, message.text, message.key, headers=headers,
                    on_delivery=self._delivered,
                )  # fmt: skip
            except BufferError:  # full, until some are there
                self._producer.poll(0.1)
            else:
                self._producer.poll(0)
                return

    def flush(self, gives_up: Callable[[], bool]) -> None:
        """Wait until all are there. Raises InputError for what the broker does not take."""
        while self._producer.flush(0.5) and not self._failed:
            if gives_up():
                self._failed.append("the broker does not answer")
        if self._failed:
            raise InputError(
                f"Rejected messages cannot be sent to {self._address}: {self._failed[0]}. They "
                "will be read again."
            )

    def _delivered(self, problem: "KafkaError | None", message: object) -> None:
        del message
        if problem is not None:
            self._failed.append(problem.str())


def require_topic(client: Any, address: Address) -> None:
    """Raise InputError unless the brokers answer and have the topic."""
    library = _library()
    deadline = time.monotonic() + _ANSWER_SECONDS
    try:
        found = client.list_topics(address.topic, timeout=_ANSWER_SECONDS)
        while _is_starting(found.topics[address.topic].error) and time.monotonic() < deadline:
            time.sleep(0.2)
            found = client.list_topics(address.topic, timeout=_ANSWER_SECONDS)
    except library.KafkaException as problem:
        raise InputError(
            f"No Kafka broker answers at {address.brokers} ({problem.args[0].str()}); check "
            "that it runs, and what it wants of its clients (--kafka-settings)."
        ) from None
    if error := found.topics[address.topic].error:
        raise InputError(f"{address} cannot be used: {error.str()}.")


def _is_starting(problem: "KafkaError | None") -> bool:
    return problem is not None and problem.name() == "LEADER_NOT_AVAILABLE"


def _library() -> Any:
    """Return confluent-kafka; raise InputError when it is not installed."""
    try:
        import confluent_kafka
    except ImportError:
        raise InputError(
            "Kafka is followed by an extra; install it: pip install 'chronotope[kafka]'."
        ) from None
    return confluent_kafka


@contextmanager
def _sentences(library: Any) -> Iterator[None]:
    """Turn what librdkafka says of its settings into a sentence."""
    try:
        yield
    except library.KafkaException as problem:
        raise InputError(f"Kafka: {problem.args[0].str()}.") from None
