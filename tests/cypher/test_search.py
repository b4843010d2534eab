"""Golden cases of the search.* queries."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import world
from neo4j.spatial import WGS84Point

from chronotope import language, loading
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.language import Encoder
from chronotope.language.question import lucene

HERE = WGS84Point((13.0, 45.0))  # where Café A is
MANY = world.query(
    "UNWIND range(0, 1599) AS n CREATE (i:Item {id: 'i' + n, active: true, cell: 'c', "
    "location: point({longitude: 13.0, latitude: 45.0 + n / 1e6})}) "
    "WITH i, n CALL db.create.setNodeVectorProperty(i, 'embedding', "
    "CASE WHEN n < 1300 THEN [0.0, 1.0 + n / 1e4] ELSE [1.0, 0.0] END) "
    "WITH i, n WHERE n < 1300 MERGE (t:Interest {id: 'far'}) CREATE (i)-[:ABOUT]->(t)",
    mode="write",
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return language.open_encoder("packaged")


def find(graph: Graph, encoder: Encoder, text: str, **more: Any) -> list[dict[str, Any]]:
    vector = language.encode_query(encoder, text)
    return graph.read(
        "search.find_items", {"vector": vector, "words": lucene(text), "at": world.CUT, **more}
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a place to drink espresso", {"cafe-a", "cafe-b", "fresh"}),
        ("安静的咖啡馆", {"cafe-a", "cafe-b", "fresh"}),
        ("lifting weights", {"gym"}),
        ("Gläser aus alten Zeiten", {"museum"}),
        ("oolong", {"tea"}),
    ],
)
def test_meaning_is_found_in_any_language(
    embedded: Graph, encoder: Encoder, text: str, first: set[str]
) -> None:
    assert find(embedded, encoder, text)[0]["id"] in first


def test_the_terms_sum_to_the_score(embedded: Graph, encoder: Encoder) -> None:
    rows = find(embedded, encoder, "espresso", user="ann", here=HERE, hours=[8], k=8)
    assert len(rows) == 8
    for row in rows:
        assert row["score"] == pytest.approx(sum(row["terms"].values()), abs=1e-9)
        assert not row["exact"]
    by_id = {row["id"]: row for row in rows}
    vectors = dict(
        world.rows(embedded, "MATCH (i:Item) RETURN i.id AS id, i.embedding AS e", "id e")
    )
    cosine = float(np.array(vectors["cafe-b"]) @ np.array(encoder.encode(["espresso"])[0]))
    cafe = by_id["cafe-b"]["terms"]
    assert cafe["meaning"] == pytest.approx(8 * cosine, abs=1e-3)
    assert cafe["words"] == 1
    km = 0.1112  # a thousandth of a degree of latitude
    assert cafe["distance"] == pytest.approx(-0.5 * math.log(1 + km), abs=1e-3)
    assert by_id["tea"]["terms"]["distance"] == 0
    # Of three events at Café B before the cut one is at 8, where 3 / 24 would be even.
    assert cafe["hour"] == pytest.approx(0.5 * math.log((1 + 2 / 24) / (5 / 24)), abs=1e-9)
    share = dict(
        world.rows(embedded, "MATCH (c:Interest) RETURN c.id AS id, c.share AS s", "id s")
    )["category:Dining > Coffee Shop"]
    # Ann turned to one café among her two places.
    assert cafe["interest"] == pytest.approx(
        0.3 * math.log((1 + 5 * share) / (2 + 5) / share), abs=1e-9
    )
    assert {fact["reason"] for fact in by_id["cafe-b"]["because"]} == {
        "meaning",
        "words",
        "interest",
        "here",
        "atTheseHours",
    }


def test_events_count_by_their_kind_for_interest_and_hours(
    embedded: Graph, encoder: Encoder
) -> None:
    world.spoil(embedded)
    world.execute(
        embedded, "MATCH (:User {id: 'ann'})-[e:INTERACTED]->({id: 'park'}) SET e.kind = 'view'"
    )
    world.execute(
        embedded, "MATCH ({id: 'bob'})-[e:INTERACTED]->({id: 'cafe-b'}) SET e.kind = 'view'"
    )
    rows = find(embedded, encoder, "espresso", user="ann", here=HERE, hours=[8], k=8)
    cafe = next(row for row in rows if row["id"] == "cafe-b")
    # Of what the events at Café B count, a visit at 8 and two views at 12.
    hour = 0.5 * math.log((1 + 2 / 24) / ((1.4 + 2) / 24))
    assert cafe["terms"]["hour"] == pytest.approx(hour, abs=1e-9)
    share = dict(
        world.rows(embedded, "MATCH (c:Interest) RETURN c.id AS id, c.share AS s", "id s")
    )["category:Dining > Coffee Shop"]
    interest = 0.3 * math.log((1 + 5 * share) / (1.2 + 5) / share)
    assert cafe["terms"]["interest"] == pytest.approx(interest, abs=1e-9)
    counts = {fact["reason"]: fact.get("count") for fact in cafe["because"]}
    assert (counts["interest"], counts["atTheseHours"]) == (1, 1)


def test_filters_leave_what_they_say_and_compare_all_of_it(
    embedded: Graph, encoder: Encoder
) -> None:
    rows = find(embedded, encoder, "weights", interest="category:Dining")
    assert {row["id"] for row in rows} == {"cafe-a", "cafe-b", "fresh"}
    assert all(row["exact"] for row in rows)
    near = find(embedded, encoder, "weights", here=HERE, within=120)
    assert {row["id"] for row in near} == {"cafe-a", "cafe-b", "fresh"}
    both = find(embedded, encoder, "x", here=HERE, within=500, interest="category:Sports")
    assert [row["id"] for row in both] == ["gym"]
    assert find(embedded, encoder, "x", interest="category:Nothing") == []


def test_without_a_vector_words_are_searched_and_without_words_nothing_is_wrong(
    embedded: Graph, encoder: Encoder
) -> None:
    rows = embedded.read("search.find_items", {"words": lucene("pond")})
    assert [(row["id"], row["terms"]["words"]) for row in rows] == [("park", 1.0)]
    assert embedded.read("search.find_items", {}) == []
    assert find(embedded, encoder, "!(", words="")[0]["terms"]["words"] == 0


def test_a_place_is_found_by_its_name(embedded: Graph) -> None:
    for name, found in (("willow park", ["park"]), ("Glass Museum", ["museum"]), ("Atlantis", [])):
        rows = embedded.read("search.find_place", {"words": lucene(name), "name": name})
        assert [row["id"] for row in rows] == found


def test_an_interest_is_found_by_id_or_name(embedded: Graph) -> None:
    for text in ("category:Dining > Coffee Shop", "coffee shop"):
        rows = embedded.read("search.find_interest", {"interest": text})
        assert [row["id"] for row in rows] == ["category:Dining > Coffee Shop"]
    assert embedded.read("search.find_interest", {"interest": "flying"}) == []


def test_a_filter_that_the_index_cannot_satisfy_does_not_starve_the_search(graph: Graph) -> None:
    graph.write(MANY)
    graph.write(world.AWAIT_INDEXES)
    given = {"vector": [1.0, 0.0], "k": 10}
    assert {row["exact"] for row in graph.read("search.find_items", given)} == {False}
    rows = graph.read("search.find_items", {**given, "interest": "far"})
    assert (len(rows), {row["exact"] for row in rows}) == (10, {True})
    near = graph.read("search.find_items", {**given, "here": HERE, "within": 1e5})
    assert [row["score"] for row in near] == pytest.approx([8.0] * 10, abs=0.1)
    assert {row["exact"] for row in near} == {False}
    both = {**given, "here": HERE, "within": 1e5, "interest": "far"}
    rows = graph.read("search.find_items", both)
    assert (len(rows), {row["exact"] for row in rows}) == (10, {True})


def test_what_is_not_active_is_found_when_asked_for(graph: Graph, tmp_path: Path) -> None:
    items = "item_id,name,active\na,Lamp,true\nb,Lamp,false\nc,Lamp,\n"
    world.load(graph, tmp_path, items=items, events="user_id,item_id,timestamp\n")
    encoder = world.LettersEncoder()
    language.embed(graph, encoder)
    graph.write(world.AWAIT_INDEXES)
    given = {"vector": [1.0, 1.0], "words": '"lamp"'}
    found = graph.read("search.find_items", given)
    assert {row["id"] for row in found} == {"a", "c"}
    assert len(graph.read("search.find_items", {**given, "active": False})) == 3
    only_vector = {"vector": [1.0, 1.0]}
    assert {row["id"] for row in graph.read("search.find_items", only_vector)} == {"a", "c"}


def test_pictures_and_texts_are_searched_in_indexes_of_their_own(
    graph: Graph, tmp_path: Path
) -> None:
    world.load(graph, tmp_path, events="user_id,item_id,timestamp\n")
    language.embed(graph, world.LettersEncoder())
    pictures = np.eye(8, 3, dtype=np.float32) + 0.01
    np.save(tmp_path / "pictures.npy", pictures)
    files = [str(tmp_path / "items.csv")]
    summary = loading.load_vectors(
        graph, str(tmp_path / "pictures.npy"), files, world.OPTIONS, index="item_image"
    )
    assert summary.loaded == 8
    graph.write(world.AWAIT_INDEXES)
    given = {"vector": [0.0, 0.0, 1.0], "index": "item_image", "k": 1}
    found = graph.read("search.find_by_vector", given)
    assert [(row["id"], row["name"]) for row in found] == [("park", "Willow Park")]
    texts = graph.read("search.find_by_vector", {"vector": [1.0, 0.0]})
    assert len(texts) == 8
    assert graph.read("search.find_by_vector", {"vector": [1.0], "index": "item_audio"}) == []


def test_vectors_as_long_as_those_of_texts_are_refused_in_their_index(
    graph: Graph, tmp_path: Path
) -> None:
    world.load(graph, tmp_path, events="user_id,item_id,timestamp\n")
    language.embed(graph, world.LettersEncoder())
    np.save(tmp_path / "v.npy", np.ones((8, 2), np.float32))
    with pytest.raises(InputError, match="give them an index of their own"):
        loading.load_vectors(
            graph, str(tmp_path / "v.npy"), [str(tmp_path / "items.csv")], world.OPTIONS
        )


def test_items_are_described_with_what_a_user_has_and_declined(town: Graph) -> None:
    world.spoil(town)
    world.decline(town, "ann", "bar", "2026-02-25T00:00:00Z")
    world.decline(town, "ann", "park", "2026-02-10T00:00:00Z")  # and was there again
    world.decline(town, "ann", "category:Culture", "2026-02-25T00:00:00Z")
    world.execute(town, "MATCH (:User {id: 'ann'})-[e:INTERACTED]->(:Item {id: 'gym'}) DELETE e")
    world.execute(
        town,
        "MATCH (u:User {id: 'ann'}), (i:Item {id: 'gym'}) CREATE (u)-[:INTERACTED {id: 'look', "
        "kind: 'view', at: datetime('2026-02-20T10:00:00Z')}]->(i)",
    )
    items = ["park", "gym", "no such item", "bar", "museum", "cafe-a"]
    rows = town.read("search.describe_items", {"items": items, "user": "ann", "at": world.CUT})
    assert rows == [
        {"id": "park", "description": "Trees and a pond", "had": True, "declined": False},
        {"id": "gym", "description": "Weights", "had": False, "declined": False},
        {"id": "bar", "description": "Drinks and music", "had": False, "declined": True},
        {"id": "museum", "description": "Glass from three centuries", "had": False,
         "declined": True},
        {"id": "cafe-a", "description": "Coffee and cake", "had": True, "declined": False},
    ]  # fmt: skip
    early = {"items": ["park", "bar"], "user": "ann", "at": world.CUT.replace(year=2025)}
    assert [(row["had"], row["declined"]) for row in town.read("search.describe_items", early)] == [
        (False, False),
        (False, False),
    ]
    stranger = town.read("search.describe_items", {"items": ["park"]})
    assert [(row["had"], row["declined"]) for row in stranger] == [(False, False)]


def test_search_find_named_finds_ids_before_words(town: Graph) -> None:
    town.write(world.AWAIT_INDEXES)
    rows = town.read("search.find_named", {"begins": "b", "words": "willow*"})
    assert [tuple(row.values()) for row in rows] == [
        ("bar", "Last Lamp", "Bar"),
        ("park", "Willow Park", "Park"),
    ]
    both = {"begins": "", "words": "willow*", "k": 1.0}
    assert [row["id"] for row in town.read("search.find_named", both)] == ["bar"]
    assert town.read("search.find_named", {"begins": "nothing", "words": None}) == []
