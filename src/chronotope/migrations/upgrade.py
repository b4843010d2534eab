"""Bring a graph's schema up to date and keep its history."""

import getpass
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from neo4j.exceptions import Neo4jError

from chronotope.errors import MigrationError, SchemaError
from chronotope.graph import Graph
from chronotope.migrations.files import (
    AFTER,
    BEFORE,
    Migration,
    Statement,
    fill,
    read_callback,
    read_folder,
    rename,
)
from chronotope.migrations.plan import Applied, Step, compare, due
from chronotope.migrations.publish import publish

# The name that neo4j-migrations gives the lock of the home database.
_LOCK_OF_HOME_DATABASE = "John Doe"
OWN_TARGET = "chronotope"
"""What marks a history that stands apart, in a graph that belongs to somebody else."""
BEAT = 5.0
"""Seconds between two signs of life of a run."""
PATIENCE = 30
"""Seconds without one after which a run counts as dead, and another one takes its place."""
WAIT = 60.0
"""Seconds that a run waits for another one to end."""
_PAUSE = 0.2
_CHAIN_SCHEMA = (
    "migrate.constrain_lock_id",
    "migrate.constrain_lock_name",
    "migrate.constrain_version",
    "migrate.index_repetition",
)


@dataclass(frozen=True)
class MigrateOptions:
    """Which folder (None is chronotope's own), how far, and what its placeholders stand for.

    With `adopt`, data without a history is taken for ours: a bulk import brings none. With `apart`
    the history begins as a chain of its own, beside one that the graph's owner may have. `renamed`
    gives indexes and constraints, by their names, another one; an empty one leaves them out, and
    one like `INDEX cell_id` makes no constraint, but an index.
    """

    location: Path | None = None
    to: str = "latest"
    placeholders: Mapping[str, str] = field(default_factory=dict)
    adopt: bool = False
    apart: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Repair:
    """What `repair` would do: checksums to rewrite, and the lock to release, if one is held."""

    altered: tuple[Step, ...]
    lock: str | None
    target: str | None = None


def history(graph: Graph, location: Path | None = None) -> list[Applied]:
    """Return what was applied to the graph, oldest first.

    Chronotope's own folder (None) may have a history apart from that of all others.
    """
    return _history(graph, _target(graph, location))


def _history(graph: Graph, target: str | None) -> list[Applied]:
    return [
        Applied(
            version=row["version"],
            description=row["description"],
            source=row["source"],
            checksum=row["checksum"],
            repeatable=row["repeatable"],
            at=row["at"].to_native(),
            by=row["by"],
            milliseconds=row["milliseconds"],
        )
        for row in graph.read("migrate.read_history", {"target": target})
    ]


def _target(graph: Graph, location: Path | None, *, apart: bool = False) -> str | None:
    """Return what marks the history of a folder in the graph."""
    if location is not None:
        return None
    is_apart = apart or graph.read("migrate.read_history", {"target": OWN_TARGET})
    return OWN_TARGET if is_apart else None


def standing(graph: Graph, location: Path | None = None) -> list[Step]:
    """Return where every migration stands; those whose assumptions fail are left out.

    Raises MigrationError for an assertion that fails.
    """
    return compare(_applicable(graph, read_folder(location)), history(graph, location))


def pending(graph: Graph, options: MigrateOptions = MigrateOptions()) -> list[Step]:
    """Return the steps that `apply` would run; nothing is written.

    Raises what `apply` raises before it runs anything.
    """
    if options.location is not None:
        _refuse_reserved(options.location)
    elif not options.adopt:
        _refuse_foreign(graph)
    return _due(graph, options)


