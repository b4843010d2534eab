from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chronotope.errors import InputError, MigrationError
from chronotope.migrations.files import Migration, Statement
from chronotope.migrations.plan import Applied, compare, due

ONE = Migration("1", "one", False, "V1__one.cypher", (Statement("RETURN 1", 1),))
TWO = Migration("2", "two", True, "R2__two.cypher", (Statement("RETURN 2", 1),))
TEN = Migration("10", "ten", False, "V10__ten.cypher", (Statement("RETURN 10", 1),))
OTHER = (Statement("RETURN 3", 1),)


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
    return [step.state for step in compare(local, history)]


def run(local: list[Migration], history: list[Applied], to: str = "latest") -> list[str]:
    return [step.source for step in due(compare(local, history), to)]


def test_what_the_graph_lacks_is_pending() -> None:
    assert states([ONE, TWO], [applied(ONE)]) == ["applied", "pending"]
    assert run([ONE, TWO], [applied(ONE)]) == ["R2__two.cypher"]


def test_leading_zeros_do_not_matter() -> None:
    assert states([ONE], [replace(applied(ONE), version="001")]) == ["applied"]


def test_a_changed_repeatable_file_runs_again() -> None:
    changed = replace(TWO, parts=OTHER)
    assert states([ONE, changed], [applied(ONE), applied(TWO)]) == ["applied", "changed"]
    assert run([ONE, changed], [applied(ONE), applied(TWO)]) == ["R2__two.cypher"]


@pytest.mark.parametrize(
    ("local", "history", "state", "complaint"),
    [
        ([replace(ONE, parts=OTHER)], [ONE], "altered", r"V1__one.cypher was changed after it"),
        (
            [ONE, replace(TWO, version="01")],
            [],
            "duplicate",
            r"V1__one.cypher has the same version",
        ),
        ([ONE, TWO], [TWO], "late", r"V1__one.cypher is older than what"),
    ],
)
def test_what_does_not_fit_is_told_and_not_run(
    local: list[Migration], history: list[Migration], state: str, complaint: str
) -> None:
    done = list(map(applied, history))
    assert state in states(local, done)
    with pytest.raises(MigrationError, match=complaint):
        run(local, done)


def test_to_stops_at_a_version_or_after_the_next() -> None:
    folder = [ONE, TWO, TEN]
    assert run(folder, [], "2") == ["V1__one.cypher", "R2__two.cypher"]
    assert run(folder, [], "next") == ["V1__one.cypher"]
    assert run(folder, [applied(ONE)], "next") == ["R2__two.cypher"]
    with pytest.raises(InputError, match=r"no version '3'; there are: 1, 2, 10, and `latest`"):
        run(folder, [], "3")


def test_migrations_of_another_folder_are_no_obstacle() -> None:
    later = replace(TEN, version="1000", source="V1000__own.cypher")
    assert states([ONE, TWO], [applied(ONE), applied(later)]) == ["applied", "pending", "unknown"]
    assert run([ONE, TWO], [applied(ONE), applied(later)]) == ["R2__two.cypher"]
    # A version that is spelled in another way is another folder's.
    other = Migration("001", "own", False, "V001__own.cypher", OTHER)
    assert states([ONE], [applied(other)]) == ["pending", "unknown"]
    assert states([other], [applied(ONE)]) == ["pending", "unknown"]


@pytest.mark.parametrize("renamed", ["V1__first.cypher", "V01__first.cypher"])
def test_a_file_that_was_renamed_is_known_by_its_text(renamed: str) -> None:
    moved = replace(ONE, version=renamed[1:].partition("_")[0], description="first", source=renamed)
    assert states([moved], [applied(ONE)]) == ["applied"]


def test_line_ends_do_not_matter() -> None:
    lines = (Statement("MATCH (n)\nRETURN n", 1), Statement("RETURN 2", 3))
    unix = replace(ONE, parts=lines)
    windows = replace(ONE, parts=(Statement("MATCH (n)\r\nRETURN n", 1), lines[1]))
    for migration, record in ((unix, windows), (windows, unix), (windows, windows)):
        assert states([migration], [applied(record)]) == ["applied"]
    changed = replace(ONE, parts=(Statement("MATCH (n)\r\nRETURN m", 1), lines[1]))
    assert states([changed], [applied(unix)]) == ["altered"]
