"""Taste: users and items in one low-dimensional space of behaviour. Pure."""

from typing import Any

import numpy as np
import scipy.linalg as la
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import svds
from threadpoolctl import threadpool_limits

from chronotope.statistics.arrays import Floats
from chronotope.statistics.tolerance import TASTE

_SMALL = 300


def taste(
    visited: sp.csr_array,
    idf: Floats,
    dimension: int,
    previous: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the tastes of users and items, shapes (users, d) and (items, d).

    The rows of the users × items matrix, weighted by `idf`, are normalised and factorised by a
    truncated SVD, A ≈ U S Vᵀ. An item's taste is its row of V, a user's is U S, normalised: the
    same as the normalised sum of idf · taste over the user's items, which is how a query folds a
    user in. A `previous` basis of items (NaN rows where there is none) is rotated onto: orthogonal
    Procrustes (Schönemann, 1966); of an item that hardly moved, it is kept. Users or items that
    visited or were visited by nobody are NaN.
    """
    rows = _normalised(visited, idf)
    d = min(dimension, min(rows.shape))
    basis = _right_vectors(rows, d)
    basis = np.pad(basis, ((0, 0), (0, dimension - d)))
    if previous is not None and previous.shape[1] == dimension:
        basis = _rotated_onto(previous, basis)
    basis = basis.astype(np.float32)  # as it is stored: users are made of what queries will read
    users = _folded(rows, basis)
    basis = np.where(np.linalg.norm(basis, axis=1, keepdims=True) > 1e-9, basis, np.nan)
    return users, basis.astype(np.float32)


def fold(visited: sp.csr_array, idf: Floats, items: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the tastes of users by those of items that stand, as `taste` makes them of its own."""
    return _folded(_normalised(visited, idf), np.nan_to_num(items))


def _normalised(visited: sp.csr_array, idf: Floats) -> sp.csr_array:
    weighted = sp.csr_array(visited @ sp.diags_array(idf))
    norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return sp.csr_array(sp.diags_array(1 / np.maximum(norms, 1e-12)) @ weighted)


def _folded(rows: sp.csr_array, basis: NDArray[Any]) -> NDArray[np.float32]:
    users = np.asarray(rows @ basis.astype(np.float64))
    length = np.linalg.norm(users, axis=1, keepdims=True)
    return np.where(length > 1e-9, users / np.maximum(length, 1e-9), np.nan).astype(np.float32)


def _right_vectors(rows: sp.csr_array, d: int) -> Floats:
    if min(rows.shape) <= max(_SMALL, d):
        _, _, right = la.svd(rows.toarray(), full_matrices=False)
        return np.asarray(right[:d].T)
    # A fixed start makes the same graph give the same vectors.
    start = np.random.default_rng(0).standard_normal(min(rows.shape))
    # Its products are small: threads that wait for one another take up to twenty times as long.
    with threadpool_limits(1, "blas"):
        _, values, right = svds(rows, d, v0=start)
    return np.asarray(right[np.argsort(-values)].T)


def _rotated_onto(previous: NDArray[np.float32], basis: Floats) -> Floats:
    known = ~np.isnan(previous).any(axis=1)
    rotation, _ = la.orthogonal_procrustes(basis[known], previous[known].astype(np.float64))
    rotated = basis @ rotation
    # What hardly moved is kept to the digit: deriving twice changes nothing, and a day little.
    same = hardly_moved(rotated, previous)
    rotated[same] = previous[same]
    return np.asarray(rotated)


def hardly_moved(now: NDArray[Any], before: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which vectors moved by less than `TASTE` of their length; NaN is no vector."""
    moved = np.linalg.norm(now - before, axis=-1)
    return np.asarray(moved < TASTE * np.linalg.norm(before, axis=-1))
