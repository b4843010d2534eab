"""Examine a database: whether what recommendations need is there, and is used."""

from chronotope.doctor.drift import Moved, moved
from chronotope.doctor.examine import examine
from chronotope.doctor.finding import Finding, Verdict
from chronotope.doctor.plugin import Plugin, plugin

__all__ = ["Finding", "Moved", "Plugin", "Verdict", "examine", "moved", "plugin"]
