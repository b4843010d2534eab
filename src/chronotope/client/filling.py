"""The part of the client that fills the graph."""

from chronotope.client.core import Core


class Filling(Core):
    """What writes events, items and what is made of them."""
