"""The one way into the past: a throw-away server that holds the graph as it was before a moment."""

from chronotope.replay.history import History
from chronotope.replay.history import read as read_history
from chronotope.replay.instances import Instance, LaterEvent, of_users, sampled
from chronotope.replay.past import Past, replay
from chronotope.replay.preview import Preview
from chronotope.replay.source import FileSource, GraphSource, Source

__all__ = [
    "FileSource",
    "GraphSource",
    "History",
    "Instance",
    "LaterEvent",
    "Past",
    "Preview",
    "Source",
    "of_users",
    "read_history",
    "replay",
    "sampled",
]
