"""An encoder with a matrix after it, which `train-encoder` learned from visits."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from chronotope import outputs
from chronotope.errors import EncoderError
from chronotope.language.encoder import Encoder, Prefixes

RECORD = "projection.json"
_WEIGHTS = "projection.safetensors"
_MATRIX = "matrix"
_REVISION_LENGTH = 32


class ProjectedEncoder:
    """The vectors of a base encoder, multiplied by a matrix and brought back to length 1."""

    def __init__(self, folder: Path, open_base: Callable[[str, Prefixes], Encoder]) -> None:
        """Open the base encoder, by its spec and prefixes, and the matrix.

        Raises EncoderError when a file cannot be read, or the base is not the one it was made for.
        """
        try:
            record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            weights = (folder / _WEIGHTS).read_bytes()
            self._matrix = load(weights)[_MATRIX]
            prefixes = Prefixes(record["queryPrefix"], record["documentPrefix"])
            made_for = (record["baseRevision"], record["dimension"])
            base, written = record["base"], record["sha256"]
        except (OSError, ValueError, KeyError, SafetensorError) as problem:
            raise EncoderError(f"The projection in {folder} cannot be read: {problem!r}.") from None
        digest = hashlib.sha256(weights).hexdigest()
        if digest != written:
            raise EncoderError(
                f"The weights of the projection in {folder} are not those that were written there; "
                "train it anew: chronotope train-encoder"
            )
        self._base = open_base(base, prefixes)
        if (self._base.revision, self._base.dimension) != made_for:
            raise EncoderError(
                f"The projection in {folder} was made for {base} {made_for[0]}; what is there now "
                f"is {self._base.revision}. Train it anew: chronotope train-encoder"
            )
        self.spec = str(folder.resolve())
        self.name = folder.resolve().name
        self.revision = f"{digest[:_REVISION_LENGTH]} of {self._base.name} {self._base.revision}"
        self.dimension = len(self._matrix)
        self.prefixes = prefixes

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 a text, shape (n, dimension)."""
        return project(self._base.encode(texts), self._matrix)


def project(vectors: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows times the matrix (dimension, dimension), each of length 1."""
    products = vectors @ matrix.T
    return np.asarray(products / np.linalg.norm(products, axis=1, keepdims=True), np.float32)


def save_projection(folder: Path, base: Encoder, matrix: NDArray[np.float32], card: str) -> None:
    """Write the matrix, what it belongs to, and a card for people, into a folder without them.

    Raises InputError where that fails; then the folder is no encoder.
    """
    weights = save({_MATRIX: np.ascontiguousarray(matrix, np.float32)})
    record = {
        "sha256": hashlib.sha256(weights).hexdigest(),
        "base": base.spec,
        "baseRevision": base.revision,
        "dimension": base.dimension,
        "queryPrefix": base.prefixes.query,
        "documentPrefix": base.prefixes.document,
    }
    with outputs.sentences(folder):
        folder.mkdir(parents=True, exist_ok=True)
    outputs.write(folder / RECORD, f"{json.dumps(record, indent=2)}\n".encode())
    outputs.write(folder / "README.md", card.encode())
    outputs.write(folder / _WEIGHTS, weights)  # the last one: with it the folder is an encoder
