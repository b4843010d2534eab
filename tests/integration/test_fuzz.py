"""A small part of the fuzz (benchmarks/fuzz.py): through every door, and nothing goes wrong."""

from pathlib import Path

import fuzz
import pytest

from chronotope import config
from chronotope.graph import Graph


def test_hostile_texts_are_stored_answered_or_refused(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in config.variables(graph.connection).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CHRONOTOPE_KEYS_FILE", str(tmp_path / "keys.json"))
    came = dict(fuzz.fuzz(graph, tmp_path, seed=7, share=0.01))
    assert {name: outcome.faults for name, outcome in came.items() if outcome.faults} == {}
    assert sum(sum(outcome.counts.values()) for outcome in came.values()) > 500
