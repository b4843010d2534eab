"""Read migration files: names, statements and checksums as neo4j-migrations defines them."""

import re
import zlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from chronotope.errors import MigrationError
from chronotope.resources import folder

_NAME = re.compile(r"([VR])(\d+(?:[_.]\d+)*)__([\w ]+)\.cypher")
_END_OF_STATEMENT = re.compile(r";[ \t]*(?:\n|$)")


@dataclass(frozen=True)
class Migration:
    """One file; `version` is spelled as in its name, with dots for underscores."""

    version: str
    description: str
    repeatable: bool
    source: str
    statements: tuple[str, ...]

    @property
    def order(self) -> tuple[int, ...]:
        """The version as numbers: 1.10 comes after 1.9."""
        return tuple(int(number) for number in self.version.split("."))

    @property
    def checksum(self) -> str:
        """CRC-32 over the statements without their semicolons, as neo4j-migrations has it."""
        return str(zlib.crc32("".join(self.statements).encode()))


def split(text: str) -> tuple[str, ...]:
    """Split a file into statements: each ends with a semicolon at the end of a line.

    Comments in front of a statement belong to it; comments alone are no statement.
    """
    parts = _END_OF_STATEMENT.split(text.replace("\r\n", "\n"))
    return tuple(part.strip() for part in parts if _says_something(part))


def _says_something(part: str) -> bool:
    lines = (line.strip() for line in part.splitlines())
    return any(line and not line.startswith("//") for line in lines)


def read_file(path: Path) -> Migration:
    """Read one file; raise MigrationError if its name, encoding or content is not a migration's."""
    match = _NAME.fullmatch(path.name)
    if not match:
        raise MigrationError(
            f"{path}: a migration is named V1__Description.cypher (runs once) or "
            "R1__Description.cypher (runs whenever it changed), with two underscores."
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise MigrationError(
            f"{path}: not UTF-8 at byte {problem.start}; save it as UTF-8."
        ) from None
    statements = split(text)
    if not statements:
        raise MigrationError(f"{path}: holds no statement; delete it or write one.")
    kind, version, description = match.groups()
    return Migration(
        version=version.replace("_", "."),
        description=description.replace("_", " "),
        repeatable=kind == "R",
        source=path.name,
        statements=statements,
    )


def read_folder(path: Path | None = None) -> list[Migration]:
    """Read all migrations of a folder (default: chronotope's own), in the order of versions.

    Raises MigrationError when two files have one version or the folder holds none.
    """
    path = path or folder("migrations")
    migrations = sorted(map(read_file, path.glob("*.cypher")), key=lambda m: m.order)
    if not migrations:
        raise MigrationError(f"{path} holds no migrations (*.cypher).")
    for one, other in pairwise(migrations):
        if one.order == other.order:
            raise MigrationError(
                f"{path}: {one.source} and {other.source} have the same version; "
                "give the later one a higher number."
            )
    return migrations
