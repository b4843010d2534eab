"""The local server: its own home, one socket, private files, a quick stop; found by what runs."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import world

from chronotope import config, doctor, migrations, server
from chronotope.cli.main import main
from chronotope.config import Connection
from chronotope.errors import DatabaseError, SchemaError, ServerError, UnavailableError
from chronotope.graph import Graph
from chronotope.server import local, memory, process
from chronotope.server.process import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path))
    return tmp_path / server.MAIN


def test_the_local_server_lives_and_is_private(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert server.status().connection is None
    assert main(["server", "env"]) == 1
    assert capsys.readouterr() == (
        "",
        "Error: The local server does not run; start it: chronotope server start.\n",
    )
    plugins = home / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "chronotope.jar").write_bytes(b"an older one")
    (plugins / "readme.txt").write_text("of the owner")
    connection = server.start()
    try:
        assert (plugins / "chronotope.jar").read_bytes() == server.plugin.path().read_bytes()
        assert (plugins / "readme.txt").read_text() == "of the owner"
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
        _tells_a_shell_how_it_is_reached(connection, capsys)
        _tells_its_logs(home, capsys)
        with Graph(connection) as graph:
            assert doctor.plugin(graph).fits
            _refuses_a_foreign_graph(graph)
    finally:
        assert server.stop()
    assert server.status().connection is None
    assert not server.stop()


def _tells_its_logs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    with (home / "logs/console.log").open("a") as file:
        file.write("the last but one\n\x1b]0;a title\x07\x1b[2J [bold] \u202e end\n")
    assert main(["server", "logs", "--lines", "2"]) == 0
    told = capsys.readouterr().out
    assert str(home / "logs" / "debug.log") in told
    assert told.endswith("the last but one\n\\x1b]0;a title\\x07\\x1b[2J [bold] \\u202e end\n")
    assert main(["server", "logs", "--log", "debug", "--lines", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["log"], len(found["lines"])) == ("debug", 3)
    assert {"name": "console", "path": str(home / "logs/console.log")}.items() <= next(
        log for log in found["logs"] if log["name"] == "console"
    ).items()
    assert main(["server", "logs", "--log", "consol"]) == 1
    assert "has no log 'consol'; it has: console, " in capsys.readouterr().err


def _tells_a_shell_how_it_is_reached(
    connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["server", "env"]) == 0
    told = capsys.readouterr().out
    shell = subprocess.run(
        ["/bin/sh", "-c", f"{told}env"], env={}, capture_output=True, text=True, check=True
    )
    environment = dict(line.split("=", 1) for line in shell.stdout.splitlines())
    assert config.connection(environ=environment) == replace(connection, home=None)


def test_a_server_that_is_too_old_is_said(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chronotope.graph.MINIMUM_VERSION", (9999, 1))
    with pytest.raises(
        UnavailableError, match=r"is Neo4j \d+\.\d+.*; chronotope needs 9999\.01 or"
    ):
        Graph(connection)


def _refuses_a_foreign_graph(graph: Graph) -> None:
    graph.write(world.query("CREATE (:Customer {name: 'x'})", mode="write"))
    with pytest.raises(
        SchemaError, match="holds 1 nodes but no history of chronotope: it is somebody"
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
        process, "configuration", lambda *given: sound(*given).replace(process.HOST, elsewhere)
    )
    with pytest.raises(ServerError, match=r"(?s)stopped while starting.*The last lines.*192\.0\.2"):
        server.start()
    assert server.status().connection is None
    assert home.is_dir()


def test_a_port_that_another_server_took_meanwhile_is_not_ours(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with socket.socket() as other:
        other.bind((process.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match="stopped while starting"):
            process.launch(
                home, local.class_path(home), port=port, memory=memory.of(home.data), detached=False
            )


def test_load_csv_reaches_no_file_and_no_address(connection: Connection) -> None:
    if connection.home is None:
        pytest.skip("needs the local server's own configuration")
    with Graph(connection) as graph:
        for url in (
            "file:///etc/hosts", "file:///import.csv", "http://127.0.0.1:9/", "http://localhost:9/",
            "http://[::1]:9/", "http://[::ffff:127.0.0.1]:9/", "http://2130706433:9/",
            "https://192.0.2.1/", "ftp://127.0.0.1/",
        ):  # fmt: skip
            query = world.query(f"LOAD CSV FROM '{url}' AS row RETURN row", returns="row ANY")
            with pytest.raises(DatabaseError, match=r"is false|is blocked via the configuration"):
                graph.read(query)


@pytest.fixture
def stopped(home: Path) -> Iterator[Path]:
    yield home
    server.stop()


def start_and_send(number: signal.Signals, home: Path, *, serving: bool) -> int:
    """Have a process start the server and signal it once Java runs, or runs as a server.

    Return the process id of that Java.
    """
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from chronotope import server; server.start()"
    )
    starting = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        found = process.running(Home(home))
        if found and (process.is_server(found[0]) or not serving):
            break
        time.sleep(0.02)
    starting.send_signal(number)
    starting.wait()
    return found[0].pid


def has_ended(pid: int) -> bool:
    """Tell whether a process is gone, but perhaps for its parent to take note."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@pytest.mark.usefixtures("home")
