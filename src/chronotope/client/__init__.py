"""The one door: what the product does is a method of the client."""

from chronotope.client.client import Client
from chronotope.client.connection import connect
from chronotope.client.results import (
    Answer,
    Audience,
    Findings,
    Item,
    Items,
    Member,
    Overlap,
    Place,
    Profile,
    Profiles,
    Recommendation,
    Recommendations,
    Result,
    Rhythm,
    Rows,
    Sentences,
    Tag,
    Tags,
    Term,
)
from chronotope.client.values import DEFAULT_K, Coordinates, Location

__all__ = [
    "DEFAULT_K",
    "Answer",
    "Audience",
    "Client",
    "Coordinates",
    "Findings",
    "Item",
    "Items",
    "Location",
    "Member",
    "Overlap",
    "Place",
    "Profile",
    "Profiles",
    "Recommendation",
    "Recommendations",
    "Result",
    "Rhythm",
    "Rows",
    "Sentences",
    "Tag",
    "Tags",
    "Term",
    "connect",
]
