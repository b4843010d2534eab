"""A projection of an encoder: how it is saved, opened and refused."""

from pathlib import Path

import numpy as np
import pytest

from chronotope.errors import EncoderError
from chronotope.language import Encoder, open_encoder
from chronotope.language.projection import save_projection


@pytest.fixture(scope="module")
def base() -> Encoder:
    return open_encoder("packaged")


def test_a_saved_projection_is_an_encoder(base: Encoder, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    turned = np.roll(np.eye(512, dtype=np.float32), 1, axis=0)
    save_projection(folder, base, turned, "a card")
    encoder = open_encoder(str(folder))
    assert (encoder.name, encoder.dimension) == ("ours", 512)
    assert encoder.revision.endswith(f"of {base.name} {base.revision}")
    assert encoder.encode(["tea"]) == pytest.approx(np.roll(base.encode(["tea"]), 1, axis=1))
    assert encoder.encode([]).shape == (0, 512)
    assert (folder / "README.md").read_text() == "a card"


def test_a_projection_of_another_base_is_refused(base: Encoder, tmp_path: Path) -> None:
    save_projection(tmp_path, base, np.eye(512, dtype=np.float32), "")
    record = tmp_path / "projection.json"
    record.write_text(record.read_text().replace(base.revision, "0.0"))
    with pytest.raises(EncoderError, match=r"was made for packaged 0\.0; what is there now"):
        open_encoder(str(tmp_path))
    record.write_text("{}")
    with pytest.raises(EncoderError, match="cannot be read"):
        open_encoder(str(tmp_path))


def test_weights_that_are_not_those_that_were_written_are_refused(
    base: Encoder, tmp_path: Path
) -> None:
    save_projection(tmp_path, base, np.eye(512, dtype=np.float32), "")
    weights = tmp_path / "projection.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(EncoderError, match="are not those that were written there"):
        open_encoder(str(tmp_path))
