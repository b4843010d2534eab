"""The fusion of a query's features into a score: learned from the past, kept in the graph.

What needs PyTorch is imported from the modules `learn` and `ablate`.
"""

from chronotope.fusion.model import Model, in_use, read, read_one, save, use
from chronotope.fusion.options import Options, require_torch

__all__ = [
    "Model",
    "Options",
    "in_use",
    "read",
    "read_one",
    "require_torch",
    "save",
    "use",
]
