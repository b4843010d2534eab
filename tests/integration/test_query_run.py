"""`query run` and `client.query`: the server says what changes the graph; rows and time are few."""

import json
from pathlib import Path

import pytest
import world

import chronotope
from chronotope.client import Client
from chronotope.errors import DatabaseError, InputError
from chronotope.graph import Graph

CHANGING = {
    "writes": "CREATE (:Thing {name: 'x'})",
    "reads and writes": "MATCH (t:Thing) SET t.name = 'y' RETURN t.name AS name",
    "hides it in a comment": "/* MATCH (n) RETURN n */ MERGE (t:Thing) RETURN t.name AS name",
    "hides it in a call": "UNWIND [1] AS x CALL (x) { CREATE (:Thing) } RETURN x",
    "would match nothing": "MATCH (n:Nothing) DETACH DELETE n",
    "calls what writes": (
        "MATCH (n:Nothing) CALL db.create.setNodeVectorProperty(n, 'v', [1.0]) RETURN n"
    ),
    "changes the schema": "CREATE INDEX thing IF NOT EXISTS FOR (t:Thing) ON (t.name)",
    "makes a user": "CREATE USER eve SET PASSWORD 'password-of-eve'",
}
READING = {
    "CREATE in a text": "RETURN 'CREATE (n) DELETE n' AS text",
    "a name that says SET": "WITH 1 AS `SET x = 1` RETURN `SET x = 1` AS text",
    "a procedure": "CALL db.labels() YIELD label RETURN count(label) >= 0 AS text",
}
COUNT = "MATCH (t:Thing) RETURN count(t) AS things"


def write(folder: Path, text: str) -> str:
    path = folder / "mine.cypher"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("text", CHANGING.values(), ids=CHANGING)
def test_what_changes_the_graph_is_refused_without_write(
    run: world.Run, graph: Graph, tmp_path: Path, text: str
) -> None:
    done = run("query", "run", write(tmp_path, text))
    assert done.returncode == 1
    assert "changes the graph, says the server; it runs with --write" in done.stderr
    assert world.rows(graph, COUNT, "things") == [(0,)]


@pytest.mark.parametrize("text", READING.values(), ids=READING)
def test_what_only_looks_like_it_runs(
    run: world.Run, graph: Graph, tmp_path: Path, text: str
) -> None:
    del graph
    done = run("query", "run", write(tmp_path, text), "--json")
    assert (done.returncode, len(json.loads(done.stdout)["rows"])) == (0, 1), done.stderr


def test_with_write_it_runs_and_what_it_wrote_stays(
    run: world.Run, graph: Graph, tmp_path: Path
) -> None:
    text = "UNWIND range(1, $n) AS n CREATE (t:Thing {n: n, s: $s}) RETURN t"
    given = ("--param", "n=3", "--param", "s=a b", "--max-rows", "2", "--json")
    done = run("query", "run", write(tmp_path, text), "--write", *given)
    assert json.loads(done.stdout)["rows"] == [{"t": {"n": n, "s": "a b"}} for n in (1, 2)]
    assert "There are more rows: these are the first 2 (--max-rows)." in done.stderr
    assert world.rows(graph, COUNT, "things") == [(3,)]


def test_a_query_of_the_catalogue_that_writes_runs_with_write(run: world.Run, graph: Graph) -> None:
    given = ("kinds.set_kind", "--param", "name=nod", "--param", "weight=0.5")
    assert run("query", "run", *given).returncode == 1
    assert "nod" not in {row["name"] for row in graph.read("kinds.read_kinds")}
    assert run("query", "run", *given, "--write").returncode == 0
    text = "MATCH (k:EventKind {name: 'nod'}) WITH k, k.weight AS weight DELETE k RETURN weight"
    assert graph.write(world.query(text, mode="write", returns="weight ANY")) == [{"weight": 0.5}]


def test_a_file_with_a_header_is_read_by_it(run: world.Run, graph: Graph, tmp_path: Path) -> None:
    del graph
    text = "// Tell a number.\n// @mode read\n// @param n INTEGER\n// @returns m INTEGER\n"
    file = write(tmp_path, f"{text}CYPHER 25\nRETURN $n + 1 AS m\n")
    assert run("query", "run", file, "--param", "n=1").stdout.split() == ["m", "2"]
    assert "'x' is not a value of" in run("query", "run", file, "--param", "n=x").stderr
    assert "needs the parameter 'n' (INTEGER)" in run("query", "run", file).stderr


def test_rows_are_capped_by_default_and_a_path_is_shown_whole(
    run: world.Run, graph: Graph, tmp_path: Path
) -> None:
    file = write(tmp_path, "UNWIND range(1, 100000) AS n RETURN n")
    done = run("query", "run", file, "--json")
    assert len(json.loads(done.stdout)["rows"]) == 1000
    assert "There are more rows: these are the first 1,000" in done.stderr
    text = "CREATE (:Thing {n: 1})-[:TO {n: 2}]->(:Thing {n: 3})"
    graph.write(world.query(text, mode="write"))
    file = write(tmp_path, "MATCH p = (:Thing)-->() RETURN p")
    rows = json.loads(run("query", "run", file, "--json").stdout)["rows"]
    assert rows == [{"p": [{"n": 1}, {"n": 2}, {"n": 3}]}]


def test_the_server_ends_what_takes_too_long(run: world.Run, graph: Graph, tmp_path: Path) -> None:
    del graph
    file = write(tmp_path, "UNWIND range(1, 10000000000) AS n RETURN sum(sin(n)) AS s")
    done = run("query", "run", file, "--timeout", "0.5")
    assert done.returncode == 1
    assert "took longer than the 0.5 seconds that it may (--timeout)" in done.stderr


def test_the_client_takes_a_name_or_a_file(graph: Graph, tmp_path: Path) -> None:
    client = Client(graph.driver, graph.connection.database)
    given = {"user": "nobody"}
    assert client.query("user.describe_history", given)[0]["known"] is False
    mine = chronotope.read_query(Path(write(tmp_path, "RETURN $x AS x, '$y' AS y")))
    assert [parameter.name for parameter in mine.parameters] == ["x"]
    assert client.query(mine, {"x": [1]}).rows == ({"x": (1,), "y": "$y"},)
    with pytest.raises(DatabaseError, match="Invalid input"):
        client.query(chronotope.read_query(Path(write(tmp_path, "NONSENSE"))))
    with pytest.raises(InputError, match="max_rows is how many"):
        client.query(mine, max_rows=0)
    with pytest.raises(InputError, match="timeout is a number of seconds above 0"):
        client.query(mine, timeout=float("nan"))
