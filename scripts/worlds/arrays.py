"""The array types of the worlds, and what several laws do with arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def unit(vectors: NDArray[np.floating[Any]]) -> Singles:
    """Return vectors of length 1, along the last axis."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


def shares(weights: Floats) -> Floats:
    """Return weights with the sum 1."""
    return np.asarray(weights / weights.sum(), np.float64)
