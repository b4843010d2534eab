"""An encoder with a matrix after it, which `train-encoder` learned from visits."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from chronotope import outputs
from chronotope.errors import EncoderError
from chronotope.language.encoder import Encoder, Prefixes

RECORD = "projection.json"
_WEIGHTS = "projection.safetensors"
_MATRIX = "matrix"


class ProjectedEncoder:
    """The vectors of a base encoder, multiplied by a matrix and brought back to length 1."""

    def __init__(self, folder: Path, open_base: Callable[[str, Prefixes], Encoder]) -> None:
        """Open the base encoder, by its spec and prefixes, and the matrix.

        Raises EncoderError when a file cannot be read, or the base is not the one it was made for.
        """
        try:
            record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            self._matrix = load_file(folder / _WEIGHTS)[_MATRIX]
            prefixes = Prefixes(record["queryPrefix"], record["documentPrefix"])
            made_for = (record["baseRevision"], record["dimension"])
            base = record["base"]
        except (OSError, ValueError, KeyError, SafetensorError) as problem:
            raise EncoderError(f"The projection in {folder} cannot be read: {problem!r}.") from None
        self._base = open_base(base, prefixes)
        if (self._base.revision, self._base.dimension) != made_for:
            raise EncoderError(
                f"The projection in {folder} was made for {base} {made_for[0]}; what is there now "
                f"is {self._base.revision}. Train it anew: chronotope train-encoder"
            )
        self.spec = str(folder.resolve())
        self.name = folder.resolve().name
        digest = hashlib.sha256((folder / _WEIGHTS).read_bytes()).hexdigest()[:12]
        self.revision = f"{digest} of {self._base.name} {self._base.revision}"
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
    record = {
        "base": base.spec,
        "baseRevision": base.revision,
        "dimension": base.dimension,
        "queryPrefix": base.prefixes.query,
        "documentPrefix": base.prefixes.document,
    }
    with outputs.sentences(folder):
        folder.mkdir(parents=True, exist_ok=True)
    weights = save({_MATRIX: np.ascontiguousarray(matrix, np.float32)})
    outputs.write(folder / RECORD, f"{json.dumps(record, indent=2)}\n".encode())
    outputs.write(folder / "README.md", card.encode())
    outputs.write(folder / _WEIGHTS, weights)  # the last one: with it the folder is an encoder
