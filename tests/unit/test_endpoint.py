"""Encoders behind an endpoint, against a server of the tests."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chronotope.errors import EncoderError
from chronotope.language import Prefixes, encode_query, http, open_encoder, save_projection
from chronotope.language.writer import open_writer


@dataclass
class ModelServer:
    """Answers with counts of letters; what it was asked, and which statuses to give first."""

    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    answer: bytes | None = None
    retry_after: str | None = None
    pause: threading.Event | None = None


@pytest.fixture
def models() -> Iterator[ModelServer]:
    models = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            models.asked.append(body)
            models.keys.append(self.headers["Authorization"])
            status = models.failures.pop(0) if models.failures else 200
            rows = [
                {"index": n, "embedding": [3.0 * text.count("e"), 4.0 * text.count("e")]}
                for n, text in enumerate(body["input"])
            ]
            answer = {"data": rows[::-1], "model": "letters-2"}
            if models.pause:
                models.pause.wait(10)
            content = models.answer or json.dumps(answer).encode()
            self.send_response(status)
            if models.retry_after is not None:
                self.send_header("Retry-After", models.retry_after)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    models.address = f"http://127.0.0.1:{server.server_port}/v1"
    yield models
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_endpoint_gives_vectors_of_length_one_in_the_order_of_the_texts(
    models: ModelServer,
) -> None:
    encoder = open_encoder(f"{models.address}#letters")
    assert (encoder.name, encoder.revision, encoder.dimension) == ("letters", "letters-2", 2)
    assert encoder.encode(["e"] * 70).tolist() == [pytest.approx([0.6, 0.8])] * 70
    assert [len(body["input"]) for body in models.asked] == [1, 64, 6]
    assert models.asked[-1]["model"] == "letters"
    assert encoder.encode([]).shape == (0, 2)


def test_the_prefix_of_questions_is_put_before_them(models: ModelServer) -> None:
    encoder = open_encoder(f"{models.address}/embeddings#m", Prefixes(query="query: "))
    assert encode_query(encoder, "tee") == pytest.approx([0.6, 0.8])
    assert models.asked[-1]["input"] == ["query: tee"]


def test_a_busy_server_is_asked_again(models: ModelServer) -> None:
    models.failures = [503, 429]
    assert open_encoder(models.address).dimension == 2
    assert len(models.asked) == 3


@pytest.mark.parametrize("pause", ["86400", "Fri, 31 Dec 9999 23:59:59 GMT", "soon", "9" * 5000])
def test_a_server_cannot_ask_for_a_long_pause(
    models: ModelServer, monkeypatch: pytest.MonkeyPatch, pause: str
) -> None:
    monkeypatch.setattr(http, "_LONGEST_PAUSE", 0.01)
    models.failures, models.retry_after = [429], pause
    assert open_encoder(models.address).dimension == 2
    assert len(models.asked) == 2


def test_a_server_that_answers_too_slowly_is_left(
    models: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_PATIENCE", 0.2)
    models.pause = threading.Event()
    try:
        with pytest.raises(EncoderError, match=r"did not answer within 0\.2 s"):
            open_encoder(models.address)
    finally:
        models.pause.set()


def test_an_answer_that_is_too_large_is_not_read(
    models: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_LARGEST", 1_000_000)
    models.answer = b" " * 3_000_000
    with pytest.raises(EncoderError, match="answers with more than 1 MB"):
        open_encoder(models.address)


def test_the_key_goes_to_the_address_that_was_given_with_it(
    models: ModelServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    open_encoder(models.address)
    monkeypatch.setenv("CHRONOTOPE_API_KEY", "secret")
    encoder = open_encoder(models.address)
    open_encoder(models.address, given=False)
    save_projection(tmp_path / "p", encoder, np.eye(2, dtype=np.float32), "")
    open_encoder(str(tmp_path / "p"))
    assert models.keys == [None, "Bearer secret", None, None]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("{}", "Bearer secret"),
        ("{}/embeddings", "Bearer secret"),
        ("http://127.0.0.1:9/v1", None),
        ("https://127.0.0.1", None),
        ("http://127.0.0.1:none", None),
        ("nonsense", None),
    ],
)
def test_the_key_of_an_address_goes_nowhere_else(
    models: ModelServer, monkeypatch: pytest.MonkeyPatch, url: str, key: str | None
) -> None:
    monkeypatch.setenv("CHRONOTOPE_API_KEY", "secret")
    monkeypatch.setenv("CHRONOTOPE_API_URL", url.format(models.address))
    open_encoder(models.address)
    open_encoder(models.address, given=False)
    assert models.keys == [key, key]


def test_a_key_that_was_not_sent_is_told(
    models: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOTOPE_API_KEY", "secret")
    models.failures = [401, 401]
    with pytest.raises(EncoderError, match=f"was not sent, .* CHRONOTOPE_API_URL={models.address}"):
        open_encoder(models.address, given=False)
    with pytest.raises(EncoderError, match="set CHRONOTOPE_API_KEY"):
        open_encoder(models.address)


@pytest.mark.parametrize(
    "spec",
    [
        "http://user:pass-word@127.0.0.1:9/v1#m",
        "https://pass-word@127.0.0.1:9/v1",
        "http://127.0.0.1:9/v1?key=pass-word",
        "http://user:pass-word@[bad/v1",
        "ftp://user:pass-word@127.0.0.1/v1",
        "HTTP://user:pass-word@127.0.0.1/v1",
        "http://",
        "http://127.0.0.1:none/v1",
    ],
)
def test_an_address_with_a_secret_is_refused_without_showing_it(spec: str) -> None:
    for open_ in (open_encoder, open_writer):
        with pytest.raises(EncoderError) as said:
            open_(spec)
        assert "pass-word" not in str(said.value)


@pytest.mark.parametrize(
    ("failures", "answer", "said"),
    [
        ([401], None, "wants another key"),
        ([404], None, "answered 404"),
        ([302], None, "answered 302"),
        ([], b"<html>", "does not answer with a JSON object"),
        ([], b'{"data": [{"index": 0}]}', "not answer in the OpenAI form"),
        ([], b"[" * 100_000, "does not answer with a JSON object"),
        ([], b"\xff{}", "does not answer with a JSON object"),
        (
            [],
            b'{"data": [{"index": 0, "embedding": [1%s]}]}' % (b"0" * 400),
            "not answer in the OpenAI form",
        ),
        ([], b'{"data": []}', "not answer in the OpenAI form"),
        ([], b'{"data": [{"index": 0, "embedding": [0, 0]}]}', "a vector without length"),
    ],
)
def test_what_goes_wrong_is_said(
    models: ModelServer, failures: list[int], answer: bytes | None, said: str
) -> None:
    models.failures, models.answer = failures, answer
    with pytest.raises(EncoderError, match=said):
        open_encoder(models.address)


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(EncoderError, match=r"cannot be reached .* is the model server running"):
        open_encoder("http://127.0.0.1:9/v1")
