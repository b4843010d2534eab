"""The local server: its own home, one socket, private files, a quick stop."""

import stat
from pathlib import Path

import psutil
import pytest

from chronotope import migrations, server
from chronotope.config import Connection
from chronotope.errors import SchemaError, ServerError, UnavailableError
from chronotope.graph import Graph
from chronotope.server import process


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path))
    return tmp_path / server.MAIN


def test_the_local_server_lives_and_is_private(home: Path) -> None:
    assert server.status().connection is None
    connection = server.start()
    try:
        found = server.status()
        assert found.connection == connection == server.start()
        assert found.pid is not None
        sockets = psutil.Process(found.pid).net_connections()
        listening = {(s.laddr.ip, s.laddr.port) for s in sockets if s.status == "LISTEN"}
        assert {(ip.removeprefix("::ffff:"), port) for ip, port in listening} == {
            ("127.0.0.1", int(connection.uri.rpartition(":")[2]))
        }
        assert stat.S_IMODE((home / "password").stat().st_mode) == 0o600
        password = (home / "password").read_text()
        commands = " ".join(psutil.Process(found.pid).cmdline())
        assert password not in commands
        with Graph(connection) as graph:
            _refuses_a_foreign_graph(graph)
    finally:
        assert server.stop()
    assert server.status().connection is None
    assert not server.stop()


def test_a_server_that_is_too_old_is_said(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chronotope.graph.MINIMUM_VERSION", (9999, 1))
    with pytest.raises(
        UnavailableError, match=r"is Neo4j \d+\.\d+.*; chronotope needs 9999\.01 or"
    ):
        Graph(connection)


def _refuses_a_foreign_graph(graph: Graph) -> None:
    import world

    graph.write(world.query("CREATE (:Customer {name: 'x'})", mode="write"))
    with pytest.raises(
        SchemaError, match="holds 1 nodes but no history of migrations: it is somebody"
    ):
        migrations.apply(graph)
    labels = world.rows(graph, "MATCH (n) RETURN labels(n) AS labels", "labels")
    assert labels == [(["Customer"],)]
    indexes = {row["type"] for row in graph.read("doctor.list_indexes")}
    assert indexes == {"LOOKUP"}


def test_the_last_lines_of_the_log_are_in_the_error(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = process.configuration
    elsewhere = "192.0.2.1"  # an address for documentation: no machine has it
    monkeypatch.setattr(
        process, "configuration", lambda port: sound(port).replace(process.HOST, elsewhere)
    )
    with pytest.raises(ServerError, match=r"(?s)stopped while starting.*The last lines.*192\.0\.2"):
        server.start()
    assert server.status().connection is None
    assert home.is_dir()
