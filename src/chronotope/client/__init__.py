"""The one door: what the product does is a method of the client."""

from chronotope.client.asked import (
    Audience,
    Item,
    Items,
    Member,
    Overlap,
    Place,
    Profile,
    Profiles,
    Recommendation,
    Recommendations,
    Rhythm,
    Sentences,
    Tag,
    Tags,
    Term,
)
from chronotope.client.client import Client
from chronotope.client.connection import connect
from chronotope.client.filled import (
    Derived,
    Embedded,
    Keyword,
    Keywords,
    Loaded,
    Migration,
    Migrations,
    Retracted,
)
from chronotope.client.filling import load_offline
from chronotope.client.learned import (
    Ablated,
    Evaluation,
    Learned,
    ModelComparison,
    Models,
    ModelSummary,
    TrainedEncoder,
)
from chronotope.client.learning import evaluate_files
from chronotope.client.results import Answer, Findings, Result, Rows
from chronotope.client.values import DEFAULT_K, Coordinates, Location
from chronotope.loading import Limit, ReadOptions, Watch

__all__ = [
    "DEFAULT_K",
    "Ablated",
    "Answer",
    "Audience",
    "Client",
    "Coordinates",
    "Derived",
    "Embedded",
    "Evaluation",
    "Findings",
    "Item",
    "Items",
    "Keyword",
    "Keywords",
    "Learned",
    "Limit",
    "Loaded",
    "Location",
    "Member",
    "Migration",
    "Migrations",
    "ModelComparison",
    "ModelSummary",
    "Models",
    "Overlap",
    "Place",
    "Profile",
    "Profiles",
    "ReadOptions",
    "Recommendation",
    "Recommendations",
    "Result",
    "Retracted",
    "Rhythm",
    "Rows",
    "Sentences",
    "Tag",
    "Tags",
    "Term",
    "TrainedEncoder",
    "Watch",
    "connect",
    "evaluate_files",
    "load_offline",
]
