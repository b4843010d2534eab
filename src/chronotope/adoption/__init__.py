"""Adopt a graph that exists: in place, by a mapping, and off again."""

from chronotope.adoption.adopt import Adopted, Adoption
from chronotope.adoption.guessing import guess_mapping
from chronotope.adoption.mapping import GraphMapping, Place, parse_mapping, read_mapping
from chronotope.adoption.rows import as_rows
from chronotope.adoption.texts import check_text, run_text
from chronotope.adoption.undo import Undone, undo

__all__ = [
    "Adopted",
    "Adoption",
    "GraphMapping",
    "Place",
    "Undone",
    "as_rows",
    "check_text",
    "guess_mapping",
    "parse_mapping",
    "read_mapping",
    "run_text",
    "undo",
]