def test_an_interrupt_before_the_new_process_is_known_leaves_no_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Interrupted(subprocess.Popen[bytes]):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.returncode = 0  # whoever was interrupted has nothing to wait for
            raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        server.start()
    assert server.status().pid is None


@pytest.mark.slow
def test_a_server_is_found_however_its_command_ended(stopped: Path) -> None:
    start_and_send(signal.SIGINT, stopped, serving=False)
    assert server.status().pid is None
    start_and_send(signal.SIGINT, stopped, serving=True)
    assert server.status().pid is None

    left = start_and_send(signal.SIGKILL, stopped, serving=True)
    assert server.status().pid == left
    assert server.stop()
    assert server.status().pid is None
    assert has_ended(left)

    left = start_and_send(signal.SIGKILL, stopped, serving=True)
    connection = server.start()
    found = server.status()
    assert (found.pid, found.connection) == (left, connection)
    with Graph(connection) as graph:
        graph.write(world.query("CREATE (:Kept)", mode="write"))

    # What files say of it does not matter.
    for damage in (b"", b"{", b"\xff\xfe", b"server.bolt.listen_address=127.0.0.1:1\n"):
        for name in ("server.json", "conf/neo4j.conf", "lock"):
            (stopped / name).write_bytes(damage)
        assert server.start() == connection
    assert server.status() == found

    # A store whose folder is gone is not served.
    shutil.rmtree(stopped / "data")
    with Graph(server.start()) as graph:
        assert world.rows(graph, "MATCH (n) RETURN count(*) AS n", "n") == [(0,)]
    assert server.status().pid != left


def kept(connection: Connection) -> int:
    with Graph(connection) as graph:
        return int(world.rows(graph, "MATCH (n:Kept) RETURN count(*) AS n", "n")[0][0])


@pytest.mark.slow
def test_a_lost_password_is_set_again_and_the_graph_stays(
    stopped: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Graph(server.start()) as graph:
        graph.write(world.query("CREATE (:Kept)", mode="write"))
    file = stopped / "password"
    password = file.read_text()

    file.write_text(password + "\n")  # as editors do
    assert kept(server.start()) == 1

    file.unlink()  # while it runs
    assert server.status().connection is None
    assert kept(server.start()) == 1
    assert file.read_text() != password
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    server.stop()
    file.write_text(" \n")
    assert kept(server.start()) == 1

    for content in (b"another", b"\xff\xfe"):
        file.write_bytes(content)
        with pytest.raises((UnavailableError, ServerError), match=r"password.*[Rr]estore.*remove"):
            kept(server.start())
    file.unlink()
    connection = server.start()
    assert kept(connection) == 1

    # Java dies under a command: it is told soon, and the next command starts it.
    pid = server.status().pid
    assert pid is not None
    with Graph(connection) as graph:
        assert graph.read("doctor.describe_server")
        os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        with pytest.raises(
            UnavailableError, match=r"The local Neo4j server stopped; .*Run the comm"
        ):
            graph.write(world.query("CREATE (:Kept)", mode="write"))
        assert time.monotonic() - began < 15
    assert kept(server.start()) == 1
    assert not psutil.pid_exists(pid)  # no zombie stays in a process that lives on

    # What the store holds can be given up.
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setattr("click.confirm", lambda *arguments, **options: False)
    assert main(["server", "reset"]) == 0
    assert kept(server.start()) == 1
    assert main(["server", "reset", "--yes"]) == 0
    assert "Running at bolt://127.0.0.1:" in capsys.readouterr().out
    assert kept(server.start()) == 0


@pytest.mark.slow
def test_a_broken_store_is_told_with_its_way_out(stopped: Path) -> None:
    server.start()
    server.stop()
    (stopped / "data/databases/neo4j/neostore").write_bytes(os.urandom(9000))
    monkey = pytest.MonkeyPatch()
    monkey.setattr("chronotope.graph._RETRY_SECONDS", 3.0)
    try:
        with pytest.raises((DatabaseError, ServerError), match=r"chronotope server reset` removes"):
            kept(server.start())
    finally:
        monkey.undo()
    server.reset()
    assert kept(server.start()) == 0


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/nowhere", "a" * 300])
def test_a_home_that_cannot_be_used_is_a_sentence(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / place))
    with pytest.raises(ServerError, match=r"^The folder .* cannot be used: .*CHRONOTOPE_HOME"):
        server.start()
    assert server.status().pid is None
    assert not server.stop()


