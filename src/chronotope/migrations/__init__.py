"""Versioned schema and built-in data, in the format of neo4j-migrations."""

from chronotope.migrations.files import Made, Migration, fill, made, read_folder
from chronotope.migrations.plan import State, Step, compare
from chronotope.migrations.publish import Unpublished, unpublished
from chronotope.migrations.upgrade import (
    OWN_TARGET,
    MigrateOptions,
    Repair,
    apply,
    clean,
    examine,
    history,
    is_begun,
    is_fresh,
    pending,
    repair,
    require_current,
    standing,
)

__all__ = [
    "OWN_TARGET",
    "Made",
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
    "is_begun",
    "is_fresh",
    "made",
    "pending",
    "read_folder",
    "repair",
    "require_current",
    "standing",
    "unpublished",
]
