"""Copies of a local server's graph that are checked: made, and put in its place."""

from chronotope.backups.keep import back_up, count, restore, upgrade
from chronotope.backups.manifest import Counts, Manifest

__all__ = ["Counts", "Manifest", "back_up", "count", "restore", "upgrade"]
