"""The embed.* queries, through the embedding of a town."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import world
from numpy.typing import NDArray

from chronotope import catalogue, language
from chronotope.errors import EncoderError
from chronotope.graph import Graph
from chronotope.language import Prefixes
from chronotope.language.embed import record

MEANING = catalogue.get("recommend.discover").feature_names.index("meaning")


@pytest.fixture
def loaded(graph: Graph, tmp_path: Path) -> Graph:
    world.load(graph, tmp_path)
    return graph


def test_embed_writes_float32_vectors_of_items_and_interests(loaded: Graph) -> None:
    encoder = world.LettersEncoder()
    summary = language.embed(loaded, encoder)
    assert "Glass Museum. Museum, Culture. Glass from three centuries" in encoder.seen
    assert "Museum, Culture" in encoder.seen
    text = (
        "MATCH (n:Item|Interest) WHERE n.embedding IS NOT NULL RETURN n.id AS id, n.embedding AS e"
    )
    vectors = dict(world.rows(loaded, text, "id e"))
    assert len(vectors) == summary.embedded == 22
    assert vectors["museum"] == [8.0, 2.0]
    assert vectors["category:Culture"] == [2.0, 0.0]


def test_embed_read_items_gives_interests_narrow_first(loaded: Graph) -> None:
    rows = {row["id"]: row for row in loaded.read("embed.read_items")}
    assert rows["cafe-b"]["interests"] == ["Coffee Shop", "Dining", "quiet", "wifi"]
    interests = {row["id"]: row for row in loaded.read("embed.read_interests")}
    assert interests["category:Goods > Tea"]["broader"] == "Goods"


def test_unchanged_texts_are_skipped_and_changed_ones_are_not(
    loaded: Graph, tmp_path: Path
) -> None:
    first = language.embed(loaded, world.LettersEncoder())
    assert language.embed(loaded, world.LettersEncoder()).embedded == 0
    world.load(loaded, tmp_path, items="item_id,name\npark,Oak Park\n")
    encoder = world.LettersEncoder()
    again = language.embed(loaded, encoder)
    assert encoder.seen == ["Oak Park. Park, Outdoors. Trees and a pond"]
    assert again.unchanged == first.embedded + first.empty - 1


def test_another_revision_embeds_again_and_is_recorded(loaded: Graph) -> None:
    language.embed(loaded, world.LettersEncoder())
    summary = language.embed(loaded, world.LettersEncoder("2"))
    assert summary.unchanged == 0
    assert loaded.read("embed.read_encoder") == [
        {
            "spec": "letters",
            "name": "letters",
            "revision": "2",
            "dimension": 2,
            "queryPrefix": "",
            "documentPrefix": "",
            "pending": 0,
            "template": "{name}. {interests, narrow first}. {description}",
        }
    ]


class Interrupted(world.LettersEncoder):
    """Stops after the first batch, that of the items."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.seen:
            raise KeyboardInterrupt
        return super().encode(texts)


def test_an_encoder_of_the_same_length_takes_over_without_a_mixture(loaded: Graph) -> None:
    language.embed(loaded, world.LettersEncoder())
    with pytest.raises(KeyboardInterrupt):
        language.embed(loaded, Interrupted("2"))
    text = "MATCH (n:Interest) WHERE n.embedding IS NOT NULL RETURN count(*) AS n"
    assert world.rows(loaded, text, "n") == [(0,)]
    assert loaded.read("embed.read_encoder")[0]["pending"] == 14
    summary = language.embed(loaded, world.LettersEncoder("2"))
    assert (summary.embedded, summary.unchanged) == (14, 8)
    assert loaded.read("embed.read_encoder")[0]["pending"] == 0


