"""The one way into the past: a throw-away server that holds the graph as it was before a moment."""

from chronotope.replay.past import Past, replay
from chronotope.replay.source import FileSource, GraphSource, LaterEvent, Source
from chronotope.statistics import Progress

__all__ = ["FileSource", "GraphSource", "LaterEvent", "Past", "Progress", "Source", "replay"]
