"""Copies of a local server's graph that are checked: made, and put in its place."""

from chronotope.backups.keep import back_up, restore, upgrade
from chronotope.backups.manifest import Counts, Manifest

__all__ = ["Counts", "Manifest", "back_up", "restore", "upgrade"]
