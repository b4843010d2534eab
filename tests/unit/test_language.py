import sys
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import world

from chronotope.errors import EncoderError
from chronotope.language import open_encoder
from chronotope.language.texts import interest_text, item_text, text_key


def test_texts_are_made_of_what_is_known() -> None:
    assert item_text("Café A", ["Coffee Shop", "Dining"], "Cake") == (
        "Café A. Coffee Shop, Dining. Cake"
    )
    assert item_text(None, [], None) == ""
    assert interest_text("Coffee Shop", "Dining") == "Coffee Shop, Dining"


def test_the_key_changes_with_encoder_and_text() -> None:
    keys = {text_key(*parts) for parts in (("a", "1", "x"), ("b", "1", "x"), ("a", "2", "x"))}
    assert len(keys | {text_key("a", "1", "y")}) == 4


def test_the_packaged_encoder_brings_languages_together() -> None:
    encoder = open_encoder("packaged")
    coffee, same, other = encoder.encode(["quiet coffee shop", "安静的咖啡馆", "swimming pool"])
    assert (coffee.shape, coffee.dtype) == ((512,), np.float32)
    assert np.linalg.norm(coffee) == pytest.approx(1, abs=1e-5)
    assert coffee @ same > coffee @ other + 0.2
    assert encoder.encode([]).shape == (0, 512)


def test_an_unknown_encoder_is_refused() -> None:
    with pytest.raises(EncoderError, match="There is no encoder 'word2vec'; write 'packaged'"):
        open_encoder("word2vec")


def test_an_encoder_without_torch_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "chronotope.language.transformer", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(EncoderError, match=r"needs the package torch; .*'chronotope\[encoders\]'"):
        open_encoder("organisation/model")


def test_a_directory_without_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match="has no weights"):
        open_encoder(str(tmp_path))


@pytest.mark.parametrize(("seconds", "sizes"), [(0.0, [2048, 552]), (7.0, [768, 768, 768, 296])])
def test_vectors_are_written_many_at_once_or_those_of_some_seconds(
    monkeypatch: pytest.MonkeyPatch, seconds: float, sizes: list[int]
) -> None:
    """An index gets a segment each time; who waits long for vectors keeps those that there are."""
    module = sys.modules["chronotope.language.embed"]  # a function of the package has its name
    clock = count(0.0, seconds)
    monkeypatch.setattr(module, "monotonic", lambda: next(clock))
    due = [(str(n), "key", f"text {n}") for n in range(2600)]
    encode = module._Shared(world.LettersEncoder(), [text for *_, text in due])
    told: list[int] = []
    written = list(
        module._made(
            {"items": due, "users": []}, encode, lambda what, done, total: told.append(done)
        )
    )
    assert [(query, len(rows)) for query, rows in written] == [("items", size) for size in sizes]
    assert [row["id"] for _, rows in written for row in rows] == [name for name, *_ in due]
    assert (told[0], told[-1], len(told)) == (256, 2600, 11)
