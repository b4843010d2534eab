"""The part of the client that learns and judges."""

from chronotope.client.core import Core


class Learning(Core):
    """What learns weights and compares answers with what happened."""
