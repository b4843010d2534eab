"""`Client.retrieve`: what answers a text, for one user, with reasons."""

import pytest
import world

from chronotope.client import Client, Passages
from chronotope.errors import InputError
from chronotope.graph import Graph


@pytest.fixture
def client(embedded: Graph) -> Client:
    return Client(embedded.driver, embedded.connection.database)


def ids(found: Passages) -> list[str]:
    return [passage.id for passage in found]


def test_what_answers_a_text_is_told_with_its_reasons(client: Client) -> None:
    found = client.retrieve("a place to drink coffee", user="bob", at=world.CUT, k=3)
    assert (found.user, found.known, len(found)) == ("bob", True, 3)
    first = found[0]
    assert first.content() == (
        f"{first.name} ({first.category})\n{first.description}\n{'; '.join(first.reasons())}"
    )
    assert first.reasons()
    assert found.to_dict()["passages"][0]["id"] == first.id
    everything = client.retrieve("a place to drink coffee", user="bob", at=world.CUT, k=8)
    had = {passage.id for passage in everything if passage.had}
    assert had == {"cafe-a", "cafe-b", "park", "gym"}


def test_the_order_is_that_of_both_ranks(client: Client) -> None:
    text = "a place to drink coffee"
    found = client.retrieve(text, user="ann", at=world.CUT, k=8)
    searched = [item.id for item in client.search(text, user="ann", at=world.CUT, k=8)]
    liked = [item.id for item in client.discover("ann", at=world.CUT, items=searched)]
    for passage in found:
        ranks = searched.index(passage.id) + 1, liked.index(passage.id) + 1
        assert passage.score == pytest.approx(sum(1 / (60 + rank) for rank in ranks), abs=1e-12)
    assert [passage.score for passage in found] == sorted((p.score for p in found), reverse=True)
    stranger = client.retrieve(text, user="nobody", at=world.CUT, k=8)
    assert ids(stranger) == [item.id for item in client.search(text, at=world.CUT, k=8)]
    assert "The graph has no user 'nobody'; this is for a stranger." in stranger.remarks


def test_what_is_had_declined_or_not_allowed_is_left_out(client: Client, embedded: Graph) -> None:
    text = "coffee"
    assert ids(client.retrieve(text, user="ann", at=world.CUT, k=8)).count("cafe-a") == 1
    new = ids(client.retrieve(text, user="ann", at=world.CUT, k=8, had=False))
    assert set(new) == {"cafe-b", "museum", "bar", "gym", "tea", "fresh"}
    goods = client.retrieve(text, user="ann", at=world.CUT, only="goods", k=8)
    assert ids(goods) == ["tea"]
    shops = client.retrieve(text, at=world.CUT, interests=["Coffee Shop"], k=8)
    assert set(ids(shops)) == {"cafe-a", "cafe-b", "fresh"}
    near = client.retrieve(text, at=world.CUT, here=(45.0, 13.0), within=60, k=8)
    assert set(ids(near)) == {"cafe-a", "fresh"}
    world.spoil(embedded)
    world.decline(embedded, "ann", "category:Dining > Coffee Shop", "2026-02-28T00:00:00Z")
    left = ids(client.retrieve(text, user="ann", at=world.CUT, k=8))
    assert not {"cafe-a", "cafe-b", "fresh"} & set(left)
    world.execute(embedded, "MATCH (i:Item) WHERE i.id <> 'cafe-a' SET i.active = false")
    nothing = client.retrieve(text, user="ann", at=world.CUT)
    assert ids(nothing) == []
    assert nothing.remarks[-1] == "All that the text finds is what the user has or declined."


def test_what_cannot_be_meant_is_a_sentence(client: Client) -> None:
    with pytest.raises(InputError, match="text is empty"):
        client.retrieve(" ")
    with pytest.raises(InputError, match="items are what a text finds"):
        client.retrieve("coffee", items=["cafe-a"])
    with pytest.raises(InputError, match="There is no interest 'Bars'"):
        client.retrieve("coffee", not_interests=["Bars"])
    with pytest.raises(InputError, match="k is how many, a number from 1 to 200"):
        client.retrieve("coffee", k=201)
