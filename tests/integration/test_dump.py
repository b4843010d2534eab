"""A graph as a dump: another server opens it and gives the same answers."""

import stat
from pathlib import Path

import pytest
import world

from chronotope import language, migrations, server
from chronotope.cli.main import main
from chronotope.client import Client
from chronotope.graph import Graph
from chronotope.server import admin, local, process
from chronotope.server.memory import Memory
from chronotope.server.process import Home

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    return tmp_path


def answers(client: Client) -> list[list[tuple[str, float]]]:
    """Return what rests on events, on statistics and weights, and on the vectors of texts."""
    found = (
        client.recommend("ann", at=world.CUT),
        client.discover("ann", at=world.CUT),
        client.search("a place to drink coffee", user="ann", at=world.CUT),
    )
    return [[(row.id, row.score) for row in rows] for rows in found]


def test_a_dump_opens_in_another_server_which_answers_the_same(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home / "neo4j.dump"
    assert main(["server", "dump", str(file)]) == 1
    assert "There is no graph in" in capsys.readouterr().err
    try:
        with Graph(server.start()) as graph:
            migrations.apply(graph)
            world.load(graph, home)
            world.derive(graph)
            language.embed(graph, language.open_encoder("packaged"))
            graph.write(world.AWAIT_INDEXES)
            expected = answers(Client(graph.driver, "neo4j"))
        assert main(["server", "dump", str(file)]) == 0
        assert capsys.readouterr().out.startswith(f"Wrote {file}, ")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert server.status().connection is not None  # it runs again
        assert main(["server", "dump", str(file)]) == 1
        assert "exists already; name another file, or say --overwrite" in capsys.readouterr().err
    finally:
        server.stop()
    assert [path.name for path in home.glob(".chronotope-*")] == []
    other, port = Home(home / "other"), process.free_port()
    files, memory = local.class_path(other), Memory(512, 128)
    admin.load(other, files, home)
    running = process.launch(other, files, port=port, memory=memory, detached=False)
    try:
        with Client.open(other.connection(port)) as client:
            assert [finding for finding in client.doctor() if finding.verdict == "failed"] == []
            assert answers(client) == expected
    finally:
        running.kill()
        running.wait()
