"""The part of the client that asks."""

from chronotope.client.core import Core


class Asking(Core):
    """What reads the graph and answers."""
