"""A text encoder of the transformers library: a local directory or a hub id (extra `encoders`)."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import psutil
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from transformers import AutoModel, AutoTokenizer

from chronotope.errors import EncoderError
from chronotope.language.encoder import Prefixes

_MAX_TOKENS = 512
_REVISION_LENGTH = 32
_WHAT_IT_IS = ("*.safetensors", "*.json", "*.txt", "*.model")
_MEMORY_SHARE = 0.25  # of what is free, for one batch
_NUMBERS_PER_TOKEN = 40  # that a layer holds at once, in multiples of the hidden size
_TOKENS_PER_BATCH = (512, 32_768)  # at least and at most


class TransformerEncoder:
    """A transformers model, encoder or decoder, with the pooling it was made with.

    Where the model names no pooling (in the form of sentence-transformers), a decoder gives its
    last token and an encoder the mean of all. Prefixes are those that the model names as its
    prompts, unless others are given. Weights are read from safetensors only, and no code of the
    model's own is run.
    """

    def __init__(self, spec: str, prefixes: Prefixes | None = None) -> None:
        """Load the model; raise EncoderError if it or its weights cannot be had."""
        folder = Path(spec)
        local = folder.is_dir()
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(spec, trust_remote_code=False)
            self._model = AutoModel.from_pretrained(
                spec, trust_remote_code=False, use_safetensors=True
            )
            pooling = _read_json(spec, "1_Pooling/config.json")
            prompts = _read_json(spec, "config_sentence_transformers.json").get("prompts") or {}
        except (OSError, ValueError, SafetensorError) as problem:
            reason = str(problem).strip().partition("\n")[0]
            raise EncoderError(f"The encoder '{spec}' cannot be loaded: {reason}") from None
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = self._model.eval().to(self._device)
        config = self._model.config
        self._pooling = _pooling(pooling, config)
        if self._tokenizer.pad_token is None:  # decoders often have none; masked, any will do
            self._tokenizer.pad_token = self._tokenizer.eos_token
        self._max_tokens = min(
            _MAX_TOKENS, int(getattr(config, "max_position_embeddings", None) or _MAX_TOKENS)
        )
        self._batch = self._tokens_per_batch()
        self._turn = Lock()  # a tokenizer is made for one thread
        # A folder has to be found again from wherever the next command runs.
        self.spec = str(folder.resolve()) if local else spec
        self.name = folder.resolve().name if local else spec
        self.revision = _digest(folder) if local else str(config._commit_hash)
        self.dimension = int(config.hidden_size)
        self.prefixes = prefixes or Prefixes(
            query=prompts.get("query") or "",
            document=prompts.get("document") or prompts.get("passage") or "",
        )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 a text, shape (n, dimension).

        Texts of like length share a batch, and a batch holds as many tokens as memory allows.
        """
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        if not texts:
            return vectors
        with self._turn:
            tokens = self._tokenizer(list(texts), truncation=True, max_length=self._max_tokens)
        lengths = [len(ids) for ids in tokens["input_ids"]]
        for rows in _batches(lengths, self._batch):
            with self._turn:
                vectors[rows] = self._encode([texts[row] for row in rows])
        return vectors

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Encode a batch, in halves if the GPU's memory does not hold it."""
        try:
            return self._forward(texts)
        except torch.OutOfMemoryError:
            if len(texts) == 1:
                raise EncoderError(
                    f"The memory of the GPU is too small for the encoder '{self.name}'."
                ) from None
        torch.cuda.empty_cache()
        half = len(texts) // 2
        return np.concatenate([self._encode(texts[:half]), self._encode(texts[half:])])

    def _forward(self, texts: list[str]) -> NDArray[np.float32]:
        tokens = self._tokenizer(
            texts, padding=True, truncation=True, max_length=self._max_tokens, return_tensors="pt"
        ).to(self._device)
        with torch.inference_mode():
            states = self._model(**tokens).last_hidden_state
            pooled = pool(states, tokens["attention_mask"], self._pooling)
            vectors = torch.nn.functional.normalize(pooled.float(), dim=1)
        return np.asarray(vectors.cpu().numpy(), np.float32)

    def _tokens_per_batch(self) -> int:
        config = self._model.config
        free = (
            torch.cuda.mem_get_info()[0]
            if self._device == "cuda"
            else psutil.virtual_memory().available
        )
        number = next(self._model.parameters()).element_size()
        a_token = int(config.hidden_size) * _NUMBERS_PER_TOKEN * number
        low, high = _TOKENS_PER_BATCH
        return int(min(max(free * _MEMORY_SHARE / a_token, low), high))


def pool(states: torch.Tensor, mask: torch.Tensor, pooling: str) -> torch.Tensor:
    """Return one vector a text from the states of its tokens, whichever side is padded.

    `states` has the shape (texts, tokens, dimension), `mask` (texts, tokens) is 1 at its tokens;
    `pooling` is `first`, `last` or `mean`.
    """
    if pooling == "mean":
        weights = mask.unsqueeze(-1).to(states.dtype)
        return (states * weights).sum(1) / weights.sum(1).clamp(min=1)
    last = mask.shape[1] - 1 - mask.flip(1).argmax(1)
    position = mask.argmax(1) if pooling == "first" else last
    return states[torch.arange(len(states)), position]


def _batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Yield the rows of batches, longest first, none with more than `most` tokens as padded."""
    rows = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    start = 0
    while start < len(rows):
        size = max(most // max(lengths[rows[start]], 1), 1)
        yield rows[start : start + size]
        start += size


def _pooling(named: dict[str, Any], config: Any) -> str:
    if named.get("pooling_mode_lasttoken"):
        return "last"
    if named.get("pooling_mode_cls_token"):
        return "first"
    is_decoder = any(
        name.endswith(("ForCausalLM", "LMHeadModel")) for name in config.architectures or ()
    )
    return "last" if is_decoder and not named else "mean"


def _read_json(spec: str, name: str) -> dict[str, Any]:
    """Read a file of the model's, empty if it has none."""
    if Path(spec).is_dir():
        path = Path(spec) / name
    else:
        from transformers.utils import cached_file

        file = cached_file(
            spec,
            name,
            _raise_exceptions_for_missing_entries=False,
            _raise_exceptions_for_connection_errors=False,
        )
        if file is None:
            return {}
        path = Path(file)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return content if isinstance(content, dict) else {}


def _digest(folder: Path) -> str:
    """Return a hash of all that makes the vectors: weights, settings, and the tokenizer's words."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _WHAT_IT_IS for path in folder.glob(pattern)):
        with path.open("rb") as file:
            digest.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:_REVISION_LENGTH]
