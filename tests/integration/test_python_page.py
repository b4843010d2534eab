"""The examples of docs/python.md run, in their order, on the town."""

import re
from pathlib import Path

import pytest
import world

from chronotope.config import Connection
from chronotope.graph import Graph

PAGE = Path(__file__).resolve().parents[2] / "docs" / "python.md"


def test_the_examples_of_the_page_run(
    graph: Graph, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert graph.uri == connection.uri  # empty, as the page begins
    (tmp_path / "items.csv").write_text(world.ITEMS, encoding="utf-8")
    (tmp_path / "events.csv").write_text(world.EVENTS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEO4J_URI", connection.uri)
    monkeypatch.setenv("NEO4J_USERNAME", connection.username)
    monkeypatch.setenv("NEO4J_PASSWORD", connection.password)
    text = PAGE.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for block in re.finditer(r"```python\n(.*?)```", text, re.DOTALL):
        first = text.count("\n", 0, block.start()) + 1  # so that a traceback tells the line
        exec(compile("\n" * first + block[1], PAGE.name, "exec"), names)  # noqa: S102
