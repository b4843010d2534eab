"""Ask the product's own queries in worlds; keep the answers, world by world."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np

from chronotope import catalogue, fusion, language, loading, migrations, replay, server, statistics
from chronotope.evaluation import TASKS, Task, ask
from chronotope.fusion import samples
from chronotope.fusion.collect import Window
from chronotope.fusion.samples import Samples
from chronotope.graph import Graph
from chronotope.replay import History, Instance
from worlds.stories import AFTER_ALL, DISCOVER, Source, Story

AT_MOST, ENOUGH = 250, 100
"""Questions of a window, each of another user; with fewer in all an earlier one is asked too."""
OPTIONS = statistics.DeriveOptions(keep_basis=False)  # the same world, the same digits
_EMPTY = catalogue.load(Path(__file__).parent / "cypher")["empty"]
_MINUTE = 60

Say = Callable[[str], None]


def path(folder: Path, source: Source, task: str) -> Path:
    """Return where the samples of a story are: what they depend on is in the name.

    What it does not tell is the code of the laws and of the statistics.
    """
    depends = repr((source.numbers, AT_MOST, ENOUGH, OPTIONS, TASKS[task].query.fingerprint))
    return folder / f"{source.name}.{task}.{hashlib.sha256(depends.encode()).hexdigest()[:12]}.npz"


def collect(folder: Path, sources: Sequence[Source], workers: int, say: Say = print) -> None:
    """Collect what is not in the folder yet. Each worker has a server of its own.

    What is there stays when this is ended: it goes on with the worlds that are left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pending: SimpleQueue[Source] = SimpleQueue()
    for source in sources:
        if _missing(folder, source):
            pending.put(source)
    total, started, done = pending.qsize(), time.monotonic(), 0
    say(f"{len(sources) - total} of {len(sources)} worlds are there; {total} are to be asked.")
    watches: SimpleQueue[Watch | None] = SimpleQueue()

    def work() -> None:
        try:
            if not pending.empty():
                with _worker() as graph:
                    for source in _until_empty(pending):
                        watches.put(ask_in(graph, folder, source))
        finally:
            watches.put(None)

    with ThreadPoolExecutor(workers) as threads:
        try:
            working = [threads.submit(work) for _ in range(workers)]
            for _ in working:
                while watch := watches.get():
                    done += 1
                    left = (time.monotonic() - started) / done * (total - done) / _MINUTE
                    say(f"{done} of {total}: {watch}; about {left:.0f} minutes left")
        except BaseException:
            list(_until_empty(pending))  # the worlds that are being asked are the last ones
            raise
        for one in as_completed(working):
            one.result()


def _missing(folder: Path, source: Source) -> list[str]:
    return [task for task in source.tasks if not path(folder, source, task).exists()]


def _until_empty(pending: "SimpleQueue[Source]") -> Iterator[Source]:
    while True:
        try:
            yield pending.get_nowait()
        except Empty:
            return


@contextmanager
def _worker() -> Iterator[Graph]:
    """Open an empty graph with the schema, on a server that vanishes."""
    with server.scratch() as connection, Graph(connection) as graph:
        migrations.apply(graph)
        yield graph


@dataclass
class Watch:
    """What was asked of a world, and how long each part of it took."""

    name: str
    asked: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.monotonic)

    def lap(self, part: str) -> None:
        """Take note of a part that ends now."""
        now = time.monotonic()
        self.seconds[part] = self.seconds.get(part, 0.0) + now - self._since
        self._since = now

    def __str__(self) -> str:
        asked = ", ".join(f"{number} of {task}" for task, number in self.asked.items())
        parts = ", ".join(f"{part} {seconds:.0f}" for part, seconds in self.seconds.items())
        return f"{self.name}, {asked}, {sum(self.seconds.values()):.0f} s ({parts})"


def ask_in(graph: Graph, folder: Path, source: Source) -> Watch:
    """Fill an empty graph with a story, ask what the folder lacks, and empty it."""
    watch = Watch(source.name)
    story = source.tell()
    watch.lap("generate")
    loading.load_rows(graph, loading.ITEMS, story.items, story.options)
    loading.load_rows(graph, loading.EVENTS, story.events, story.options)
    if story.texts:
        language.embed(graph, language.open_encoder(language.PACKAGED))
    watch.lap("load")
    for name, parts in _ask(graph, story, _missing(folder, source), watch).items():
        found = samples.joined(parts) if parts else _nothing(TASKS[name])
        found.save(path(folder, source, name))
        watch.asked[name] = len(found)
    _empty(graph)
    watch.lap("empty")
    return watch


def _ask(
    graph: Graph, story: Story, tasks: Sequence[str], watch: Watch
) -> dict[str, list[Samples]]:
    """Ask about one window after the other until there is enough of each task."""
    history = replay.read_history(graph, AFTER_ALL)
    parts: dict[str, list[Samples]] = {name: [] for name in tasks}
    for window in story.windows(history):
        wanting = [name for name in tasks if sum(map(len, parts[name])) < ENOUGH]
        asked = {name: _questions(history, story, window, TASKS[name]) for name in wanting}
        if questions := list(chain(*asked.values())):
            # No other query asked here reads more.
            reading = history.reading(questions, TASKS[DISCOVER].query)
            statistics.derive(graph, window.cut, OPTIONS, reading=reading)
            watch.lap("derive")
        for name, questions in asked.items():
            if questions:
                parts[name].append(_answers(graph, TASKS[name], questions))
        watch.lap("ask")
    return parts


def _empty(graph: Graph) -> None:
    graph.run_statements([_EMPTY.text], _EMPTY.name, each_alone=True)


def _questions(history: History, story: Story, window: Window, task: Task) -> list[Instance]:
    """Return what users did in a window, some of them drawn at random."""
    found = history.discoveries(
        window.cut, window.until, story.later, new_items=task.new_items
    ).instances
    return replay.sampled(found, AT_MOST, seed=0)


def _answers(graph: Graph, task: Task, asked: Sequence[Instance]) -> Samples:
    """Ask a query for all of its candidates."""
    plain = fusion.Model.plain(task.name)
    fusion.save(graph, plain)
    answers = ask(graph, task.query, asked, k=task.candidates, model=plain.name)
    return samples.samples(asked, answers)


def _nothing(task: Task) -> Samples:
    nobody = np.zeros(0, np.int64)
    features = np.zeros((0, len(task.query.features)), np.float32)
    return Samples(features, nobody > 0, np.zeros(1, np.int64), nobody, nobody.astype(str))
