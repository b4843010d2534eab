"""Bring items, events and friendships into the graph: read -> validate -> write."""

from chronotope.loading.cells import cell_of
from chronotope.loading.columns import (
    EVENTS,
    FRIENDSHIPS,
    ITEMS,
    PURCHASE,
    RATING,
    TIME_UNITS,
    VISIT,
    ReadOptions,
    Table,
)
from chronotope.loading.files import expand
from chronotope.loading.formats import NAMES as FORMATS
from chronotope.loading.guard import guard, write_of_user
from chronotope.loading.kinds import move_declined, restore_events
from chronotope.loading.loader import Limit, Watch, check_heads, load, load_rows, read_into
from chronotope.loading.missing_cells import fill_cells, write_cells
from chronotope.loading.offline import ImportFiles
from chronotope.loading.offline import load as load_offline
from chronotope.loading.recorder import Refusal, Tally, record_rows
from chronotope.loading.rejection import Rejection, RowError
from chronotope.loading.rejects import RejectsFile, keep_rejects
from chronotope.loading.summary import Summary
from chronotope.loading.vectors import TEXT_INDEX, VECTOR_INDEXES, check_vectors, load_vectors
from chronotope.loading.zones import known_name, zone

__all__ = [
    "EVENTS",
    "FORMATS",
    "FRIENDSHIPS",
    "ITEMS",
    "PURCHASE",
    "RATING",
    "TEXT_INDEX",
    "TIME_UNITS",
    "VECTOR_INDEXES",
    "VISIT",
    "ImportFiles",
    "Limit",
    "ReadOptions",
    "Refusal",
    "Rejection",
    "RejectsFile",
    "RowError",
    "Summary",
    "Table",
    "Tally",
    "Watch",
    "cell_of",
    "check_heads",
    "check_vectors",
    "expand",
    "fill_cells",
    "guard",
    "keep_rejects",
    "known_name",
    "load",
    "load_offline",
    "load_rows",
    "load_vectors",
    "move_declined",
    "read_into",
    "record_rows",
    "restore_events",
    "write_cells",
    "write_of_user",
    "zone",
]
