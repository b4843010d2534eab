from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chronotope.errors import MigrationError
from chronotope.migrations.files import Migration
from chronotope.migrations.plan import Applied, plan

ONE = Migration("1", "one", False, "V1__one.cypher", ("RETURN 1",))
TWO = Migration("2", "two", True, "R2__two.cypher", ("RETURN 2",))


def applied(migration: Migration) -> Applied:
    return Applied(
        version=migration.version,
        description=migration.description,
        source=migration.source,
        checksum=migration.checksum,
        repeatable=migration.repeatable,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        by="someone",
        milliseconds=1,
    )


def states(local: list[Migration], history: list[Applied]) -> list[str]:
    return [step.state for step in plan(local, history)]


def test_what_the_graph_lacks_is_pending() -> None:
    assert states([ONE, TWO], [applied(ONE)]) == ["applied", "pending"]


def test_leading_zeros_do_not_matter() -> None:
    assert states([ONE], [replace(applied(ONE), version="001")]) == ["applied"]


def test_a_changed_repeatable_file_runs_again() -> None:
    changed = replace(TWO, statements=("RETURN 3",))
    assert states([ONE, changed], [applied(ONE), applied(TWO)]) == ["applied", "changed"]


def test_a_changed_file_that_runs_once_is_refused() -> None:
    with pytest.raises(MigrationError, match=r"V1__one\.cypher was changed after it was applied"):
        plan([replace(ONE, statements=("RETURN 3",))], [applied(ONE)])


def test_a_history_that_the_folder_lacks_is_refused() -> None:
    with pytest.raises(MigrationError, match=r"has the migration R2__two\.cypher"):
        plan([ONE], [applied(ONE), applied(TWO)])


def test_a_file_in_front_of_applied_ones_is_refused() -> None:
    with pytest.raises(MigrationError, match=r"V1__one\.cypher is older"):
        plan([ONE, TWO], [applied(TWO)])
