"""The examples of docs/tools.md run, in their order, on the town."""

import re
from pathlib import Path

import pytest

from chronotope import Client
from chronotope.config import Connection
from chronotope.graph import Graph

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tools.md"


def test_the_examples_of_the_page_run(
    embedded: Graph, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("neo4j_graphrag")
    pytest.importorskip("langchain_core")
    assert embedded.uri == connection.uri
    monkeypatch.setenv("NEO4J_URI", connection.uri)
    monkeypatch.setenv("NEO4J_USERNAME", connection.username)
    monkeypatch.setenv("NEO4J_PASSWORD", connection.password)
    text = PAGE.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for block in re.finditer(r"```python\n(.*?)```", text, re.DOTALL):
        first = text.count("\n", 0, block.start()) + 1  # so that a traceback tells the line
        exec(compile("\n" * first + block[1], PAGE.name, "exec"), names)  # noqa: S102
    client = names["client"]
    assert isinstance(client, Client)
    client.close()
