"""The fusion of a query's features into a score: learned from the past, kept in the graph."""

from chronotope.fusion.ablate import ablate
from chronotope.fusion.assess import (
    Announce,
    Assessment,
    Trial,
    assess_files,
    assess_graph,
    unheard,
)
from chronotope.fusion.choose import check_model, origin, remedy, switch, whose_weights
from chronotope.fusion.compare import WeightChange, compare
from chronotope.fusion.last import learn_last_out
from chronotope.fusion.learn import learn, learn_from_graph
from chronotope.fusion.model import (
    OWN,
    Model,
    attempts,
    in_use,
    note_attempt,
    read,
    read_one,
    save,
    use,
)
from chronotope.fusion.options import WINDOWS, LearnOptions
from chronotope.fusion.outlook import Outlook
from chronotope.fusion.serving import Basis, mean_terms, read_basis
from chronotope.fusion.train_encoder import require_trainable, train_encoder, train_projection

__all__ = [
    "OWN",
    "WINDOWS",
    "Announce",
    "Assessment",
    "Basis",
    "LearnOptions",
    "Model",
    "Outlook",
    "Trial",
    "WeightChange",
    "ablate",
    "assess_files",
    "assess_graph",
    "attempts",
    "check_model",
    "compare",
    "in_use",
    "learn",
    "learn_from_graph",
    "learn_last_out",
    "mean_terms",
    "note_attempt",
    "origin",
    "read",
    "read_basis",
    "read_one",
    "remedy",
    "require_trainable",
    "save",
    "switch",
    "train_encoder",
    "train_projection",
    "unheard",
    "use",
    "whose_weights",
]
