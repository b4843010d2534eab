"""Results of learning and evaluating: models, the comparison of two, and what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chronotope import fusion
from chronotope.client.results import Result, Rows
from chronotope.evaluation import TASKS, Interval, Response

Numbers = Mapping[str, float]
Intervals = Mapping[str, Interval]
"""By the name of a metric."""


@dataclass(frozen=True, kw_only=True)
class ModelSummary(Result):
    """A fusion model of the graph.

    `metrics` are what was measured when it was learned, empty for a shipped one, and `learned_from`
    says what from, None where nobody noted it. `problem` says what keeps the query from scoring
    with it as it was learned.
    """

    name: str
    task: str
    in_use: bool
    as_of: datetime | None
    trained_at: datetime | None
    features: tuple[str, ...]
    hidden_units: int
    metrics: Mapping[str, Any] = field(repr=False)
    learned_from: str | None
    problem: str | None

    @classmethod
    def of_model(cls, model: fusion.Model) -> "ModelSummary":
        """Summarise a model of the graph."""
        return cls(
            name=model.name,
            task=model.task,
            in_use=model.in_use,
            as_of=model.as_of,
            trained_at=model.trained_at,
            features=model.features,
            hidden_units=len(model.output),
            metrics=model.metrics,
            learned_from=model.learned_from,
            problem=model.problem(),
        )

    @property
    def metric(self) -> str:
        """The name of the metric that models of this task are chosen by."""
        return TASKS[self.task].metric

    @property
    def validation(self) -> Interval | None:
        """That metric on the validation window, None for a model that was not measured."""
        interval = self.metrics.get("metrics", {}).get(self.metric)
        return Interval.of(interval) if interval else None


@dataclass(frozen=True, kw_only=True)
class Models(Rows[ModelSummary]):
    """The fusion models of the graph."""

    name = "models"


@dataclass(frozen=True, kw_only=True)
class ModelComparison(Rows[fusion.WeightChange]):
    """The weights of two models, the largest change first."""

    name = "weights"
    models: tuple[ModelSummary, ModelSummary]


@dataclass(frozen=True, kw_only=True)
class Learned(Result):
    """The model that was found to be the best, and what it was worth on the validation window.

    `chosen` says what it is: "tuned", "from scratch", "popularity alone", or a model that stood,
    "shipped" or "in use". `instances`, `metrics`, and those of all `candidates` and `baselines`
    were measured on the window before it was learned from. `replaced` is the model that was in use
    before, None where that stays; `saved` is False after a dry run, and where it stays.
    """

    name: str
    task: str
    as_of: datetime | None
    metric: str
    instances: int
    chosen: str
    metrics: Intervals
    candidates: Mapping[str, Numbers]
    baselines: Mapping[str, Numbers]
    stays: bool
    replaced: str | None
    saved: bool
    report: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of_model(cls, model: fusion.Model, *, replaced: str | None, saved: bool) -> "Learned":
        """Present the model that was just found."""
        report = model.metrics
        return cls(
            name=model.name,
            task=model.task,
            as_of=model.as_of,
            metric=TASKS[model.task].metric,
            instances=report["instances"],
            chosen=report["chosen"],
            metrics=_intervals(report["metrics"]),
            candidates=report["candidates"],
            baselines=report["baselines"],
            stays=model.in_use,
            replaced=replaced,
            saved=saved,
            report=report,
        )

    @property
    def why(self) -> str:
        """Why this one, in a sentence."""
        value = self.candidates[self.chosen][self.metric]
        others = [
            (numbers[self.metric], name)
            for name, numbers in self.candidates.items()
            if name != self.chosen
        ]
        beside = f"; the next is {max(others)[1]}, {max(others)[0]:.4f}" if others else ""
        return (
            f"On the last {self.instances:,} instances, before they were learned from, "
            f"'{self.chosen}' is the best: {self.metric} {value:.4f}{beside}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the model's name, task and moment, and the report of the validation."""
        return {
            "name": self.name,
            "task": self.task,
            "asOf": self.as_of,
            "stays": self.stays,
            "replaced": self.replaced,
            "saved": self.saved,
            "why": self.why,
            **self.report,
        }


@dataclass(frozen=True, kw_only=True)
class Ablated(Interval):
    """A metric of a model that lacks features, and its difference to the row beside it."""

    difference: Interval | None


@dataclass(frozen=True, kw_only=True)
class Evaluation(Result):
    """What a query would have recommended after the cut, beside what happened and the baselines.

    By name of a metric: `metrics` of the query, `ratios` of them to each baseline's, and `ablation`
    of each row and `diversity` of each weight, empty unless asked for. `metric` names the one that
    choices are made by. Where baselines alone were asked for, there is no `model`, and no metric of
    the query. `report` has all figures, as `chronotope evaluate --json` prints them.
    """

    task: str
    cut: datetime
    until: datetime
    model: str | None
    seed: int
    users: int
    instances: int
    metric: str
    metrics: Intervals
    baselines: Mapping[str, Numbers]
    ratios: Mapping[str, Intervals]
    ablation: Mapping[str, Mapping[str, Ablated]]
    diversity: Mapping[str, Mapping[str, Any]]
    remarks: tuple[str, ...]
    report: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of_assessment(cls, assessment: fusion.Assessment) -> "Evaluation":
        """Present an assessment."""
        report = assessment.report
        return cls(
            task=report["task"],
            cut=datetime.fromisoformat(report["cut"]),
            until=datetime.fromisoformat(report["until"]),
            model=report["model"],
            seed=report["seed"],
            users=report["users"],
            instances=report["instances"],
            metric=TASKS[report["task"]].metric,
            metrics=_intervals(report["metrics"]),
            baselines=report["baselines"],
            ratios={name: _intervals(ratios) for name, ratios in report["ratios"].items()},
            ablation={
                row: {name: _ablated(numbers) for name, numbers in metrics.items()}
                for row, metrics in report.get("ablation", {}).items()
            },
            diversity=report.get("diversity", {}),
            remarks=assessment.remarks,
            report=report,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the report."""
        return dict(self.report)


@dataclass(frozen=True, kw_only=True)
class LiveEvaluation(Rows[Response]):
    """How users answered what was shown in [since, until), a row a model.

    `shown` counts showings, `answered` those that an event of a goal followed within the span;
    `rate` is their ratio with its 95 % interval by Wilson's score.
    """

    name = "models"
    since: datetime | None
    until: datetime
    within: timedelta

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dict; `within` is a number of days."""
        return {**super().to_dict(), "within": self.within / timedelta(days=1)}


@dataclass(frozen=True, kw_only=True)
class TrainedEncoder(Result):
    """NDCG@20 of items held out, with the `base` encoder and with the `best` projection of it.

    `folder` is None, and nothing was written, when the base was the best.
    """

    encoder: str
    base: Interval
    best: Interval
    epochs: int
    folder: Path | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dict of plain values."""
        return {
            "encoder": self.encoder,
            "base": self.base.plain(),
            "best": self.best.plain(),
            "epochs": self.epochs,
            "folder": str(self.folder) if self.folder else None,
        }


def _intervals(metrics: Mapping[str, Any]) -> Intervals:
    return {name: Interval.of(numbers) for name, numbers in metrics.items()}


def _ablated(numbers: Mapping[str, Any]) -> Ablated:
    low, high = numbers["ci95"]
    difference = numbers.get("difference")
    return Ablated(
        value=numbers["value"],
        low=low,
        high=high,
        difference=Interval.of(difference) if difference else None,
    )
