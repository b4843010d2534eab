"""What both retrievers share: whom they answer for, and what they tell of a passage."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import neo4j

from chronotope.client import Client, Coordinates, Passage
from chronotope.client.controls import Controls
from chronotope.errors import InputError
from chronotope.language import Language


class Asked(Controls, total=False):
    """What `Client.retrieve` takes beside the text, the user and k."""

    at: datetime | None
    here: Coordinates | None
    had: bool


def client_of(source: "Client | neo4j.Driver", database: str | None = None) -> Client:
    """Return a client as it is, or one that shares a driver, which its owner closes."""
    return source if isinstance(source, Client) else Client(source, database)


def whose(bound: str | None, asked: Mapping[str, Any]) -> str | None:
    """Return the user that is asked for: the one that the retriever is bound to, if any.

    A language model that calls the retriever must not read of another. Raises InputError when it
    asks for one.
    """
    user: str | None = asked.get("user") or bound
    if bound is not None and user != bound:
        raise InputError(f"This retriever answers for user '{bound}' alone, not for '{user}'.")
    return user


def metadata(passage: Passage, language: Language) -> dict[str, Any]:
    """Return what is known of a passage beside its text, as JSON can hold it."""
    latitude, longitude = passage.location or (None, None)
    return {
        "id": passage.id,
        "name": passage.name,
        "category": passage.category,
        "latitude": latitude,
        "longitude": longitude,
        "score": passage.score,
        "relevance": passage.relevance,
        "preference": passage.preference,
        "had": passage.had,
        "reasons": passage.reasons(language),
    }
