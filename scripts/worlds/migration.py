"""The migration that gives a new graph its models."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chronotope.evaluation import TASKS
from chronotope.fusion import Model

_WIDTH = 100
_HEAD = """\
// The fusion models that a new graph begins with, learned from synthetic worlds and the synthetic
// city by scripts/default_models.py, not written by hand. `chronotope learn` learns others from
// your own data.
"""
_SECTION = "\n// recommend."


def write(path: Path, models: Mapping[str, Model], origins: Mapping[str, str]) -> None:
    """Write models by their tasks, and where each comes from; those of other tasks stay."""
    _, *sections = path.read_text(encoding="utf-8").split(_SECTION)
    texts = {section.partition(":")[0]: _SECTION + section for section in sections}
    texts |= {
        task: "\n".join(_statement(model, origins[task])) + "\n" for task, model in models.items()
    }
    path.write_text(_HEAD + "".join(texts[task] for task in TASKS), encoding="utf-8")


def _statement(model: Model, origin: str) -> Iterator[str]:
    rows = [
        f"  ['{name}', {_number(weight)}, {_number(mean)}, {_number(scale)}]"
        for name, weight, mean, scale in zip(
            model.features, model.linear, model.mean, model.scale, strict=True
        )
    ]
    units = [
        f"  {{index: {n}, bias: {_number(bias)}, output: {_number(output)}, weights:\n"
        + _list(weights)
        + "}"
        for n, (weights, bias, output) in enumerate(
            zip(model.weights, model.unit_bias, model.output, strict=True)
        )
    ]
    yield ""
    yield f"// recommend.{model.task}: [feature, weight, mean, scale], and the hidden units."
    yield "CYPHER 25"
    yield "LET rows = [\n" + ",\n".join(rows) + "\n]"
    yield "LET units = [\n" + ",\n".join(units) + "\n]" if units else "LET units = []"
    yield f"MERGE (model:FusionModel {{name: '{model.task}'}})"
    yield "SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],"
    yield "  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],"
    yield f"  model.bias = 0.0, model.task = '{model.task}',"
    yield f"  model.normalisation = '{model.normalisation}', model.learnedFrom = '{origin}'"
    yield "WITH model, units"
    yield "CALL (model) {"
    yield "  MATCH (model)-[:HAS_UNIT]->(old:HiddenUnit)"
    yield "  DETACH DELETE old"
    yield "}"
    yield "CALL (model, units) {"
    yield "  UNWIND units AS row"
    yield "  CREATE (model)-[:HAS_UNIT]->(unit:HiddenUnit)"
    yield "  SET unit = row"
    yield "}"
    yield "// It is used unless another one is."
    yield "CALL (model) {"
    yield "  OPTIONAL MATCH (other:FusionModel {serves: model.task})"
    yield "  WITH model, other WHERE other IS NULL"
    yield "  SET model.serves = model.task"
    yield "};"


def _list(values: NDArray[np.float64]) -> str:
    lines, line = [], "    ["
    for n, value in enumerate(values):
        text = _number(value) + ("]" if n == len(values) - 1 else ", ")
        if len(line) + len(text) > _WIDTH:
            lines.append(line.rstrip())
            line = "     "
        line += text
    return "\n".join([*lines, line])


def _number(value: float) -> str:
    return f"{value:.4f}"
