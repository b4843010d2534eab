"""The part of the client that learns and evaluates."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from chronotope import fusion
from chronotope.client.core import Core
from chronotope.client.learned import (
    Evaluation,
    Learned,
    LiveEvaluation,
    ModelComparison,
    Models,
    ModelSummary,
    TrainedEncoder,
)
from chronotope.client.values import check_choice, check_count, moment_or_none, moment_or_now
from chronotope.errors import InputError
from chronotope.evaluation import TASKS, Task, responses
from chronotope.fusion import WINDOWS, Announce, Assessment, LearnOptions, Trial, unheard
from chronotope.graph import Graph
from chronotope.loading import EVENTS, FRIENDSHIPS, ITEMS, ReadOptions, check_heads
from chronotope.progress import Progress, silent
from chronotope.replay import FileSource

File = str | PathLike[str]
Files = File | Sequence[File]
"""A path or a pattern, or several of them."""

_AS_THEY_ARE = ReadOptions()
_A_WEEK = timedelta(days=7)
_MOST_USERS, _MOST_INSTANCES = LearnOptions().users, LearnOptions().limit


class Learning(Core):
    """What learns weights and encoders, and compares answers with what happened.

    A task is 'next', 'discover' or 'new_items', each with a query `recommend.<task>`. Moments are
    aware datetimes. Learning and evaluating happen in a server of the past, which vanishes at the
    end; `progress` is told how far they are.
    """

    def learn(
        self,
        task: str,
        *,
        as_of: datetime | None = None,
        validate_from: datetime | None = None,
        seed: int = 0,
        users: int = _MOST_USERS,
        instances: int = _MOST_INSTANCES,
        name: str | None = None,
        workers: int = 1,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> Learned:
        """Learn the weights of a task's query from what users did, and score with the best.

        The query is asked about moments before `as_of`, `instances` at most, of at most so many
        `users` in each of two to four windows; what follows `validate_from`, by default the last
        tenth of the events, is for choosing: among the model in use, the shipped one, what is tuned
        from them, what is learned from scratch (from 1,000 instances on, or where there is nothing
        to tune) and single features. Where the model in use is the best, it stays. `name` is the
        new model's, by default the task and the moment. With `dry_run` nothing is written. Cut off,
        the same call goes on with the window of the past that it was at. `workers` is how many
        servers of the past are asked side by side, each about a window; the result is the same.

        Raises InputError, which says how much is needed, when there is too little to learn from,
        before anything is copied.
        """
        chosen, end = _task(task), moment_or_none(as_of, "as_of")
        options = LearnOptions(
            seed,
            moment_or_none(validate_from, "validate_from"),
            instances,
            users=users,
            workers=_workers(workers),
        )
        graph = self._migrated
        before = fusion.in_use(graph, task)
        model = fusion.learn_from_graph(graph, chosen, end, options, progress)
        if model.in_use:
            return Learned.of_model(model, replaced=None, saved=False)
        model = model.named(name or model.name)
        if not dry_run:
            fusion.save(graph, model)
            fusion.use(graph, model.name)
        return Learned.of_model(model, replaced=before.name if before else None, saved=not dry_run)

    def models(self) -> Models:
        """Return the fusion models of the graph, by task and name."""
        return Models(rows=tuple(map(ModelSummary.of_model, fusion.read(self._migrated))))

    def use(self, name: str) -> ModelSummary:
        """Score with a model from now on.

        Raises InputError for a model that there is not, and for one that its query cannot score
        as it was learned.
        """
        return ModelSummary.of_model(fusion.switch(self._migrated, name))

    def compare_models(self, first: str, second: str) -> ModelComparison:
        """Compare the weights of two models of one task, the largest change first.

        A weight is the change of the score when the feature rises by its usual spread, without
        what hidden units add. Raises InputError for a model that there is not, and for two tasks.
        """
        models = [fusion.read_one(self._migrated, name) for name in (first, second)]
        one, other = map(ModelSummary.of_model, models)
        return ModelComparison(rows=tuple(fusion.compare(*models)), models=(one, other))

    def evaluate(
        self,
        task: str,
        *,
        cut: datetime | None = None,
        until: datetime | None = None,
        instances: File | None = None,
        options: ReadOptions = _AS_THEY_ARE,
        model: str | None = None,
        seed: int = 0,
        new_items: bool = False,
        ablate: bool = False,
        diversity: bool = False,
        sample: int | None = None,
        baselines_only: bool = False,
        leave_last_out: bool = False,
        events: Files = (),
        items: Files = (),
        friendships: Files = (),
        progress: Progress = silent,
        announce: Announce = unheard,
    ) -> Evaluation:
        """Evaluate a task's query on what users did in [cut, until), beside plain baselines.

        The past holds what was known at the cut. The weights are learned from that alone, or they
        are those of `model`, which may know no more. `instances` is a file of questions to ask
        instead of all (user_id, timestamp, item_id a row), which `options` say how to read. With
        `new_items`, `discover` is only asked for items that had no event before the cut. `ablate`
        tells what the graph, time and place, and language add, and `diversity` what lists of 20
        gain and lose by more and more of it. The graph is only read.

        `sample` is how many users are asked for, drawn at random, and with `baselines_only` the
        query is not asked. `leave_last_out`, in the place of a cut, asks for the last event of each
        user; all others are known, so that it leaks the future of other people. `events`, `items`
        and `friendships` are files that are evaluated instead of the graph, with a model of it.
        `announce` is told how much is asked, and about how long that takes, before a server is
        started.

        Raises InputError when nothing happened to ask about, and too little to learn from.
        """
        trial = _trial(
            task, cut, until, instances, leave_last_out=leave_last_out, options=options, seed=seed,
            new_items=new_items, ablate=ablate, diversity=diversity, sample=sample,
            baselines_only=baselines_only,
        )  # fmt: skip
        if _paths(events):
            found = _assess_files(
                events, items, friendships, trial, model, self._migrated, progress, announce
            )
        else:
            found = fusion.assess_graph(self._migrated, trial, model, progress, announce)
        return Evaluation.of_assessment(found)

    def evaluate_live(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        within: timedelta = _A_WEEK,
    ) -> LiveEvaluation:
        """Tell how users answered what was shown to them in [since, until), by model.

        A showing, which `show` records, is answered by an event of a kind that is a goal, with the
        same item and after it by at most `within`; what was shown last may still be answered.
        `until` is by default now. Raises InputError for a span that is not longer than nothing.
        """
        if not within > timedelta():
            raise InputError(f"within is a span of time, longer than nothing, not {within!r}.")
        start, end = moment_or_none(since, "since"), moment_or_now(until, "until")
        rows = tuple(responses(self._migrated, start, end, within))
        remarks = () if rows else (_nothing_shown(start, end),)
        return LiveEvaluation(rows=rows, remarks=remarks, since=start, until=end, within=within)

    def train_encoder(
        self,
        folder: File,
        *,
        cut: datetime | None = None,
        base: str | None = None,
        seed: int = 0,
        progress: Progress = silent,
    ) -> TrainedEncoder:
        """Train a projection of an encoder on what users visited together; write it to `folder`.

        Vectors of items that the same people visited before `cut`, by default now, come closer. A
        fifth of the items is held out, as if it were new, and tells when to stop. `base` is by
        default the encoder of the graph's texts. When it is the best, nothing is written; else
        `embed(folder)` changes to the projection, in place.

        Raises InputError for a folder that is not empty, when too little was visited together, and
        without the extra `encoders`.
        """
        path, before = Path(folder), moment_or_none(cut, "cut")
        fusion.require_trainable(path, base)
        encoder, trained = fusion.train_encoder(
            self._migrated, path, cut=before, base=base, seed=seed, progress=progress
        )
        return TrainedEncoder(
            encoder=encoder.name,
            base=trained.base,
            best=trained.best,
            epochs=trained.epochs,
            folder=path if trained.epochs else None,
        )


def _nothing_shown(since: datetime | None, until: datetime) -> str:
    start = f"from {since.isoformat()} " if since else ""
    return (
        f"Nothing was shown {start}until {until.isoformat()}, as far as the graph knows; record "
        "what a user gets to see: client.show, or events.show."
    )


def evaluate_files(
    task: str,
    events: Files,
    items: Files = (),
    friendships: Files = (),
    *,
    cut: datetime | None = None,
    until: datetime | None = None,
    instances: File | None = None,
    options: ReadOptions = _AS_THEY_ARE,
    model: str | None = None,
    seed: int = 0,
    new_items: bool = False,
    ablate: bool = False,
    diversity: bool = False,
    sample: int | None = None,
    baselines_only: bool = False,
    leave_last_out: bool = False,
    progress: Progress = silent,
    announce: Announce = unheard,
) -> Evaluation:
    """Evaluate a task's query on files of events, items and friendships.

    No graph is needed, and none is written. `model` is a shipped one, by the name of its task; by
    default one is learned. Rows that are rejected are told in the remarks. All else is as with
    `Client.evaluate`.
    """
    trial = _trial(
        task, cut, until, instances, leave_last_out=leave_last_out, options=options, seed=seed,
        new_items=new_items, ablate=ablate, diversity=diversity, sample=sample,
        baselines_only=baselines_only,
    )  # fmt: skip
    if model is not None:
        check_choice(model, TASKS, "model of files")
    found = _assess_files(events, items, friendships, trial, model, None, progress, announce)
    return Evaluation.of_assessment(found)


def _assess_files(
    events: Files,
    items: Files,
    friendships: Files,
    trial: Trial,
    model: str | None,
    graph: Graph | None,
    progress: Progress,
    announce: Announce,
) -> Assessment:
    shared = replace(trial.options, shared=True)
    for table, files in ((ITEMS, items), (EVENTS, events), (FRIENDSHIPS, friendships)):
        check_heads(table, _paths(files), shared)
    source = FileSource(_paths(items), _paths(events), shared, friendships=_paths(friendships))
    return fusion.assess_files(source, trial, model, graph, progress, announce)


def _trial(
    task: str,
    cut: datetime | None,
    until: datetime | None,
    instances: File | None,
    *,
    leave_last_out: bool,
    options: ReadOptions,
    sample: int | None,
    **how: Any,
) -> Trial:
    if (cut is None) is not leave_last_out:
        raise InputError("Evaluate at a cut, or leave the last event of each user out: say which.")
    if instances is not None:
        check_heads(EVENTS, [fspath(instances)], replace(options, shared=True))
    return Trial(
        _task(task),
        moment_or_none(cut, "cut"),
        moment_or_none(until, "until"),
        fspath(instances) if instances is not None else None,
        options,
        sample=None if sample is None else check_count(sample, None),
        **how,
    )


def _workers(count: int) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= WINDOWS:
        raise InputError(f"workers is how many, a number from 1 to {WINDOWS}, not {count!r}.")
    return count


def _task(name: str) -> Task:
    check_choice(name, TASKS, "task")
    return TASKS[name]


def _paths(files: Files) -> list[str]:
    several = [files] if isinstance(files, str | PathLike) else files
    return [fspath(file) for file in several]
