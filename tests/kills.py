"""Commands that are killed, or whose server is.

A trial has a folder of its own: the home of a local server, with a copy of a graph that was made
once, and what the command writes beside it. Whatever process works there names the folder.
"""

import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pictures
import psutil
import pytest
import stories
import world
from stories import Story

from chronotope import config, server
from chronotope.backups import archive
from chronotope.client import Client
from chronotope.errors import ChronotopeError
from chronotope.graph import Graph

VICTIMS = ("client", "server")
_PATIENCE = 900  # seconds; what takes longer hangs
_DRAWS = 10
_JAVA = "-XX:TieredStopAtLevel=1"  # these servers live for seconds: no time to compile for hours
_TEMPORARY = re.compile(r"import-|chronotope-|\.chronotope-|.*\.part$")


@dataclass(frozen=True)
class Whole:
    """What a command leaves that nobody killed; of its work it took so many seconds."""

    picture: pictures.Picture
    seconds: float


@dataclass(frozen=True)
class Ended:
    """What became of a trial; `faults` is empty where the next command did all."""

    seed: int
    story: str
    victim: str
    after: float
    """Seconds of work after which it was killed."""
    seconds: float
    """How long the next command took."""
    faults: list[str] = field(default_factory=list)


class Stage:
    """Graphs to begin with, made once, and what commands make of them that nobody kills."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._wholes = folder, dict[str, Whole]()
        self._files = folder / "files"
        self._files.mkdir()
        stories.write_files(self._files)

    def whole(self, story: Story) -> Whole:
        """Return what a command leaves that nobody killed."""
        if story.name not in self._wholes:
            with self._scene(story) as scene:
                seconds = scene.run()
                self._wholes[story.name] = Whole(scene.picture(), seconds)
                assert not scene.left_behind()
        return self._wholes[story.name]

    def trial(self, story: Story, victim: str, seed: int) -> Ended:
        """Kill at a moment of the work, run the command again, and compare what it leaves.

        Where the work had ended by then, another moment is drawn.
        """
        whole, draw = self.whole(story), random.Random(seed)
        most = whole.seconds
        for _ in range(_DRAWS):
            after = draw.random() * most
            with self._scene(story) as scene:
                began, faults = time.monotonic(), []
                try:
                    if (ended := scene.kill(victim, after, draw)) is not None:
                        most = min(most, ended)
                        continue
                    began = time.monotonic()
                    scene.run()
                    faults += pictures.differences(whole.picture, scene.picture())
                    faults += scene.left_behind()
                except (AssertionError, ChronotopeError, subprocess.TimeoutExpired) as problem:
                    faults.append(str(problem))
                seconds = time.monotonic() - began
                return Ended(seed, story.name, victim, after, seconds, faults)
        raise AssertionError(f"{story.name} was never at work when it was to be killed")

    @contextmanager
    def _scene(self, story: Story) -> Iterator["Scene"]:
        place = self._folder / "trial"
        with (
            self._home(place, self._made(story.begins_with)) as folder,
            pytest.MonkeyPatch.context() as patch,
        ):
            if story.keeps_files:
                _own_cache(folder / "cache", patch)
            yield Scene(story, folder, story.command.replace("{}", str(self._files)).split())

    def _made(self, name: str) -> Path:
        """Return the home of a graph to begin with, after making it if need be."""
        place = self._folder / name
        if not place.exists():
            before, make = stories.SCENES[name]
            with self._home(
                self._folder / "making", self._made(before) if before else None
            ) as folder:
                with Client.open(server.start()) as client:
                    make(client, self._files)
                server.stop()
                shutil.move(folder / "home", place)
        return place

    @contextmanager
    def _home(self, folder: Path, copied: Path | None) -> Iterator[Path]:
        """Have a folder with a home, perhaps a copy, and what nothing outlives."""
        folder.mkdir()
        (folder / "tmp").mkdir()
        if copied:  # but for the port, lest a client meets the server of another trial
            ports = shutil.ignore_patterns("conf")
            shutil.copytree(copied, folder / "home", ignore=ports)
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("NEO4J_URI", raising=False)
            patch.setenv("CHRONOTOPE_HOME", str(folder / "home"))
            patch.setenv("CHRONOTOPE_KEYS_FILE", str(self._files / "keys.json"))
            patch.setenv("TMPDIR", str(folder / "tmp"))
            patch.setenv("JAVA_TOOL_OPTIONS", _JAVA)
            try:
                yield folder
            finally:
                for process in at_work(folder):
                    process.kill()
                    process.wait()
                shutil.rmtree(folder)


class Scene:
    """A command at work in a folder, with a local server that runs."""

    def __init__(self, story: Story, folder: Path, command: Sequence[str]) -> None:
        self._story, self._folder, self._command = story, folder, command
        server.start()

    def run(self) -> float:
        """Run the command to its end; return how many seconds it worked."""
        with self._begun() as process:
            began = time.monotonic()
            self._await_end(process)
            seconds = time.monotonic() - began
            complaint = process.communicate()[1]
            assert process.returncode == 0, complaint
        return seconds

    def kill(self, victim: str, after: float, draw: random.Random) -> float | None:
        """Kill the command or a server so many seconds after it began to work.

        Of several servers, as there are during a backup, one is drawn. The command then ends, or
        goes on when the server is there again. Returns None; or, where it had ended by then, how
        many seconds it worked.
        """
        with self._begun() as process:
            began = time.monotonic()
            with suppress(subprocess.TimeoutExpired):
                process.wait(after)
            if victim == "client":
                process.kill()
                process.communicate()
                return None if process.returncode == -signal.SIGKILL else time.monotonic() - began
            if (one := self._server(process, draw)) is None:
                return time.monotonic() - began
            one.kill()
            one.wait()
            self._await_end(process)
            complaint = process.communicate()[1]
            assert "Traceback" not in complaint, complaint
        return None

    def picture(self) -> pictures.Picture:
        """Return what is in the graph, and in a backup of it."""
        with Graph(server.start()) as graph:
            taken = pictures.take(graph)
        file, folder = self._folder / "graph.tar", self._folder / "unpacked"
        if not file.exists():
            return taken
        folder.mkdir()
        with file.open("rb") as stream:
            return replace(taken, backup=archive.unpack(stream, folder).counts)

    def left_behind(self) -> list[str]:
        """Say what is there that a command should have removed: servers, and files half done."""
        servers = [f"server: {process.pid}" for process in at_work(self._folder)[1:]]
        paths = self._folder.rglob("*")
        return servers + [f"left behind: {path}" for path in paths if _TEMPORARY.match(path.name)]

    def _server(
        self, process: "subprocess.Popen[str]", draw: random.Random
    ) -> psutil.Process | None:
        """Return a server to kill, None where the command has ended."""
        while process.poll() is None:
            if servers := at_work(self._folder):  # between two there may be none
                return draw.choice(servers)
            time.sleep(0.01)
        return None

    @contextmanager
    def _begun(self) -> Iterator["subprocess.Popen[str]"]:
        """Run the command in a process, and go on when it has begun to work."""
        process = subprocess.Popen(
            [*world.PROCESS, *self._command],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            while process.poll() is None and not _works(process.pid):
                time.sleep(0.01)
            yield process
        finally:
            process.kill()
            process.communicate()

    def _await_end(self, process: "subprocess.Popen[str]") -> None:
        """Wait until the command has ended; a follower, which never does, until it has read all."""
        if self._story.name != "follow":
            process.communicate(timeout=_PATIENCE)
            return
        size = Path(self._command[1]).stat().st_size
        deadline = time.monotonic() + _PATIENCE
        with Graph(server.start()) as graph:
            while world.rows(graph, "MATCH (s:Stream) RETURN s.position AS at", "at") != [(size,)]:
                assert time.monotonic() < deadline
                if process.poll() is not None:
                    return  # the server went before it followed: the next one begins anew
                time.sleep(0.05)
        process.terminate()


def at_work(folder: Path) -> list[psutil.Process]:
    """Return the servers, and the tools that write a store, that work in a folder."""
    found = []
    for process in psutil.process_iter(["name", "cmdline"]):
        words = process.info["cmdline"] or ()
        if process.info["name"] == "java" and any(str(folder) in word for word in words):
            found.append(process)
    return found


def _works(pid: int) -> bool:
    """Tell whether a command has reached a server, or started one."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return bool(process.net_connections("tcp") or process.children())
    return False


def _own_cache(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Have what a command keeps to go on with kept where no other finds it."""
    jars = config.cache() / "jars"
    (folder / "chronotope").mkdir(parents=True)
    (folder / "chronotope" / "jars").symlink_to(jars)
    patch.setenv("XDG_CACHE_HOME", str(folder))
