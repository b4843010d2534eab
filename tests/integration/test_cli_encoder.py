"""Encoders and extraction from the command line, and how well search finds what is meant."""

import importlib
import json
from pathlib import Path

import numpy as np
import pytest
import search
import world

from chronotope import city, language, loading
from chronotope.evaluation import Interval
from chronotope.fusion.projection import Trained
from chronotope.graph import Graph
from chronotope.replay import History


def test_what_is_not_embedded_is_said(graph: Graph, run: world.Run, tmp_path: Path) -> None:
    world.load(graph, tmp_path)
    assert run("search", "tea").stderr.startswith("Error: No text of this graph is embedded")
    assert run("embed").returncode == 0
    graph.write(world.query("MATCH (e:Encoder) SET e.pending = 3", mode="write"))
    assert "3 texts are not embedded" in run("search", "tea").stderr


@pytest.mark.encoders
def test_another_encoder_takes_over_in_place(
    graph: Graph, run: world.Run, minilm: Path, tmp_path: Path
) -> None:
    world.load(graph, tmp_path)
    assert run("embed").returncode == 0
    assert run("extract", "--min-items", "1").returncode == 0
    done = run("embed", "--encoder", str(minilm))
    assert done.returncode == 0, done.stderr
    assert "(384 dimensions)" in done.stdout
    again = json.loads(run("embed", "--json").stdout)
    assert (again["dimension"], again["embedded"]) == (384, 0)
    graph.write(world.AWAIT_INDEXES)
    assert json.loads(run("search", "green park", "--json").stdout)["items"][0]["id"] == "park"


@pytest.mark.encoders
def test_too_little_for_training_is_said(graph: Graph, run: world.Run, tmp_path: Path) -> None:
    world.load(graph, tmp_path)
    done = run("train-encoder", str(tmp_path / "out"), "--base", "packaged")
    assert done.returncode == 1
    assert "There is not enough to learn from" in done.stderr


@pytest.mark.encoders
def test_what_was_trained_on_users_is_named_when_one_is_erased(
    graph: Graph,
    run: world.Run,
    tmp_path: Path,
    keys: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert keys.exists()
    world.load(graph, tmp_path)

    def train(graph: Graph, history: History, encoder: language.Encoder, *_: object) -> Trained:
        """Train at once: whether it is better than its base is not what is asked here."""
        del graph, history
        same = Interval(0.5, 0.4, 0.6)
        return Trained(np.eye(encoder.dimension, dtype=np.float32), same, same, 1)

    module = importlib.import_module("chronotope.fusion.train_encoder")
    monkeypatch.setattr(module, "train_projection", train)
    assert run("train-encoder", str(tmp_path / "ours"), "--base", "packaged").returncode == 0
    assert "Trained with them: the encoders ours." in run("user", "erase", "ann").stdout


@pytest.mark.slow
def test_forty_questions_find_what_is_meant_in_the_city(graph: Graph, tmp_path: Path) -> None:
    town = city.generate()
    items, _ = city.write(town, tmp_path)
    loading.load(graph, loading.ITEMS, [str(items)])
    encoder = language.open_encoder("packaged")
    language.embed(graph, encoder)
    graph.write(world.AWAIT_INDEXES)
    asked = search.queries()
    assert len(asked) == 40
    recalls = [
        search.recall(search.find(graph, encoder, text), town.items, relevant)
        for text, relevant in asked
    ]
    assert np.mean(recalls) >= 0.9
