"""The fit of the scorer, on made-up samples whose law is known."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from chronotope.evaluation import TASKS
from chronotope.evaluation.metrics import ndcg
from chronotope.evaluation.requests import Answer
from chronotope.fusion import Model, samples, train
from chronotope.fusion.candidates import Fit, as_model
from chronotope.fusion.samples import Samples
from chronotope.replay import Instance

WIDTH, CANDIDATES = 3, 12


def made(law: np.ndarray, instances: int = 400, seed: int = 0) -> Samples:
    """Draw one right candidate an instance from the softmax of x · law."""
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((instances, CANDIDATES, WIDTH)).astype(np.float32)
    noise = draw.gumbel(size=(instances, CANDIDATES))
    right = np.zeros((instances, CANDIDATES), bool)
    right[np.arange(instances), (x @ law + noise).argmax(1)] = True
    start = np.arange(instances + 1) * CANDIDATES
    users = np.array([f"user {n}" for n in range(instances)])
    ones = np.ones(instances, np.int64)
    return Samples(x.reshape(-1, WIDTH), right.ravel(), start, ones, users)


def test_the_linear_fit_finds_the_law() -> None:
    law = np.array([1.0, 0.0, -0.5])
    found = made(law, 3000)
    weights = train.linear(found, found.features, np.zeros(WIDTH, bool), 1e-6)
    assert weights == pytest.approx(law, abs=0.1)


def test_rising_weights_are_never_negative() -> None:
    found = made(np.array([1.0, 0.0, -0.5]))
    weights = train.linear(found, found.features, np.array([True, True, True]), 1e-6)
    assert weights.min() == 0
    assert weights[0] > 0.7


def test_hidden_units_find_what_a_line_cannot() -> None:
    draw = np.random.default_rng(3)
    x = draw.standard_normal((600, CANDIDATES, WIDTH)).astype(np.float32)
    right = np.zeros((600, CANDIDATES), bool)
    right[np.arange(600), np.abs(x[:, :, 0]).argmax(1)] = True
    start = np.arange(601) * CANDIDATES
    found = Samples(
        x.reshape(-1, WIDTH), right.ravel(), start, np.ones(600, int), np.arange(600).astype(str)
    )
    free = np.zeros(WIDTH, bool)
    line = train.linear(found, found.features, free, 1e-4)
    *_, net = train.hidden(found, found.features, free, line, units=12, epochs=20, seed=0)

    def quality(scores: np.ndarray) -> float:
        return float(np.mean([ndcg(ranks, 20) for ranks in found.ranks(scores)]))

    assert quality(net.score(found.features)) > 0.9 > 0.7 > quality(found.features @ line)


def test_the_gradient_is_that_of_the_loss() -> None:
    draw = np.random.default_rng(2)
    lengths = np.array([5, 9, 3])
    right = np.array([1, 0, 0, 1, 0, *[0] * 8, 1, 0, 1, 0], bool)  # two, one and one
    z = draw.standard_normal((17, WIDTH)).astype(np.float32)
    values = draw.standard_normal(WIDTH + 4 * (WIDTH + 2))

    def loss(of: np.ndarray) -> float:
        scores = train._views(of, WIDTH).score(z)
        ends = np.cumsum(lengths)
        cross_entropies = [
            np.log(np.exp(scores[b - n : b]).sum()) - scores[b - n : b][right[b - n : b]].mean()
            for n, b in zip(lengths, ends, strict=True)
        ]
        return float(np.average(cross_entropies, weights=np.sqrt([2, 1, 1])))

    expected = [
        (loss(values + step) - loss(values - step)) / 2e-5 for step in 1e-5 * np.eye(len(values))
    ]
    bounds = np.cumsum(lengths)[:-1]
    found = train._gradient(
        train._views(values, WIDTH), np.split(z, bounds), np.split(right, bounds)
    )
    assert found == pytest.approx(np.array(expected), abs=1e-5)


def test_without_a_right_answer_nothing_is_learned() -> None:
    none = replace(made(np.ones(WIDTH), 5), right=np.zeros(5 * CANDIDATES, bool)).answerable()
    free = np.zeros(WIDTH, bool)
    assert train.linear(none, none.features, free, 1e-4).tolist() == [0] * WIDTH
    nets = train.hidden(none, none.features, free, np.ones(WIDTH), units=4, epochs=2, seed=0)
    assert [net.linear.tolist() for net in nets] == [[1] * WIDTH] * 2


def test_the_same_seed_gives_the_same_net_and_another_another() -> None:
    found = made(np.array([1.0, 0.0, -0.5]), 100)
    free = np.zeros(WIDTH, bool)

    def net(seed: int) -> np.ndarray:
        *_, last = train.hidden(
            found, found.features, free, np.zeros(WIDTH), units=4, epochs=2, seed=seed
        )
        return last.weights

    assert net(1) == pytest.approx(net(1), abs=1e-6)
    assert np.abs(net(1) - net(2)).max() > 0.01


def test_what_is_missing_is_usual() -> None:
    features = np.array([[1, np.nan, 5], [3, np.nan, 5]], np.float32)
    found = train.standard(features, np.zeros(3, bool))
    assert found.mean.tolist() == [2, 0, 5]
    assert found.scale.tolist() == [1, 1, 1]
    assert found.seen.tolist() == [True, False, True]
    assert found.apply(features).tolist() == [[-1, 0, 0], [1, 0, 0]]


def test_what_the_query_normalised_stays_and_nothing_is_beyond_six_deviations() -> None:
    features = np.array([[1, 0], [3, 0], [1, 0], [3, 80]], np.float32)
    found = train.standard(features, np.array([True, False]))
    assert (found.mean[0], found.scale[0]) == (0, 1)
    far = np.array([[7, 0], [-7, 999]], np.float32)
    assert found.apply(far)[:, 0].tolist() == [6, -6]
    assert found.apply(far)[1, 1] == 6


def test_answers_become_samples() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    asked = [Instance("ann", at, ("b", "z")), Instance("bob", at, ("q",))]
    answers = [
        Answer(("a", "b"), np.zeros(2), np.array([[1], [2]], np.float32), 0.0),
        Answer(("c",), np.zeros(1), np.array([[3]], np.float32), 0.0),
    ]
    found = samples.samples(asked, answers)
    assert found.right.tolist() == [False, True, False]
    assert found.positives == 1
    assert [ranks.tolist() for ranks in found.ranks(np.array([1.0, 2, 3]))] == [
        [1, np.inf],
        [np.inf],
    ]
    kept = found.answerable()
    assert kept.users.tolist() == ["ann"]
    assert kept.features.ravel().tolist() == [1, 2]
    both = samples.joined([kept, found])
    assert both.start.tolist() == [0, 2, 4, 5]
    assert both.relevant.tolist() == [2, 2, 1]


def test_what_the_past_never_shows_keeps_its_numbers_and_taught_no_unit() -> None:
    prior = Model.blank("discover")
    prior = replace(prior, linear=prior.linear + 7, mean=prior.mean + 8, scale=prior.scale + 9)
    width = len(prior.features)
    seen = np.arange(width) != 3
    net = train.Net(np.ones(width), np.ones((2, width)), np.zeros(2), np.ones(2))
    found = Fit(net, train.Standard(np.zeros(width), np.ones(width), seen), [])
    model = as_model(TASKS["discover"], found, datetime(2026, 1, 1, tzinfo=UTC), prior)
    assert (model.linear[3], model.mean[3], model.scale[3]) == (7, 8, 10)
    assert (model.linear[2], model.mean[2], model.scale[2]) == (1, 0, 1)
    assert model.weights[:, 3].tolist() == [0, 0]
    assert model.weights[:, 2].tolist() == [1, 1]
