"""Read migration files: names, statements and checksums as neo4j-migrations defines them."""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chronotope.errors import MigrationError
from chronotope.migrations.preconditions import Precondition, read_preconditions
from chronotope.resources import folder

BEFORE, AFTER = "beforeMigrate.cypher", "afterMigrate.cypher"
"""Callbacks: files that run before and after every `apply`."""

_NAME = re.compile(r"([VR])(\d+(?:[_.]\d+)*)__([\w ]+)\.cypher")
_END_OF_STATEMENT = re.compile(r";[ \t]*(?:\r?\n|$)")
_TOKEN = re.compile(
    r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`|//[^\r\n]*|/\*.*?\*/|;|[^\s;]", re.DOTALL
)
_QUOTED_OR_COMMENT = re.compile(
    r"('(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`)|//[^\r\n]*|/\*.*?\*/", re.DOTALL
)
_PLACEHOLDER = re.compile(r"\$\{nm:(\w+)\}")
_SCHEMA = re.compile(
    r"(?:CYPHER\s+\d+\s+)?(?:CREATE|DROP|ALTER)\s+(?:OR\s+REPLACE\s+)?(?:\w+\s+)*?(?:INDEX|CONSTRAINT)\b",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"\bCREATE\s+(?:\w+\s+)?(?:INDEX|CONSTRAINT)\s+(?P<name>\w+)\s+IF NOT EXISTS\s+FOR\s+"
    r"\(\w*:?(?P<label>\w+)?\)(?:-\[\w+:(?P<type>\w+)\]-\(\))?\s+"
    r"(?:REQUIRE|ON(?:\s+EACH)?)\s+(?P<what>\(.+?\)|\[.+?\]|\S+)"
)
_NAMED = re.compile(r"\b(?:CREATE|DROP)\s+(?:\w+\s+)?(?:INDEX|CONSTRAINT)\s+(\w+)\s+IF ")
_OWN_TRANSACTIONS = re.compile(r"\}\s*IN\s+(?:\d+\s+CONCURRENT\s+)?TRANSACTIONS\b", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """One statement and the line of the file that it begins on."""

    text: str
    line: int

    @property
    def code(self) -> str:
        """The text without comments; empty for comments alone."""
        return _QUOTED_OR_COMMENT.sub(lambda match: match[1] or " ", self.text).strip()

    @property
    def is_schema(self) -> bool:
        """Whether it makes or drops an index or a constraint."""
        return bool(_SCHEMA.match(self.code))

    @property
    def has_own_transactions(self) -> bool:
        """Whether it is a `CALL {…} IN TRANSACTIONS`, which needs to run by itself."""
        return bool(_OWN_TRANSACTIONS.search(self.code))


@dataclass(frozen=True)
class Migration:
    """One file; `version` is spelled as in its name, with dots for underscores.

    `parts` are what stands between semicolons, comments alone included: the checksum counts them.
    """

    version: str
    description: str
    repeatable: bool
    source: str
    parts: tuple[Statement, ...]
    preconditions: tuple[Precondition, ...] = field(default=())

    @property
    def order(self) -> tuple[int, ...]:
        """The version as numbers: 1.10 comes after 1.9."""
        return order_of(self.version)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What is to be run."""
        return tuple(part for part in self.parts if part.code)

    @property
    def checksum(self) -> str:
        """CRC-32 over the parts as they stand in the file, as neo4j-migrations has it.

        Line ends within a statement count.
        """
        return _checksum(self._text)

    @property
    def checksums(self) -> frozenset[str]:
        """The checksums of the file with any line ends, as another machine may have had it.

        neo4j-migrations has the option `autocrlf` for that.
        """
        lines = self._text.replace("\r\n", "\n")
        return frozenset(map(_checksum, (self._text, lines, lines.replace("\n", "\r\n"))))

    @property
    def _text(self) -> str:
        return "".join(part.text for part in self.parts)


def _checksum(text: str) -> str:
    return str(zlib.crc32(text.encode()))


def order_of(version: str) -> tuple[int, ...]:
    """Return a version as numbers, for sorting."""
    return tuple(int(number) for number in version.replace("_", ".").split("."))


def split(text: str, source: str) -> tuple[Statement, ...]:
    """Split a file where a semicolon ends a line.

    Raises MigrationError where a semicolon ends a line inside a string, a quoted name or a comment
    within a statement: neo4j-migrations, and so this, would split there.
    """
    _refuse_hidden_ends(text, source)
    statements, start = [], 0
    for match in [*_END_OF_STATEMENT.finditer(text), None]:
        part = text[start : match.start() if match else len(text)]
        if part.strip():
            leading = len(part) - len(part.lstrip())
            line = text.count("\n", 0, start + leading) + 1
            statements.append(Statement(part.strip(), line))
        start = match.end() if match else start
    return tuple(statements)


def read_file(path: Path) -> Migration:
    """Read one file; raise MigrationError if its name, encoding or content is not a migration's."""
    match = _NAME.fullmatch(path.name)
    if not match:
        raise MigrationError(
            f"{path}: a migration is named V1__Description.cypher (runs once) or "
            "R1__Description.cypher (runs whenever it changed), with two underscores."
        )
    kind, version, description = match.groups()
    text = read_text(path)
    migration = Migration(
        version=version.replace("_", "."),
        description=description.replace("_", " "),
        repeatable=kind == "R",
        source=path.name,
        parts=split(text, path.name),
        preconditions=read_preconditions(text, path.name),
    )
    if not migration.statements:
        raise MigrationError(f"{path}: holds no statement; delete it or write one.")
    _refuse_mixture(migration)
    return migration


def read_folder(path: Path | None = None) -> list[Migration]:
    """Read all migrations of a folder (default: chronotope's own), in the order of versions.

    Raises MigrationError when the folder holds none.
    """
    path = path or folder("migrations")
    files = (file for file in path.glob("*.cypher") if file.name not in (BEFORE, AFTER))
    migrations = sorted(map(read_file, files), key=lambda migration: migration.order)
    if not migrations:
        raise MigrationError(f"{path} holds no migrations (*.cypher).")
    return migrations


def read_callback(path: Path | None, name: str) -> tuple[Statement, ...]:
    """Return the statements of a callback; none if there is no such file."""
    file = (path or folder("migrations")) / name
    if not file.is_file():
        return ()
    return tuple(part for part in split(read_text(file), name) if part.code)


def read_text(path: Path) -> str:
    """Return the text of a file, line ends as they are; raise MigrationError if it is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise MigrationError(
            f"{path}: not UTF-8 at byte {problem.start}; save it as UTF-8."
        ) from None


def fill(statement: Statement, values: Mapping[str, str], source: str) -> str:
    """Return the text with `${nm:key}` replaced; raise MigrationError for a key without a value."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise MigrationError(
                f"{source}:{statement.line}: the placeholder {match[0]} has no value; "
                f"give it with --placeholder {match[1]}=VALUE."
            )
        return values[match[1]]

    return _PLACEHOLDER.sub(value, statement.text)


