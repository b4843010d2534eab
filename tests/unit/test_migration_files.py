from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.errors import MigrationError
from chronotope.migrations.files import read_file, read_folder, split


def write(folder: Path, name: str, text: str = "RETURN 1;\n") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
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
    ],
)
def test_checksums_are_those_of_neo4j_migrations(tmp_path: Path, text: str, checksum: str) -> None:
    assert read_file(write(tmp_path, "V1__x.cypher", text)).checksum == checksum


def test_line_ends_do_not_change_the_checksum(tmp_path: Path) -> None:
    unix = read_file(write(tmp_path, "V1__x.cypher", "RETURN\n 1;\nRETURN 2;\n"))
    windows = read_file(write(tmp_path, "V1__x.cypher", "RETURN\r\n 1;\r\nRETURN 2;\r\n"))
    assert unix.checksum == windows.checksum


@given(st.lists(st.from_regex(r"RETURN '[a-z;$ ]{0,20}' AS [a-z]{1,5}", fullmatch=True)))
def test_no_statement_is_lost(statements: list[str]) -> None:
    text = "".join(f"{statement};\n\n" for statement in statements)
    assert split(f"{text}// the end\n") == tuple(statements)


def test_a_last_statement_without_semicolon_is_kept() -> None:
    assert split("RETURN 1;\nRETURN 2") == ("RETURN 1", "RETURN 2")


def test_versions_are_ordered_as_numbers(tmp_path: Path) -> None:
    for name in ("V10__c.cypher", "V1_10__b.cypher", "V1_9__a.cypher", "R2__r.cypher"):
        write(tmp_path, name)
    assert [m.version for m in read_folder(tmp_path)] == ["1.9", "1.10", "2", "10"]


def test_two_files_with_one_version_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "V1__a.cypher")
    write(tmp_path, "V001__b.cypher")
    with pytest.raises(MigrationError, match="have the same version"):
        read_folder(tmp_path)


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
