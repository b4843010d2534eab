"""Compare the migration files with a graph's history; decide what is to be done. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chronotope.errors import InputError, MigrationError
from chronotope.migrations.files import Migration, order_of

State = Literal["applied", "pending", "changed", "altered", "late", "unknown", "duplicate"]
"""Where a migration stands.

`changed` is a repeatable file that will run again, `altered` a file that runs once and was changed
after it ran, `late` one that was added in front of applied ones, `duplicate` one whose version
another file has too. `unknown` is one that the graph has and the folder lacks: it came from another
folder, which is no obstacle.
"""


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
    """A migration and where it stands; one of the two may be missing."""

    state: State
    migration: Migration | None
    applied: Applied | None = None

    @property
    def source(self) -> str:
        """The name of the file."""
        one = self.migration or self.applied
        assert one is not None  # noqa: S101  a step is made of one of them
        return one.source

    @property
    def complaint(self) -> str | None:
        """What keeps the folder from being applied, and what to do about it."""
        match self.state:
            case "altered":
                was = self.applied.checksum if self.applied else ""
                now = self.migration.checksum if self.migration else ""
                return (
                    f"{self.source} was changed after it was applied (checksum {was} then, {now} "
                    "now). Restore the file and write the change as a new migration; or, if the "
                    "graph is as the file says, accept it with: chronotope migrate repair."
                )
            case "late":
                return (
                    f"{self.source} is older than what the graph already has; "
                    "give it a version above the newest one."
                )
            case "duplicate":
                return (
                    f"{self.source} has the same version as another file; "
                    "give the later one a higher number."
                )
        return None


def compare(local: Sequence[Migration], history: Sequence[Applied]) -> list[Step]:
    """Return where every migration stands, local or not, in the order of versions."""
    records = [_record(migration, history) for migration in local]
    done = [applied for applied in records if applied]
    newest = max((order_of(applied.version) for applied in done), default=())
    times = Counter(migration.order for migration in local)
    steps = [
        (
            migration.order,
            Step("duplicate", migration)
            if times[migration.order] > 1
            else _step(migration, applied, newest),
        )
        for migration, applied in zip(local, records, strict=True)
    ]
    steps += [
        (order_of(applied.version), Step("unknown", None, applied))
        for applied in history
        if applied not in done
    ]
    return [step for _, step in sorted(steps, key=lambda entry: entry[0])]


def _record(migration: Migration, history: Sequence[Applied]) -> Applied | None:
    """Return when a file was applied, perhaps under another name.

    A version says nothing by itself: another folder may have used it for something else, unless it
    is spelled alike.
    """
    alike = [applied for applied in history if order_of(applied.version) == migration.order]
    tests: tuple[Callable[[Applied], bool], ...] = (
        lambda applied: applied.source == migration.source,
        lambda applied: applied.checksum in migration.checksums,
        lambda applied: applied.description == migration.description,
        lambda applied: applied.version == migration.version,
    )
    return next((applied for test in tests for applied in alike if test(applied)), None)


def _step(migration: Migration, applied: Applied | None, newest: tuple[int, ...]) -> Step:
    if applied is None:
        return Step("late" if migration.order < newest else "pending", migration)
    if applied.checksum in migration.checksums:
        return Step("applied", migration, applied)
    return Step("changed" if migration.repeatable else "altered", migration, applied)


def due(steps: Sequence[Step], to: str = "latest") -> Iterator[Step]:
    """Yield the steps to be run, up to `to`: a version, `latest`, or `next` for a single one.

    Raises MigrationError for a file that does not fit the history, InputError for a version that
    the folder lacks.
    """
    for step in steps:
        if step.complaint:
            raise MigrationError(step.complaint)
    limit = None if to in ("latest", "next") else _version(to, steps)
    for step in steps:
        if step.state in ("pending", "changed") and step.migration:
            if limit is not None and step.migration.order > limit:
                return
            yield step
            if to == "next":
                return


def _version(to: str, steps: Sequence[Step]) -> tuple[int, ...]:
    versions = {step.migration.order: step.migration.version for step in steps if step.migration}
    try:
        wanted = order_of(to)
    except ValueError:
        wanted = ()
    if wanted not in versions:
        known = ", ".join(versions.values())
        raise InputError(
            f"There is no version '{to}'; there are: {known}, and `latest` and `next`."
        )
    return wanted