@dataclass(frozen=True)
class Made:
    """An index or a constraint that a statement makes, and what it is of."""

    kind: str
    """CONSTRAINT, or the type of an index: RANGE, POINT, FULLTEXT or VECTOR."""
    name: str
    of: str
    """A label or a type of relationships."""
    properties: tuple[str, ...]


def made(statement: Statement) -> Made | None:
    """Return the index or constraint that a statement makes, if it does."""
    match = _MADE.search(statement.code)
    if not match:
        return None
    first = match[0].split()[1]
    kind = {"INDEX": "RANGE"}.get(first, first)
    properties = tuple(re.findall(r"\.(\w+)", match["what"]))
    return Made(kind, match["name"], match["type"] or match["label"], properties)


def rename(statements: Iterable[Statement], names: Mapping[str, str]) -> Iterator[Statement]:
    """Yield statements that make or drop indexes under other names; without those of an empty name.

    A name like `INDEX cell_id` has an index made of what would be a constraint.
    """
    for statement in statements:
        match = _NAMED.search(statement.code)
        if match is None or match[1] not in names:
            yield statement
        elif other := names[match[1]]:
            kind, _, name = other.rpartition(" ")
            text = re.sub(rf"\b{match[1]}(?= IF (?:NOT )?EXISTS)", name, statement.text)
            if kind:
                text = re.sub(r"\bCONSTRAINT\b", kind, text)
                text = re.sub(r"\bREQUIRE (\S+) IS UNIQUE", r"ON (\1)", text)
            yield Statement(text, statement.line)


def _refuse_mixture(migration: Migration) -> None:
    schema = next((part for part in migration.statements if part.is_schema), None)
    data = next((part for part in migration.statements if not part.is_schema), None)
    if schema and data:
        raise MigrationError(
            f"{migration.source}: line {schema.line} changes the schema and line {data.line} data; "
            "Neo4j does not do both in one transaction. Split it into two files."
        )


def _refuse_hidden_ends(text: str, source: str) -> None:
    for token, inside in _tokens(text):
        if not token[0].startswith(("'", '"', "`", "/*", "//")):
            continue
        ends = _END_OF_STATEMENT.search(token[0] + ("\n" if token[0].startswith("//") else ""))
        if ends and (inside or not token[0].startswith("//")):
            line = text.count("\n", 0, token.start() + ends.start()) + 1
            what = "a comment" if token[0].startswith("/") else "a string or quoted name"
            raise MigrationError(
                f"{source}:{line}: a semicolon ends the line inside {what}; the statement would be "
                "split there. Put something after it, or write it as \\u003B."
            )


def _tokens(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield the tokens of a text, and whether each stands within a statement."""
    inside = False
    for token in _TOKEN.finditer(text):
        if token[0] == ";" and _END_OF_STATEMENT.match(text, token.start()):
            inside = False
            continue
        yield token, inside
        if not token[0].startswith(("//", "/*")):
            inside = True
