"""Read what a graph looks like, and guess its mapping."""

from datetime import date

from chronotope.adoption import names
from chronotope.adoption.guess import guess
from chronotope.adoption.schema import Schema, thing
from chronotope.graph import Graph

_WITHOUT = (*names.BUILT_IN, "ChronotopeAdoption", "Derivation", "Encoder", "Checkpoint")


def guess_mapping(graph: Graph, today: date) -> str:
    """Return a mapping in TOML. Raises InputError where nothing looks like events."""
    labels = graph.read("adopt.describe_labels", {"without": list(_WITHOUT)})
    types = graph.read("adopt.describe_types", {"without": ["STANDS_FOR", "HAS_UNIT"]})
    return guess(
        Schema(
            {row["label"]: thing(row, "label", "nodes") for row in labels if row["nodes"]},
            {row["type"]: thing(row, "type", "links") for row in types if row["links"]},
        ),
        today,
    )
