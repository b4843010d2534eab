"""Bring items and events into the graph: read -> validate -> write."""

from chronotope.loading.columns import EVENTS, ITEMS, Options
from chronotope.loading.load import Summary, load_events, load_items
from chronotope.loading.read import Rejection

__all__ = ["EVENTS", "ITEMS", "Options", "Rejection", "Summary", "load_events", "load_items"]
