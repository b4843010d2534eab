"""Encoders behind an endpoint in the OpenAI form, `/v1/embeddings`, as local model servers have."""

from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chronotope.errors import EncoderError
from chronotope.language.encoder import Prefixes
from chronotope.language.http import Endpoint

_BATCH = 64
_LONGEST_NAME = 200
_PROBE = "interest"


class EndpointEncoder:
    """A model that a server embeds with; its revision is the name under which it serves it."""

    def __init__(
        self,
        spec: str,
        prefixes: Prefixes = Prefixes(),  # noqa: B008  frozen
        *,
        given: bool = True,
    ) -> None:
        """Ask the server for one vector, to know its length.

        The API key goes there when the caller was `given` the address, with the key.

        Raises EncoderError when the server cannot be reached, refuses, or answers in another form.
        """
        address, _, model = spec.partition("#")
        self._endpoint = Endpoint(address, "embeddings", given=given)
        self._model = model
        self._turn = Lock()  # a session of requests is made for one thread
        self.spec, self.prefixes = spec, prefixes
        self.name = model or self._endpoint.host
        vectors, self.revision = self._ask([_PROBE])
        self.dimension = vectors.shape[1]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 a text, shape (n, dimension)."""
        batches = [np.zeros((0, self.dimension), np.float32)]
        for start in range(0, len(texts), _BATCH):
            vectors, _ = self._ask(texts[start : start + _BATCH])
            if vectors.shape[1] != self.dimension:
                raise EncoderError(
                    f"{self._endpoint.url} gave vectors of {vectors.shape[1]} numbers after such "
                    f"of {self.dimension}: it serves another model now. Begin again."
                )
            batches.append(vectors)
        return np.concatenate(batches)

    def _ask(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], str]:
        body: dict[str, Any] = {"input": list(texts)}
        if self._model:
            body["model"] = self._model
        with self._turn:
            answer = self._endpoint.post(body)
        try:
            rows = sorted(answer["data"], key=lambda row: row["index"])
            vectors = np.array([row["embedding"] for row in rows], np.float32)
            if vectors.shape[0] != len(texts) or vectors.ndim != 2:
                raise ValueError(f"{len(rows)} vectors for {len(texts)} texts")
        except (KeyError, TypeError, ValueError, OverflowError) as problem:
            raise EncoderError(
                f"{self._endpoint.url} does not answer in the OpenAI form of embeddings: {problem}."
            ) from None
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise EncoderError(f"{self._endpoint.url} gave a vector without length.")
        revision = str(answer.get("model") or self._model)[:_LONGEST_NAME]
        return np.asarray(vectors / lengths, np.float32), revision
