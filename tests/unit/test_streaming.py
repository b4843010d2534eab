"""Messages as rows, pipes, the rate: what streams are made of, but for files and servers."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from chronotope import streaming
from chronotope.errors import InputError
from chronotope.loading import ReadOptions, RowError
from chronotope.streaming import Status
from chronotope.streaming.kafka import parse_address
from chronotope.streaming.messages import Message
from chronotope.streaming.pipe import Pipe
from chronotope.streaming.reader import Batch, Reader
from chronotope.streaming.sources import open_source
from chronotope.streaming.status import Meter

UNTIL = 2_000_000_000_000
EVENT = {"user_id": "ann", "item_id": "cafe", "timestamp": "2026-05-01T10:00:00Z"}


def read(texts: Sequence[bytes | dict[str, Any]], options: ReadOptions | None = None) -> Batch:
    messages = [
        Message("s", line, text if isinstance(text, bytes) else json.dumps(text).encode())
        for line, text in enumerate(texts, 10)
    ]
    return Reader("s", options or ReadOptions()).read(messages, UNTIL)


def complaints(batch: Batch) -> list[str]:
    return [str(rejection) for _, rejection in batch.rejected]


def test_messages_are_read_as_the_loader_reads_lines() -> None:
    options = ReadOptions(
        renamed={"user_id": "who"}, constants={"kind": "purchase"}, nulls=("-",), time_unit="s"
    )
    text = {"who": "ann", "item_id": "cafe", "timestamp": 1_777_629_600, "value": "-", "more": 1}
    reader = Reader("s", options)
    batch = reader.read([Message("s", 1, b"\xef\xbb\xbf" + json.dumps(text).encode())], UNTIL)
    (row,) = batch.rows
    assert row == {
        "id": "ann\x1fcafe\x1fpurchase\x1f1777629600000", "user": "ann", "item": "cafe",
        "epochMillis": 1_777_629_600_000, "zone": "Z", "dateOnly": False, "kind": "purchase",
    }  # fmt: skip
    assert list(reader.notes.unknown) == ["more"]


def test_bad_messages_are_told_by_their_own_numbers() -> None:
    texts: list[bytes | dict[str, Any]] = [
        b"{", b"[]", EVENT, {"user_id": "ann"}, b'{"user_id": "\xff"}', b"  "
    ]  # fmt: skip
    batch = read(texts)
    assert len(batch.rows) == 1
    assert complaints(batch)[0].startswith("s:10: is not JSON: Expecting property name")
    assert complaints(batch) == [
        complaints(batch)[0],
        "s:11: is not a JSON object",
        "s:13: item_id: is missing",
        "s:14: user_id: holds control characters or bytes that are not UTF-8 (see --encoding)",
    ]


def test_a_message_that_could_not_be_read_is_rejected_with_its_fault() -> None:
    batch = Reader("s", ReadOptions()).read([Message("s", 7, b"", "has no value")], UNTIL)
    assert complaints(batch) == ["s:7: has no value"]


def test_of_one_event_told_again_the_later_word_counts() -> None:
    event = {**EVENT, "event_id": "e"}
    batch = read([event, event, {**event, "value": 2}, {**event, "value": 3}])
    assert [row["value"] for row in batch.rows] == [3]
    assert (batch.size, batch.duplicates, batch.retold) == (4, 1, 2)
    refused = batch.reject(0, RowError("event_id", "is taken"))
    assert [str(rejection) for _, rejection in refused] == [
        "s:10: event_id: is taken", "s:12: event_id: is taken", "s:13: event_id: is taken"
    ]  # fmt: skip


def test_another_event_under_an_id_is_rejected_unless_it_replaces() -> None:
    texts = [{**EVENT, "event_id": "e"}, {**EVENT, "event_id": "e", "user_id": "bob"}]
    batch = read(texts)
    assert [row["user"] for row in batch.rows] == ["ann"]
    assert complaints(batch) == [
        "s:11: event_id: was given to a message before this one that says something else"
    ]
    assert [row["user"] for row in read(texts, ReadOptions(replace=True)).rows] == ["bob"]


def test_a_pipe_is_read_to_its_end_and_its_last_line_needs_none(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    pipe = Pipe(str(path), 16)
    pipe.open(lambda names: {}, lambda: None)
    assert pipe.poll(10, 0).messages == []
    with path.open("wb", buffering=0) as file:
        file.write(b"a\n\nb\nc")
        assert [m.text for m in pipe.poll(1, 1).messages] == [b"a"]
        assert [(m.line, m.text) for m in pipe.poll(10, 0).messages] == [(3, b"b")]
        assert (pipe.poll(10, 0).messages, pipe.is_over) == ([], False)
    assert [m.text for m in pipe.poll(10, 1).messages] == [b"c"]
    assert pipe.is_over
    pipe.close()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("kafka://localhost/events", "kafka://localhost:9092/events"),
        ("kafka://a:1,b/x.y-z", "kafka://a:1,b:9092/x.y-z"),
    ],
)
def test_an_address_of_a_topic_has_brokers_and_a_name(text: str, address: str) -> None:
    assert str(parse_address(text)) == address


@pytest.mark.parametrize("text", ["kafka://events", "kafka://localhost/", "kafka://a/b/c"])
def test_what_is_no_address_of_a_topic_is_told(text: str) -> None:
    with pytest.raises(InputError, match=r"no address of a topic; write it like kafka://localhost"):
        parse_address(text)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("amqp://x/y", "amqp://x/y cannot be followed; name a file"),
        ("", "is a folder; name a file in it"),
        ("none/e.ndjson", "cannot be followed: there is no folder"),
    ],
)
def test_what_cannot_be_followed_is_told(tmp_path: Path, name: str, sentence: str) -> None:
    path = name if "://" in name else str(tmp_path / name)
    with pytest.raises(InputError, match=sentence):
        open_source(path, max_line=1, name=None, find_group=lambda: "g", settings={})


def test_a_rate_is_that_of_the_last_seconds() -> None:
    meter = Meter(0)
    assert meter.rate(5, 50) == 10
    assert meter.rate(10, 50) == 5
    assert meter.rate(100, 250) == pytest.approx(200 / 90)
    assert meter.rate(110, 250) == 0


def test_a_status_is_said_in_a_line() -> None:
    status = Status(12_345, 2, 3100.4, 1204, "messages", "the server is away")
    assert str(status) == (
        "12,345 messages, 3,100/s, 2 rejected, lag 1,204 messages, waiting: the server is away"
    )
    assert str(Status(1, 0, 0, None, "messages", None)) == "1 messages, 0/s"


def test_the_file_of_rejects_is_appended_to_after_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    path.write_text("{}\n{tor")
    (_, rejection), = read([b"[]"]).rejected  # fmt: skip
    with streaming.keep_log(path, "-") as log:
        log.take(rejection)
        log.flush()
        assert path.read_text().splitlines()[:2] == ["{}", "{tor"]
        assert json.loads(path.read_text().splitlines()[2])["reason"] == "is not a JSON object"
    with (
        pytest.raises(InputError, match="is an input; name another file"),
        streaming.keep_log(path, str(path)),
    ):
        pass
