"""Versioned schema and built-in data, in the format of neo4j-migrations."""

from chronotope.migrations.files import Migration, fill, read_folder
from chronotope.migrations.plan import State, Step, compare
from chronotope.migrations.publish import Unpublished, unpublished
from chronotope.migrations.upgrade import (
    MigrateOptions,
    Repair,
    apply,
    clean,
    examine,
    history,
    is_fresh,
    pending,
    repair,
    require_current,
    standing,
)

__all__ = [
    "MigrateOptions",
    "Migration",
    "Repair",
    "State",
    "Step",
    "Unpublished",
    "apply",
    "clean",
    "compare",
    "examine",
    "fill",
    "history",
    "is_fresh",
    "pending",
    "read_folder",
    "repair",
    "require_current",
    "standing",
    "unpublished",
]
