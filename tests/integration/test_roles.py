"""docs/grants.cypher: a server parses each statement, and the graph model has what it names."""

import re
from pathlib import Path

import pytest
from neo4j.exceptions import Neo4jError

from chronotope.graph import Graph

DOCS = Path(__file__).resolve().parents[2] / "docs"
CODE = re.sub(
    r"^//.*$", "", (DOCS / "grants.cypher").read_text(encoding="utf-8"), flags=re.MULTILINE
)
STATEMENTS = [statement.strip() for statement in CODE.split(";") if statement.strip()]
_NO_ROLES = "Unsupported administration command"


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_server_without_roles_parses_it_and_says_that_it_has_none(
    migrated: Graph, statement: str
) -> None:
    with (
        migrated.driver.session(database="system") as session,
        pytest.raises(Neo4jError, match=_NO_ROLES),
    ):
        session.run(statement).consume()


def test_what_is_granted_is_in_the_graph_model() -> None:
    page = (DOCS / "graph-model.md").read_text(encoding="utf-8")
    lists = re.findall(r"(?:NODES|RELATIONSHIPS) ([A-Za-z_, ]+) TO", CODE)
    names = {name.strip() for several in lists for name in several.split(",")}
    assert {"User", "INTERACTED", "Erased"} <= names
    assert [name for name in sorted(names) if f"### `{name}`" not in page] == []
    (denied,) = re.findall(r"DENY READ \{(.*?)\}", CODE)
    user = page.partition("### `User`")[2].partition("\n### ")[0]
    assert [name for name in denied.split(", ") if f"| `{name}` |" not in user] == []
