"""A projection of an encoder, learned from visits: what it brings together and refuses."""

import sys

import numpy as np
import pytest
import scipy.sparse as sp

from chronotope.errors import InputError
from chronotope.fusion.projection import TrainOptions, train
from chronotope.language.projection import project

OPTIONS = TrainOptions(epochs=6, steps=20, batch=64)


def visits(seed: int = 0) -> tuple[np.ndarray, sp.csr_array]:
    """Two crowds; the sign of one of 32 dimensions, a faint one, tells whose an item is."""
    draw = np.random.default_rng(seed)
    vectors = draw.standard_normal((120, 32)).astype(np.float32)
    side = np.arange(120) % 2
    vectors[:, 0] = np.where(side, 0.7, -0.7)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    crowd = np.arange(80) % 2
    there = (draw.random((80, 120)) < 0.25) & (crowd[:, None] == side[None])
    return vectors, sp.csr_array(there.astype(np.float64))


@pytest.mark.encoders
def test_what_one_crowd_visits_comes_closer_also_for_items_that_were_held_out() -> None:
    vectors, visited = visits()
    found = train(vectors, visited, OPTIONS)
    assert found.matrix is not None
    assert found.best.value > found.base.value + 0.02
    projected = project(vectors, found.matrix)

    def contrast(of: np.ndarray) -> float:
        return float((of[::2] @ of[::2].T).mean() - (of[::2] @ of[1::2].T).mean())

    assert contrast(projected) > contrast(vectors)
    assert np.linalg.norm(projected, axis=1) == pytest.approx(np.ones(120), abs=1e-5)


@pytest.mark.encoders
def test_the_same_seed_gives_the_same_matrix() -> None:
    first, second = (train(*visits(), OPTIONS).matrix for _ in range(2))
    assert first is not None
    assert second is not None
    assert first == pytest.approx(second, abs=1e-6)


@pytest.mark.encoders
def test_noise_teaches_nothing() -> None:
    vectors, _ = visits()
    draw = np.random.default_rng(1)
    noise = sp.csr_array((draw.random((80, 120)) < 0.15).astype(np.float64))
    found = train(vectors, noise, OPTIONS)
    assert found.matrix is None or found.best.value < found.base.value + 0.05


@pytest.mark.encoders
def test_too_few_visits_are_said() -> None:
    vectors, visited = visits()
    with pytest.raises(InputError, match=r"not enough to learn from: .* at least 500 are needed"):
        train(vectors, visited[:5], OPTIONS)


def test_training_without_torch_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InputError, match=r"needs PyTorch; .*'chronotope\[encoders\]'"):
        train(*visits(), OPTIONS)
