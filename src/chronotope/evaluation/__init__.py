"""Point-in-time evaluation: what the queries would have said, beside what happened then."""

from chronotope.evaluation.evaluate import Evaluation, Protocol, evaluate, protocol, report
from chronotope.evaluation.history import History
from chronotope.evaluation.history import read as read_history
from chronotope.evaluation.instances import Instance

__all__ = [
    "Evaluation",
    "History",
    "Instance",
    "Protocol",
    "evaluate",
    "protocol",
    "read_history",
    "report",
]
