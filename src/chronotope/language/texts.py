"""The texts that stand for items and interests, and the key that tells a changed one. Pure."""

import hashlib
from collections.abc import Sequence

ITEM_TEMPLATE = "{name}. {interests, narrow first}. {description}"
"""How an item's text is made; recorded in the graph beside the encoder."""


def item_text(name: str | None, interests: Sequence[str], description: str | None) -> str:
    """Return the text of an item, empty if nothing is known of it."""
    return ". ".join(filter(None, (name, ", ".join(interests), description)))


def interest_text(name: str, broader: str | None) -> str:
    """Return the text of an interest, with the broader one for context."""
    return f"{name}, {broader}" if broader else name


def text_key(encoder: str, revision: str, text: str) -> str:
    """Return a digest that changes with the encoder, its revision and the text."""
    return hashlib.sha256("\x1f".join((encoder, revision, text)).encode()).hexdigest()[:24]