class Failing(world.LettersEncoder):
    """Answers its probe, and then no more."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise EncoderError(f"the server went away before {len(texts)} texts")


def test_an_encoder_that_fails_has_not_taken_over(loaded: Graph) -> None:
    language.embed(loaded, world.LettersEncoder())
    before = loaded.read("embed.read_encoder")
    with pytest.raises(EncoderError, match="went away"):
        language.embed(loaded, Failing("2"))
    assert loaded.read("embed.read_encoder") == before
    assert language.embed(loaded, world.LettersEncoder()).embedded == 0


def test_the_first_encoder_that_fails_is_not_recorded(loaded: Graph) -> None:
    with pytest.raises(EncoderError, match="went away"):
        language.embed(loaded, Failing())
    assert loaded.read("embed.read_encoder") == []


def test_an_encoder_of_another_length_leaves_the_vectors_until_it_comes_to_them(
    loaded: Graph,
) -> None:
    language.embed(loaded, world.LettersEncoder())
    other = Interrupted("2")
    other.dimension = 3
    with pytest.raises(KeyboardInterrupt):
        language.embed(loaded, other)
    text = "MATCH (n:Interest) WHERE n.embedding IS NOT NULL RETURN count(*) AS n"
    assert world.rows(loaded, text, "n") == [(14,)]


def test_vectors_that_people_brought_are_not_mixed_with_those_of_an_encoder(
    loaded: Graph,
) -> None:
    rows = [{"id": "park", "vector": [1.0, 2.0], "key": "k"}]
    loaded.write("load.write_vectors", {"rows": rows, "property": "embedding"})
    with pytest.raises(EncoderError, match="1 items have vectors of 2 numbers that were loaded"):
        language.embed(loaded, world.LettersEncoder())


def test_equal_texts_are_embedded_once(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules["chronotope.language.embed"]  # a function of the package has its name
    monkeypatch.setattr(module, "_BATCH", 2)
    names = ("Tea", "Tea", "Cake", "Tea", "Tea", "", "Cake")
    items = "item_id,name\n" + "".join(f"{n},{name}\n" for n, name in enumerate(names))
    world.load(graph, tmp_path, items=items, events="user_id,item_id,timestamp\n")
    encoder = world.LettersEncoder()
    assert language.count_due(graph) == 7
    assert language.embed(graph, encoder) == language.Summary(6, 0, 1)
    assert encoder.seen == ["Tea", "Cake"]
    vectors = world.rows(graph, "MATCH (i:Item) RETURN i.id AS id, i.embedding AS e", "id e")
    expected = {"Tea": [2.0, 1.0], "Cake": [2.0, 1.0], "": None}
    assert dict(vectors) == {str(n): expected[name] for n, name in enumerate(names)}
    assert language.count_due(graph) == 0


def test_a_changed_prefix_of_documents_embeds_again(loaded: Graph) -> None:
    language.embed(loaded, world.LettersEncoder())
    encoder = world.LettersEncoder(prefixes=Prefixes(document="passage: "))
    assert language.embed(loaded, encoder).unchanged == 0
    assert "passage: Culture" in encoder.seen


def test_the_recorded_encoder_is_opened_unless_it_changed(loaded: Graph) -> None:
    with pytest.raises(EncoderError, match="No text of this graph is embedded"):
        language.open_recorded(loaded)
    packaged = language.open_encoder("packaged")
    loaded.write("embed.record_encoder", record(packaged, 3))
    encoder, pending = language.open_recorded(loaded)
    assert (encoder.name, pending) == (packaged.name, 3)
    loaded.write("embed.record_encoder", {**record(packaged, 0), "revision": "old"})
    with pytest.raises(EncoderError, match=r"was embedded with .* old, but 'packaged' is"):
        language.open_recorded(loaded)


def test_the_profiles_of_users_are_embedded(loaded: Graph) -> None:
    loaded.write(world.query("MATCH (u:User {id: 'ann'}) SET u.profile = 'tea'", mode="write"))
    language.embed(loaded, world.LettersEncoder())
    text = "MATCH (u:User) WHERE u.embedding IS NOT NULL RETURN u.id AS id, u.embedding AS e"
    assert world.rows(loaded, text, "id e") == [("ann", [2.0, 1.0])]


def test_a_node_without_text_has_no_vector(graph: Graph, tmp_path: Path) -> None:
    world.load(graph, tmp_path, items="item_id\nx\n", events="user_id,item_id,timestamp\n")
    assert language.embed(graph, world.LettersEncoder()) == language.Summary(0, 0, 1)


def test_meaning_is_the_cosine_with_the_users_places(loaded: Graph) -> None:
    language.embed(loaded, world.LettersEncoder())
    world.derive(loaded)
    rows = loaded.read("recommend.discover", {"user": "ann", "at": world.CUT})
    query = next(row for row in rows if row["id"] == "gym")
    vectors = {
        name: np.array(vector)
        for name, vector in world.rows(
            loaded, "MATCH (i:Item) RETURN i.id AS id, i.embedding AS e", "id e"
        )
    }
    ages = {"cafe-a": 6 + 17 / 24, "park": 8 + 10 / 24}  # days before the cut, in UTC
    newest = min(ages.values())
    profile = sum(np.exp(-(a - newest) / 90) * vectors[name] for name, a in ages.items())
    cosine = profile @ vectors["gym"] / np.linalg.norm(profile) / np.linalg.norm(vectors["gym"])
    assert query["features"][MEANING] == pytest.approx(cosine, abs=1e-3)
    because = {fact["reason"]: fact for fact in query["because"]}
    assert because["meaning"]["id"] in {"cafe-a", "park"}


@pytest.mark.parametrize("vector", [[1.0, 2.0, 3.0], [0.0, 0.0]])
def test_a_vector_that_cannot_be_compared_does_no_harm(loaded: Graph, vector: list[float]) -> None:
    language.embed(loaded, world.LettersEncoder())
    world.derive(loaded)
    for item in ("gym", "park"):  # one to be recommended, one of the user's own
        row = {"id": item, "vector": vector, "key": "changed"}
        loaded.write("embed.write_items", {"rows": [row]})
    rows = loaded.read("recommend.discover", {"user": "ann", "at": world.CUT})
    meaning = {row["id"]: row["features"][MEANING] for row in rows}
    assert meaning["gym"] is None
    assert meaning["bar"] is not None
