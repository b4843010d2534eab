"""The examples of docs/plugin.md print, on the town, what the page says."""

import re
from pathlib import Path

import pytest

from chronotope import doctor
from chronotope.graph import Graph

PAGE = Path(__file__).resolve().parents[2] / "docs" / "plugin.md"
EXAMPLES = re.findall(
    r"```cypher\n(.*?)```\n\n```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
)


@pytest.mark.parametrize(("statement", "printed"), EXAMPLES)
def test_an_example_prints_what_the_page_says(town: Graph, statement: str, printed: str) -> None:
    if not doctor.plugin(town).procedures:
        pytest.skip("the server has no plugin")
    answer = town.driver.execute_query(statement, database_=town.connection.database)
    lines = [" | ".join(map(str, record.values())) for record in answer.records]
    assert "\n".join(lines) == printed.strip()


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) == 4
