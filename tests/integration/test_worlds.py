"""From a synthetic world to the net of a migration, by the queries as they are."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import default_models
import numpy as np
import pytest
from worlds import World, collect, learning, migration
from worlds.stories import sources

from chronotope import fusion
from chronotope.evaluation import TASKS
from chronotope.fusion import samples
from chronotope.graph import Graph

TINY = World(
    "tiny-1",
    seed=3,
    users=60,
    items=200,
    span=100.0,
    born=0.3,
    events=25.0,
    repeat=0.2,
    distance=1.0,
)
TASK = TASKS["discover"]


@pytest.mark.slow
def test_a_tiny_world_becomes_a_net(
    graph: Graph, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = sources([TINY, replace(TINY, name="tiny-2", distance=0.0, leave_last_out=True)])[:2]
    watches = [collect.ask_in(graph, tmp_path, source) for source in told]
    assert [list(watch.asked) for watch in watches] == [["discover", "new_items"], ["discover"]]
    assert graph.read("derive.read_items") == []
    assert {model.name for model in fusion.read(graph)} >= set(TASKS)

    collect.collect(tmp_path, told, workers=2)
    assert capsys.readouterr().out == "2 of 2 worlds are there; 0 are to be asked.\n"

    parts = {one.name: samples.load(collect.path(tmp_path, one, "discover")) for one in told}
    assert [len(part) for part in parts.values()] == [watch.asked["discover"] for watch in watches]
    assert parts["tiny-2"].relevant.tolist() == [1] * len(parts["tiny-2"])
    location = TASK.query.feature_names.index("nearest")
    assert not np.isnan(parts["tiny-1"].features[:, location]).any()

    learned = learning.learn(TASK, list(parts.values()), seed=0)
    again = learning.learn(TASK, list(parts.values()), seed=0)
    assert np.array_equal(learned.net.weights, again.net.weights)
    assert {held.world for held in learning.held_out(TASK, parts, seed=0)} == set(parts)

    model = default_models.model(TASK, learned)
    shutil.copy(default_models.MIGRATION, copy := tmp_path / "R0002__Models.cypher")
    migration.write(copy, {"discover": model}, {"discover": "worlds"})
    text = copy.read_text(encoding="utf-8")
    assert re.findall(r"// recommend\.(\w+):", text) == list(TASKS)
    assert f"['friends', {default_models.UNSHOWN['friends'][0]:.4f}" in text
    assert "['age', 0.0000, 0.0000, 1.0000]" in text  # of it worlds say too much
    fusion.save(graph, model.named("learned"))
    assert fusion.read_one(graph, "learned").problem() is None
