"""The wheel, installed in a clean environment, carries catalogue, migrations and plugin."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from chronotope import catalogue, migrations, server
from chronotope.resources import VERSION

ROOT = Path(__file__).resolve().parents[2]
COUNT = (
    "from chronotope import catalogue, migrations, server; "
    "print(len(catalogue.load()), len(migrations.read_folder())); "
    "print(server.plugin.path().stat().st_size, server.plugin.version(server.plugin.path()))"
)


@pytest.mark.slow
def test_an_installed_wheel_has_every_query_and_migration_and_the_plugin(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    wheel = next(tmp_path.glob("*.whl"))
    pip = [str(python), "-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True, cwd=tmp_path)
    done = subprocess.run(
        [str(python), "-c", COUNT], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.splitlines() == [
        f"{len(catalogue.load())} {len(migrations.read_folder())}",
        f"{server.plugin.path().stat().st_size} {VERSION}",
    ]
