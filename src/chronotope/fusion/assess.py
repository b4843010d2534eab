"""Assess a task: evaluate its query in a past of its own, with weights that know no more."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chronotope import evaluation, loading, statistics
from chronotope.errors import InputError
from chronotope.evaluation import Given, Protocol, Task
from chronotope.fusion.ablate import ablate
from chronotope.fusion.choose import check_model
from chronotope.fusion.last import enough_users, learn_last_out
from chronotope.fusion.learn import learn, questions
from chronotope.fusion.model import Model, in_use, save
from chronotope.fusion.options import LearnOptions
from chronotope.fusion.outlook import Outlook, outlook
from chronotope.graph import Graph
from chronotope.progress import Progress, Stopwatch, silent
from chronotope.replay import (
    NEVER,
    FileSource,
    GraphSource,
    LastOut,
    Past,
    Preview,
    Source,
    look,
    of_users,
    replay,
)

_LEAKS = (
    "Leaving the last event of each user out leaks: what others did after it is known. All numbers "
    "are better than anybody would see; --cut asks honestly."
)


@dataclass(frozen=True)
class Trial:
    """What is assessed: the answers to a task's instances in [cut, until), or to the end.

    The instances are what users did then, or those of the file `instances`; `options` say how files
    are read; with `new_items`, only what nobody had been at before the cut is relevant. Without a
    `cut` the last event of each user is what is relevant, and all others are known. Only `sample`
    users are asked for, if it is given. With `baselines_only` the query is not asked. With
    `ablate`, and with `new_items`, parts of the features are left out in turn. With `diversity`,
    the same is asked with more and more of it.
    """

    task: Task
    cut: datetime | None
    until: datetime | None = None
    instances: str | None = None
    options: loading.ReadOptions = loading.ReadOptions()  # noqa: RUF009  frozen
    seed: int = 0
    new_items: bool = False
    ablate: bool = False
    diversity: bool = False
    sample: int | None = None
    baselines_only: bool = False

    def __post_init__(self) -> None:
        """Raise InputError for what contradicts itself."""
        if self.cut is not None and self.end <= self.cut:
            raise InputError(
                f"until ({self.end.isoformat()}) has to be later than cut ({self.cut.isoformat()})."
            )
        if self.new_items and (self.task.name != "discover" or self.instances):
            raise InputError("new_items is a question of discover, about all that was discovered.")
        others = self.until or self.instances or self.new_items or self.task.new_items
        if self.cut is None and others:
            raise InputError(
                "Leaving the last event of each user out is a protocol of its own, of discover and "
                "of next; leave until, instances and new items out, or give a cut."
            )
        if self.baselines_only and (self.ablates or self.diversity or self.task.new_items):
            raise InputError(
                "Baselines alone are asked without the query: there is nothing to take away, "
                "nothing that is diverse, and none that knows new items."
            )

    @property
    def end(self) -> datetime:
        """`until`, or a moment after all data."""
        return self.until or NEVER

    @property
    def horizon(self) -> datetime:
        """The moment from which on the past holds no event.

        Where each event is a question, those of its user up to it are known.
        """
        return self.end if self.task.by_event or self.instances else self.cut or NEVER

    @property
    def ablates(self) -> bool:
        """Whether parts of the features are left out in turn."""
        return self.ablate or self.new_items


@dataclass(frozen=True)
class Assessment:
    """The report of an evaluation, with the model, its seed and the ablation, and remarks."""

    report: dict[str, Any]
    remarks: tuple[str, ...]


Announce = Callable[[Outlook], None]
"""Told, before anything is started, how much is asked and about how long that takes."""


def unheard(outlook: Outlook) -> None:
    """Tell nobody."""
    del outlook


def assess_graph(
    graph: Graph,
    trial: Trial,
    model: str | None = None,
    progress: Progress = silent,
    announce: Announce = unheard,
) -> Assessment:
    """Evaluate on the events of a graph, which is only read, with one of its models or a new one.

    Raises InputError when nothing is asked, when there is too little to learn from, and for a
    model that cannot serve, is of another task, or knows what came after the cut.
    """
    chosen = _chosen(graph, model, trial) if model else None
    source, derived = GraphSource(graph), statistics.recorded(graph)
    return _assess(trial, source, derived, chosen, Stopwatch(progress), announce)


def assess_files(
    source: FileSource,
    trial: Trial,
    model: str | None = None,
    graph: Graph | None = None,
    progress: Progress = silent,
    announce: Announce = unheard,
) -> Assessment:
    """Evaluate on files, with a new model, or with one of a graph.

    Without a graph `model` names a shipped one. Raises InputError when nothing is asked, when there
    is too little to learn from, and for a model that cannot serve or is of another task.
    """
    chosen = _chosen(graph, model, trial) if graph is not None and model else model
    stopwatch = Stopwatch(progress)
    assessment = _assess(trial, source, statistics.DeriveOptions(), chosen, stopwatch, announce)
    told = {summary.table: summary for summary in source.summaries}  # they may be read twice
    complaints = [sentence for summary in told.values() for sentence in summary.complaints()]
    return replace(assessment, remarks=(*assessment.remarks, *complaints))


def _assess(
    trial: Trial,
    source: Source,
    derived: statistics.DeriveOptions,
    model: Model | str | None,
    progress: Stopwatch,
    announce: Announce,
) -> Assessment:
    """Build the past of a trial, learn a model there unless one is given, and evaluate.

    A model that is only named is a shipped one, which the past has, too.
    """
    given = _given(trial)
    learning = LearnOptions(trial.seed, keep=trial.ablates)
    whole, source = source, source if trial.cut else LastOut(source)
    by_last = trial.cut is None and not (trial.task.by_event or trial.baselines_only)

    def check(preview: Preview) -> None:
        protocol = _protocol(preview, trial, given)
        taught: list[int] = []
        if model is None and by_last:
            everybody = _protocol(preview, replace(trial, sample=None), given)
            taught = [enough_users(len(everybody.instances), learning)]
        elif model is None and not trial.baselines_only:
            taught = questions(preview.history, trial.task, protocol.cut, learning)
        announce(outlook(preview, protocol, taught, asks=not trial.baselines_only))

    remarks = given.remarks if given else ()
    if trial.cut is None:
        remarks = (*remarks, _LEAKS)
    if trial.baselines_only:
        seen = look(source, trial.horizon, progress)
        if seen.exact:
            check(seen)
            return Assessment(_baselines(seen, trial, given, progress), remarks)
    with replay(source, trial.horizon, options=derived, check=check, progress=progress) as past:
        if trial.baselines_only:
            return Assessment(_baselines(past, trial, given, progress), remarks)
        protocol = _protocol(past, trial, given)
        if model is None and by_last:
            with progress.stage("learning"):
                model = learn_last_out(whole, trial.task, derived, learning, progress)
        elif model is None:
            prior = in_use(past.graph, trial.task.name)
            with progress.stage("learning"):
                model = learn(past, trial.task, protocol.cut, learning, prior, progress)
        elif isinstance(model, str):
            model = check_model(past.graph, trial.task.name, model)
        save(past.graph, model)
        with progress.stage("deriving"):
            past.derive(protocol.cut, progress)
        measured = evaluation.evaluate(past, protocol, model=model.name, progress=progress)
        report = {**evaluation.report(measured), "model": model.name, "seed": trial.seed}
        if trial.diversity:
            report["diversity"] = evaluation.diversify(
                past, protocol, model=model.name, progress=progress
            )
        if trial.ablates:
            with progress.stage("ablating"):
                report["ablation"] = ablate(past, protocol, protocol.cut, learning, progress)
    return Assessment({**report, "seconds": progress.seconds}, remarks)


def _baselines(
    past: Past | Preview, trial: Trial, given: Given | None, progress: Stopwatch
) -> dict[str, Any]:
    protocol = _protocol(past, trial, given)
    found = evaluation.evaluate_baselines(past, protocol, progress)
    return {
        **evaluation.asked(protocol),
        "model": None,
        "seed": trial.seed,
        "metrics": {},
        "baselines": evaluation.means(found),
        "ratios": {},
        "seconds": progress.seconds,
    }


def _chosen(graph: Graph, name: str, trial: Trial) -> Model:
    model = check_model(graph, trial.task.name, name)
    if trial.cut and model.as_of and model.as_of > trial.cut:
        raise InputError(
            f"The model '{name}' knows what happened until {model.as_of.isoformat()}, after the "
            "cut; name no model, and one is learned from what came before."
        )
    return model


def _given(trial: Trial) -> Given | None:
    if trial.instances is None or trial.cut is None:
        return None
    return evaluation.read_given(trial.instances, trial.task, trial.options, trial.cut, trial.end)


def _protocol(past: Past | Preview, trial: Trial, given: Given | None) -> Protocol:
    found = evaluation.protocol(
        past,
        trial.task,
        trial.cut or past.end,
        min(trial.end, past.end),
        given=given.instances if given else None,
        new_items=trial.new_items,
        last_out=trial.cut is None,
    )
    if trial.sample is None:
        return found
    return replace(found, instances=of_users(found.instances, trial.sample, trial.seed))
