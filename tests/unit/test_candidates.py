"""Which model is kept: what stands, what is tuned from it, what is learned, a single feature."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from chronotope.evaluation import TASKS
from chronotope.fusion import Model
from chronotope.fusion.candidates import ENOUGH, Candidate, best, candidates
from chronotope.fusion.learn import standing
from chronotope.fusion.samples import Samples

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
LAST_CUT = datetime(2026, 2, 1, tzinfo=UTC)
DISCOVER = TASKS["discover"]
NAMES = DISCOVER.query.feature_names
SHOWN = ["popularity", "rising90", "easeRecent", "category"]
CANDIDATES = 30
Law = Mapping[str, float]


def weights(law: Law) -> np.ndarray:
    return np.array([law.get(name, 0.0) for name in NAMES])


def windows(law: Law, *sizes: int) -> list[Samples]:
    """Draw windows of so many instances; of each, one candidate is right, by x · law."""
    draw = np.random.default_rng(7)
    hidden = np.array([name not in SHOWN for name in NAMES])
    parts = []
    for size in sizes:
        x = draw.standard_normal((size, CANDIDATES, len(NAMES)))
        x[:, :, hidden] = 0
        noise = draw.gumbel(size=(size, CANDIDATES))
        right = np.zeros((size, CANDIDATES), bool)
        right[np.arange(size), (x @ weights(law) + noise).argmax(1)] = True
        x[:, :, hidden] = np.nan
        start = np.arange(size + 1) * CANDIDATES
        users = np.array([f"user {n}" for n in range(size)])
        flat = x.reshape(-1, len(NAMES)).astype(np.float32)
        parts.append(Samples(flat, right.ravel(), start, np.ones(size, np.int64), users))
    return parts


def model(name: str, law: Law, units: int = 2) -> Model:
    """Return a model of the law, with hidden units that say nothing yet."""
    return replace(
        Model.blank("discover"),
        name=name,
        linear=weights(law),
        weights=np.full((units, len(NAMES)), 0.1),
        unit_bias=np.zeros(units),
        output=np.zeros(units),
        learned_from="the synthetic worlds",
    )


def values(found: list[Candidate]) -> dict[str, float]:
    return {c.what: float(DISCOVER.metrics(c.ranks)[DISCOVER.metric].mean()) for c in found}


LAW = {"popularity": 1.0, "rising90": 1.0, "easeRecent": 2.0, "category": -1.0}


def test_where_the_shipped_model_is_the_best_it_is_kept_as_it_is() -> None:
    shipped = model("discover", LAW)
    found = candidates(DISCOVER, windows(LAW, 30, 60), AS_OF, 0, [("shipped", shipped)], shipped)
    chosen = best(DISCOVER, found)
    assert chosen.what == "shipped"
    assert chosen.finish() is shipped


def test_what_is_kept_is_never_worse_than_another_on_the_last_window() -> None:
    for shipped in (model("discover", LAW), model("discover", {"popularity": -1.0})):
        for law in (LAW, {"easeRecent": 3.0}):
            parts = windows(law, 40, 40)
            found = candidates(DISCOVER, parts, AS_OF, 0, [("shipped", shipped)])
            assert values([best(DISCOVER, found)]).popitem()[1] == max(values(found).values())


def test_a_model_is_tuned_and_what_the_past_never_shows_stays_as_it_was() -> None:
    shipped = model("discover", {"popularity": 1.0, "rising90": 0.5, "home": 0.75})
    found = candidates(DISCOVER, windows(LAW, 200, 100), AS_OF, 0, [("shipped", shipped)], shipped)
    table = values(found)
    assert "from scratch" not in table
    assert table["tuned"] > table["shipped"]
    tuned = next(c for c in found if c.what == "tuned").finish()
    home, ease = NAMES.index("home"), NAMES.index("easeRecent")
    assert (tuned.linear[home], tuned.weights[:, home].tolist()) == (0.75, [0.1, 0.1])
    assert tuned.linear[ease] > 0
    assert (tuned.name, tuned.as_of) == ("discover 2026-03-01T00:00:00Z", AS_OF)
    assert (tuned.learned_from, tuned.in_use, tuned.problem()) == ("this graph", False, None)


def test_from_many_questions_on_a_model_is_learned_from_nothing_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ENOUGH == 600
    monkeypatch.setattr("chronotope.fusion.candidates.ENOUGH", 60)
    shipped = model("discover", LAW)
    for size, learned in ((39, False), (40, True)):
        parts = windows(LAW, size, 20)
        found = candidates(DISCOVER, parts, AS_OF, 0, [("shipped", shipped)])
        assert ("from scratch" in values(found)) is learned


def test_a_model_of_other_features_is_not_tuned_and_one_is_learned_from_nothing() -> None:
    older = model("mine", LAW)
    older = replace(
        older, features=NAMES[1:], mean=older.mean[1:], scale=older.scale[1:],
        linear=older.linear[1:], weights=older.weights[:, 1:],
    )  # fmt: skip
    found = candidates(DISCOVER, windows(LAW, 60, 30), AS_OF, 0, [("in use", older)])
    assert list(values(found))[:2] == ["in use", "from scratch"]
    assert "tuned" not in values(found)
    shipped = model("discover", {"easeRecent": 1.0})
    both = [("in use", older), ("shipped", shipped)]
    found = candidates(DISCOVER, windows(LAW, 60, 30), AS_OF, 0, both)
    assert list(values(found))[:3] == ["in use", "shipped", "tuned"]


def test_a_single_feature_is_kept_where_nothing_beats_it() -> None:
    law = {"easeRecent": 4.0}
    shipped = model("discover", {"popularity": 1.0, "home": 0.75})
    found = candidates(DISCOVER, windows(law, 20, 40), AS_OF, 0, [("shipped", shipped)], shipped)
    assert {c.what for c in found} >= {"popularity alone", "rising90 alone", "easeRecent alone"}
    assert "likeMinded alone" not in values(found)  # which the past never shows
    chosen = best(DISCOVER, found)
    assert chosen.what == "easeRecent alone"
    kept = {n: w for n, w in zip(NAMES, chosen.finish().linear, strict=True) if w}
    # By popularity where it leaves all equal, and by what the past cannot judge, as before.
    assert kept == pytest.approx({"easeRecent": 1.0, "popularity": 0.001, "home": 0.75})


def test_what_has_seen_the_last_window_or_cannot_score_is_no_candidate() -> None:
    shipped = replace(model("discover", LAW), in_use=True)
    mine = replace(model("mine", LAW), as_of=LAST_CUT, in_use=True)
    late = replace(mine, as_of=AS_OF)
    broken = replace(mine, features=("another", *NAMES[1:]))

    def names(prior: Model | None, shipped: Model | None = shipped) -> list[tuple[str, str, bool]]:
        found = standing(DISCOVER, prior, shipped, LAST_CUT)
        return [(what, model.name, model.in_use) for what, model in found]

    assert names(mine) == [("in use", "mine", True), ("shipped", "discover", False)]
    assert names(shipped) == [("shipped", "discover", True)]
    for prior in (late, broken, None):
        assert names(prior) == [("shipped", "discover", False)]
    assert names(late, None) == []


@pytest.mark.parametrize("task", ["next", "new_items"])
def test_a_linear_model_is_learned_from_nothing_beside_the_one_that_stands(task: str) -> None:
    names = TASKS[task].query.feature_names
    shipped = replace(Model.blank(task), name=task)
    drawn = windows(LAW, 30, 20)
    parts = [
        replace(part, features=np.tile(part.features[:, :1], (1, len(names)))) for part in drawn
    ]
    found = candidates(TASKS[task], parts, AS_OF, 0, [("shipped", shipped)])
    assert [c.what for c in found][:2] == ["shipped", "from scratch"]
    alone = [f"{name} alone" for name in TASKS[task].alone if name in names]
    assert [c.what for c in found][2:] == alone


def test_what_is_learned_from_nothing_has_the_shape_and_the_signs_that_its_query_says() -> None:
    learned = []
    for seed in (0, 0, 1):
        found = candidates(DISCOVER, windows({"easeRecent": -1.0}, 30, 20), AS_OF, seed)
        scratch = next(c for c in found if c.what == "from scratch").finish()
        assert scratch.weights.shape == (12, len(NAMES))
        for feature, weight in zip(DISCOVER.query.features, scratch.linear, strict=True):
            assert weight >= 0 or not feature.rising, feature
        learned.append(scratch.weights)
    assert learned[0] == pytest.approx(learned[1], abs=1e-6)
    assert np.abs(learned[0] - learned[2]).max() > 1e-3
