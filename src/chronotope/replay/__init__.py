"""The one way into the past: a throw-away server that holds the graph as it was before a moment."""

from chronotope.replay.history import NEVER, History
from chronotope.replay.history import read as read_history
from chronotope.replay.instances import Instance, LaterEvent, of_users, sampled
from chronotope.replay.last import LastOut
from chronotope.replay.past import Past, look, replay
from chronotope.replay.preview import Preview
from chronotope.replay.source import FileSource, GraphSource, Source

__all__ = [
    "NEVER",
    "FileSource",
    "GraphSource",
    "History",
    "Instance",
    "LastOut",
    "LaterEvent",
    "Past",
    "Preview",
    "Source",
    "look",
    "of_users",
    "read_history",
    "replay",
    "sampled",
]
