"""The examples of docs/python.md and docs/live.md run, in their order, on the town."""

import re
from pathlib import Path

import pytest
import world

import chronotope
from chronotope.config import Connection
from chronotope.graph import Graph

DOCS = Path(__file__).resolve().parents[2] / "docs"


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
    run_examples(DOCS / "python.md", {})


def test_the_examples_of_the_live_page_run(town: Graph) -> None:
    world.spoil(town)
    client = chronotope.Client(town.driver, town.connection.database)
    try:
        run_examples(DOCS / "live.md", {"chronotope": chronotope, "client": client})
    finally:
        town.write(world.query("MATCH (k:EventKind {name: 'gift'}) DELETE k", mode="write"))


def run_examples(page: Path, names: dict[str, object]) -> None:
    text = page.read_text(encoding="utf-8")
    for block in re.finditer(r"```python\n(.*?)```", text, re.DOTALL):
        first = text.count("\n", 0, block.start()) + 1  # so that a traceback tells the line
        exec(compile("\n" * first + block[1], page.name, "exec"), names)  # noqa: S102
