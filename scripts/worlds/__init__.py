"""Synthetic worlds that differ in what real logs differ in: there the shipped weights are learned.

Users with tastes choose from a stock of items that changes, in the order of time. NumPy alone, and
seeded.
"""

from worlds.family import family
from worlds.generate import END, Log, generate
from worlds.world import FOREVER, World

__all__ = ["END", "FOREVER", "Log", "World", "family", "generate"]
