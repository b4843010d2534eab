"""The live page: what pages show, asked of the graph while a person looks."""

from chronotope.explore.serve import check, serve

__all__ = ["check", "serve"]
