"""The examples of docs/compose.md print, on the town, what the page says."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest
import world

from chronotope.config import Connection
from chronotope.graph import Graph

PAGE = Path(__file__).resolve().parents[2] / "docs" / "compose.md"


def test_the_examples_of_the_page_print_what_it_says(
    town: Graph, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.spoil(town)
    monkeypatch.setenv("NEO4J_URI", connection.uri)
    monkeypatch.setenv("NEO4J_USERNAME", connection.username)
    monkeypatch.setenv("NEO4J_PASSWORD", connection.password)
    text = PAGE.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    printed = ""
    for block in re.finditer(r"```(python|text)\n(.*?)```", text, re.DOTALL):
        if block[1] == "text":
            assert printed == block[2]
            continue
        first = text.count("\n", 0, block.start()) + 1  # so that a traceback tells the line
        with redirect_stdout(io.StringIO()) as out:
            exec(compile("\n" * first + block[2], PAGE.name, "exec"), names)  # noqa: S102
        printed = out.getvalue()
