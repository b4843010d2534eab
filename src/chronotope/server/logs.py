"""Where the logs of the local server are, and what they say last."""

from collections import deque
from dataclasses import dataclass
from pathlib import Path

from chronotope.errors import InputError
from chronotope.server import local
from chronotope.suggestions import did_you_mean


@dataclass(frozen=True)
class Log:
    """A log by its name, its file, and its size in bytes."""

    name: str
    path: Path
    size: int


def logs(name: str = local.MAIN) -> tuple[Log, ...]:
    """Return the logs of a local server that there are, by name."""
    folder = local.home_of(name).log_file.parent
    return tuple(Log(path.stem, path, path.stat().st_size) for path in sorted(folder.glob("*.log")))


def last_lines(name: str, log: str, lines: int) -> tuple[str, ...]:
    """Return the last lines of a log, as they are: they may hold control characters.

    Raises InputError, which lists those there are, for a log that there is not.
    """
    found = {one.name: one.path for one in logs(name)}
    if log not in found:
        raise InputError(
            f"The local server has no log '{log}'; it has: {', '.join(found) or 'none yet'}."
            f"{did_you_mean(log, found)}"
        )
    with found[log].open(encoding="utf-8", errors="replace") as file:
        return tuple(line.rstrip("\r\n") for line in deque(file, lines))
