"""A store that is written anew holds the graph, and no byte of whom was erased."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import kills
import pytest
import world

from chronotope import privacy, secrecy, server
from chronotope.client import Client
from chronotope.errors import ServerError
from chronotope.graph import Graph

ANN = "ann.lovelace.of.a.long.name.that.no.record.packs@example.org"
PLACE = "The café where nobody but Ann ever was, and of which no record is left anywhere"


def contents(graph: Graph) -> list[Any]:
    """Return all nodes and relationships by their properties, and the schema."""
    nodes = world.rows(graph, "MATCH (n) RETURN labels(n) AS l, properties(n) AS p", "l p")
    ties = world.rows(
        graph,
        "MATCH (a)-[r]->(b) RETURN properties(a) AS a, type(r) AS t, properties(r) AS p, "
        "properties(b) AS b",
        "a t p b",
    )
    schema = [
        row["statement"]
        for query in ("rewrite.list_constraints", "rewrite.list_indexes")
        for row in graph.read(query)
    ]
    return [sorted(map(in_order, nodes)), sorted(map(in_order, ties)), schema]


def in_order(row: tuple[Any, ...]) -> str:
    """Return a row as a text that does not depend on the order of properties."""
    return repr([sorted(part.items()) if isinstance(part, dict) else part for part in row])


def test_a_copy_has_every_node_tie_type_and_index(embedded: Graph, bare: Graph) -> None:
    world.execute(
        embedded,
        "CREATE (a {empty: [], text: '', many: ['', ';', '\u001f'], on: date('2026-05-01'), "
        "at: localdatetime('2026-05-01T12:00:00'), time: time('12:00:00+02:00'), "
        "zoned: datetime('2026-05-01T12:00:00[Europe/Rome]'), span: duration('P1M2DT3.5S'), "
        "high: point({x: 1.0, y: 2.0, z: 3.0}), points: [point({latitude: 1.5, longitude: 2.5})], "
        "odd: 0.1, whole: 1, yes: true, `a key`: 1})-[:`A TYPE` {n: 1}]->(a)"
        "CREATE (:`A label`:Other)",
    )
    try:
        copied = privacy.copy(embedded, bare)
        assert contents(bare) == contents(embedded)
        nodes, ties, _ = contents(embedded)
        assert (copied.nodes, copied.relationships) == (len(nodes), len(ties))
        vectors = [row for row in bare.read("doctor.list_indexes") if row["type"] == "VECTOR"]
        assert {row["state"] for row in vectors} == {"ONLINE"}
    finally:
        world.wipe(embedded)


@pytest.mark.slow
def test_no_file_has_a_byte_of_whom_was_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CHRONOTOPE_KEYS_FILE", str(tmp_path / "keys.json"))
    secrecy.write(tmp_path / "keys.json", secrecy.create())
    known = secrecy.read(tmp_path / "keys.json").user(ANN)
    rows = [
        {"user_id": user, "item_id": "park", "timestamp": "2026-05-01T12:00:00Z", "place": PLACE}
        for user in (ANN, known)
    ]
    others = [{**rows[0], "user_id": f"user-{n}", "place": ""} for n in range(20)]

    def found() -> set[str]:
        """Return which of the secrets are in a file of the home."""
        whole = b"".join(
            path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()
        )
        return {secret for secret in (ANN, known) if secret.encode() in whole}

    try:
        with Client.open(server.start()) as client:
            client.migrate()
            client.load_events([*others, *rows])
            before = server.status().connection
            assert client.erase_user(ANN, rewrite=False).users == 1
            server.stop()
            assert found() == {ANN, known}
        with Client.open(server.start()) as client:
            erased = client.erase_user(ANN)
            assert (erased.users, erased.rewritten) == (0, True)
            assert server.status().connection == before  # at its port, with its password
            assert len(world.rows(client.graph, "MATCH (u:User) RETURN u.id AS id", "id")) == 20
            assert client.load_events(rows).rejected == 2
            assert found() == set()
    finally:
        server.stop()


REWRITING = """
import time
from chronotope import server
with server.rewriting(server.MAIN):
    print("there", flush=True)
    time.sleep(100)
"""


@pytest.mark.slow
def test_after_a_rewrite_that_was_killed_the_graph_is_served_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    try:
        with Graph(server.start()) as graph:
            world.execute(graph, "CREATE (:Mark {n: 1})")
        program = [sys.executable, "-c", REWRITING]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "there\n"
            process.kill()
        with Graph(server.start()) as graph:  # one that was left has the store open
            assert world.rows(graph, "MATCH (m:Mark) RETURN m.n AS n", "n") == [(1,)]
        assert list((tmp_path / "home" / server.MAIN).glob("import-*")) == []
        assert [one.pid for one in kills.at_work(tmp_path)] == [server.status().pid]
    finally:
        server.stop()


def test_a_rewrite_needs_a_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / "home"))
    with pytest.raises(ServerError, match="There is no graph"):
        privacy.rewrite()
