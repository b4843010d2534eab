"""Preconditions of a migration, in comments: what is asserted, and what is assumed. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from chronotope.errors import MigrationError

_LINE = re.compile(
    r"\s*//\s*(assert|assume)\s+(?:that\s+)?(?:(edition|version)\s+is\s+(.+?)"
    r"|(?:in\s+\w+\s+)?q'\s*(.+?))\s*",
    re.IGNORECASE,
)
_BEGINNING = re.compile(r"\s*//\s*(?:assert|assume)\s+(?:that\s|q'|in\s)", re.IGNORECASE)
_VERSIONS = re.compile(r"(?:(ge|lt)\s+)?(\d+(?:\.\d+)*)(?:\s*(?:,|or)\s*(\d+(?:\.\d+)*))*")
_EDITIONS = ("community", "enterprise")


@dataclass(frozen=True)
class Precondition:
    """One condition; an assertion that fails is an error, an assumption skips the migration."""

    kind: Literal["assert", "assume"]
    subject: Literal["edition", "version", "query"]
    value: str
    line: int

    def holds(self, version: str, edition: str, ask: Callable[[str], bool]) -> bool:
        """Tell whether it holds for a server; `ask` runs the query of a condition."""
        match self.subject:
            case "edition":
                return self.value == edition.lower()
            case "version":
                return _fits(self.value, version)
            case "query":
                return ask(self.value)


def read_preconditions(text: str, source: str) -> tuple[Precondition, ...]:
    """Read the preconditions of a file; raise MigrationError for one that cannot be understood."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not _BEGINNING.match(line):
            continue
        match = _LINE.fullmatch(line)
        subject = match[2].lower() if match and match[2] else "query"
        value = (match[3] or match[4]) if match else ""
        value = value if subject == "query" else value.lower()
        if (
            not match
            or (subject == "edition" and value not in _EDITIONS)
            or (subject == "version" and not _VERSIONS.fullmatch(value))
        ):
            raise MigrationError(
                f"{source}:{number}: this precondition is not understood. Write `// assert that "
                "edition is enterprise`, `// assume that version is ge 2026.02` or "
                "`// assume q' RETURN true`."
            )
        kind = match[1].lower()
        found.append(Precondition(kind, subject, value, number))  # type: ignore[arg-type]
    return tuple(found)


def _fits(wanted: str, version: str) -> bool:
    numbers = _numbers(version)
    relation = wanted.split()[0]
    if relation in ("ge", "lt"):
        limit = _numbers(wanted)
        return (numbers[: len(limit)] >= limit) == (relation == "ge")
    wishes = map(_numbers, re.split(r"\s*(?:,|\bor\b)\s*", wanted))
    return any(numbers[: len(wish)] == wish for wish in wishes)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]
