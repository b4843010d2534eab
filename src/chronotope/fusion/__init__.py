"""The fusion of a query's features into a score: learned from the past, kept in the graph."""

from chronotope.fusion.ablate import ablate
from chronotope.fusion.learn import PRIMARY, Options, learn
from chronotope.fusion.model import TASKS, Model, in_use, query_of, read, read_one, save, use

__all__ = [
    "PRIMARY",
    "TASKS",
    "Model",
    "Options",
    "ablate",
    "in_use",
    "learn",
    "query_of",
    "read",
    "read_one",
    "save",
    "use",
]