def apply(
    graph: Graph,
    options: MigrateOptions = MigrateOptions(),
    *,
    announce: Callable[[Migration], None] = lambda migration: None,
) -> list[Migration]:
    """Apply what is pending or changed; return it.

    When all of the package's own are applied, its catalogue is published too.
    Each file runs in a transaction of its own and is recorded right after, so that a failure
    leaves everything before it applied; a file with `CALL {…} IN TRANSACTIONS` runs statement by
    statement. Raises SchemaError for a graph that holds somebody else's data, MigrationError for
    a plan or a statement that cannot be carried out.
    """
    pending(graph, options)
    for query in _CHAIN_SCHEMA:
        graph.write(query)
    with _lock(graph):
        steps = _due(graph, options)
        target = _target(graph, options.location, apart=options.apart)
        _call_back(graph, options, BEFORE)
        chain = _history(graph, target)
        previous = chain[-1].version if chain else "BASELINE"
        for step in steps:
            assert step.migration is not None  # noqa: S101  what is due has a file
            announce(step.migration)
            _run(graph, step, step.migration, previous, target, options)
            if step.state == "pending":
                previous = step.migration.version
        _call_back(graph, options, AFTER)
        if options.location is None and not any(due(standing(graph))):
            publish(graph)
    graph.read("migrate.await_indexes")
    return [step.migration for step in steps if step.migration]


def examine(graph: Graph, location: Path | None = None) -> Repair:
    """Return what `repair` would do."""
    steps = standing(graph, location)
    holders = graph.read("migrate.read_lock")
    return Repair(
        altered=tuple(step for step in steps if step.state == "altered"),
        lock=holders[0]["holder"] if holders else None,
        target=_target(graph, location),
    )


def repair(graph: Graph, plan: Repair) -> None:
    """Carry out what `examine` found, once a person agreed: rewrite checksums, release the lock."""
    for step in plan.altered:
        if step.migration and step.applied:
            graph.write(
                "migrate.rewrite_checksum",
                {
                    "version": step.applied.version,
                    "checksum": step.migration.checksum,
                    "target": plan.target,
                },
            )
    if plan.lock:
        graph.write("migrate.release_lock", {"id": plan.lock})


def clean(graph: Graph) -> int:
    """Delete the history and its schema, nothing else; return how many migrations it had.

    A history that somebody else has in the graph stays, with its schema.
    """
    target = _target(graph, None)
    count = len(_history(graph, target))
    with _lock(graph):
        left = graph.write("migrate.delete_history", {"target": target})[0]["left"]
    if not left:
        for name in ("lock_id", "lock_name", "version"):
            graph.write(f"migrate.unconstrain_{name}")
        graph.write("migrate.unindex_repetition")
    return count


def is_fresh(graph: Graph) -> bool:
    """Tell whether the package's migrations are not applied, or only in part and without data yet.

    In part: another run is at it, or broke off.
    """
    own = [step for step in compare(read_folder(), history(graph)) if step.migration]
    if not any(step.applied for step in own):
        return True
    return any(step.state == "pending" for step in own) and bool(
        graph.read("load.is_empty")[0]["empty"]
    )


def is_begun(graph: Graph) -> bool:
    """Tell whether a migration of the package was applied, and not one of the same version."""
    return any(
        step.migration and step.applied and step.applied.source == step.migration.source
        for step in compare(read_folder(), history(graph))
    )


def require_current(graph: Graph) -> None:
    """Raise SchemaError unless every migration of the package has been applied.

    Those of other folders do not matter.
    """
    steps = compare(read_folder(), history(graph))
    if not is_begun(graph):
        _refuse_data(graph)
    for step in steps:
        if step.migration is None:
            continue
        if step.complaint:
            raise SchemaError(step.complaint)
        if step.state != "applied":
            raise SchemaError(
                f"The database at {graph.uri} lacks the migration {step.source}; "
                "run: chronotope migrate apply."
            )


def _due(graph: Graph, options: MigrateOptions) -> list[Step]:
    target = _target(graph, options.location, apart=options.apart)
    local = _applicable(graph, read_folder(options.location))
    return list(due(compare(local, _history(graph, target)), options.to))


def _applicable(graph: Graph, migrations: Sequence[Migration]) -> list[Migration]:
    if not any(migration.preconditions for migration in migrations):
        return list(migrations)
    edition = graph.read("doctor.describe_server")[0]["edition"]
    kept = []
    for migration in migrations:
        failed = [
            condition
            for condition in migration.preconditions
            if not condition.holds(graph.version, edition, graph.ask)
        ]
        for condition in failed:
            if condition.kind == "assert":
                raise MigrationError(
                    f"{migration.source}:{condition.line}: asserts {condition.subject} "
                    f"'{condition.value}', but this is Neo4j {graph.version} {edition}."
                )
        if not failed:
            kept.append(migration)
    return kept


