"""What is said where there is nothing to show: what is missing, looked up and never guessed."""

import pytest
import world

from chronotope import loading
from chronotope.cli.main import main
from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.graph import Graph

AT = ("--at", "2026-03-02T00:00:00Z")
EVENTS = [
    {"user_id": "eve", "item_id": "bare", "timestamp": "2026-02-01T10:00:00Z"},
    {"user_id": "eve", "item_id": "other", "timestamp": "2026-02-02T10:00:00Z"},
]


@pytest.fixture
def bare_events(graph: Graph) -> Graph:
    """Open a graph with two events of items of which nothing is known."""
    loading.load_rows(graph, loading.EVENTS, EVENTS)
    return graph


def test_what_missing_names_may_mean(town: Graph) -> None:
    town_users = town.read("explain.find_users_like", {"user": "anne"})
    assert [row["id"] for row in town_users] == ["ann", "bob", "cid", "dee"]
    assert town.read("explain.find_places_like", {"place": "Harbour"}) == [
        {"known": True, "others": []}
    ]
    assert town.read("explain.find_places_like", {"place": "Harbor"}) == [
        {"known": False, "others": ["Harbour"]}
    ]


def test_what_a_users_events_lack_is_counted(town: Graph) -> None:
    given = {"user": "dee", "at": world.CUT}
    (both,) = town.read("explain.count_events", given)
    assert both == {"events": 4, "placed": 4, "tagged": 4, "declined": 0}
    (keywords,) = town.read("explain.count_events", {**given, "scheme": "keyword"})
    assert keywords["tagged"] == 1  # Café B is quiet


def test_what_could_be_recommended_is_counted(town: Graph) -> None:
    given = {"user": "ann", "at": world.CUT}
    (found,) = town.read("explain.count_items", given)
    assert found == {"items": 8, "active": 8, "allowed": 8, "unvisited": 1, "unseen": 6}
    (goods,) = town.read("explain.count_items", {**given, "only": "goods"})
    assert goods == {"items": 8, "active": 8, "allowed": 1, "unvisited": 0, "unseen": 1}


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("tags", "anne"), "The graph has no user 'anne'. Did you mean 'ann'?"),
        (("rhythm", "anne"), "The graph has no user 'anne'. Did you mean 'ann'?"),
        (("profile", "anne"), "The graph has no user 'anne'. Did you mean 'ann'?"),
        (("search", "tea", "--user", "anne"), "The graph has no user 'anne'. Did you mean 'ann'?"),
        (("tags", ""), "The graph has no user ''."),
        (
            ("recommend", "ann", "--discover", "--place", "Harbor"),
            "There is no place 'Harbor': no event names it. Did you mean 'Harbour'?",
        ),
        (("recommend", "ann", "--discover", "--place", ""), "There is no place ''"),
        (
            ("recommend", "ann", "--model", "nxt"),
            "'nxt'; it has: discover, new_items, next. Did you mean 'next'?",
        ),
        (("recommend", "ann", "--model", ""), "The graph has no fusion model ''"),
        (("recommend", "ann", "--model", "discover"), "it cannot score next"),
        (("search", "  "), "text is empty; write what is meant"),
        (("search", "tea", "--interest", ""), "There is no interest ''"),
        (("search", "tea", "--index", ""), "An index is where a vector is searched"),
        (("audience", ""), "text is empty"),
        (("audience", "coffee", "--overlap", " "), "overlap is empty"),
    ],
)
def test_what_there_is_not_is_an_error_with_what_may_be_meant(
    embedded: Graph, run: world.Run, command: tuple[str, ...], said: str
) -> None:
    del embedded
    done = run(*command, *AT)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


def test_what_cannot_be_asked_is_refused_before_a_server_is_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setattr("chronotope.cli.session.start_server", lambda name: pytest.fail(name))
    for command, said in (
        (["search", ""], "text is empty"),
        (["search"], "Search for a text or with a vector"),
        (["audience"], "by a text, or by interests"),
    ):
        assert main(command) == 1
        assert said in capsys.readouterr().err


