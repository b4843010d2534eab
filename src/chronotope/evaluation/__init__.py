"""Point-in-time evaluation: what the queries would have said, beside what happened then."""

from chronotope.evaluation.evaluate import Evaluation, Protocol, evaluate, protocol, report
from chronotope.evaluation.tasks import TASKS, Task

__all__ = [
    "TASKS",
    "Evaluation",
    "Protocol",
    "Task",
    "evaluate",
    "protocol",
    "report",
]