def _run(
    graph: Graph,
    step: Step,
    migration: Migration,
    previous: str,
    target: str | None,
    options: MigrateOptions,
) -> None:
    started = time.monotonic()
    statements = tuple(rename(migration.statements, options.renamed))
    if options.apart and not migration.repeatable:
        # What moves our own data has nothing to move yet, and the owner's may look like it.
        statements = tuple(statement for statement in statements if statement.is_schema)
    _execute(graph, statements, migration.source, options.placeholders)
    record = {
        "version": step.applied.version if step.applied else migration.version,
        "checksum": migration.checksum,
        "by": getpass.getuser(),
        "connectedAs": graph.connection.username,
        "milliseconds": round((time.monotonic() - started) * 1000),
        "target": target,
    }
    if step.state == "changed":
        graph.write("migrate.record_repetition", record)
    else:
        graph.write(
            "migrate.record_version",
            {
                **record,
                "previous": previous,
                "description": migration.description,
                "source": migration.source,
                "repeatable": migration.repeatable,
            },
        )


def _call_back(graph: Graph, options: MigrateOptions, name: str) -> None:
    _execute(graph, read_callback(options.location, name), name, options.placeholders)


def _execute(
    graph: Graph, statements: Sequence[Statement], source: str, placeholders: Mapping[str, str]
) -> None:
    texts = [fill(statement, placeholders, source) for statement in statements]
    alone = any(statement.has_own_transactions for statement in statements)
    done = 0

    def count() -> None:
        nonlocal done
        done += 1

    try:
        graph.run_statements(texts, source, each_alone=alone, after_each=count)
    except Neo4jError as problem:
        kept = f"{done} of its statements were kept" if alone else "Nothing of the file was kept"
        message = str(problem.message).partition("\n")[0]
        raise MigrationError(
            f"{source}:{statements[done].line}: {message}. {kept}; what came before the file stays "
            "applied. Correct the file and run: chronotope migrate apply."
        ) from problem


def _refuse_reserved(location: Path) -> None:
    """Keep a folder from spelling a version as the package does: one history has both."""
    own = {migration.version: migration.source for migration in read_folder()}
    for migration in read_folder(location):
        taken = own.get(migration.version, migration.source)
        if taken != migration.source:
            raise MigrationError(
                f"{migration.source} has the version of chronotope's own {taken}; give it another "
                "one, like V1001."
            )


def _refuse_foreign(graph: Graph) -> None:
    if not history(graph):
        _refuse_data(graph)


def _refuse_data(graph: Graph) -> None:
    """Raise SchemaError for a graph that holds data."""
    nodes = graph.read("migrate.count_foreign_nodes")[0]["nodes"]
    if nodes:
        raise SchemaError(
            f"The database at {graph.uri} holds {nodes:,} nodes but no history of chronotope: "
            "it is somebody else's graph, and nothing in it was changed. To bring it under the "
            "model as it stands: chronotope adopt --guess > mapping.toml, then chronotope adopt "
            "mapping.toml (and chronotope adopt --undo takes all of that off again)."
        )


@contextmanager
def _lock(graph: Graph) -> Iterator[None]:
    own = str(uuid.uuid4())
    database = (graph.connection.database or "neo4j").lower()
    name = _LOCK_OF_HOME_DATABASE if database == "neo4j" else database
    request = {"id": own, "name": name, "patience": PATIENCE}
    deadline = time.monotonic() + WAIT
    while (holder := graph.write("migrate.acquire_lock", request)[0]["holder"]) != own:
        if time.monotonic() > deadline:
            raise MigrationError(
                f"Another run holds the lock of migrations ({holder}). Wait until it is done; if "
                "it crashed, release the lock with: chronotope migrate repair."
            )
        time.sleep(_PAUSE)
    with graph.beating("migrate.keep_lock", {"id": own}, BEAT):
        try:
            yield
        finally:
            graph.write("migrate.release_lock", {"id": own})
