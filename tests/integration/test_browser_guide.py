"""The guide for Neo4j Browser: its statements run, on the town, and find something."""

import re
from pathlib import Path

import neo4j
import pytest
import world

from chronotope.graph import Graph

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "browser-guide.adoc"
TEXT = GUIDE.read_text(encoding="utf-8")
STATEMENTS = re.findall(r"^\[source,cypher\]\n----\n(.*?)\n----$", TEXT, re.DOTALL | re.MULTILINE)
SETTINGS = [statement for statement in STATEMENTS if statement.startswith(":")]


def test_the_guide_is_asciidoc_of_a_title_and_steps() -> None:
    titles = re.findall(r"^(=+) (.+)$", TEXT, re.MULTILINE)
    assert [level for level, _ in titles] == ["=", *["=="] * 8]
    assert TEXT.count("----\n") == 2 * len(STATEMENTS)


def test_it_sets_the_parameters_that_its_statements_take() -> None:
    assert [setting.split()[:2] for setting in SETTINGS] == [[":param", "user"], [":param", "at"]]
    assert set(re.findall(r"\$(\w+)", TEXT)) == {"user", "at"}


@pytest.mark.parametrize("number", range(len(STATEMENTS) - len(SETTINGS)))
def test_a_statement_finds_something(embedded: Graph, number: int) -> None:
    statement = [one for one in STATEMENTS if one not in SETTINGS][number]
    driver = embedded.driver
    if "CALL chronotope." in statement:
        called = "SHOW PROCEDURES YIELD name WHERE name STARTS WITH 'chronotope.' RETURN name"
        if not driver.execute_query(called).records:
            pytest.skip("needs the plugin")
    found = driver.execute_query(
        statement,
        user="ann",
        at=world.CUT,
        routing_=neo4j.RoutingControl.READ,
        database_=embedded.connection.database,
    )
    assert found.records
