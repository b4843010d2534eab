"""What an encoder is, and how one is found by its name."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chronotope.errors import EncoderError

PACKAGED = "packaged"
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


class Encoder(Protocol):
    """Turns texts into vectors of one length; recorded in the graph by name and revision."""

    name: str
    revision: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 (L2) a text, shape (n, dimension)."""
        ...


def open_encoder(spec: str) -> Encoder:
    """Open an encoder: `packaged`, a directory of a transformers model, or a hub id.

    Raises EncoderError for a spec that is none of these, and for a model that cannot be loaded.
    """
    if spec == PACKAGED:
        from chronotope.language.packaged import PackagedEncoder

        return PackagedEncoder()
    if not Path(spec).is_dir() and not _HUB_ID.fullmatch(spec):
        raise EncoderError(
            f"There is no encoder '{spec}'; write '{PACKAGED}', the directory of a model that "
            "transformers can load, or a hub id like organisation/model."
        )
    if Path(spec).is_dir() and not list(Path(spec).glob("*.safetensors")):
        raise EncoderError(
            f"The model directory {spec} has no weights (*.safetensors); "
            "save the model there with save_pretrained."
        )
    try:
        from chronotope.language.transformer import TransformerEncoder
    except ImportError as problem:
        raise EncoderError(
            f"The encoder '{spec}' needs the package {problem.name}; install chronotope with its "
            "extra 'learn': pip install 'chronotope[learn]'."
        ) from None
    return TransformerEncoder(spec)
