"""Bring a graph's schema up to date and keep its history."""

import getpass
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from neo4j.exceptions import Neo4jError

from chronotope.errors import MigrationError, SchemaError
from chronotope.graph import Graph
from chronotope.migrations.files import Migration, read_folder
from chronotope.migrations.plan import Applied, Step, plan

# The name that neo4j-migrations gives the lock of the home database.
_LOCK_OF_HOME_DATABASE = "John Doe"


def history(graph: Graph) -> list[Applied]:
    """Return what was applied to the graph, oldest first."""
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
        for row in graph.read("migrate.read_history")
    ]


def apply(
    graph: Graph,
    migrations: Sequence[Migration] | None = None,
    *,
    announce: Callable[[Migration], None] = lambda migration: None,
) -> list[Migration]:
    """Apply what is pending or changed; return it.

    Each file runs in a transaction of its own and is recorded right after, so that a failure
    leaves everything before it applied. Raises SchemaError for a graph that holds somebody
    else's data, MigrationError for a plan or a statement that cannot be carried out.
    """
    migrations = read_folder() if migrations is None else migrations
    _refuse_foreign(graph)
    for query in (
        "migrate.constrain_lock_id",
        "migrate.constrain_lock_name",
        "migrate.constrain_version",
        "migrate.index_repetition",
    ):
        graph.write(query)
    with _lock(graph):
        applied = history(graph)
        due = [step for step in plan(migrations, applied) if step.state != "applied"]
        previous = applied[-1].version if applied else "BASELINE"
        for step in due:
            announce(step.migration)
            _run(graph, step, previous)
            if step.state == "pending":
                previous = step.migration.version
    graph.read("migrate.await_indexes")
    return [step.migration for step in due]


def require_current(graph: Graph) -> None:
    """Raise SchemaError unless every migration of the package has been applied."""
    pending = [step for step in plan(read_folder(), history(graph)) if step.state != "applied"]
    if pending:
        raise SchemaError(
            f"The database at {graph.connection.uri} lacks the migration "
            f"{pending[0].migration.source}; run: chronotope migrate apply."
        )


def _run(graph: Graph, step: Step, previous: str) -> None:
    migration, started = step.migration, time.monotonic()
    try:
        graph.run_statements(migration.statements, migration.source)
    except Neo4jError as problem:
        raise MigrationError(
            f"{migration.source} failed: {problem.message}. Nothing of it was kept; what came "
            "before stays applied. Correct the file and run: chronotope migrate apply."
        ) from problem
    record = {
        "version": migration.version,
        "checksum": migration.checksum,
        "by": getpass.getuser(),
        "connectedAs": graph.connection.username,
        "milliseconds": round((time.monotonic() - started) * 1000),
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


def _refuse_foreign(graph: Graph) -> None:
    if history(graph):
        return
    nodes = graph.read("migrate.count_foreign_nodes")[0]["nodes"]
    if nodes:
        raise SchemaError(
            f"The database at {graph.connection.uri} holds {nodes:,} nodes but no migration of "
            "chronotope: it is somebody else's graph, and nothing in it was changed. "
            "Use an empty database (NEO4J_DATABASE)."
        )


@contextmanager
def _lock(graph: Graph) -> Iterator[None]:
    own = str(uuid.uuid4())
    database = (graph.connection.database or "neo4j").lower()
    name = _LOCK_OF_HOME_DATABASE if database == "neo4j" else database
    holder = graph.write("migrate.acquire_lock", {"id": own, "name": name})[0]["holder"]
    if holder != own:
        raise MigrationError(
            f"Another run holds the lock of migrations ({holder}). Wait until it is done; if it "
            "crashed, delete the node with the label __Neo4jMigrationsLock and try again."
        )
    try:
        yield
    finally:
        graph.write("migrate.release_lock", {"id": own})
