import pytest

from chronotope.errors import MigrationError
from chronotope.migrations.preconditions import read_preconditions


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("// assert that edition is community", True),
        ("//assUMe that Edition is EnteRprise", False),
        ("// assume that version is 2026.09", True),
        ("// assume that version is 4.4, 2026", True),
        ("// assume that version is 4.4 or 5.26", False),
        ("// assume that version is ge 2026.02", True),
        ("// assume that version is ge 2026.10", False),
        ("// assert that version is lt 2027.01", True),
        ("// assume q' RETURN true", True),
        ("// assume in target q'RETURN false", False),
    ],
)
def test_conditions_are_asked_of_the_server(line: str, holds: bool) -> None:
    (condition,) = read_preconditions(f"// hello\n{line}\nRETURN 1;\n", "V1__x.cypher")
    asked = condition.holds("2026.09.0", "community", lambda query: query == "RETURN true")
    assert (asked, condition.line) == (holds, 2)


@pytest.mark.parametrize(
    "line",
    [
        "// assert that edition is cheap",
        "// assume that version is new",
        "// assert that moon is full",
    ],
)
def test_what_is_not_understood_is_refused(line: str) -> None:
    with pytest.raises(
        MigrationError, match=r"V1__x\.cypher:1: this precondition is not understood"
    ):
        read_preconditions(line, "V1__x.cypher")


def test_ordinary_comments_are_no_conditions() -> None:
    assert (
        read_preconditions("// assume nothing\n// I assert that it works\n", "V1__x.cypher") == ()
    )
