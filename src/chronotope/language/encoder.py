"""What an encoder is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

PACKAGED = "packaged"


@dataclass(frozen=True)
class Prefixes:
    """What is put before a question and before a text that answers it, for models made so."""

    query: str = ""
    document: str = ""


class Encoder(Protocol):
    """Turns texts into vectors of one length; recorded in the graph by name and revision.

    `spec` is what `open_encoder` opens it with again, and `prefixes` what its texts begin with.
    """

    spec: str
    name: str
    revision: str
    dimension: int
    prefixes: Prefixes

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 (L2) a text, as it is, shape (n, dimension)."""
        ...


def encode_query(encoder: Encoder, text: str) -> list[float]:
    """Return the vector of a question: what is searched with."""
    vector: list[float] = encoder.encode([encoder.prefixes.query + text])[0].tolist()
    return vector
