"""Find an encoder by its name."""

import json
import os
import re
from functools import partial
from pathlib import Path

from chronotope.errors import EncoderError
from chronotope.language.address import refuse_secret
from chronotope.language.encoder import PACKAGED, Encoder, Prefixes
from chronotope.language.packaged import PackagedEncoder
from chronotope.language.projection import RECORD, ProjectedEncoder

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_ENDPOINT = re.compile(r"https?://[^#]+")


def open_encoder(spec: str, prefixes: Prefixes | None = None, *, given: bool = True) -> Encoder:
    """Open an encoder.

    `spec` is `packaged`; the directory of a transformers model, or of a projection that
    `train-encoder` made; a hub id; or an endpoint in the OpenAI form with the name of a model,
    like `http://localhost:8080/v1#bge-m3`. Without `prefixes` a model's own are taken. An endpoint
    gets the API key when the person `given` it named the spec, which did not come out of a graph.

    Raises EncoderError for a spec that is none of these, and for a model that cannot be loaded.
    """
    check_spec(spec)
    if spec == PACKAGED:
        return PackagedEncoder()
    if _ENDPOINT.match(spec):
        from chronotope.language.endpoint import EndpointEncoder  # brings an HTTP client

        return EndpointEncoder(spec, prefixes or Prefixes(), given=given)
    if (Path(spec) / RECORD).is_file():
        return ProjectedEncoder(Path(spec), partial(open_encoder, given=False))
    try:
        from chronotope.language.transformer import TransformerEncoder  # brings PyTorch
    except ImportError as problem:
        raise EncoderError(
            f"The encoder '{spec}' needs the package {problem.name}; install chronotope with its "
            "extra 'encoders': pip install 'chronotope[encoders]'."
        ) from None
    return TransformerEncoder(spec, prefixes)


def is_at_hand(spec: str) -> bool:
    """Tell whether an encoder can be opened without fetching a model first."""
    if spec == PACKAGED or _ENDPOINT.match(spec):
        return True
    if (record := Path(spec) / RECORD).is_file():
        return is_at_hand(json.loads(record.read_text(encoding="utf-8"))["base"])
    if Path(spec).is_dir():
        return True
    try:
        from huggingface_hub import try_to_load_from_cache  # comes with the extra
    except ImportError:
        return True  # to open it says what is missing
    return isinstance(try_to_load_from_cache(spec, "config.json"), str)


def check_spec(spec: str) -> None:
    """Raise EncoderError for a spec that no encoder can have, before one is looked for."""
    refuse_secret(spec)
    if spec == PACKAGED or _ENDPOINT.match(spec):
        return
    is_folder = os.path.isdir(spec)  # of a name that no folder can have too
    if not is_folder and not _HUB_ID.fullmatch(spec):
        raise EncoderError(
            f"There is no encoder '{spec}'; write '{PACKAGED}', the directory of a model that "
            "transformers can load, a hub id like organisation/model, or an endpoint and its "
            "model like http://localhost:8080/v1#model."
        )
    if is_folder and not list(Path(spec).glob("*.safetensors")):
        raise EncoderError(
            f"The model directory {spec} has no weights (*.safetensors); "
            "save the model there with save_pretrained."
        )
