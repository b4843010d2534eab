"""Keywords: candidates by language, ranking, merging, links; quality on texts that were checked."""

import csv
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from chronotope.language import Encoder, open_encoder
from chronotope.language.keywords import Document, ExtractOptions, extract
from chronotope.language.phrases import candidates

ALONE = ExtractOptions(min_documents=1, max_share=1.0, per_document=3)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder("packaged")


def test_phrases_of_words_hold_no_stop_word_and_cross_no_sign() -> None:
    assert candidates("Fresh pasta and wine, in the evening.") == [
        "Fresh",
        "Fresh pasta",
        "pasta",
        "wine",
        "evening",
    ]


def test_names_inside_a_sentence_are_left_out_unless_nouns_have_capitals() -> None:
    assert candidates("A bar in Harbour with beer.") == ["bar", "beer"]
    assert candidates("Ein Hallenbad mit Sauna für die Kinder.") == ["Hallenbad", "Sauna", "Kinder"]


def test_chinese_is_cut_into_words_of_content() -> None:
    assert candidates("安静的座位和手冲咖啡。") == ["座位", "手冲", "咖啡", "手冲咖啡"]


def test_japanese_gives_its_runs_of_one_script() -> None:
    assert candidates("静かなカフェで珈琲を飲む") == ["カフェ", "珈琲"]


@pytest.mark.parametrize("text", ["", "...", "12 34", "的", "a"])
def test_what_says_nothing_has_no_phrases(text: str) -> None:
    assert candidates(text) == []


def test_spellings_and_languages_of_one_thing_are_one_keyword(encoder: Encoder) -> None:
    texts = ["We have green tea.", "绿茶和座位。", "Green teas: here.", "Sushi.", "Green tea."]
    documents = [Document(str(n), text) for n, text in enumerate(texts)]
    found = extract(documents, encoder, ExtractOptions(min_documents=1, max_share=1.0, least=0.2))
    names = {document: [name for name, _ in about] for document, about in found.about.items()}
    assert [names[n][0] for n in "024"] == ["green tea"] * 3
    assert "green tea" in names["1"]
    assert set(found.keywords["green tea"].variants) == {"绿茶", "Green teas"}
    assert names["3"] == ["Sushi"]


def test_a_known_keyword_keeps_its_name(encoder: Encoder) -> None:
    documents = [Document("a", "Green tea.")]
    found = extract(documents, encoder, ALONE, known=["绿茶"])
    assert [name for name, _ in found.about["a"]][:1] == ["绿茶"]


def test_a_keyword_is_narrower_than_the_category_it_goes_with(encoder: Encoder) -> None:
    bar, park = ("category:Bar", "Bar"), ("category:Park", "Park")
    documents = [
        Document("1", "Cold beer.", categories=[bar]),
        Document("2", "Cold beer and music.", categories=[bar]),
        Document("3", "A pond, cold beer.", categories=[park]),
    ]
    found = extract(documents, encoder, ExtractOptions(max_share=1.0))
    assert found.keywords["Cold beer"].broader == "category:Bar"


def test_rare_and_common_phrases_and_the_items_own_name_are_left_out(encoder: Encoder) -> None:
    documents = [
        Document(str(n), f"Our house has {what}.", name="The Lamp")
        for n, what in enumerate(["lamp oil", "tea", "tea", "cake", "cake", "a lamp"])
    ]
    assert set(extract(documents, encoder).keywords) == {"tea", "cake"}
    kind = [("category:Chinese Restaurant", "Chinese Restaurant")]
    document = Document("x", "Chinese restaurant: dumplings.", categories=kind)
    assert set(extract([document], encoder, ALONE).keywords) == {"dumplings"}


def test_keywords_of_sixty_texts_in_three_languages_are_what_a_reader_would_name(
    encoder: Encoder,
) -> None:
    path = Path(__file__).parents[1] / "data" / "item_texts.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) == 60
    for language, least in (("en", 0.85), ("zh", 0.85), ("de", 0.85)):
        chosen = [row for row in rows if row["language"] == language]
        good = named = 0
        for row in chosen:
            found = extract([Document("x", row["text"])], encoder, ALONE).about["x"]
            wanted = row["keywords"].casefold().split("|")
            fits = [any(fuzz.ratio(name.casefold(), w) >= 90 for w in wanted) for name, _ in found]
            assert any(fits), (row["text"], found)
            good, named = good + sum(fits), named + len(fits)
        assert (language, good / named >= least) == (language, True), good / named
