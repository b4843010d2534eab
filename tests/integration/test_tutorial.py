"""The tutorial runs, from nothing to weights of its own."""

import json
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_cells_of_the_tutorial_run() -> None:
    notebook = json.loads((ROOT / "docs" / "tutorial.ipynb").read_text(encoding="utf-8"))
    cells = runpy.run_path(str(ROOT / "scripts" / "tutorial.py"))["run"](notebook)
    assert len(cells) > 10
    silent = [cell["source"][0] for cell in cells[:-1] if not cell["outputs"]]
    assert not silent, f"These cells of docs/tutorial.ipynb show nothing: {silent}."
