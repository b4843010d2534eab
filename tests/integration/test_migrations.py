from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest
import world

from chronotope import doctor, migrations
from chronotope.client import Client
from chronotope.config import Connection
from chronotope.errors import MigrationError, SchemaError
from chronotope.graph import Graph
from chronotope.migrations import MigrateOptions, upgrade

OWN = migrations.read_folder()
LOCK = {"id": "another", "name": "John Doe", "patience": 30}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "V1__Users.cypher", "CREATE (:User {id: 'u1'});\nCREATE (:User {id: 'u2'});\n")
    write(tmp_path, "R2__Ranking.cypher", "MERGE (c:Config {id: 'r'})\nSET c.alpha = 0.3;\n")
    write(tmp_path, "V3__Knows.cypher", "MATCH (a:User {id: 'u1'})\nSET a.known = true;\n")
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def states(graph: Graph, folder: Path) -> list[str]:
    return [step.state for step in migrations.standing(graph, folder)]


def labels(graph: Graph) -> dict[str, int]:
    text = "MATCH (n) RETURN labels(n)[0] AS label, count(*) AS n"
    return dict(world.rows(graph, text, "label n"))


def test_applied_migrations_are_recorded_in_order(migrated: Graph) -> None:
    assert [done.source for done in migrations.history(migrated)] == [m.source for m in OWN]
    assert [done.checksum for done in migrations.history(migrated)] == [m.checksum for m in OWN]


def test_applying_twice_changes_nothing(migrated: Graph) -> None:
    before = migrations.history(migrated)
    assert migrations.apply(migrated) == []
    assert migrations.history(migrated) == before


