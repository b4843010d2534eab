"""What an encoder is, and how one is found by its name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chronotope.errors import EncoderError

PACKAGED = "packaged"
_PROJECTION = "projection.json"
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_ENDPOINT = re.compile(r"https?://[^#]+")


@dataclass(frozen=True)
class Prefixes:
    """What is put before a question and before a text that answers it, for models made so."""

    query: str = ""
    document: str = ""


class Encoder(Protocol):
    """Turns texts into vectors of one length; recorded in the graph by name and revision.

    `spec` is what `open_encoder` opens it with again, and `prefixes` what its texts begin with.
    """

    spec: str
    name: str
    revision: str
    dimension: int
    prefixes: Prefixes

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 (L2) a text, as it is, shape (n, dimension)."""
        ...


def encode_query(encoder: Encoder, text: str) -> list[float]:
    """Return the vector of a question: what is searched with."""
    vector: list[float] = encoder.encode([encoder.prefixes.query + text])[0].tolist()
    return vector


def open_encoder(spec: str, prefixes: Prefixes | None = None) -> Encoder:
    """Open an encoder.

    `spec` is `packaged`; the directory of a transformers model, or of a projection that
    `train-encoder` made; a hub id; or an endpoint in the OpenAI form with the name of a model,
    like `http://localhost:8080/v1#bge-m3`. Without `prefixes` a model's own are taken.

    Raises EncoderError for a spec that is none of these, and for a model that cannot be loaded.
    """
    if spec == PACKAGED:
        from chronotope.language.packaged import PackagedEncoder

        return PackagedEncoder()
    if _ENDPOINT.match(spec):
        from chronotope.language.endpoint import EndpointEncoder

        return EndpointEncoder(spec, prefixes or Prefixes())
    if not Path(spec).is_dir() and not _HUB_ID.fullmatch(spec):
        raise EncoderError(
            f"There is no encoder '{spec}'; write '{PACKAGED}', the directory of a model that "
            "transformers can load, a hub id like organisation/model, or an endpoint and its "
            "model like http://localhost:8080/v1#model."
        )
    if Path(spec).is_dir() and not list(Path(spec).glob("*.safetensors")):
        raise EncoderError(
            f"The model directory {spec} has no weights (*.safetensors); "
            "save the model there with save_pretrained."
        )
    if (Path(spec) / _PROJECTION).is_file():
        from chronotope.language.projection import ProjectedEncoder

        return ProjectedEncoder(Path(spec))
    try:
        from chronotope.language.transformer import TransformerEncoder
    except ImportError as problem:
        raise EncoderError(
            f"The encoder '{spec}' needs the package {problem.name}; install chronotope with its "
            "extra 'learn': pip install 'chronotope[learn]'."
        ) from None
    return TransformerEncoder(spec, prefixes)
