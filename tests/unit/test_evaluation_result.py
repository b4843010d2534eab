"""An evaluation as a result."""

from datetime import UTC, datetime

from chronotope.client.learned import Evaluation
from chronotope.evaluation import Interval
from chronotope.fusion import Assessment

MRR = {"mrr": {"value": 0.5, "ci95": [0.4, 0.6]}}
REPORT = {
    "task": "next",
    "cut": "2026-02-01T00:00:00+00:00",
    "until": "2026-03-01T00:00:00+00:00",
    "users": 2,
    "instances": 3,
    "metrics": MRR,
    "baselines": {"popularity": {"mrr": 0.25}},
    "ratios": {"popularity": {"mrr": {"value": 2.0, "ci95": [1.5, 2.5]}}},
    "model": "mine",
    "seed": 0,
}
PART = {"mrr": {**MRR["mrr"], "difference": {"value": -0.1, "ci95": [-0.2, 0.0]}}}


def test_an_evaluation_has_what_is_read_most_and_the_whole_report() -> None:
    evaluation = Evaluation.of_assessment(Assessment(REPORT, ("One row was left out.",)))
    assert evaluation.cut == datetime(2026, 2, 1, tzinfo=UTC)
    assert evaluation.metrics[evaluation.metric] == Interval(0.5, 0.4, 0.6)
    assert evaluation.ratios["popularity"]["mrr"].low == 1.5
    assert evaluation.ablation == {}
    assert evaluation.remarks == ("One row was left out.",)
    assert evaluation.to_dict() == REPORT


def test_an_ablation_tells_the_difference_of_each_row() -> None:
    report = {**REPORT, "ablation": {"G": PART, "G+T": MRR}}
    ablation = Evaluation.of_assessment(Assessment(report, ())).ablation
    assert ablation["G"]["mrr"].value == 0.5
    assert ablation["G"]["mrr"].difference == Interval(-0.1, -0.2, 0.0)
    assert ablation["G+T"]["mrr"].difference is None
    assert str(ablation["G"]["mrr"]) == "0.5000 [0.4000, 0.6000]"
