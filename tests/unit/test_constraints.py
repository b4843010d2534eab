"""The versions that were tested together, and the script that holds the extras to them."""

import runpy
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Package:
    """What is installed, as `importlib.metadata` tells of it."""

    name: str
    version: str
    requires: Sequence[str] | None = None


@pytest.fixture(scope="module")
def script() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(ROOT / "scripts" / "check_constraints.py")))


def test_a_requirement_that_a_version_contradicts_is_told(script: SimpleNamespace) -> None:
    pins = script.read_pins("a==1.0\nb==2.0  # why\nC_d==3.0rc1\n# nothing\n")
    installed = [
        Package("A", "1.0", ['b<2; python_version > "3"', 'b<1; python_version < "3"', "c-d>=2"]),
        Package("b", "2.0", ["e", 'f; extra == "g"']),
        Package("c.d", "1.0", ["a<1"]),  # not the version that was tested
    ]
    assert list(script.contradictions(["a>1"], pins, installed)) == [
        "chronotope needs a>1; constraints.txt has 1.0.",
        'A 1.0 needs b<2; python_version > "3"; constraints.txt has 2.0.',
        "constraints.txt has no version of e, which b 2.0 needs.",
    ]


def test_what_comes_along_without_a_version_is_told(script: SimpleNamespace) -> None:
    assert list(script.unpinned({"a": "1", "b": "2"}, {"a": "1"})) == [
        "constraints.txt has no version of b; 2 would be installed."
    ]


def test_the_tested_versions_contradict_nothing_that_is_installed(script: SimpleNamespace) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    asked = [*project["dependencies"], *chain.from_iterable(extras)]
    pins = script.read_pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    assert list(script.contradictions(asked, pins, distributions())) == []
