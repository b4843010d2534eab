"""Build a release into dist/, and try it as somebody would who installs it: `make release`.

    python scripts/release.py [--constraint constraints.txt]

The source distribution is built, and the wheel from it. Wheel and nothing else is installed into an
empty environment, from there a few events are loaded into a fresh local server, and recommendations
have to come with reasons. Beside them stand SHA256SUMS and a software bill of materials (CycloneDX:
the packages of that environment, and the jars of the server, each with its SHA-256). The tested
versions are audited for known vulnerabilities, where the service that knows them can be reached.
Ends with 1 if anything of that fails.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chronotope.server import jars
from chronotope.server.jars import Jar

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
SUMS = "SHA256SUMS"
ITEMS = """\
item_id,name,category,description,latitude,longitude
cafe-a,Café A,Dining > Coffee Shop,Coffee and cake,45.000,13.000
cafe-b,Café B,Dining > Coffee Shop,Espresso,45.001,13.000
park,Willow Park,Outdoors > Park,Trees and a pond,45.003,13.000
museum,Glass Museum,Culture > Museum,Glass from three centuries,45.010,13.000
"""
EVENTS = """\
user_id,item_id,timestamp
ann,cafe-a,2026-02-02T08:00:00+01:00
ann,park,2026-02-02T18:00:00+01:00
ann,cafe-a,2026-02-09T08:10:00+01:00
bob,cafe-a,2026-02-03T08:30:00+01:00
bob,cafe-b,2026-02-03T12:30:00+01:00
bob,park,2026-02-07T15:00:00+01:00
cid,cafe-a,2026-02-05T09:00:00+01:00
cid,museum,2026-02-08T14:00:00+01:00
"""
AT = "2026-03-01T09:00:00+01:00"
_UNAUDITED = "The service that knows vulnerabilities cannot be reached: nothing was audited."
_UNREACHABLE = ("ConnectionError", "ServiceError", "timed out", "Max retries", "resolve")


def main() -> None:
    """Make the release, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--constraint", type=Path, help="install the wheel with these versions")
    constraint = parser.parse_args().constraint
    shutil.rmtree(DIST, ignore_errors=True)
    print("Building …", flush=True)
    build(ROOT, DIST)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("Installing the wheel into an empty environment …", flush=True)
        python = install(next(DIST.glob("*.whl")), folder / "empty", constraint)
        print("Trying it …", flush=True)
        for line in try_out(python, folder):
            print(f"  {line}")
        bill = with_jars(bill_of(python), jars.read_lock())
    wheel = next(DIST.glob("*.whl")).name.split("-")
    place = DIST / f"{wheel[0]}-{wheel[1]}.cdx.json"
    place.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    print(f"{place.name}: {len(bill['components'])} components")
    (DIST / SUMS).write_text("".join(sums(DIST)), encoding="utf-8")
    sys.exit(audit(ROOT / "constraints.txt"))


def build(root: Path, dist: Path) -> None:
    """Build the source distribution, and from that the wheel."""
    command = [sys.executable, "-m", "build", "--outdir", str(dist), str(root)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def install(wheel: Path, folder: Path, constraint: Path | None = None) -> Path:
    """Install a wheel and what it needs into a new environment; return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--constraint", str(constraint)] if constraint else []
    subprocess.run([*command, str(wheel)], check=True, cwd=folder, env=_environment(folder))
    return python


def try_out(python: Path, folder: Path) -> Iterable[str]:
    """Load a few events with an installed package; yield recommendations with their reasons.

    Raises RuntimeError when there are none, or one that does not explain itself.
    """
    (folder / "items.csv").write_text(ITEMS, encoding="utf-8")
    (folder / "events.csv").write_text(EVENTS, encoding="utf-8")

    def run(*arguments: str) -> str:
        command = [str(python.with_name("chronotope")), *arguments]
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
            env=_environment(folder),
        )
        if done.returncode:
            raise RuntimeError(f"chronotope {' '.join(arguments)} failed: {done.stderr}")
        return done.stdout

    try:
        run("load", "--items=items.csv", "--events=events.csv", "--local-timezone=Europe/Rome")
        run("derive", "--at", AT)
        asked = ("recommend", "ann", "--discover", "--at", AT, "--json")
        found = json.loads(run(*asked))["recommendations"]
    finally:
        run("server", "stop")
    if not found or not all(row["terms"] and row["because"] for row in found):
        raise RuntimeError(f"The installed package does not explain what it recommends: {found}")
    for row in found:
        yield f"{row['name']}: {', '.join(fact['reason'] for fact in row['because'])}"


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of somebody who has nothing of ours but the cache of the jars."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NEO4J_", "CHRONOTOPE_", "PYTHON"))
    }
    return kept | {"CHRONOTOPE_HOME": str(folder / "home")}


def bill_of(python: Path) -> dict[str, Any]:
    """Return the bill of materials of an environment, as CycloneDX."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
    command += ["--pyproject", str(ROOT / "pyproject.toml"), str(python)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    bill: dict[str, Any] = json.loads(done.stdout)
    return bill


def with_jars(bill: Mapping[str, Any], locked: Iterable[Jar]) -> dict[str, Any]:
    """Return a bill with the jars of the local server too, which are fetched when it starts."""
    components = [_component(jar) for jar in locked]
    return {**bill, "components": [*bill.get("components", ()), *components]}


def _component(jar: Jar) -> dict[str, Any]:
    classifier = f"&classifier={jar.classifier}" if jar.classifier else ""
    purl = f"pkg:maven/{jar.group}/{jar.artifact}@{jar.version}?type=jar{classifier}"
    return {
        "type": "library",
        "bom-ref": purl,
        "group": jar.group,
        "name": jar.artifact,
        "version": jar.version,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": jar.sha256}],
    }


def sums(folder: Path) -> Iterable[str]:
    """Yield what `sha256sum --check` reads, of all files of a folder."""
    for path in sorted(folder.iterdir()):
        if path.name != SUMS:
            yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"


def audit(requirements: Path) -> int:
    """Ask for known vulnerabilities of exact versions; return 1 if there are some, or it fails."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements)]
    command += ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if not done.stdout.startswith("{"):
        unreachable = any(sign in done.stderr for sign in _UNREACHABLE)
        print(_UNAUDITED if unreachable else done.stderr.strip())
        return 0 if unreachable else 1
    rows = json.loads(done.stdout)["dependencies"]
    known = [row for row in rows if "skip_reason" not in row]
    found = [(row, fault) for row in known for fault in row["vulns"]]
    for row, fault in found:
        print(f"{row['name']} {row['version']}: {fault['id']}, mended in {fault['fix_versions']}")
    if not known:
        print(_UNAUDITED)
    else:
        print(f"{len(known)} of {len(rows)} versions were audited: {len(found)} vulnerabilities.")
    return int(bool(found))


if __name__ == "__main__":
    main()
