"""docker/: the compose file by a loader of such files, and the image, built and run by podman."""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import world

from chronotope import __version__
from chronotope.graph import Graph

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker" / "compose.yaml"
BASE, IMAGE = "docker.io/library/python:3.13-slim", "localhost/chronotope:test"
# In a container of one's own, as CI is, podman can neither overlay file systems nor set limits.
ENVIRONMENT = {"STORAGE_DRIVER": "vfs", **os.environ}
RUNTIME = ["--runtime", "runc"] if shutil.which("runc") else []
LIMITS = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"]
CERTIFICATES = Path("/etc/ssl/certs")


def compose(*options: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    given = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    loader = [sys.executable, "-m", "podman_compose", "--dry-run", "--file", str(COMPOSE)]
    return subprocess.run(
        [*loader, *options], env=given | variables, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(
    not find_spec("podman_compose"), reason="needs podman-compose, of the extra dev"
)
def test_the_compose_file_is_one_for_a_loader() -> None:
    import yaml

    done = compose("--profile", "cli", "config", NEO4J_PASSWORD="pass-word", CHRONOTOPE_HEAP="2g")
    assert done.returncode == 0, done.stderr
    services: dict[str, Any] = yaml.safe_load(done.stdout)["services"]
    assert set(services) == {"neo4j", "chronotope"}
    database, commands = services["neo4j"], services["chronotope"]
    assert database["ports"] == ["127.0.0.1:7687:7687"]
    assert database["environment"]["NEO4J_AUTH"] == "neo4j/pass-word"
    assert database["environment"]["NEO4J_server_memory_heap_max__size"] == "2g"
    assert set(commands["environment"].values()) == {"bolt://neo4j:7687", "pass-word", "1"}
    assert commands["volumes"] == [".:/files:ro"]
    plain = compose("config", "--services", NEO4J_PASSWORD="pass-word")
    assert plain.stdout.split() == ["neo4j"]


@pytest.mark.skipif(
    not find_spec("podman_compose"), reason="needs podman-compose, of the extra dev"
)
def test_a_missing_password_is_told() -> None:
    done = compose("config")
    assert done.returncode != 0
    assert "set NEO4J_PASSWORD to at least eight characters" in done.stderr


def podman(*arguments: str, seconds: int = 60) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [shutil.which("podman") or "podman", *arguments],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )


def start(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the image; options of podman come first, then the image's own arguments."""
    options, own = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    given = [f"--env={name}={value}" for name, value in variables.items()]
    network = ["--network=host", "--rm", "--pull=never"]
    return podman(*RUNTIME, "run", *network, *LIMITS, *given, *options, IMAGE, *own)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Have the base image: there already, pulled, or made of Debian's packages."""
    if not shutil.which("podman"):
        pytest.skip("needs podman")
    if not podman("image", "exists", BASE).returncode:
        return
    if not podman("pull", "--quiet", BASE, seconds=300).returncode:
        return
    if not shutil.which("debootstrap") or os.geteuid():
        pytest.skip(f"{BASE} cannot be pulled, nor made: that takes debootstrap, as root")
    root = tmp_path_factory.mktemp("base") / "root"
    packages = "--include=python3,python3-venv,ca-certificates"
    for command in (
        ["debootstrap", "--variant=minbase", packages, "stable", str(root)],
        ["ln", "-s", "../../bin/python3", str(root / "usr/local/bin/python")],
        ["tar", "--create", "--directory", str(root), "--file", f"{root}.tar", "."],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"{BASE} cannot be made: {(done.stderr or done.stdout)[-300:]}")
    made = podman("import", f"{root}.tar", BASE, seconds=300)
    assert made.returncode == 0, made.stderr


@pytest.fixture(scope="module")
def image(base: None) -> None:
    """Build the image as docker/Dockerfile says."""
    del base
    options = ["--isolation=chroot", "--network=host", "--pull=never", f"--tag={IMAGE}"]
    if CERTIFICATES.is_dir():
        options.append(f"--volume={CERTIFICATES}:{CERTIFICATES}:ro")
    file = str(ROOT / "docker" / "Dockerfile")
    built = podman("build", *options, f"--file={file}", str(ROOT), seconds=1800)
    assert built.returncode == 0, built.stderr[-2000:]


@pytest.mark.world
def test_the_image_runs_as_a_user_without_rights(image: None) -> None:
    del image
    told = start("--", "--version")
    assert (told.returncode, told.stdout) == (0, f"chronotope, version {__version__}\n")
    who = start("--entrypoint=/bin/sh", "--", "-c", "id -u; touch /opt/chronotope/x; touch /x")
    assert who.stdout.strip() not in ("", "0")
    assert who.stderr.count("Permission denied") == 2


@pytest.mark.world
def test_the_image_answers_from_a_server(image: None, embedded: Graph) -> None:
    del image
    reached = embedded.connection
    asked = ["recommend", "ann", "--at", world.CUT.isoformat(), "-k", "3", "--json"]
    done = start(
        "--",
        *asked,
        NEO4J_URI=reached.uri,
        NEO4J_USERNAME=reached.username,
        NEO4J_PASSWORD=reached.password,
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["recommendations"]) == 3
