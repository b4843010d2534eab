"""Any encoder of the transformers library: a local directory or a hub id (extra `learn`)."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

from chronotope.errors import EncoderError

_BATCH = 64
_MAX_TOKENS = 256
_REVISION_LENGTH = 12


class TransformerEncoder:
    """A transformers model with the pooling it was made with; mean pooling if it names none.

    Weights are read from safetensors only, and no code of the model's own is run.
    """

    def __init__(self, spec: str) -> None:
        """Load the model; raise EncoderError if it or its weights cannot be had."""
        folder = Path(spec)
        local = folder.is_dir()
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(spec, trust_remote_code=False)
            self._model = AutoModel.from_pretrained(
                spec, trust_remote_code=False, use_safetensors=True
            )
        except (OSError, ValueError) as problem:
            reason = str(problem).strip().partition("\n")[0]
            raise EncoderError(f"The encoder '{spec}' cannot be loaded: {reason}") from None
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = self._model.eval().to(self._device)
        self._first_token = local and _pools_first_token(folder)
        self.name = folder.name if local else spec
        self.revision = _digest(folder) if local else str(self._model.config._commit_hash)
        self.dimension = int(self._model.config.hidden_size)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 a text, shape (n, dimension)."""
        nothing = np.zeros((0, self.dimension), np.float32)
        batches = (list(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH))
        with torch.inference_mode():
            return np.concatenate([nothing, *map(self._encode, batches)])

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        tokens = self._tokenizer(
            texts, padding=True, truncation=True, max_length=_MAX_TOKENS, return_tensors="pt"
        ).to(self._device)
        states = self._model(**tokens).last_hidden_state
        if self._first_token:
            pooled = states[:, 0]
        else:
            mask = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
            pooled = (states * mask).sum(1) / mask.sum(1).clamp(min=1)
        vectors = torch.nn.functional.normalize(pooled.float(), dim=1)
        return np.asarray(vectors.cpu().numpy(), np.float32)


def _pools_first_token(folder: Path) -> bool:
    """Tell whether the model's own pooling (sentence-transformers form) takes the first token."""
    try:
        pooling = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    return bool(pooling.get("pooling_mode_cls_token"))


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:_REVISION_LENGTH]
