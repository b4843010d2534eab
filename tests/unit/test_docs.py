"""scripts/docs.py says in pages what headers and commands say."""

import runpy
from pathlib import Path
from typing import Any

import click
import pytest

from chronotope import catalogue

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "docs.py"
TEXT = """\
// Find a thing.
//
// It looks | everywhere.
//
// In the formulas: d is a distance.
//
// @mode read
// @param user STRING            whose thing
// @param k    INTEGER = 20      how many
// @returns id STRING, score FLOAT
// @feature near T+  -log(d | 0)  (Somebody, 1999)
CYPHER 25
MATCH (n {user: $user}) LET features = ['near'] RETURN n.id AS id, n.score AS score LIMIT $k
"""


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def test_a_query_is_told_as_its_header_says(script: dict[str, Any]) -> None:
    page = script["queries_page"]({"find.thing": catalogue.parse(TEXT, "find.thing")})
    assert "| [`find.thing`](#findthing) | read | Find a thing. |" in page
    assert "## find.thing\n\nFind a thing.\n\nIt looks | everywhere." in page
    assert "| `user` | `STRING` | required | whose thing |" in page
    assert "| `k` | `INTEGER` | `20` | how many |" in page
    assert "| `score` | `FLOAT` |" in page


def test_a_feature_is_told_with_its_formula_and_source(script: dict[str, Any]) -> None:
    page = script["features_page"]([catalogue.parse(TEXT, "find.thing")])
    assert "In the formulas: d is a distance." in page
    assert "It looks" not in page
    assert "| `near` | T+ | -log(d \\| 0) | Somebody, 1999 |" in page


def test_every_command_is_told_as_its_help_prints_it(script: dict[str, Any]) -> None:
    @click.group()
    def tool() -> None:
        """Do things."""

    @tool.command()
    @click.option("--much", help="How much.")
    def work(much: str) -> None:
        """Work hard."""

    page = script["commands_page"](tool)
    assert "## chronotope\n" in page
    assert "## chronotope work\n\n```text\nUsage: chronotope work [OPTIONS]" in page
    assert "How much." in page


def test_the_pages_are_what_the_code_says(
    script: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["docs.py", "--check"])
    with pytest.raises(SystemExit) as ended:
        script["main"]()
    assert (ended.value.code, capsys.readouterr().out) == (0, "")


def test_a_page_that_is_not_so_is_named(
    script: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["docs.py", "--check"])
    monkeypatch.setitem(script["main"].__globals__, "queries_page", lambda queries: "another page")
    with pytest.raises(SystemExit) as ended:
        script["main"]()
    assert ended.value.code == 1
    assert "docs/queries.md is not what the code says" in capsys.readouterr().out
