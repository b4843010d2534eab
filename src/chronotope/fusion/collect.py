"""Ask a recommendation query about windows of the past, for a model to learn from."""

import hashlib
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from queue import Queue

from chronotope import config, outputs
from chronotope.evaluation import Task, ask
from chronotope.fusion import samples
from chronotope.fusion.model import Model, save
from chronotope.fusion.options import WINDOWS, LearnOptions
from chronotope.fusion.samples import Samples
from chronotope.progress import Progress, about, labelled, silent
from chronotope.replay import History, Instance, Past, of_users, sampled

_TENTHS = 10


@dataclass(frozen=True)
class Window:
    """Statistics stand as of `cut`; what users did in [cut, until) is what was right."""

    cut: datetime
    until: datetime


def windows(
    history: History, as_of: datetime, validate_from: datetime | None = None
) -> list[Window]:
    """Return the windows to learn from, in the order of time; the last one is for validation.

    Each holds a tenth of the events before `as_of`; the last one may be given by its beginning.
    There is none when nothing happened before it.
    """
    past = history.until(as_of)
    if not len(past.events.epoch):
        return []
    last = validate_from or past.quantile(1 - 1 / _TENTHS)
    earlier = past.until(last)
    if not len(earlier.events.epoch):
        return []
    share = 1 / (_TENTHS - 1)  # of what is left, when a tenth of all is taken
    cuts = [earlier.quantile(1 - n * share) for n in range(1, WINDOWS)]
    bounds = [*reversed(cuts), last, as_of]
    return [Window(a, b) for a, b in pairwise(bounds) if a < b]


@dataclass(frozen=True)
class Collector:
    """Collects the samples of windows, and keeps those it has on disk until `forget`."""

    past: Past
    task: Task
    limit: int
    seed: int
    variant: str = ""
    """What was changed in the past's graph, if anything."""
    users: int = LearnOptions().users

    def instances(self, window: Window, share: int) -> list[Instance]:
        """Return the instances of a window: of so many users, at most its part of the limit."""
        instances = self.task.asked(self.past.history, window.cut, window.until)
        instances = of_users(instances, self.users, self.seed)
        return sampled(instances, self.limit // share, self.seed)

    def collect(self, chosen: Sequence[Window], progress: Progress) -> list[Samples]:
        """Return the samples of the windows, deriving the statistics as of each.

        From the second one on that had to be asked for, progress tells how long the rest will take.
        Where the past has copies, several windows are asked for at a time, each in a server.
        """
        if self.past.copies:
            return self._beside(chosen, progress)
        parts: list[Samples] = []
        spent: list[float] = []
        for n, window in enumerate(chosen):
            label = f"window {n + 1} of {len(chosen)}"
            if spent:
                label += f", {about(sum(spent) / len(spent) * (len(chosen) - n))} left"
            kept, started = self._path(window).exists(), time.monotonic()
            parts.append(self.window(window, len(chosen), labelled(progress, label)))
            if not kept:
                spent.append(time.monotonic() - started)
        return parts

    def _beside(self, chosen: Sequence[Window], progress: Progress) -> list[Samples]:
        """Collect in all servers of the past, as they become free."""
        free: Queue[Past] = Queue()
        for past in (self.past, *self.past.copies):
            free.put(past)

        def one(window: Window) -> Samples:
            past = free.get()
            try:
                return replace(self, past=past).window(window, len(chosen), silent)
            finally:
                free.put(past)

        what = f"windows of the past, {free.qsize()} at a time"
        progress(what, 0, len(chosen))
        parts: list[Samples] = []
        with ThreadPoolExecutor(free.qsize()) as threads:
            pending = [threads.submit(copy_context().run, one, window) for window in chosen]
            try:
                for part in pending:
                    parts.append(part.result())
                    progress(what, len(parts), len(chosen))
            except BaseException:
                threads.shutdown(cancel_futures=True)
                raise
        return parts

    def window(self, window: Window, share: int, progress: Progress) -> Samples:
        """Return the samples of one window out of `share`."""
        asked = self.instances(window, share)
        path = self._path(window)
        if path.exists():
            progress("was collected before", 1, 1)
            return samples.load(path)
        part = answered(self.past, self.task, asked, window.cut, progress)
        with outputs.sentences(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.save(path)
        return part

    def _path(self, window: Window) -> Path:
        return self.folder / f"{window.cut:%Y%m%dT%H%M%S}-{window.until:%Y%m%dT%H%M%S}.npz"

    @property
    def folder(self) -> Path:
        """Where windows are kept while a model is learned: the same question has the same one."""
        question = (
            self.past.fingerprint,
            self.past.options,
            self.task.query.fingerprint,
            self.limit,
            self.seed,
            self.variant,
            self.users,
        )
        return config.cache() / "learn" / hashlib.sha256(repr(question).encode()).hexdigest()[:16]

    def forget(self) -> None:
        """Delete what was kept."""
        shutil.rmtree(self.folder, ignore_errors=True)


def answered(
    past: Past, task: Task, asked: Sequence[Instance], at: datetime, progress: Progress = silent
) -> Samples:
    """Ask the query about instances, with the statistics as of a moment; return the samples."""
    past.derive_for(asked, task.query, at, progress)
    save(past.graph, plain := Model.plain(task.name))
    answers = ask(
        past.graph, task.query, asked, k=task.candidates, model=plain.name, progress=progress
    )
    return samples.samples(asked, answers)
