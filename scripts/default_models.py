"""Learn the models that a new graph begins with from the synthetic city; write their migration.

    python scripts/default_models.py [--seed N]

Run it when a recommendation query computes other features or computes them otherwise; a test
compares the models' hashes with the queries. Seeded: the same queries give the same models.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from chronotope import city, evaluation, fusion, loading, replay
from chronotope.fusion import Model

MIGRATION = Path(__file__).parent.parent / "migrations" / "R0002__Default_fusion_models.cypher"
END = datetime(2026, 6, 29, tzinfo=UTC)
OPENING = datetime(2026, 1, 19, tzinfo=UTC)
"""Until then new items are met every day; later nearly all have been visited."""
LEARNED_FROM = "the synthetic city"
WIDTH = 100
LIMIT = 6_000
UNSHOWN = {
    "strangerHour": (0.6, 0.0, 0.6),
    "strangerMeaning": (1.5, 0.2, 0.15),
    "friends": (0.5, 0.0, 1.0),
    "looked": (5.0, 0.0, 1.0),
    "shown": (-0.5, 0.0, 1.0),
    "declinedInterest": (-1.0, 0.0, 1.0),
    "declinedAlike": (-1.0, 0.0, 1.0),
}
"""Weight, mean and scale of what the city's past does not show: every question to learn from has a
known user, who knows nobody, declines nothing, was shown nothing and buys without looking."""


def main() -> None:
    """Learn the models and write the migration."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    options = loading.ReadOptions(local_timezone=ZoneInfo(city.ZONE))
    statements = [
        "// The fusion models that a new graph begins with, learned from the synthetic city by",
        "// scripts/default_models.py, not written by hand. `chronotope learn` learns others from",
        "// your own data.",
    ]
    with tempfile.TemporaryDirectory() as folder:
        items, events = city.write(city.generate(), Path(folder))
        source = replay.FileSource([str(items)], [str(events)], options)
        with replay.replay(source, END, progress=_say) as past:
            for task in evaluation.TASKS.values():
                learning = fusion.LearnOptions(seed=arguments.seed, limit=LIMIT)
                as_of = OPENING if task.new_items else END
                model = fusion.learn(past, task, as_of, learning, _prior(task.name), _say)
                print(task.name, model.metrics)
                statements += _statement(model)
    MIGRATION.write_text("\n".join(statements) + "\n", encoding="utf-8")


def _prior(task: str) -> Model:
    """Return a model that knows only what to make of what is not shown."""
    blank = Model.blank(task)
    numbers = [UNSHOWN.get(name, (0.0, 0.0, 1.0)) for name in blank.features]
    linear, mean, scale = np.array(numbers).T
    return replace(blank, linear=linear, mean=mean, scale=scale)


def _statement(model: Model) -> Iterator[str]:
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
    yield f"  model.bias = 0.0, model.task = '{model.task}', model.normalisation = 'training',"
    yield f"  model.learnedFrom = '{LEARNED_FROM}'"
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


def _list(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    lines, line = [], "    ["
    for n, value in enumerate(values):
        text = _number(value) + ("]" if n == len(values) - 1 else ", ")
        if len(line) + len(text) > WIDTH:
            lines.append(line.rstrip())
            line = "     "
        line += text
    return "\n".join([*lines, line])


def _number(value: float) -> str:
    return f"{value:.4f}"


def _say(what: str, done: int, total: int | None) -> None:
    del total
    if done == 0:
        print(what, flush=True)


if __name__ == "__main__":
    main()
