"""An event that is tried changes the next answer and nothing in the graph."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import world

from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.graph import Graph

MONDAY = datetime(2026, 3, 2, 8, tzinfo=ZoneInfo("Europe/Rome"))
NODES = "MATCH (n) RETURN elementId(n) AS id, labels(n) AS kind, properties(n) AS has ORDER BY id"
TIES = (
    "MATCH ()-[r]->() RETURN elementId(r) AS id, type(r) AS kind, properties(r) AS has ORDER BY id"
)


@pytest.fixture
def client(town: Graph) -> Iterator[Client]:
    """Return a client of the town."""
    with Client(town.driver, town.connection.database) as client:
        yield client


def everything(graph: Graph) -> list[Any]:
    return [world.rows(graph, text, "id kind has") for text in (NODES, TIES)]


def ids(answer: Any) -> list[str]:
    return [item.id for item in answer]


@pytest.mark.parametrize("user", ["ann", "somebody new"])
def test_what_is_tried_is_rolled_back(client: Client, town: Graph, user: str) -> None:
    before = everything(town)
    told = client.what_if(user, "museum", at=MONDAY, kind="purchase", task="discover", k=8)
    assert everything(town) == before
    assert (told.fate, told.name, told.kind, told.at) == (
        "recorded", "Glass Museum", "purchase", MONDAY,
    )  # fmt: skip
    assert "museum" in ids(told.before)
    assert "museum" not in ids(told.after)  # it is had now
    assert told.to_dict()["after"]["recommendations"][0]["id"] == told.after[0].id


def test_the_answers_are_those_before_the_event_and_after_it_was_recorded(
    client: Client, town: Graph
) -> None:
    world.spoil(town)
    after = MONDAY + timedelta(milliseconds=1)
    expected = client.recommend("ann", at=after, k=5)
    told = client.what_if("ann", "gym", at=MONDAY, k=5)
    assert told.before == expected
    assert client.recommend("ann", at=after, k=5) == expected  # nobody else saw the event
    assert client.record("ann", "gym", at=MONDAY).fate == "recorded"
    assert told.after == client.recommend("ann", at=after, k=5)
    assert told.after != told.before
    again = client.what_if("ann", "gym", at=MONDAY, k=5)
    assert (again.fate, again.after) == ("known", again.before)


def test_what_is_declined_in_a_trial_comes_back(client: Client, town: Graph) -> None:
    before = everything(town)
    told = client.what_if("ann", "cafe-b", at=MONDAY, kind="dislike", task="discover")
    assert told.fate == "declined"
    assert "cafe-b" in ids(told.before)
    assert "cafe-b" not in ids(told.after)
    assert everything(town) == before


def test_what_cannot_be_tried_is_a_sentence_and_changes_nothing(
    client: Client, town: Graph
) -> None:
    before = everything(town)
    with pytest.raises(InputError, match=r"no item 'cafe'\. Did you mean"):
        client.what_if("ann", "cafe", at=MONDAY)
    with pytest.raises(InputError, match="task is 'next' or"):
        client.what_if("ann", "gym", at=MONDAY, task="sing")
    with pytest.raises(InputError, match="kind is empty"):
        client.what_if("ann", "gym", at=MONDAY, kind="")
    with pytest.raises(InputError, match="here is"):
        client.what_if("ann", "gym", at=MONDAY, here=(100.0, 0.0))
    assert everything(town) == before


def test_a_trial_opens_no_other_transaction(town: Graph) -> None:
    with town.trial() as trial:
        trial.write("events.record", {"user": "ann", "item": "gym", "at": MONDAY})
        history = {"user": "ann", "at": MONDAY + timedelta(seconds=1)}
        seen = trial.read("user.describe_history", history)[0]["events"]
        assert seen == town.read("user.describe_history", history)[0]["events"] + 1
        steps = [("events.record", {"user": "ann", "item": "bar", "at": MONDAY})]
        assert trial.write_all(steps)[0][0]["fate"] == "recorded"
        assert trial.read("user.describe_history", history)[0]["events"] == seen + 1
        with pytest.raises(InputError, match="one transaction"):
            trial.run_statements(["RETURN 1"], "a test")


def test_users_come_page_by_page(client: Client) -> None:
    first = client.find_users(k=3)
    assert ([user.id for user in first], first.more) == (["ann", "bob", "cid"], True)
    rest = client.find_users(after="cid", k=3)
    assert ([user.id for user in rest], rest.more) == (["dee"], False)
    assert [user.id for user in client.find_users("b")] == ["bob"]
    assert list(client.find_users("nobody")) == []
    with pytest.raises(InputError, match="k is how many"):
        client.find_users(k=0)


def test_items_are_found_by_their_id_and_by_a_word_that_is_begun(client: Client) -> None:
    client.graph.write(world.AWAIT_INDEXES)
    assert [item.id for item in client.find_items("cafe-")] == ["cafe-a", "cafe-b"]
    assert [(item.id, item.name, item.category) for item in client.find_items("last la")] == [
        ("bar", "Last Lamp", "Bar")
    ]
    assert [item.id for item in client.find_items("铁观音")] == ["tea"]
    for text in ('"', "*", "a AND", "name:x", "(("):
        client.find_items(text)  # no sign means anything
