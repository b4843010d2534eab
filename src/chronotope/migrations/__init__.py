"""Versioned schema and built-in data, in the format of neo4j-migrations."""

from chronotope.migrations.files import Migration, read_folder
from chronotope.migrations.plan import Step, plan
from chronotope.migrations.upgrade import apply, history, require_current

__all__ = [
    "Migration",
    "Step",
    "apply",
    "history",
    "plan",
    "read_folder",
    "require_current",
]
