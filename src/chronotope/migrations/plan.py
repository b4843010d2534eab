"""Compare the migration files with a graph's history; decide what is to be done. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chronotope.errors import MigrationError
from chronotope.migrations.files import Migration

State = Literal["applied", "pending", "changed"]


@dataclass(frozen=True)
class Applied:
    """One migration of the graph's history, as of its last run."""

    version: str
    description: str
    source: str
    checksum: str
    repeatable: bool
    at: datetime
    by: str
    milliseconds: int


@dataclass(frozen=True)
class Step:
    """A migration and where it stands; `applied` is None while it is pending."""

    migration: Migration
    state: State
    applied: Applied | None = None


def plan(local: Sequence[Migration], history: Sequence[Applied]) -> list[Step]:
    """Return where each local migration stands, in order.

    Raises MigrationError when the history holds a migration that the folder lacks, when a file
    that runs once was changed after it ran, or when a file was added in front of applied ones.
    """
    by_version = {_order(applied.version): applied for applied in history}
    known = {migration.order for migration in local}
    for applied in history:
        if _order(applied.version) not in known:
            raise MigrationError(
                f"The graph has the migration {applied.source}, which the folder lacks: it was "
                "written by a newer chronotope or by another tool. Use that version's folder."
            )
    newest = max(by_version, default=())
    steps = []
    for migration in local:
        done = by_version.get(migration.order)
        if done is None:
            if migration.order < newest:
                raise MigrationError(
                    f"{migration.source} is older than what the graph already has; "
                    "give it a version above the newest one."
                )
            steps.append(Step(migration, "pending"))
        elif done.checksum == migration.checksum:
            steps.append(Step(migration, "applied", done))
        elif migration.repeatable:
            steps.append(Step(migration, "changed", done))
        else:
            raise MigrationError(
                f"{migration.source} was changed after it was applied (checksum "
                f"{done.checksum} then, {migration.checksum} now). Restore the file and write the "
                "change as a new migration."
            )
    return steps


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.replace("_", ".").split("."))
