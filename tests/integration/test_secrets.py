"""Passwords, keys and passphrases after a full run: in files of their own, and nowhere else."""

import json
import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
import world

from chronotope import secrecy

pytestmark = pytest.mark.slow

API_KEY = "sk-4f1a9c-the-key-of-the-model-server"
WRONG_KEY = "sk-000000-a-key-that-is-refused"
PASSPHRASE = "a passphrase of the exports"  # noqa: S105
WRONG_PASSWORD = "a-password-of-another-server"  # noqa: S105
ERRORS = (400, 403, 500)


@dataclass
class Seen:
    """What a full run left: what it printed, how its processes were called, and its folder."""

    folder: Path
    printed: dict[str, str] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    secrets: dict[str, str] = field(default_factory=dict)

    def holders(self, text: str) -> list[str]:
        """Return which secrets a text holds."""
        return [name for name, secret in self.secrets.items() if secret in text]


@contextmanager
def model_server(statuses: list[int]) -> Iterator[str]:
    """Serve vectors to who has the key; what it refuses, it answers with all that it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            given = str(self.headers["Authorization"])
            status = statuses.pop(0) if statuses else 200 if API_KEY in given else 401
            rows = [{"index": n, "embedding": [1.0, n + 1.0]} for n in range(len(body["input"]))]
            answer = {"data": rows} if status == 200 else {"error": f"Incorrect: {given}"}
            content = json.dumps(answer).encode()
            self.send_response(status, None if status == 200 else f"Not {given}")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1#letters"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def watching(called: set[str]) -> Iterator[None]:
    """Note the arguments of all processes of this machine while a block runs."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            for process in psutil.process_iter(["cmdline"]):
                called.add(" ".join(process.info["cmdline"] or ()))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """Run what there is, as people do, on a server of its own, with secrets that are known."""
    seen = Seen(tmp_path_factory.mktemp("secrets"))
    folder, home, keys = seen.folder, seen.folder / "home", seen.folder / "keys.json"
    (folder / "items.csv").write_text(world.ITEMS)
    (folder / "events.csv").write_text(f"{world.EVENTS}ann,cafe-a,noon,visit,\n")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NEO4J_", "CHRONOTOPE_"))
    }
    environment |= {
        "CHRONOTOPE_HOME": str(home),
        "CHRONOTOPE_KEYS_FILE": str(keys),
        "CHRONOTOPE_API_KEY": API_KEY,
        "CHRONOTOPE_PASSPHRASE": PASSPHRASE,
    }

    def run(*arguments: str, code: int = 0, **changed: str) -> str:
        done = subprocess.run(
            [*world.PROCESS, *arguments],
            env=environment | changed,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        label = f"{len(seen.printed):02} {' '.join(arguments)}"
        seen.printed[label] = done.stdout + done.stderr
        assert done.returncode == code, seen.printed[label]
        return done.stdout

    statuses: list[int] = []
    at = ("--at", "2026-03-02T00:00:00Z")
    try:
        with model_server(statuses) as encoder, watching(seen.called):
            run("server", "start")
            run("keys", "create")
            items, events = "--items=items.csv", "--events=events.csv"
            run("load", items, events, "--timezone=UTC", "--rejects", "r.csv", code=5)
            run("load", "events", "events.csv", "--timezone=UTC", "--pseudonymise", code=5)
            run("embed", "--encoder", encoder)
            run("derive", *at)
            run("recommend", "ann", *at, "--json")
            address = encoder.partition("#")[0]
            run("search", "coffee", *at, "--json", CHRONOTOPE_API_URL=address)
            run("doctor", "--json")
            run("query", "run", "embed.read_encoder", "--json")
            run("export", "graph", "--output", "g.graphml", "--encrypt")
            run("user", "export", "ann", "--output", "ann.json", "--encrypt")
            run("decrypt", "ann.json.encrypted")
            # What goes wrong, with all that is told of it.
            run("embed", "--encoder", encoder, CHRONOTOPE_API_KEY=WRONG_KEY, code=1)
            for status in ERRORS:
                for debug in ([], ["--debug"]):
                    statuses[:] = [status] * 8  # more than are tried
                    run(*debug, "embed", "--encoder", f"{encoder}-{status}", code=1)
                statuses.clear()
            uri = json.loads(run("server", "status", "--json"))["uri"]
            for debug in ([], ["--debug"]):
                wrong = {"NEO4J_PASSWORD": WRONG_PASSWORD}
                run(*debug, "--uri", uri, "doctor", **wrong, code=1 if debug else 3)
                away = ("--uri", "bolt://127.0.0.1:1", "doctor")
                run(*debug, *away, **wrong, code=1 if debug else 3)
                run(*debug, "query", "run", "events.csv.cypher", code=1)
                wrong = {"CHRONOTOPE_PASSPHRASE": "another passphrase of the exports"}
                run(*debug, "decrypt", "g.graphml.encrypted", **wrong, code=1)
                run(*debug, "keys", "rotate", CHRONOTOPE_KEYS=keys.read_text(), code=1)
            run("server", "dump", "g.dump", "--encrypt")
            seen.secrets = {
                "the password": (home / "server" / "password").read_text().strip(),
                "the wrong password": WRONG_PASSWORD,
                "the API key": API_KEY,
                "the wrong API key": WRONG_KEY,
                "the passphrase": PASSPHRASE,
            }
            known = secrecy.read(keys)
            for number, key in enumerate((*known.chain, known.tombstones)):
                seen.secrets[f"key {number}"] = key.hex()
            yield seen
    finally:
        subprocess.run(
            [*world.PROCESS, "server", "stop"], env=environment, check=True, capture_output=True
        )


def test_no_argument_of_a_process_holds_a_secret(seen: Seen) -> None:
    assert any("--home-dir=" in call for call in seen.called)
    assert [call for call in seen.called if seen.holders(call)] == []


def test_nothing_that_is_printed_holds_a_secret(seen: Seen) -> None:
    assert any("Traceback" in text for text in seen.printed.values())
    assert {
        label: found for label, text in seen.printed.items() if (found := seen.holders(text))
    } == {}


def test_no_file_holds_a_secret_but_its_own_which_nobody_else_reads(seen: Seen) -> None:
    held = {
        str(path.relative_to(seen.folder)): found
        for path in seen.folder.rglob("*")
        if path.is_file() and (found := seen.holders(path.read_bytes().decode("latin-1")))
    }
    assert held == {"home/server/password": ["the password"], "keys.json": ["key 0", "key 1"]}
    for name in held:
        assert stat.S_IMODE((seen.folder / name).stat().st_mode) == 0o600


def test_nobody_else_reaches_a_file_of_the_server(seen: Seen) -> None:
    home = seen.folder / "home" / "server"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((seen.folder / "ann.json").stat().st_mode) == 0o600
