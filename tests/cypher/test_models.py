"""The queries of fusion models, and of what a past is copied by: what each reads and writes."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from chronotope import catalogue, evaluation, fusion
from chronotope.errors import InputError
from chronotope.fusion import Model
from chronotope.graph import Graph

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)


def model(name: str = "mine", units: int = 2) -> Model:
    width = len(evaluation.TASKS["next"].query.features)
    return Model(
        name=name,
        task="next",
        features=evaluation.TASKS["next"].query.feature_names,
        mean=np.arange(width) / 4,
        scale=np.ones(width),
        linear=-np.arange(width) / 8,
        bias=0.5,
        weights=np.arange(units * width).reshape(units, width) / 16,
        unit_bias=np.arange(units, dtype=np.float64) + 0.25,
        output=np.arange(units, dtype=np.float64) - 0.25,
        normalisation="training",
        as_of=AS_OF,
        trained_at=AS_OF,
        metrics={"metrics": {"mrr": {"value": 0.5, "ci95": [0.4, 0.6]}}},
        learned_from="this graph",
    )


def test_write_model_and_read_models_give_back_the_same(graph: Graph) -> None:
    fusion.save(graph, model(units=3))
    fusion.save(graph, model())  # in the place of the first
    assert catalogue.get("models.write_model").mode == "write"
    rows = {row["name"]: row for row in graph.read("models.read_models")}
    assert set(rows) == {"new_items", "discover", "mine", "next"}
    assert [unit["bias"] for unit in rows["mine"]["units"]] == [0.25, 1.25]
    found = fusion.read_one(graph, "mine")
    for field, value in vars(model()).items():
        assert np.array_equal(getattr(found, field), value), field


def test_find_origin_tells_what_a_model_was_learned_from(graph: Graph) -> None:
    fusion.save(graph, model())
    fusion.save(graph, replace(model("older"), learned_from=None))
    found = [graph.read("models.find_origin", {"name": name}) for name in ("mine", "older", "x")]
    assert found == [[{"learnedFrom": "this graph"}], [{"learnedFrom": None}], []]
    shipped = {m.name: m.learned_from for m in fusion.read(graph) if m.name in evaluation.TASKS}
    assert all(said and "synthetic" in said for said in shipped.values())


def test_use_model_leaves_one_in_use(graph: Graph) -> None:
    fusion.save(graph, model())
    graph.write("models.use_model", {"name": "mine"})
    assert [m.name for m in fusion.read(graph) if m.in_use] == ["discover", "new_items", "mine"]
    graph.write("models.use_model", {"name": "next"})
    assert [m.name for m in fusion.read(graph) if m.in_use] == sorted(evaluation.TASKS)
    with pytest.raises(
        InputError, match=r"has no fusion model 'x'; it has: discover, new_items, mine"
    ):
        fusion.use(graph, "x")


def test_the_shipped_models_are_learned_for_the_queries_as_they_are(migrated: Graph) -> None:
    """If this fails, run scripts/default_models.py."""
    shipped = {m.name: m for m in fusion.read(migrated) if m.name in evaluation.TASKS}
    assert {name: m.problem() for name, m in shipped.items()} == dict.fromkeys(evaluation.TASKS)
    assert len(shipped["discover"].output) == 12


def test_replay_reads_items_as_the_loader_did(town: Graph) -> None:
    rows = {row["id"]: row for row in town.read("replay.read_items")}
    cafe, tea = rows["cafe-a"], rows["tea"]
    assert (cafe["name"], cafe["description"], cafe["active"]) == (
        "Café A",
        "Coffee and cake",
        None,
    )
    assert cafe["interests"] == ["category:Dining > Coffee Shop", "keyword:quiet"]
    assert (cafe["location"].y, cafe["location"].x) == (45.0, 13.0)
    assert cafe["inCell"] == cafe["cell"] is not None
    assert (tea["location"], tea["inCell"]) == (None, None)


def test_replay_reads_interests_with_the_broader_one(town: Graph) -> None:
    rows = {row["id"]: row for row in town.read("replay.read_interests")}
    assert rows["category:Dining > Coffee Shop"] == {
        "id": "category:Dining > Coffee Shop",
        "name": "Coffee Shop",
        "scheme": "category",
        "level": 2,
        "broader": "category:Dining",
    }
    assert rows["keyword:quiet"]["broader"] is None


def test_replay_reads_every_event(town: Graph) -> None:
    rows = [record.data() for record in town.stream("replay.read_events")]
    assert len(rows) == 23
    tea = next(row for row in rows if (row["user"], row["item"]) == ("dee", "tea"))
    assert (tea["user"], tea["kind"], tea["place"], tea["cell"], tea["latitude"]) == (
        "dee", "visit", "Harbour", "place:Harbour", None,
    )  # fmt: skip
    assert tea["zone"] == "Europe/Rome"
