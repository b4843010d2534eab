"""A fusion model: the numbers that turn a query's features into a score, and where they stand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from chronotope.errors import InputError
from chronotope.evaluation import TASKS
from chronotope.graph import Graph
from chronotope.statistics import Floats
from chronotope.suggestions import did_you_mean

OWN = "this graph"
"""What a model was learned from that `learn` made."""


@dataclass(frozen=True)
class Model:
    """score = bias + linear·z + Σ_j output_j · max(0, weights_j·z + b_j), z = (x - mean) / scale.

    Features that the query normalises within the request have their mean and scale from it.
    Shapes, of F features and H hidden units: `mean`, `scale`, `linear` (F), `weights` (H, F),
    `unit_bias` (b), `output` (H). `learned_from` is a part of a sentence, like 'this graph'; None
    where nobody noted it.
    """

    name: str
    task: str
    features: tuple[str, ...]
    mean: Floats
    scale: Floats
    linear: Floats
    bias: float
    weights: Floats
    unit_bias: Floats
    output: Floats
    normalisation: str
    as_of: datetime | None = None
    trained_at: datetime | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)
    learned_from: str | None = None
    in_use: bool = False

    @classmethod
    def blank(cls, task: str) -> "Model":
        """Return a model that scores everything 0."""
        query = TASKS[task].query
        zeros, none = np.zeros(len(query.features)), np.zeros(0)
        return cls(
            name="blank",
            task=task,
            features=query.feature_names,
            mean=zeros,
            scale=zeros + 1,
            linear=zeros,
            bias=0.0,
            weights=np.zeros((0, len(zeros))),
            unit_bias=none,
            output=none,
            normalisation=query.normalisation,
        )

    @classmethod
    def plain(cls, task: str) -> "Model":
        """Return a model that adds up what may score alone: for asking about features.

        Of more candidates than are asked for the likelier ones come.
        """
        blank = cls.blank(task)
        return replace(blank, linear=np.isin(blank.features, TASKS[task].alone).astype(np.float64))

    def named(self, name: str) -> "Model":
        """Return the same with another name."""
        return replace(self, name=name)

    def problem(self) -> str | None:
        """Return why the query of the task cannot score as it was learned; None if it can.

        A feature that the model lacks weighs 0, so that an older model goes on after an upgrade.
        """
        query = TASKS[self.task].query
        if unknown := [name for name in self.features if name not in query.feature_names]:
            return f"weighs the feature '{unknown[0]}', which the query does not compute"
        if self.normalisation != query.normalisation:
            return f"was learned on features normalised by {self.normalisation}"
        return None

    def aligned(self, names: Sequence[str]) -> "Model":
        """Return the model of these features, in their order; one that it lacks weighs 0."""
        mean, scale, linear = self.numbers_of(names)
        place = {name: n for n, name in enumerate(self.features)}
        weights = np.zeros((len(self.weights), len(names)))
        for n, name in enumerate(names):
            if name in place:
                weights[:, n] = self.weights[:, place[name]]
        return replace(
            self, features=tuple(names), mean=mean, scale=scale, linear=linear, weights=weights
        )

    def numbers_of(self, names: Sequence[str]) -> tuple[Floats, Floats, Floats]:
        """Return mean, scale and linear weight of features by name; 0, 1 and 0 if unknown."""
        place = {name: n for n, name in enumerate(self.features)}
        at = np.array([place.get(name, -1) for name in names])
        known = at >= 0
        return (
            np.where(known, self.mean[at], 0.0),
            np.where(known, self.scale[at], 1.0),
            np.where(known, self.linear[at], 0.0),
        )


def save(graph: Graph, model: Model) -> None:
    """Write a model, in the place of one of the same name."""
    graph.write(
        "models.write_model",
        {
            "name": model.name,
            "properties": {
                "task": model.task,
                "features": list(model.features),
                "mean": model.mean.tolist(),
                "scale": model.scale.tolist(),
                "linear": model.linear.tolist(),
                "bias": model.bias,
                "normalisation": model.normalisation,
                "asOf": model.as_of,
                "trainedAt": model.trained_at,
                "metrics": json.dumps(model.metrics),
                "learnedFrom": model.learned_from,
            },
            "units": [
                {"index": n, "weights": weights.tolist(), "bias": float(bias), "output": float(out)}
                for n, (weights, bias, out) in enumerate(
                    zip(model.weights, model.unit_bias, model.output, strict=True)
                )
            ],
        },
    )


def use(graph: Graph, name: str) -> None:
    """Have the query of a model's task use it. Raises InputError for an unknown one."""
    read_one(graph, name)
    graph.write("models.use_model", {"name": name})


def read(graph: Graph) -> list[Model]:
    """Return all models of the graph, by task and name."""
    return [_model(row) for row in graph.read("models.read_models")]


def read_one(graph: Graph, name: str) -> Model:
    """Return a model by name; raise InputError, which lists those there are."""
    models = read(graph)
    for model in models:
        if model.name == name:
            return model
    names = [model.name for model in models]
    raise InputError(
        f"The graph has no fusion model '{name}'; it has: {', '.join(names) or 'none'}."
        f"{did_you_mean(name, names)}"
    )


def in_use(graph: Graph, task: str) -> Model | None:
    """Return the model that the query of a task uses, None in a graph without any."""
    return next((m for m in read(graph) if m.task == task and m.in_use), None)


def attempts(graph: Graph) -> dict[str, int]:
    """Return, by task, how many events there were when its weights were learned last, or tried."""
    return {row["task"]: row["events"] for row in graph.read("models.read_attempts")}


def note_attempt(graph: Graph, task: str, events: int) -> None:
    """Note that the weights of a task were learned, or tried, on so many events."""
    graph.write("models.record_attempt", {"task": task, "events": events})


def _model(row: Mapping[str, Any]) -> Model:
    units = row["units"]
    width = len(row["features"])
    return Model(
        name=row["name"],
        task=row["task"],
        features=tuple(row["features"]),
        mean=np.array(row["mean"], np.float64),
        scale=np.array(row["scale"], np.float64),
        linear=np.array(row["linear"], np.float64),
        bias=float(row["bias"]),
        weights=np.array([unit["weights"] for unit in units], np.float64).reshape(-1, width),
        unit_bias=np.array([unit["bias"] for unit in units], np.float64),
        output=np.array([unit["output"] for unit in units], np.float64),
        normalisation=row["normalisation"],
        as_of=_utc(row["asOf"]),
        trained_at=_utc(row["trainedAt"]),
        metrics=json.loads(row["metrics"] or "{}"),
        learned_from=row["learnedFrom"],
        in_use=row["inUse"],
    )


def _utc(value: Any) -> datetime | None:
    if value is None:
        return None
    native: datetime = value.to_native()
    return native.astimezone(UTC)
