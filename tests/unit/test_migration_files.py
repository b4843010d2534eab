from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.errors import MigrationError
from chronotope.migrations.files import (
    Statement,
    fill,
    read_callback,
    read_file,
    read_folder,
    rename,
    split,
)


def write(folder: Path, name: str, text: str = "RETURN 1;\n") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "checksum"),
    [
        # Values that neo4j-migrations computed for these texts.
        (
            (
                "// constraints first\n"
                "CREATE CONSTRAINT user_id IF NOT EXISTS FOR (u:User) REQUIRE u.id IS UNIQUE;\n"
                "CREATE CONSTRAINT item_id IF NOT EXISTS FOR (i:Item) REQUIRE i.id IS UNIQUE;\n"
            ),
            "3979502850",
        ),
        (
            (
                "CREATE (:User {id: 'u1', name: 'Zoë'})\n;\n\n"
                "CREATE (:User {id: 'u2', name: 'semi;colon'});\n"
            ),
            "444786388",
        ),
        (
            (
                "MATCH (a:User {id:'u1'}), (b:User {id:'u2'})\n"
                "MERGE (a)-[:KNOWS {since: date('2026-01-01')}]->(b);\n"
            ),
            "3348870976",
        ),
        # Comments alone count, and so do the line ends within a statement.
        ("// c1\nCREATE (:A {x: 'a'});\n// alone\n;\nCREATE (:B)\n;\n// end\n", "2140549941"),
        ("CREATE (:C {a: 1,\r\n  b: 2});\r\nCREATE (:D);\r\n", "1571967245"),
    ],
)
def test_checksums_are_those_of_neo4j_migrations(tmp_path: Path, text: str, checksum: str) -> None:
    assert read_file(write(tmp_path, "V1__x.cypher", text)).checksum == checksum


def texts(text: str) -> list[str]:
    return [part.text for part in split(text, "V1__x.cypher")]


STATEMENTS = st.lists(st.from_regex(r"RETURN '[a-z;$ ]{0,20}' AS [a-z]{1,5}", fullmatch=True))


@given(STATEMENTS, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_no_statement_is_lost(statements: list[str], end: str, last: bool) -> None:
    text = f";{end}{end}".join(statements) + (f";{end}" if last else "")
    assert texts(text) == statements


@given(STATEMENTS)
def test_statements_know_their_lines(statements: list[str]) -> None:
    text = "// first\n\n" + "".join(f"{statement}\n;\n" for statement in statements)
    lines = text.splitlines()
    for statement in split(text, "V1__x.cypher")[1:]:
        assert lines[statement.line - 1] == statement.text


def test_a_last_statement_without_semicolon_is_kept() -> None:
    assert texts("RETURN 1;\nRETURN 2") == ["RETURN 1", "RETURN 2"]


def test_a_semicolon_within_a_line_never_splits() -> None:
    assert texts("RETURN 1; RETURN 2;\n") == ["RETURN 1; RETURN 2"]


@pytest.mark.parametrize(
    ("text", "line", "where"),
    [
        ("RETURN 1;\nRETURN 'a;\nb';\n", 2, "a string"),
        ('RETURN "a; \n";\n', 1, "a string"),
        ("RETURN 1 AS `a;\nb`;\n", 1, "a string or quoted name"),
        ("MATCH (n) // all;\nRETURN n;\n", 1, "a comment"),
        ("/* one;\ntwo */ RETURN 1;\n", 1, "a comment"),
    ],
)
def test_a_semicolon_that_would_split_unseen_is_refused(text: str, line: int, where: str) -> None:
    with pytest.raises(
        MigrationError, match=rf"V1__x\.cypher:{line}: a semicolon .* inside {where}"
    ):
        split(text, "V1__x.cypher")


def test_a_comment_in_front_may_end_with_a_semicolon() -> None:
    assert texts("// done;\nRETURN 1;\n") == ["// done", "RETURN 1"]


def test_schema_and_data_in_one_file_are_refused(tmp_path: Path) -> None:
    text = "CREATE INDEX x FOR (n:N) ON (n.x);\n// data\nCREATE (:N {x: 'DROP INDEX y'});\n"
    with pytest.raises(MigrationError, match=r"line 1 changes the schema and line 2 data"):
        read_file(write(tmp_path, "V1__x.cypher", text))


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("CREATE CONSTRAINT a FOR (n:N) REQUIRE n.x IS UNIQUE", True),
        ("CYPHER 25 CREATE VECTOR INDEX a FOR (n:N) ON (n.x)", True),
        ("/* drop */ DROP INDEX a IF EXISTS", True),
        ("CREATE (:Index {name: 'CREATE INDEX a'})", False),
        ("MATCH (n) DELETE n", False),
    ],
)
def test_schema_statements_are_told_from_data(text: str, schema: bool) -> None:
    assert Statement(text, 1).is_schema is schema


