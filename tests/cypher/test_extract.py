"""The extract.* queries, through the extraction from a town's texts."""

from pathlib import Path

import pytest
import world

from chronotope import language
from chronotope.graph import Graph
from chronotope.language import Encoder, ExtractOptions

TEXTS = """\
item_id,name,category,description,tags
a,A,Dining > Bar,"Cold beer, music.",jazz
b,B,Dining > Bar,"Cold beer.",
c,C,Outdoors > Park,"A pond, old trees.",quiet
d,D,Outdoors > Park,"A pond, jazz.",
"""
ABOUT = (
    "MATCH (i:Item)-[a:ABOUT]->(k:Interest {scheme: 'keyword'}) RETURN i.id AS item, "
    "k.id AS keyword, a.source AS source"
)
OPTIONS = ExtractOptions(max_share=1.0)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return language.open_encoder("packaged")


@pytest.fixture
def texts(graph: Graph, tmp_path: Path, encoder: Encoder) -> Graph:
    world.load(graph, tmp_path, items=TEXTS, events="user_id,item_id,timestamp\n")
    language.embed(graph, encoder)
    return graph


def test_keywords_are_linked_from_items_to_the_top_category(texts: Graph, encoder: Encoder) -> None:
    summary, _ = language.extract_interests(texts, encoder, OPTIONS)
    assert (summary.items, summary.described, summary.keywords) == (4, 4, 2)
    text = (
        "MATCH (i:Item)-[:ABOUT {source: 'text'}]->(k)-[:BROADER]->(c)-[:BROADER]->(top) "
        "RETURN i.id AS item, k.name AS keyword, c.name AS category, top.name AS top"
    )
    assert set(world.rows(texts, text, "item keyword category top")) == {
        ("a", "Cold beer", "Bar", "Dining"),
        ("b", "Cold beer", "Bar", "Dining"),
        ("c", "pond", "Park", "Outdoors"),
        ("d", "pond", "Park", "Outdoors"),
    }
    vectors = "MATCH (k:Interest) WHERE k.embedding IS NULL RETURN count(*) AS n"
    assert world.rows(texts, vectors, "n") == [(0,)]


def test_tags_that_people_gave_stay_and_a_second_run_changes_nothing(
    texts: Graph, encoder: Encoder
) -> None:
    language.extract_interests(texts, encoder, OPTIONS)
    first = set(world.rows(texts, ABOUT, "item keyword source"))
    assert {("a", "keyword:jazz", None), ("c", "keyword:quiet", None)} <= first
    language.extract_interests(texts, encoder, OPTIONS)
    assert set(world.rows(texts, ABOUT, "item keyword source")) == first


def test_an_extraction_is_due_where_texts_changed_and_keeps_its_options(
    texts: Graph, encoder: Encoder, tmp_path: Path
) -> None:
    assert language.extraction_due(texts) == ExtractOptions()
    language.extract_interests(texts, encoder, OPTIONS)
    assert language.extraction_due(texts) is None
    changed = TEXTS.replace("Cold beer.", "Warm beer.")
    world.load(texts, tmp_path, items=changed, events="user_id,item_id,timestamp\n")
    assert language.extraction_due(texts) == OPTIONS
    world.load(texts, tmp_path, items=TEXTS, events="user_id,item_id,timestamp\n")
    assert language.extraction_due(texts) is None


def test_without_texts_no_extraction_is_due(graph: Graph) -> None:
    assert language.extraction_due(graph) is None


def test_loading_the_items_again_keeps_keywords_and_their_text_keeps_its_vector(
    texts: Graph, encoder: Encoder, tmp_path: Path
) -> None:
    language.extract_interests(texts, encoder, OPTIONS)
    first = set(world.rows(texts, ABOUT, "item keyword source"))
    world.load(texts, tmp_path, items=TEXTS, events="user_id,item_id,timestamp\n")
    assert set(world.rows(texts, ABOUT, "item keyword source")) == first
    assert language.embed(texts, encoder).embedded == 0


def test_keywords_of_no_text_any_more_are_deleted(
    texts: Graph, encoder: Encoder, tmp_path: Path
) -> None:
    language.extract_interests(texts, encoder, OPTIONS)
    changed = "item_id,description\na,Warm tea.\nb,Warm tea.\n"
    world.load(texts, tmp_path, items=changed, events="user_id,item_id,timestamp\n")
    language.embed(texts, encoder)
    language.extract_interests(texts, encoder, OPTIONS)
    names = world.rows(texts, "MATCH (k:Interest {source: 'text'}) RETURN k.name AS n", "n")
    assert set(names) == {("Warm tea",), ("pond",)}
