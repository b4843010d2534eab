"""Point-in-time evaluation: what the queries would have said, beside what happened then."""

from chronotope.evaluation.evaluate import Evaluation, Protocol, evaluate, protocol, report
from chronotope.evaluation.given import Given, read_given
from chronotope.evaluation.metrics import Interval
from chronotope.evaluation.tasks import TASKS, Task

__all__ = [
    "TASKS",
    "Evaluation",
    "Given",
    "Interval",
    "Protocol",
    "Task",
    "evaluate",
    "protocol",
    "read_given",
    "report",
]
