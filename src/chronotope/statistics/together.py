"""How much users visited both of two items, without the whole matrix in memory. Pure."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.statistics.arrays import Ints

_COLUMN = 4  # bytes
_MOST = 2**31 - 1  # entries whose places are told by four bytes

Row = tuple[int, NDArray[Any], NDArray[Any]]


class Together:
    """G = XᵀX of a users × items matrix X, made row by row within `memory` bytes.

    Where X is binary, G counts users, in whole numbers; else its numbers have double precision. A
    user of n items alone makes n² entries of G. They are computed by blocks of rows, each at most
    an eighth of the memory; blocks that a quarter of it holds are kept for the next time.
    """

    def __init__(self, visited: sp.csr_array, memory: int) -> None:
        self.memory = memory
        binary = bool((visited.data == 1).all())
        self.dtype: np.dtype[Any] = np.dtype(np.int32 if binary else np.float64)
        data = visited.data.astype(self.dtype)
        self._visited = sp.csr_array((data, visited.indices, visited.indptr), shape=visited.shape)
        self._by_item = sp.csr_array(self._visited.T)
        entry = _COLUMN + self.dtype.itemsize
        each = np.diff(self._visited.indptr).astype(np.int64)
        self._sizes = np.minimum(np.asarray(self._by_item @ each), len(self))
        self._parts = list(_parts(self._sizes, min(memory // 8 // entry, _MOST)))
        self._kept: dict[int, sp.csr_array] = {}
        self._room = memory // 4 // entry

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the blocks that are kept: another process makes its own."""
        kept = sum(block.nnz for block in self._kept.values())
        return {**self.__dict__, "_kept": {}, "_room": self._room + kept}

    def __len__(self) -> int:
        return int(self._visited.shape[1])

    @property
    def is_kept(self) -> bool:
        """Whether all of G is in memory, once its rows were read."""
        return len(self._kept) == len(self._parts)

    def cut(self, count: int) -> list[Ints]:
        """Cut the items into at most so many blocks whose rows take about as long to make."""
        ends = np.cumsum(self._sizes + 1)
        wanted = ends[-1] * np.arange(1, count) / count if len(ends) else []
        return [
            part
            for part in np.split(np.arange(len(self)), np.searchsorted(ends, wanted))
            if len(part)
        ]

    def rows(self, wanted: Ints | None = None) -> Iterator[Row]:
        """Yield (item, other items, how much users visited both); itself is left out.

        For every item, or for those of `wanted`, which are in order.
        """
        for part in self._parts:
            items = np.arange(part.start, part.stop)
            if wanted is not None:
                first, end = np.searchsorted(wanted, [part.start, part.stop])
                items = wanted[first:end]
            if len(items):
                yield from self._rows_of(part, items)

    def _rows_of(self, part: slice, items: Ints) -> Iterator[Row]:
        block, places = self._block(part, items)
        for item, row in zip(items.tolist(), places.tolist(), strict=True):
            own = slice(block.indptr[row], block.indptr[row + 1])
            columns, counts = block.indices[own], block.data[own]
            other = columns != item
            yield item, columns[other], counts[other]

    def _block(self, part: slice, items: Ints) -> tuple[sp.csr_array, Ints]:
        """Return a matrix with the rows of some items of a part, and where they stand in it."""
        if part.start in self._kept:
            return self._kept[part.start], items - part.start
        block = sp.csr_array(self._by_item[items] @ self._visited)
        if len(items) == part.stop - part.start and block.nnz <= self._room:
            self._room -= block.nnz
            self._kept[part.start] = block
        return block, np.arange(len(items))

    def users(self) -> NDArray[Any]:
        """Return how much users visited each item: the diagonal of G."""
        return np.asarray(self._by_item.power(2).sum(axis=1)).ravel()


def _parts(sizes: Ints, room: int) -> Iterator[slice]:
    """Cut rows of these sizes into parts of at most `room`, of at least one row each."""
    start = total = 0
    for row, size in enumerate(sizes.tolist()):
        if row > start and total + size > room:
            yield slice(start, row)
            start, total = row, 0
        total += size
    if len(sizes):
        yield slice(start, len(sizes))
