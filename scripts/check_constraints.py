"""Resolve the project's extras against constraints.txt, as pip would install them.

    python scripts/check_constraints.py [--offline]

All extras together have to be installable with the versions that were tested, and everything they
bring along has to be among those. Nothing is installed. Where pip reaches no package index, the
requirements of what is installed here are compared with the versions instead.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
_INSTALLER = "pip"  # it comes with the environment
_UNREACHABLE = re.compile(
    r"Failed to establish a new connection|Max retries exceeded|Temporary failure in name|"
    r"No matching distribution found for (?:setuptools|hatchling)"
)
_CONFLICT = re.compile(r"^ {4}\S.*$|^ERROR: .*$", re.MULTILINE)


def main() -> None:
    """Say what contradicts the tested versions, and end with 1 if something does."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--offline", action="store_true", help="compare what is installed here")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {"": project["dependencies"], **project["optional-dependencies"]}
    pins = read_pins(CONSTRAINTS.read_text(encoding="utf-8"))
    everything = [line for lines in extras.values() for line in lines]
    found = None if parser.parse_args().offline else resolved(everything)
    if found is None:
        print("No package index is asked: only what is installed here is compared.")
        problems = list(contradictions(everything, pins, distributions()))
    elif isinstance(found, str):
        broken = [name for name in extras if isinstance(resolved(extras[name]), str)]
        names = ", ".join(name or "the core" for name in broken) or "extras that exclude each other"
        problems = [f"constraints.txt cannot be met by {names}:\n{found}"]
    else:
        problems = list(unpinned(found, pins))
    for problem in problems:
        print(problem)
    sys.exit(bool(problems))


def read_pins(text: str) -> dict[str, str]:
    """Return the version of each package, by its canonical name."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    pairs = (line.split("==") for line in lines if line)
    return {canonicalize_name(name): version for name, version in pairs}


def resolved(requirements: Iterable[str]) -> dict[str, str] | str | None:
    """Return the versions that pip would install, its complaint, or None if it has no index."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run(
            [
                sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed",
                "--disable-pip-version-check", "--constraint", str(CONSTRAINTS),
                "--report", str(report), *requirements,
            ],
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if done.returncode == 0:
            rows = json.loads(report.read_text(encoding="utf-8"))["install"]
            return {
                canonicalize_name(row["metadata"]["name"]): row["metadata"]["version"]
                for row in rows
            }
    if _UNREACHABLE.search(done.stderr):
        return None
    return "\n".join(_CONFLICT.findall(done.stderr + done.stdout)) or done.stderr


def unpinned(found: Mapping[str, str], pins: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each package that comes along without a tested version."""
    for name, version in sorted(found.items()):
        if name not in pins and name != _INSTALLER:
            yield f"constraints.txt has no version of {name}; {version} would be installed."


def contradictions(
    requirements: Iterable[str], pins: Mapping[str, str], installed: Iterable[Distribution]
) -> Iterator[str]:
    """Yield a sentence for each requirement, ours or of what is installed, that a pin contradicts.

    Of packages that are installed with another version than the tested one, nothing is known.
    """
    asked = [("chronotope", line) for line in requirements]
    asked += [
        (f"{one.name} {one.version}", line)
        for one in installed
        if pins.get(canonicalize_name(one.name)) == one.version
        for line in one.requires or ()
    ]
    for who, line in asked:
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        version = pins.get(canonicalize_name(requirement.name))
        if version is None and requirement.name != _INSTALLER:
            yield f"constraints.txt has no version of {requirement.name}, which {who} needs."
        elif version and not requirement.specifier.contains(version, prereleases=True):
            yield f"{who} needs {line}; constraints.txt has {version}."


if __name__ == "__main__":
    main()
