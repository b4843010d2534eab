"""The fusion of a query's features into a score: learned from the past, kept in the graph.

What needs PyTorch is imported from the modules `learn` and `ablate`.
"""

from chronotope.fusion.model import Model, in_use, read, read_one, save, use
from chronotope.fusion.options import LearnOptions, require_torch
from chronotope.fusion.serving import Basis, check_model, mean_terms, read_basis

__all__ = [
    "Basis",
    "LearnOptions",
    "Model",
    "check_model",
    "in_use",
    "mean_terms",
    "read",
    "read_basis",
    "read_one",
    "require_torch",
    "save",
    "use",
]
