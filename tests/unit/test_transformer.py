"""The transformers back end: a small model whose package carries its weights, a tiny decoder."""

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from chronotope.errors import EncoderError
from chronotope.language import Encoder, Prefixes, encode_query, open_encoder

pytest.importorskip("torch", reason="needs the extra encoders")

import tiny
import torch
from transformers import LlamaForCausalLM

from chronotope.language.transformer import _batches, pool

pytestmark = pytest.mark.encoders


class Touch:
    """Makes a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self._path,)


@pytest.fixture(scope="module")
def encoder(minilm: Path) -> Encoder:
    return open_encoder(str(minilm))


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


def test_the_revision_is_that_of_weights_settings_and_tokenizer(
    minilm: Path, encoder: Encoder, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(minilm, copy)
    assert open_encoder(str(copy)).revision == encoder.revision
    assert len(encoder.revision) == 32
    settings = copy / "tokenizer_config.json"
    settings.write_text(settings.read_text() + "\n")
    assert open_encoder(str(copy)).revision != encoder.revision


def test_no_code_and_no_pickle_of_a_model_is_run(minilm: Path, tmp_path: Path) -> None:
    copy, proof = tmp_path / "copy", tmp_path / "proof"
    shutil.copytree(minilm, copy)
    ran = f"import pathlib; pathlib.Path({str(proof)!r}).touch()\n"
    (copy / "evil.py").write_text(f"{ran}class Model: pass\nclass Config: pass\n")
    settings = json.loads((copy / "config.json").read_text())
    settings["auto_map"] = {"AutoModel": "evil.Model", "AutoConfig": "evil.Config"}
    (copy / "config.json").write_text(json.dumps(settings))
    assert open_encoder(str(copy)).encode(["tea"]).shape == (1, 384)
    (copy / "model.safetensors").unlink()
    (copy / "pytorch_model.bin").write_bytes(pickle.dumps(Touch(proof)))
    with pytest.raises(EncoderError, match=r"has no weights \(\*\.safetensors\)"):
        open_encoder(str(copy))
    (copy / "model.safetensors").write_bytes((copy / "pytorch_model.bin").read_bytes())
    with pytest.raises(EncoderError, match="cannot be loaded"):
        open_encoder(str(copy))
    assert not proof.exists()


def test_a_model_that_cannot_be_loaded_is_said(minilm: Path, tmp_path: Path) -> None:
    shutil.copy(minilm / "model.safetensors", tmp_path)
    with pytest.raises(EncoderError, match="cannot be loaded"):
        open_encoder(str(tmp_path))


@pytest.fixture(scope="module")
def decoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A decoder of two layers with six words, which names prompts but no pooling."""
    folder = tmp_path_factory.mktemp("decoder")
    words = ["find:", "tea", "coffee", "park"]
    _, model = tiny.make(folder, words, width=8, layers=2, padding="left")
    model.save_pretrained(folder)
    prompts = {"prompts": {"query": "find: ", "document": ""}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    return folder


def test_a_decoder_gives_its_last_token_and_takes_the_prompts_that_it_names(
    decoder: Path,
) -> None:
    encoder = open_encoder(str(decoder))
    assert (encoder.dimension, encoder.prefixes) == (8, Prefixes("find: ", ""))
    together = encoder.encode(["tea", "coffee park tea"])
    assert together == pytest.approx(
        np.concatenate([encoder.encode(["tea"]), encoder.encode(["coffee park tea"])]), abs=1e-5
    )
    model = LlamaForCausalLM.from_pretrained(decoder).model
    states = model(torch.tensor([[4, 5, 3]])).last_hidden_state[0, -1]
    expected = torch.nn.functional.normalize(states, dim=0).detach().numpy()
    assert together[1] == pytest.approx(expected, abs=1e-5)
    assert encode_query(encoder, "tea") == pytest.approx(
        encoder.encode(["find: tea"])[0].tolist(), abs=1e-6
    )


def test_pooling_minds_the_mask_on_either_side() -> None:
    states = torch.arange(12.0).reshape(2, 3, 2)
    mask = torch.tensor([[1, 1, 0], [0, 1, 1]])
    assert pool(states, mask, "first").tolist() == [[0, 1], [8, 9]]
    assert pool(states, mask, "last").tolist() == [[2, 3], [10, 11]]
    assert pool(states, mask, "mean").tolist() == [[1, 2], [9, 10]]


def test_batches_hold_no_more_tokens_than_they_may() -> None:
    assert list(_batches([3, 10, 4, 2], 10)) == [[1], [2, 0], [3]]
    assert list(_batches([30], 10)) == [[0]]
    assert list(_batches([], 10)) == []