def test_a_lock_that_another_command_keeps_is_a_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chronotope.server.local._LOCK_SECONDS", 0)
    home.mkdir()
    code = f"import fcntl, time; f = open({str(home / 'lock')!r}, 'w')\n" + textwrap.dedent(
        """
        fcntl.flock(f, fcntl.LOCK_EX)
        print("taken", flush=True)
        time.sleep(60)
        """
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(ServerError, match=r"Another command has been starting or stopping"):
            server.start()
        other.kill()
    (home / "lock").unlink()
    (home / "lock").mkdir()
    with pytest.raises(ServerError, match=r"cannot be used: Is a directory"):
        server.start()


_FILL = """
import shutil
from pathlib import Path

from neo4j.exceptions import DriverError, Neo4jError

from chronotope import server
from chronotope.client import Client
from chronotope.errors import DatabaseError, ServerError

home = server.status().home
ballast = Path(home.parent, "ballast")

def rows(start):
    return [
        {
            "user_id": f"u{n % 99}",
            "item_id": f"i{n % 500}",
            "timestamp": f"2026-01-{1 + n % 28:02}T{n % 24:02}:00:00Z",
            "event_id": f"{start}-{n}",
        }
        for n in range(5000)
    ]

def leave(free):
    with ballast.open("ab") as file:
        file.write(bytes(max(0, shutil.disk_usage(home).free - free)))

def sentence(call):
    try:
        call()
    except (DatabaseError, ServerError) as problem:
        return str(problem)
    return "no error"

kept = 0
with Client.open(server.start()) as client:
    assert client.load_events(rows(0)).loaded == 5000
    leave(120_000_000)
    for call in (
        lambda: client.load_events(rows(1)),
        lambda: client.load_items([{"item_id": "new"}]),
        client.derive,
        client.embed,
    ):
        assert "is nearly full: 1" in sentence(call), sentence(call)
    leave(0)
    try:
        while True:  # what writes without looking
            client.driver.execute_query("CREATE (:Big {text: $text})", text="x" * 1_000_000)
            kept += 1
    except (DriverError, Neo4jError):
        pass
    assert "server stop" in sentence(lambda: client.run("doctor.describe_graph"))
assert kept < 200, kept
server.stop()
assert "0 MB are free" in sentence(server.start)
ballast.unlink()
with Client.open(server.start()) as client:
    big = client.driver.execute_query("MATCH (b:Big) RETURN count(*) AS n").records[0]["n"]
    assert big >= kept, (big, kept)
    assert client.load_events(rows(0)).unchanged == 5000
    assert client.load_events(rows(1)).loaded == 5000
server.stop()
"""


@pytest.mark.slow
def test_a_disk_that_fills_stops_a_load_and_loses_nothing(home: Path) -> None:
    unshare = shutil.which("unshare")
    mount = f"mount -t tmpfs -o size=600m none {home.parent}"
    enter = [unshare or "", "-rm", "sh", "-c"]
    if not unshare or subprocess.run([*enter, mount], capture_output=True, check=False).returncode:
        pytest.skip("needs to mount a file system of its own")
    done = subprocess.run(
        [*enter, f'{mount} && exec "$0" -c "$1"', sys.executable, _FILL],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.world
def test_a_server_that_starts_is_made_ready_by_a_process_that_ends(
    stopped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jars = config.cache() / "jars"
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setenv("CHRONOTOPE_WARM", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if config.cache().parent != tmp_path / "cache":
        pytest.skip("needs a system whose folder of caches can be set")
    config.cache().mkdir(parents=True)
    (config.cache() / "jars").symlink_to(jars)
    with Graph(server.start()) as graph:
        migrations.apply(graph)
    server.stop()
    assert main(["server", "start"]) == 0
    log, deadline = stopped / "logs/ready.log", time.monotonic() + 1200
    while len(log.read_text().splitlines()) < 2 and time.monotonic() < deadline:
        time.sleep(0.5)
    planned, cached = log.read_text().splitlines()
    assert planned.endswith(" s: planned the recommendation queries")
    assert cached.endswith(" s: have the cache of the server's start")
    while readying(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not readying(tmp_path)

    server.stop()
    server.start()
    pid = server.status().pid
    assert pid is not None
    (cache,) = (config.cache() / "aot").glob("*.aot")
    assert f"-XX:AOTCache={cache}" in psutil.Process(pid).cmdline()
    assert "[aot" not in (stopped / "logs/console.log").read_text()  # what Java has against it


def readying(home: Path) -> list[int]:
    """Return the processes that make a server ready."""
    found = []
    for one in psutil.process_iter(["cmdline"]):
        with suppress(psutil.Error):
            if "chronotope.cli.ready" in (one.info["cmdline"] or ()):
                found += [one.pid] * (one.environ().get("CHRONOTOPE_HOME") == str(home))
    return found


def test_the_folder_of_a_throw_away_server_whose_owner_was_killed_is_removed(
    tmp_path: Path,
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, ours = tmp_path / f"chronotope-{dead.pid}-a1", tmp_path / f"chronotope-{os.getpid()}-b2"
    others = [tmp_path / "chronotope-spark-c3", tmp_path / "chronotope-12-notes.txt"]
    for folder in (left, ours, *others):
        (folder / "data").mkdir(parents=True)
    process.clear_orphans(tmp_path, process.SCRATCH)
    assert sorted(tmp_path.iterdir()) == sorted([ours, *others])