def test_a_stranger_is_told_and_still_gets_recommendations(town: Graph, run: world.Run) -> None:
    del town
    done = run("recommend", "anne", *AT)
    assert done.returncode == 0
    assert "The graph has no user 'anne'; this is for a stranger." in done.stderr
    assert "Café A" in done.stdout


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            ("tags", "eve"),
            "The items of the 2 events of user 'eve' have neither category nor tag; load items",
        ),
        (("tags", "eve", "--scheme", "keyword"), "have no keyword; load items with tags, or run:"),
        (("rhythm", "eve"), "None of the 2 events of user 'eve' has a place: load items with"),
        (("profile", "eve"), "The items of the 2 events of user 'eve' have neither category nor"),
        (
            ("recommend", "eve", "--new-items"),
            "Somebody has been at each of the 2 active items: none is new to all.",
        ),
        (
            ("recommend", "eve", "--new-items", "--only", "places"),
            "There is no active item with a location.",
        ),
        (
            ("recommend", "eve", "--discover"),
            "User 'eve' has been at each of the 2 active items: nothing is left to discover.",
        ),
    ],
)
def test_what_is_missing_is_said(
    bare_events: Graph, run: world.Run, command: tuple[str, ...], said: str
) -> None:
    del bare_events
    done = run(*command, *AT)
    assert done.returncode == 0
    assert said in done.stderr
    assert "has no events" not in done.stderr
    assert done.stdout == ("" if command[0] != "profile" else "Nothing is known yet.\n")


def test_an_empty_graph_says_what_to_load(graph: Graph) -> None:
    found = Client(graph.driver, graph.connection.database).recommend("eve")
    assert found.remarks[-1] == "The graph has no items; load some: chronotope load"


def test_a_declined_interest_is_none(graph: Graph) -> None:
    loading.load_rows(graph, loading.ITEMS, [{"item_id": "bare", "category": "Bar"}])
    loading.load_rows(graph, loading.EVENTS, EVENTS[:2])
    world.decline(graph, "eve", "bare", "2100-01-01T00:00:00Z")
    world.decline(graph, "eve", "category:Bar", "2020-01-01T00:00:00Z")
    found = Client(graph.driver, graph.connection.database).tags("eve")
    assert (list(found), found.remarks) == (
        [],
        (
            "User 'eve' has no interest that outweighs what they declined: 1 beside 2 events.",
        ),
    )  # fmt: skip


def test_shares_that_overlap_are_explained(embedded: Graph) -> None:
    client = Client(embedded.driver, embedded.connection.database)
    found = client.tags("ann", at=world.CUT)
    assert sum(tag.weight for tag in found) > 1
    assert found.remarks[0].startswith("Weights add up to more than 100 %: each is a share")
    (quiet,) = client.tags("ann", at=world.CUT, scheme="keyword")
    assert quiet.weight < 1


def test_a_search_says_which_conditions_nothing_meets(embedded: Graph) -> None:
    client = Client(embedded.driver, embedded.connection.database)
    nowhere = client.search("tea", here=(0, 0), within=10, interest="Park")
    assert (list(nowhere), nowhere.remarks) == (
        [],
        ("Nothing was found within 10 m and about 'Park'.",),
    )
    with pytest.raises(InputError, match="A vector is searched alone; leave user and within out"):
        client.search(vector=[1.0], user="ann", within=5)


def test_no_keywords_are_explained(embedded: Graph, run: world.Run) -> None:
    world.spoil(embedded)
    done = run("extract", "--min-items", "50")
    assert done.stdout.startswith("0 keywords of 8 texts (8 items)")
    assert "keyword  items" not in done.stdout
    assert "No phrase of the 8 descriptions is a keyword: it has to stand in at least 50" in (
        done.stderr
    )
    embedded.write(world.query("MATCH (i:Item) SET i.description = null", mode="write"))
    assert "None of the 8 items has a description" in run("extract").stderr
