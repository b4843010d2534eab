"""What is wrong with a row, and how a person is told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chronotope.errors import shortened

Line = tuple[int, dict[str, str]]
"""A row under our column names, with the number of the line that it begins on."""

REST = "…"
"""Under this name a rejected row keeps the fields that it has too many."""

_MOST_OF_A_REASON = 400
_MOST_KEPT = 10_000


class RowError(Exception):
    """What is wrong with a row, and in which column; no column means the row as a whole."""

    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(column, reason)
        self.column = column
        self.reason = shortened(reason, _MOST_OF_A_REASON)


@dataclass(frozen=True)
class Rejection:
    """A row that was not loaded: where it stands, why, and what it says."""

    file: str
    line: int
    column: str | None
    reason: str
    row: Mapping[str, str]

    def brief(self) -> "Rejection":
        """Return it as it is kept in memory: of long texts the beginning and the end."""
        return replace(
            self, row={name: shortened(text, _MOST_KEPT) for name, text in self.row.items()}
        )

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return (
            f"{where}: {self.column}: {self.reason}" if self.column else f"{where}: {self.reason}"
        )
