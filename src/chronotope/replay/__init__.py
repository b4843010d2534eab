"""The one way into the past: a throw-away server that holds the graph as it was before a moment."""

from chronotope.replay.past import Past, Progress, replay
from chronotope.replay.source import FileSource, GraphSource, LaterEvent, Source

__all__ = ["FileSource", "GraphSource", "LaterEvent", "Past", "Progress", "Source", "replay"]
