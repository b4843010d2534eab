"""The model card of a trained encoder, and what keeps one from being written."""

from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
import world

from chronotope.errors import InputError
from chronotope.evaluation import Interval
from chronotope.fusion import train_encoder
from chronotope.fusion.projection import Trained
from chronotope.fusion.train_encoder import model_card
from chronotope.graph import Graph

NOBODY = cast(Graph, None)


def test_the_card_says_what_it_is_of_and_how_good() -> None:
    trained = Trained(None, Interval(0.25, 0.2, 0.3), Interval(0.5, 0.4, 0.6), 7)
    cut = datetime(2026, 2, 1, tzinfo=UTC)
    card = model_card("ours", world.LettersEncoder(), cut, trained, seed=3)
    assert card.startswith("---\nlibrary_name: chronotope\n")
    assert "# ours\n" in card
    assert "letters (revision 1, 2\ndimensions)" in card
    assert "before 2026-02-01T00:00:00+00:00, by InfoNCE;\n  7 epochs, seed 3." in card
    assert "base\n  0.2500 [0.2000, 0.3000], this 0.5000 [0.4000, 0.6000]" in card


@pytest.mark.encoders
def test_a_folder_that_is_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(InputError, match="is not empty; name a new folder"):
        train_encoder(NOBODY, tmp_path)
