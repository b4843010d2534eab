"""What items or categories are linked to, and the numbers of each link, as columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from chronotope.statistics.arrays import Ints

Id = TypeVar("Id")


@dataclass(frozen=True)
class Links:
    """Links of a numbered start to others; those of `k` stand from start[k] to start[k + 1].

    `other` and every one of the `values`, by the names of their properties, have one entry a link.
    """

    start: Ints
    other: NDArray[Any]
    values: Mapping[str, NDArray[Any]]

    @classmethod
    def of_pairs(
        cls, length: int, first: NDArray[Any], other: NDArray[Any], **values: NDArray[Any]
    ) -> Self:
        """Build the links of `length` starts from pairs that are in the order of `first`."""
        return cls(np.searchsorted(first, np.arange(length + 1)), other, values)

    @classmethod
    def of_lists(cls, sizes: Ints, lists: Sequence[tuple[NDArray[Any], ...]], *names: str) -> Self:
        """Build the links of starts with so many each from lists of others and named values."""
        nothing = (np.zeros(0, np.int64),) * (len(names) + 1)
        columns = zip(*(lists or [nothing]), strict=True)
        other, *values = map(np.concatenate, columns)
        start = np.concatenate([[0], np.cumsum(sizes)])
        return cls(start, other, dict(zip(names, values, strict=True)))

    @classmethod
    def none(cls, length: int) -> Self:
        """Return no links of `length` starts."""
        return cls(np.zeros(length + 1, np.int64), np.zeros(0, np.int64), {})

    def rows(self, k: int, ids: Sequence[Id]) -> dict[Id, tuple[Any, ...]]:
        """Return the values of each link of `k`, by the id of the other."""
        part = slice(self.start[k], self.start[k + 1])
        columns = (column[part].tolist() for column in self.values.values())
        others = (ids[other] for other in self.other[part].tolist())
        return dict(zip(others, zip(*columns, strict=True), strict=True))
