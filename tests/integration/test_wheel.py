"""The wheel, installed in an empty environment, has all that it needs, and recommends."""

import subprocess
from pathlib import Path

import pytest
import release

from chronotope import catalogue, migrations, server
from chronotope.resources import VERSION

ROOT = Path(__file__).resolve().parents[2]
COUNT = (
    "from chronotope import catalogue, migrations, server; "
    "print(len(catalogue.load()), len(migrations.read_folder())); "
    "print(server.plugin.path().stat().st_size, server.plugin.version(server.plugin.path()))"
)


@pytest.mark.slow
def test_an_installed_wheel_has_every_query_and_explains_what_it_recommends(
    tmp_path: Path,
) -> None:
    release.build(ROOT, tmp_path / "dist")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    python = release.install(wheel, tmp_path / "venv", ROOT / "constraints.txt")
    done = subprocess.run(
        [str(python), "-c", COUNT], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.splitlines() == [
        f"{len(catalogue.load())} {len(migrations.read_folder())}",
        f"{server.plugin.path().stat().st_size} {VERSION}",
    ]
    found = list(release.try_out(python, tmp_path))
    assert {line.partition(":")[0] for line in found} == {"Café B", "Glass Museum"}
