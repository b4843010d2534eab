"""What is wrong with a row, and how a person is told."""

from collections.abc import Mapping
from dataclasses import dataclass

Line = tuple[int, dict[str, str]]
"""A row under our column names, with the number of the line that it begins on."""


class RowError(Exception):
    """What is wrong with a row, and in which column; no column means the row as a whole."""

    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(column, reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True)
class Rejection:
    """A row that was not loaded: where it stands, why, and what it says."""

    file: str
    line: int
    column: str | None
    reason: str
    row: Mapping[str, str]

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return (
            f"{where}: {self.column}: {self.reason}" if self.column else f"{where}: {self.reason}"
        )
