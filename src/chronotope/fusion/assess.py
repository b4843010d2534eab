"""Assess a task: evaluate its query in a past of its own, with weights that know no more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chronotope import evaluation, loading, statistics
from chronotope.errors import InputError
from chronotope.evaluation import Given, Protocol, Task
from chronotope.fusion.ablate import ablate
from chronotope.fusion.choose import check_model
from chronotope.fusion.collect import windows
from chronotope.fusion.learn import learn, require_enough
from chronotope.fusion.model import Model, in_use, save
from chronotope.fusion.options import LearnOptions
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.replay import FileSource, GraphSource, Past, Preview, Source, replay

_NEVER = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Trial:
    """What is assessed: the answers to a task's instances in [cut, until), or to the end.

    The instances are what users did then, or those of the file `instances`; `options` say how files
    are read; with `new_items`, only what nobody had been at before the cut is relevant. With
    `ablate`, and with `new_items`, parts of the features are left out in turn. With `diversity`,
    the same is asked with more and more of it.
    """

    task: Task
    cut: datetime
    until: datetime | None = None
    instances: str | None = None
    options: loading.ReadOptions = loading.ReadOptions()  # noqa: RUF009  frozen
    seed: int = 0
    new_items: bool = False
    ablate: bool = False
    diversity: bool = False

    def __post_init__(self) -> None:
        """Raise InputError for what contradicts itself."""
        if self.end <= self.cut:
            raise InputError(
                f"until ({self.end.isoformat()}) has to be later than cut ({self.cut.isoformat()})."
            )
        if self.new_items and (self.task.name != "discover" or self.instances):
            raise InputError("new_items is a question of discover, about all that was discovered.")

    @property
    def end(self) -> datetime:
        """`until`, or a moment after all data."""
        return self.until or _NEVER

    @property
    def horizon(self) -> datetime:
        """The moment from which on the past holds no event.

        Where each event is a question, those of its user up to it are known.
        """
        return self.end if self.task.by_event or self.instances else self.cut

    @property
    def ablates(self) -> bool:
        """Whether parts of the features are left out in turn."""
        return self.ablate or self.new_items


@dataclass(frozen=True)
class Assessment:
    """The report of an evaluation, with the model, its seed and the ablation, and remarks."""

    report: dict[str, Any]
    remarks: tuple[str, ...]


def assess_graph(
    graph: Graph, trial: Trial, model: str | None = None, progress: Progress = silent
) -> Assessment:
    """Evaluate on the events of a graph, which is only read, with one of its models or a new one.

    Raises InputError when nothing is asked, when there is too little to learn from, and for a
    model that cannot serve, is of another task, or knows what came after the cut.
    """
    chosen = _chosen(graph, model, trial) if model else None
    return _assess(trial, GraphSource(graph), statistics.recorded(graph), chosen, progress)


def assess_files(
    events: Sequence[str], items: Sequence[str], trial: Trial, progress: Progress = silent
) -> Assessment:
    """Evaluate on files of events and items, with a new model; no graph is needed.

    Raises InputError when nothing is asked, and when there is too little to learn from.
    """
    source = FileSource(items, events, replace(trial.options, shared=True))
    assessment = _assess(trial, source, statistics.DeriveOptions(), None, progress)
    complaints = [sentence for summary in source.summaries for sentence in summary.complaints()]
    return replace(assessment, remarks=(*assessment.remarks, *complaints))


def _assess(
    trial: Trial,
    source: Source,
    derived: statistics.DeriveOptions,
    model: Model | None,
    progress: Progress,
) -> Assessment:
    """Build the past of a trial, learn a model there unless one is given, and evaluate."""
    given = _given(trial)
    learning = LearnOptions(trial.seed, keep=trial.ablates)

    def check(preview: Preview) -> None:
        _protocol(preview, trial, given)
        if model is None:
            chosen = windows(preview.history, trial.cut)
            require_enough(preview.history, trial.task, chosen, learning)

    with replay(source, trial.horizon, options=derived, check=check, progress=progress) as past:
        protocol = _protocol(past, trial, given)
        if model is None:
            prior = in_use(past.graph, trial.task.name)
            model = learn(past, trial.task, trial.cut, learning, prior, progress)
        save(past.graph, model)
        past.derive(trial.cut, progress)
        measured = evaluation.evaluate(past, protocol, model=model.name, progress=progress)
        report = {**evaluation.report(measured), "model": model.name, "seed": trial.seed}
        if trial.diversity:
            report["diversity"] = evaluation.diversify(
                past, protocol, model=model.name, progress=progress
            )
        if trial.ablates:
            report["ablation"] = ablate(past, protocol, trial.cut, learning, progress)
    return Assessment(report, given.remarks if given else ())


def _chosen(graph: Graph, name: str, trial: Trial) -> Model:
    model = check_model(graph, trial.task.name, name)
    if model.as_of and model.as_of > trial.cut:
        raise InputError(
            f"The model '{name}' knows what happened until {model.as_of.isoformat()}, after the "
            "cut; name no model, and one is learned from what came before."
        )
    return model


def _given(trial: Trial) -> Given | None:
    if trial.instances is None:
        return None
    return evaluation.read_given(trial.instances, trial.task, trial.options, trial.cut, trial.end)


def _protocol(past: Past | Preview, trial: Trial, given: Given | None) -> Protocol:
    return evaluation.protocol(
        past,
        trial.task,
        trial.cut,
        min(trial.end, past.end or past.history.end),
        given=given.instances if given else None,
        new_items=trial.new_items,
    )
