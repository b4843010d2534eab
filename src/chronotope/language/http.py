"""Requests to model servers in the OpenAI form: retried with backoff, bounded in time."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from chronotope import config
from chronotope.errors import EncoderError

_TIMEOUT = (10, 120)  # seconds to connect, and to wait for an answer
_RETRIES = 4
_BACKOFF = 0.5  # seconds before the second try; doubled each time
_TRANSIENT = (408, 429, 500, 502, 503, 504)
_SHOWN = 200


class Endpoint:
    """One method of a server; the key, if it wants one, comes from CHRONOTOPE_API_KEY."""

    def __init__(self, address: str, method: str) -> None:
        """Take `http://host:port/v1`, with or without the method at its end."""
        base = address.rstrip("/").removesuffix(f"/{method}")
        self.url = f"{base}/{method}"
        self.host = urlsplit(base).netloc
        self._session = requests.Session()
        self._session.trust_env = False  # a key goes to the address that was given, nowhere else
        retry = Retry(
            total=_RETRIES,
            backoff_factor=_BACKOFF,
            status_forcelist=_TRANSIENT,
            allowed_methods=None,  # a POST too: asking for vectors twice changes nothing
            raise_on_status=False,
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))
        key = config.api_key()
        if key:
            self._session.headers["Authorization"] = f"Bearer {key}"

    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return the answer.

        Raises EncoderError when the server cannot be reached, refuses, or does not answer JSON.
        """
        try:
            answer = self._session.post(
                self.url, json=body, timeout=_TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as problem:
            raise EncoderError(
                f"{self.url} cannot be reached ({type(problem).__name__}); is the model server "
                "running there?"
            ) from None
        if answer.status_code in (401, 403):
            raise EncoderError(
                f"{self.url} wants another key ({answer.status_code}); set CHRONOTOPE_API_KEY."
            )
        if answer.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            raise EncoderError(
                f"{self.url} answered {answer.status_code} {answer.reason}: "
                f"{answer.text[:_SHOWN].strip()}"
            )
        try:
            content = answer.json()
        except requests.JSONDecodeError:
            content = None
        if not isinstance(content, dict):
            raise EncoderError(f"{self.url} does not answer with a JSON object.")
        return content
