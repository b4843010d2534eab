"""What the events of many people say together: who is interested in what."""

from chronotope.analysis import audience

__all__ = ["audience"]
