"""Requests to model servers in the OpenAI form: retried with backoff, bounded in time and size."""

import json
import threading
from collections.abc import Callable
from http import HTTPStatus
from queue import Empty, SimpleQueue
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from chronotope import config
from chronotope.errors import EncoderError
from chronotope.language.address import check_address

_TIMEOUT = (10, 120)  # seconds to connect, and to wait for more of an answer
_PATIENCE = 300  # seconds for an answer, with all that is tried again
_LARGEST = 64_000_000  # bytes of an answer: 64 vectors take a tenth of it
_RETRIES = 4
_BACKOFF = 0.5  # seconds before the second try; doubled each time
_LONGEST_PAUSE = 30.0  # seconds, whatever a server asks for
_TRANSIENT = (408, 429, 500, 502, 503, 504)
_CHUNK = 65_536
_SHOWN = 200

Result = TypeVar("Result")


class Endpoint:
    """One method of a server; the key, if it wants one, comes from CHRONOTOPE_API_KEY."""

    def __init__(self, address: str, method: str, *, given: bool = True) -> None:
        """Take `http://host:port/v1`, with or without the method at its end.

        The key goes there when the address was `given` with it, not read from a graph or a file.
        Raises EncoderError for an address that holds a password or a question.
        """
        base = check_address(address).rstrip("/").removesuffix(f"/{method}")
        self.url = f"{base}/{method}"
        self.host = urlsplit(base).netloc
        self._given = given
        self._session = requests.Session()
        self._session.trust_env = False  # a key goes to the address that was given, nowhere else
        self._session.headers["Accept-Encoding"] = "identity"
        retry = _Retry(
            total=_RETRIES,
            backoff_factor=_BACKOFF,
            status_forcelist=_TRANSIENT,
            allowed_methods=None,  # a POST too: asking for vectors twice changes nothing
            raise_on_status=False,
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))
        self._key = config.api_key(base, given=given)
        if self._key:
            self._session.headers["Authorization"] = f"Bearer {self._key}"

    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return the answer.

        Raises EncoderError when the server cannot be reached, refuses, does not answer JSON, or
        answers too much or too slowly.
        """
        try:
            status, reason, answer = _within(_PATIENCE, lambda: self._send(body))
        except TimeoutError:
            raise EncoderError(
                f"{self.url} did not answer within {_PATIENCE:,} s; ask a server that does."
            ) from None
        except (requests.RequestException, HTTPError, ValueError) as problem:
            raise EncoderError(
                f"{self.url} cannot be reached ({type(problem).__name__}); is the model server "
                "running there?"
            ) from None
        if status in (401, 403):
            raise EncoderError(f"{self.url} wants another key ({status}); {self._remedy()}")
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            said = self._without_key(f"{reason}: {answer.decode(errors='replace').strip()}")
            raise EncoderError(f"{self.url} answered {status} {said[:_SHOWN]}")
        try:
            content = json.loads(answer)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise EncoderError(f"{self.url} does not answer with a JSON object.")
        return content

    def _send(self, body: dict[str, Any]) -> tuple[int, str, bytes]:
        with self._session.post(
            self.url, json=body, timeout=_TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            content = bytearray()
            for chunk in answer.iter_content(_CHUNK):
                content += chunk
                if len(content) > _LARGEST:
                    raise EncoderError(
                        f"{self.url} answers with more than {_LARGEST // 1_000_000} MB; vectors "
                        "take less."
                    )
            return answer.status_code, answer.reason, bytes(content)

    def _without_key(self, text: str) -> str:
        """Return what a server says, which may repeat the key that it was sent."""
        return text.replace(self._key, "…") if self._key else text

    def _remedy(self) -> str:
        if self._given or not config.api_key(self.url, given=True):
            return "set CHRONOTOPE_API_KEY."
        return (
            "CHRONOTOPE_API_KEY was not sent, for the address stands in the graph or in a file. If "
            f"it is the key's, say so: CHRONOTOPE_API_URL={self.url}"
        )


class _Retry(Retry):
    """Tries again after the pause that a server asks for, but never after a long one."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Return the seconds to wait; None where a server asks for none that can be read."""
        try:
            seconds = super().get_retry_after(response)
        except (InvalidHeader, ValueError, OverflowError):
            return None
        return None if seconds is None else min(seconds, _LONGEST_PAUSE)


def _within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what the work returns; raise TimeoutError when it takes longer.

    It is then left alone: a socket from which a byte comes now and then cannot be told to end.
    """
    outcome: SimpleQueue[tuple[Result | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            outcome.put((work(), None))
        except BaseException as problem:  # raised again below
            outcome.put((None, problem))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, problem = outcome.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if problem is not None:
        raise problem
    return result  # type: ignore[return-value]  # there is one where there is no problem
