"""Bring items, events and friendships into the graph: read -> validate -> write."""

from chronotope.loading.columns import EVENTS, FRIENDSHIPS, ITEMS, ReadOptions, Table
from chronotope.loading.loader import Limit, Watch, load, read_into
from chronotope.loading.offline import load as load_offline
from chronotope.loading.rejection import Rejection
from chronotope.loading.summary import Summary
from chronotope.loading.vectors import TEXT_INDEX, VECTOR_INDEXES, load_vectors

__all__ = [
    "EVENTS",
    "FRIENDSHIPS",
    "ITEMS",
    "TEXT_INDEX",
    "VECTOR_INDEXES",
    "Limit",
    "ReadOptions",
    "Rejection",
    "Summary",
    "Table",
    "Watch",
    "load",
    "load_offline",
    "load_vectors",
    "read_into",
]