def test_indexes_are_made_and_dropped_under_other_names() -> None:
    text = (
        "CYPHER 25 CREATE INDEX a IF NOT EXISTS FOR (i:Item) ON (i.a);\n"
        "CYPHER 25 CREATE CONSTRAINT b IF NOT EXISTS FOR (i:Item) REQUIRE i.b IS UNIQUE;\n"
        "CYPHER 25 DROP INDEX a IF EXISTS;\n"
        "CYPHER 25 DROP CONSTRAINT b IF EXISTS;\n"
        "CYPHER 25 DROP INDEX c IF EXISTS;\n"
        "CYPHER 25 DROP INDEX theirs IF EXISTS;\n"
    )
    names = {"a": "x", "b": "INDEX y", "theirs": ""}
    assert [one.text for one in rename(split(text, "a file"), names)] == [
        "CYPHER 25 CREATE INDEX x IF NOT EXISTS FOR (i:Item) ON (i.a)",
        "CYPHER 25 CREATE INDEX y IF NOT EXISTS FOR (i:Item) ON (i.b)",
        "CYPHER 25 DROP INDEX x IF EXISTS",
        "CYPHER 25 DROP INDEX y IF EXISTS",
        "CYPHER 25 DROP INDEX c IF EXISTS",
    ]


def test_own_transactions_are_seen() -> None:
    text = "MATCH (n) CALL (n) { DELETE n } IN 2 CONCURRENT TRANSACTIONS OF 100 ROWS"
    assert Statement(text, 1).has_own_transactions
    assert not Statement("RETURN '} IN TRANSACTIONS'[1] // } IN TRANSACTIONS", 1).is_schema


def test_placeholders_are_filled_after_the_checksum(tmp_path: Path) -> None:
    migration = read_file(write(tmp_path, "V1__x.cypher", "RETURN '${nm:who}';\n"))
    statement = migration.statements[0]
    assert fill(statement, {"who": "ann"}, migration.source) == "RETURN 'ann'"
    assert statement.text == "RETURN '${nm:who}'"
    with pytest.raises(
        MigrationError, match=r"V1__x\.cypher:1: the placeholder \$\{nm:who\} has no"
    ):
        fill(statement, {}, migration.source)


def test_callbacks_are_no_migrations(tmp_path: Path) -> None:
    write(tmp_path, "V1__x.cypher")
    write(tmp_path, "beforeMigrate.cypher", "// nothing\n")
    assert [migration.source for migration in read_folder(tmp_path)] == ["V1__x.cypher"]
    assert read_callback(tmp_path, "beforeMigrate.cypher") == ()


def test_versions_are_ordered_as_numbers(tmp_path: Path) -> None:
    for name in ("V10__c.cypher", "V1_10__b.cypher", "V1_9__a.cypher", "R2__r.cypher"):
        write(tmp_path, name)
    assert [m.version for m in read_folder(tmp_path)] == ["1.9", "1.10", "2", "10"]


@pytest.mark.parametrize("name", ["V1_no_description.cypher", "1__x.cypher", "Vx__x.cypher"])
def test_a_name_that_is_not_a_migrations_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(MigrationError, match="a migration is named V1__Description"):
        read_file(write(tmp_path, name))


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "V1__x.cypher"
    path.write_bytes(b"RETURN '\xe9';")
    with pytest.raises(MigrationError, match="not UTF-8 at byte 8"):
        read_file(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match="holds no statement"):
        read_file(write(tmp_path, "V1__x.cypher", "// nothing\n"))
