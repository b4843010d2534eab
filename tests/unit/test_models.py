"""Models as results, and how their weights compare."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from chronotope.client.learned import Learned, ModelComparison, ModelSummary
from chronotope.errors import InputError
from chronotope.evaluation import Interval
from chronotope.fusion import Model, compare
from chronotope.fusion.choose import sound

AT = datetime(2026, 2, 1, tzinfo=UTC)
REPORT = {
    "validation": {"cut": "2026-01-28T00:00:00+00:00", "until": "2026-02-01T00:00:00+00:00"},
    "instances": 120,
    "chosen": "tuned",
    "metrics": {"mrr": {"value": 0.5, "ci95": [0.4, 0.6]}},
    "candidates": {"shipped": {"mrr": 0.4}, "tuned": {"mrr": 0.5}, "visits alone": {"mrr": 0.3}},
    "baselines": {"popularity": {"mrr": 0.25}},
    "seed": 3,
}
NEXT = replace(Model.blank("next"), name="mine", as_of=AT, metrics=REPORT)


def weighted(model: Model, **weights: float) -> Model:
    linear = np.array([weights.get(name, 0.0) for name in model.features])
    return replace(model, linear=linear)


def test_the_largest_change_comes_first() -> None:
    features = NEXT.features
    one = weighted(NEXT, **{features[0]: 1.0, features[1]: 1.0})
    other = weighted(NEXT.named("other"), **{features[0]: 1.5, features[1]: -1.0})
    first, second, *rest = compare(one, other)
    assert (first.feature, first.first, first.second, first.change) == (features[1], 1, -1, -2)
    assert (second.feature, second.change) == (features[0], 0.5)
    assert {row.change for row in rest} == {0}


def test_a_feature_that_a_model_lacks_has_no_weight_there() -> None:
    other = replace(NEXT, features=("another", *NEXT.features[1:]))
    rows = {row.feature: row for row in compare(NEXT, other)}
    assert (rows["another"].first, rows["another"].second, rows["another"].change) == (
        None,
        0,
        None,
    )
    assert rows[NEXT.features[0]].second is None


def test_models_of_two_tasks_are_not_compared() -> None:
    with pytest.raises(InputError, match="'mine' is of next and 'blank' of discover"):
        compare(NEXT, Model.blank("discover"))


def test_a_model_that_cannot_serve_is_refused_with_a_remedy() -> None:
    broken = replace(NEXT, features=("another", *NEXT.features[1:]))
    assert sound(NEXT) is NEXT
    with pytest.raises(
        InputError, match=r"The model 'mine' weighs .*; use the .* models use next, or learn"
    ):
        sound(broken)
    with pytest.raises(InputError, match=r"learn anew, chronotope learn next\.$"):
        sound(broken.named("next"))


def test_a_summary_says_what_is_listed() -> None:
    summary = ModelSummary.of_model(NEXT)
    assert summary.validation == Interval(0.5, 0.4, 0.6)
    assert ModelSummary.of_model(Model.blank("next")).validation is None
    assert summary.to_dict() == {
        "name": "mine",
        "task": "next",
        "inUse": False,
        "asOf": AT,
        "trainedAt": None,
        "features": list(NEXT.features),
        "hiddenUnits": 0,
        "metrics": REPORT,
        "learnedFrom": None,
        "problem": None,
    }


def test_a_comparison_has_its_models_and_its_weights() -> None:
    one = ModelSummary.of_model(NEXT)
    found = ModelComparison(rows=tuple(compare(NEXT, NEXT)), models=(one, one)).to_dict()
    assert [model["name"] for model in found["models"]] == ["mine", "mine"]
    assert found["weights"][0] == {"feature": NEXT.features[0], "first": 0.0, "second": 0.0}


def test_what_was_learned_tells_its_validation_and_why_it_was_chosen() -> None:
    learned = Learned.of_model(NEXT, replaced="next", saved=True)
    assert str(learned.metrics[learned.metric]) == "0.5000 [0.4000, 0.6000]"
    why = (
        "On the last 120 instances, before they were learned from, 'tuned' is the best: mrr "
        "0.5000; the next is shipped, 0.4000."
    )
    assert learned.to_dict() == {
        "name": "mine", "task": "next", "asOf": AT, "stays": False, "replaced": "next",
        "saved": True, "why": why, **REPORT,
    }  # fmt: skip