def test_a_pending_migration_is_an_error_of_the_schema(
    migrated: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = migrations.Migration("9999", "newer", False, "V9999__newer.cypher", OWN[0].parts)
    monkeypatch.setattr("chronotope.migrations.upgrade.read_folder", lambda: [*OWN, newer])
    with pytest.raises(SchemaError, match=r"lacks the migration V9999__newer\.cypher; run: chron"):
        migrations.require_current(migrated)


def test_the_chain_is_the_one_of_neo4j_migrations(bare: Graph, folder: Path) -> None:
    migrations.apply(bare, MigrateOptions(folder))
    write(folder, "R2__Ranking.cypher", "MERGE (c:Config {id: 'r'})\nSET c.alpha = 0.4;\n")
    migrations.apply(bare, MigrateOptions(folder))
    nodes = world.rows(
        bare,
        "MATCH (m:__Neo4jMigration) RETURN m.version AS version, m.type AS type, "
        "m.repeatable AS repeatable, m.source AS source, m.description AS description",
        "version type repeatable source description",
    )
    assert nodes == [
        ("BASELINE", None, None, None, None),
        ("1", "CYPHER", False, "V1__Users.cypher", "Users"),
        ("2", "CYPHER", True, "R2__Ranking.cypher", "Ranking"),
        ("3", "CYPHER", False, "V3__Knows.cypher", "Knows"),
    ]
    chain = world.rows(
        bare,
        "MATCH (a)-[r:MIGRATED_TO|REPEATED]->(b) RETURN a.version AS a, type(r) AS type, "
        "b.version AS b, [valueType(r.at), valueType(r.in), valueType(r.by), "
        "valueType(r.connectedAs)] AS types, r.checksum IS NOT NULL AS checksum ORDER BY r.at",
        "a type b types checksum",
    )
    types = [f"{name} NOT NULL" for name in ("ZONED DATETIME", "DURATION", "STRING", "STRING")]
    assert chain == [
        ("BASELINE", "MIGRATED_TO", "1", types, False),
        ("1", "MIGRATED_TO", "2", types, False),
        ("2", "MIGRATED_TO", "3", types, False),
        ("2", "REPEATED", "2", types, True),
    ]
    assert states(bare, folder) == ["applied"] * 3


def test_a_dry_run_tells_and_writes_nothing(bare: Graph, folder: Path) -> None:
    steps = migrations.pending(bare, MigrateOptions(folder))
    assert [step.source for step in steps] == [
        "V1__Users.cypher", "R2__Ranking.cypher", "V3__Knows.cypher",
    ]  # fmt: skip
    assert labels(bare) == {}
    assert {row["type"] for row in bare.read("doctor.list_indexes")} == {"LOOKUP"}


def test_a_failing_statement_is_named_and_what_came_before_is_kept(
    bare: Graph, folder: Path
) -> None:
    write(folder, "V3__Knows.cypher", "CREATE (:Lost);\n\n// then\nRETRUN 2;\n")
    with pytest.raises(MigrationError, match=r"V3__Knows\.cypher:3: Invalid input 'RETRUN'"):
        migrations.apply(bare, MigrateOptions(folder))
    assert states(bare, folder) == ["applied", "applied", "pending"]
    assert "Lost" not in labels(bare)
    write(folder, "V3__Knows.cypher", "CREATE (:Found);\n")
    assert [m.source for m in migrations.apply(bare, MigrateOptions(folder))] == [
        "V3__Knows.cypher"
    ]


def test_to_applies_a_part(bare: Graph, folder: Path) -> None:
    migrations.apply(bare, MigrateOptions(folder, to="next"))
    assert states(bare, folder) == ["applied", "pending", "pending"]
    migrations.apply(bare, MigrateOptions(folder, to="2"))
    assert states(bare, folder) == ["applied", "applied", "pending"]


def test_own_transactions_run_statement_by_statement(bare: Graph, folder: Path) -> None:
    text = "MATCH (u:User) CALL (u) { SET u.seen = true } IN TRANSACTIONS OF 1 ROW;\nRETRUN 1;\n"
    write(folder, "V4__Batch.cypher", text)
    with pytest.raises(
        MigrationError, match=r"V4__Batch\.cypher:2: .*\. 1 of its statements were kept"
    ):
        migrations.apply(bare, MigrateOptions(folder))
    found = "MATCH (u:User) WHERE u.seen RETURN count(*) AS n"
    assert world.rows(bare, found, "n") == [(2,)]


def test_callbacks_run_around_and_placeholders_are_filled(bare: Graph, folder: Path) -> None:
    write(folder, "beforeMigrate.cypher", "CREATE (:Before);\n")
    write(folder, "afterMigrate.cypher", "CREATE (:After {by: '${nm:who}'});\n")
    with pytest.raises(MigrationError, match=r"afterMigrate\.cypher:1: the placeholder"):
        migrations.apply(bare, MigrateOptions(folder))
    migrations.apply(bare, MigrateOptions(folder, placeholders={"who": "ann"}))
    assert labels(bare)["Before"] == 2
    assert world.rows(bare, "MATCH (a:After) RETURN a.by AS by", "by") == [("ann",)]


def test_assumptions_skip_and_assertions_stop(bare: Graph, folder: Path) -> None:
    write(folder, "V4__Enterprise.cypher", "// assume that edition is enterprise\nCREATE (:E);\n")
    migrations.apply(bare, MigrateOptions(folder))
    assert "E" not in labels(bare)
    assert states(bare, folder) == ["applied"] * 3
    write(folder, "V5__Query.cypher", "// assert that q' RETURN 1 = 2\nCREATE (:Q);\n")
    with pytest.raises(MigrationError, match=r"V5__Query\.cypher:1: asserts query 'RETURN 1 = 2'"):
        migrations.apply(bare, MigrateOptions(folder))


def test_repair_rewrites_the_checksum_of_an_altered_file(bare: Graph, folder: Path) -> None:
    migrations.apply(bare, MigrateOptions(folder))
    write(folder, "V1__Users.cypher", "CREATE (:User {id: 'u1'});\n")
    with pytest.raises(MigrationError, match=r"V1__Users\.cypher was changed after it was applied"):
        migrations.apply(bare, MigrateOptions(folder))
    plan = migrations.examine(bare, folder)
    assert [step.source for step in plan.altered] == ["V1__Users.cypher"]
    assert states(bare, folder)[0] == "altered"
    migrations.repair(bare, plan)
    assert states(bare, folder) == ["applied"] * 3
    assert labels(bare)["User"] == 2


def test_migrations_of_a_users_own_block_nothing(bare: Graph, folder: Path) -> None:
    migrations.apply(bare, MigrateOptions(folder))  # before chronotope's, with versions like its
    migrations.apply(bare)
    migrations.require_current(bare)
    write(folder, "V1000__More.cypher", "CREATE (:User {id: 'u3'});\n")
    done = migrations.apply(bare, MigrateOptions(folder))
    assert [one.source for one in done] == ["V1000__More.cypher"]
    migrations.require_current(bare)
    assert migrations.apply(bare) == []
    schema = next(finding for finding in doctor.examine(bare) if finding.subject == "schema")
    assert schema.verdict == "ok"
    assert schema.detail == (
        f"{len(OWN)} migrations applied, and of another folder: V1__Users.cypher, "
        "R2__Ranking.cypher, V3__Knows.cypher, V1000__More.cypher"
    )
    assert states(bare, folder).count("applied") == 4
    write(folder, "V0003__Clash.cypher", "CREATE (:Lost);\n")
    (folder / "V3__Knows.cypher").unlink()
    with pytest.raises(
        MigrationError, match=r"has the version of chronotope's own V0003__Checkpoi"
    ):
        migrations.apply(bare, MigrateOptions(folder))


def test_files_with_other_line_ends_are_the_same(bare: Graph, folder: Path) -> None:
    migrations.apply(bare, MigrateOptions(folder))
    for file in folder.glob("*.cypher"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert states(bare, folder) == ["applied"] * 3
    assert migrations.apply(bare, MigrateOptions(folder)) == []


def test_a_fresh_local_database_is_migrated_by_its_first_load(bare: Graph) -> None:
    if bare.connection.home is None:
        pytest.skip("needs a local server")
    with Client.open(bare.connection) as client:
        with pytest.raises(SchemaError, match="lacks the migration"):
            client.derive()
        row = {"user_id": "u", "item_id": "i", "timestamp": "2026-01-01T10:00:00Z"}
        assert client.load_events([row]).loaded == 1
    assert [done.source for done in migrations.history(bare)] == [m.source for m in OWN]


def test_half_a_schema_without_data_is_completed_by_the_next_load(
    bare: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    if bare.connection.home is None:
        pytest.skip("needs a local server")
    monkeypatch.setattr(upgrade, "PATIENCE", 0)
    migrations.apply(bare, MigrateOptions(to="1"))
    bare.write("migrate.acquire_lock", LOCK)  # as one leaves it that is killed
    with Client.open(bare.connection) as client:
        assert client.load_items([{"item_id": "i"}]).loaded == 1
    assert [done.source for done in migrations.history(bare)] == [m.source for m in OWN]
    assert migrations.examine(bare).lock is None


def test_the_lock_of_another_run_is_respected_until_it_is_released(
    bare: Graph, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "WAIT", 0.5)
    bare.write("migrate.acquire_lock", LOCK)
    with pytest.raises(MigrationError, match=r"holds the lock of migrations \(another\)"):
        migrations.apply(bare, MigrateOptions(folder))
    plan = migrations.examine(bare, folder)
    assert plan.lock == "another"
    migrations.repair(bare, plan)
    assert len(migrations.apply(bare, MigrateOptions(folder))) == 3


@pytest.mark.parametrize(("alive", "applied"), [(True, 0), (False, 3)])
def test_a_run_that_gives_no_sign_of_life_loses_the_lock(
    bare: Graph, folder: Path, monkeypatch: pytest.MonkeyPatch, alive: bool, applied: int
) -> None:
    monkeypatch.setattr(upgrade, "PATIENCE", 1)
    monkeypatch.setattr(upgrade, "WAIT", 3.0)
    bare.write("migrate.acquire_lock", LOCK)
    beating = bare.beating("migrate.keep_lock", {"id": "another"}, 0.2)
    with beating if alive else nullcontext():
        try:
            done = len(migrations.apply(bare, MigrateOptions(folder)))
        except MigrationError:
            done = 0
    assert done == applied
    assert migrations.examine(bare, folder).lock == ("another" if alive else None)
    bare.write("migrate.release_lock", {"id": "another"})


def test_the_lock_of_neo4j_migrations_is_never_taken_over(
    bare: Graph, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "PATIENCE", 0)
    monkeypatch.setattr(upgrade, "WAIT", 0.5)
    theirs = "CREATE (:__Neo4jMigrationsLock {id: 'theirs', name: 'John Doe'})"
    bare.write(world.query(theirs, mode="write"))
    with pytest.raises(MigrationError, match=r"holds the lock of migrations \(theirs\)"):
        migrations.apply(bare, MigrateOptions(folder))
    bare.write("migrate.release_lock", {"id": "theirs"})


def test_clean_forgets_the_history_and_keeps_the_data(bare: Graph, folder: Path) -> None:
    migrations.apply(bare, MigrateOptions(folder))
    assert migrations.clean(bare) == 3
    assert labels(bare) == {"User": 2, "Config": 1}
    assert {row["type"] for row in bare.read("doctor.list_indexes")} == {"LOOKUP"}


def test_two_runs_at_once_apply_everything_once(
    bare: Graph, second: Connection, folder: Path
) -> None:
    def run() -> int:
        with Graph(second) as graph:
            return len(migrations.apply(graph, MigrateOptions(folder)))

    with ThreadPoolExecutor(2) as threads:
        counts = [future.result() for future in [threads.submit(run), threads.submit(run)]]
    assert sum(counts) == 3
    assert labels(bare)["User"] == 2
    assert states(bare, folder) == ["applied"] * 3
