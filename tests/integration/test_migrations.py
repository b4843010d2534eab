import pytest

from chronotope import migrations
from chronotope.errors import MigrationError, SchemaError
from chronotope.graph import Graph
from chronotope.migrations.files import Migration

OWN = migrations.read_folder()


def test_applied_migrations_are_recorded_in_order(migrated: Graph) -> None:
    assert [done.source for done in migrations.history(migrated)] == [m.source for m in OWN]
    assert [done.checksum for done in migrations.history(migrated)] == [m.checksum for m in OWN]


def test_applying_twice_changes_nothing(migrated: Graph) -> None:
    before = migrations.history(migrated)
    assert migrations.apply(migrated) == []
    assert migrations.history(migrated) == before


def test_a_failing_migration_keeps_what_came_before(migrated: Graph) -> None:
    broken = Migration("9999", "broken", False, "V9999__broken.cypher", ("RETURN 1", "RETRUN 2"))
    with pytest.raises(MigrationError, match=r"V9999__broken\.cypher failed: Invalid input"):
        migrations.apply(migrated, [*OWN, broken])
    assert len(migrations.history(migrated)) == len(OWN)
    migrations.require_current(migrated)


def test_the_lock_of_another_run_is_respected(migrated: Graph) -> None:
    migrated.write("migrate.acquire_lock", {"id": "another", "name": "John Doe"})
    try:
        with pytest.raises(MigrationError, match=r"holds the lock of migrations \(another\)"):
            migrations.apply(migrated)
    finally:
        migrated.write("migrate.release_lock", {"id": "another"})


def test_a_pending_migration_is_an_error_of_the_schema(
    migrated: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = Migration("9999", "newer", False, "V9999__newer.cypher", ("RETURN 1",))
    monkeypatch.setattr("chronotope.migrations.upgrade.read_folder", lambda: [*OWN, newer])
    with pytest.raises(SchemaError, match=r"lacks the migration V9999__newer\.cypher; run: chron"):
        migrations.require_current(migrated)
