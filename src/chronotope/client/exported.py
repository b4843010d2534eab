"""The result of exporting."""

from dataclasses import dataclass
from pathlib import Path

from chronotope.client.results import Result


@dataclass(frozen=True, kw_only=True)
class Exported(Result):
    """What was written: files, how many rows or nodes, and how many edges, None without any."""

    what: str
    files: tuple[Path, ...]
    nodes: int
    edges: int | None
    remarks: tuple[str, ...] = ()
