"""Point-in-time evaluation: what the queries would have said, beside what happened then."""

from chronotope.evaluation.diversity import diversify
from chronotope.evaluation.evaluate import (
    Evaluation,
    Protocol,
    asked,
    baseline_rankings,
    evaluate,
    evaluate_baselines,
    means,
    protocol,
    ranking,
    report,
    scored,
    single_features,
    single_scores,
)
from chronotope.evaluation.given import Given, read_given
from chronotope.evaluation.live import Response, responses
from chronotope.evaluation.metrics import Interval, positions
from chronotope.evaluation.requests import Answer, ask
from chronotope.evaluation.tasks import TASKS, Task

__all__ = [
    "TASKS",
    "Answer",
    "Evaluation",
    "Given",
    "Interval",
    "Protocol",
    "Response",
    "Task",
    "ask",
    "asked",
    "baseline_rankings",
    "diversify",
    "evaluate",
    "evaluate_baselines",
    "means",
    "positions",
    "protocol",
    "ranking",
    "read_given",
    "report",
    "responses",
    "scored",
    "single_features",
    "single_scores",
]
