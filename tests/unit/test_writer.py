"""Sentences of a writer, held to the facts; a causal model of the test writes them."""

import sys
from pathlib import Path

import pytest

from chronotope.errors import EncoderError
from chronotope.language.writer import (
    SentenceFacts,
    open_writer,
    prompt,
    recommendation_text,
    unsupported,
)

FACTS = SentenceFacts(
    "Monday, 7:40",
    ["Coffee Shop", "Park"],
    [
        ("Blue Cup", "Coffee Shop", "been there 3 times, 400 m from here"),
        ("静心咖啡馆", "Coffee Shop", ""),
        ("Oven", "Bakery", ""),
    ],
)
TEMPLATE = (
    "Monday, 7:40: Blue Cup, Coffee Shop - been there 3 times, 400 m from here. "
    "Or 静心咖啡馆 or Oven."
)


class Says:
    def __init__(self, text: str) -> None:
        self.text, self.asked = text, ""

    def write(self, prompt: str) -> str:
        self.asked = prompt
        return self.text


def test_without_a_writer_the_template_speaks() -> None:
    assert recommendation_text(FACTS, "en") == (TEMPLATE, ())
    assert recommendation_text(FACTS, "zh")[0] == (
        "Monday, 7:40，为您推荐Blue Cup（Coffee Shop）：been there 3 times, 400 m from here。"
        "也可以去静心咖啡馆、Oven。"
    )
    assert recommendation_text(SentenceFacts("Monday", [], []), "en") == ("", ())


def test_a_writer_that_keeps_to_the_facts_is_taken_with_two_sentences() -> None:
    writer = Says("Start at Blue Cup, 400 m away. Then try Oven. Third one.")
    said = "Start at Blue Cup, 400 m away. Then try Oven."
    assert recommendation_text(FACTS, "en", writer) == (said, ())
    assert "Blue Cup (Coffee Shop): been there 3 times" in writer.asked


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Go to Blue Cup or Golden Spoon.", ["Golden", "Spoon"]),
        ("Starbucks is near.", ["Starbucks"]),
        ("It is 900 m from here.", ["900"]),
        ("The bar “moonlight” is open.", ["moonlight"]),
        ("去静心咖啡馆，或者老树茶馆。", ["茶馆"]),
        ("Enjoy a coffee at Blue Cup.", []),
        ("去静心咖啡馆。", []),
    ],
)
def test_names_and_numbers_that_are_not_among_the_facts_are_found(
    text: str, names: list[str]
) -> None:
    assert unsupported(text, FACTS) == names


def test_a_writer_that_invents_or_says_nothing_gives_way_to_the_template() -> None:
    assert recommendation_text(FACTS, "en", Says("Visit Golden Spoon.")) == (
        TEMPLATE,
        ["Golden", "Spoon"],
    )
    assert recommendation_text(FACTS, "en", Says("  ")) == (TEMPLATE, [])


def _train(folder: Path, sentence: str) -> None:
    """Teach a tiny causal model to say one sentence, whatever it is asked."""
    import tiny
    import torch

    words = ["Recommendation:", *dict.fromkeys(sentence.split())]
    fast, model = tiny.make(folder, words, width=32, layers=1)
    asked = fast(f"{prompt(FACTS, 'en')} {sentence} </s>", return_tensors="pt")["input_ids"]
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(100):
        loss = model(input_ids=asked, labels=asked).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.save_pretrained(folder)


@pytest.mark.encoders
@pytest.mark.parametrize(
    ("sentence", "taken"), [("Try Blue Cup today.", True), ("Try Golden Spoon today.", False)]
)
def test_a_causal_model_writes(tmp_path: Path, sentence: str, taken: bool) -> None:
    _train(tmp_path, sentence)
    said, invented = recommendation_text(FACTS, "en", open_writer(str(tmp_path)))
    assert said == (sentence if taken else TEMPLATE)
    assert list(invented) == ([] if taken else ["Golden", "Spoon"])


@pytest.mark.encoders
def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cannot be loaded"):
        open_writer(str(tmp_path))


def test_a_writer_without_torch_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(EncoderError, match=r"needs the package torch; .*'chronotope\[encoders\]'"):
        open_writer("organisation/model")


def test_an_endpoint_that_is_not_there_is_said() -> None:
    with pytest.raises(EncoderError, match="cannot be reached"):
        open_writer("http://127.0.0.1:9/v1#m").write("x")
