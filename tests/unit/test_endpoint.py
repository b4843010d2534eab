"""Encoders behind an endpoint, against a server of the tests."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chronotope.errors import EncoderError
from chronotope.language import Prefixes, encode_query, open_encoder


@dataclass
class ModelServer:
    """Answers with counts of letters; what it was asked, and which statuses to give first."""

    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    answer: bytes | None = None


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
            content = models.answer or json.dumps(answer).encode()
            self.send_response(status)
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


def test_the_key_comes_from_the_environment(
    models: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_encoder(models.address)
    monkeypatch.setenv("CHRONOTOPE_API_KEY", "secret")
    open_encoder(models.address)
    assert models.keys == [None, "Bearer secret"]


@pytest.mark.parametrize(
    ("failures", "answer", "said"),
    [
        ([401], None, "wants another key"),
        ([404], None, "answered 404"),
        ([302], None, "answered 302"),
        ([], b"<html>", "does not answer with a JSON object"),
        ([], b'{"data": [{"index": 0}]}', "not answer in the OpenAI form"),
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
