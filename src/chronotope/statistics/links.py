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
    def added(cls, parts: "Sequence[Links]") -> "Links":
        """Add up the values of links of the same starts to the same others."""
        if len(parts) == 1:
            return parts[0]
        length = len(parts[0].start) - 1
        other = np.concatenate([part.other for part in parts])
        first = np.concatenate([part.first() for part in parts])
        width = int(other.max(initial=0)) + 1
        pairs, pair = np.unique(first * width + other, return_inverse=True)
        values = {}
        for name in parts[0].values:
            column = np.concatenate([part.values[name] for part in parts])
            values[name] = np.zeros((len(pairs), *column.shape[1:]), column.dtype)
            np.add.at(values[name], pair, column)
        return cls.of_pairs(length, *np.divmod(pairs, width), **values)

    @classmethod
    def none(cls, length: int) -> Self:
        """Return no links of `length` starts."""
        return cls(np.zeros(length + 1, np.int64), np.zeros(0, np.int64), {})

    def first(self) -> Ints:
        """Return the start of each link."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    def take(self, chosen: Sequence[int]) -> "Links":
        """Keep the links of the chosen starts, which are numbered anew."""
        sizes = np.diff(self.start)[chosen]
        ranges = [np.arange(self.start[k], self.start[k + 1]) for k in chosen]
        place = np.concatenate([*ranges, np.zeros(0, np.int64)])
        values = {name: column[place] for name, column in self.values.items()}
        return Links(np.concatenate([[0], np.cumsum(sizes)]), self.other[place], values)

    def rows(self, k: int, ids: Sequence[Id]) -> dict[Id, tuple[Any, ...]]:
        """Return the values of each link of `k`, by the id of the other."""
        part = slice(self.start[k], self.start[k + 1])
        columns = (column[part].tolist() for column in self.values.values())
        others = (ids[other] for other in self.other[part].tolist())
        return dict(zip(others, zip(*columns, strict=True), strict=True))
