"""Communities of a village: found, told, written, used and forgotten."""

import json
import math
from typing import Any

import pytest
import village
import world

from chronotope import analysis
from chronotope.client import Client, Communities
from chronotope.errors import InputError
from chronotope.graph import Graph

pytest.importorskip("networkit", reason="needs the extra analysis")

STANDING = (
    "MATCH (n:Community|User) OPTIONAL MATCH (n)-[m:MEMBER_OF]->(c) "
    "RETURN n.id AS id, n.size AS size, n.influence AS influence, n.betweenness AS betweenness, "
    "c.id AS community, m.within AS within ORDER BY id"
)
COLUMNS = "id size influence betweenness community within"


@pytest.fixture
def village_graph(migrated: Graph) -> Graph:
    return world.play(migrated, "village", village.load)


@pytest.fixture
def client(village_graph: Graph) -> Client:
    return Client(village_graph.driver, village_graph.connection.database)


def find(client: Client, **more: Any) -> Communities:
    return client.communities(at=village.AT, **more)


def test_two_circles_are_found_with_what_their_members_do(client: Client) -> None:
    found = find(client)
    assert [(community.id, community.size) for community in found] == [
        ("community:1", 7),
        ("community:2", 6),
    ]
    assert (found.people, found.tied, found.events) == (13, 13, 37)
    morning, evening = found
    assert [trait.id for trait in morning.told_by("interest")] == [village.MORNING]
    assert [trait.name for trait in evening.told_by("hour")] == ["22"]
    assert [trait.name for trait in evening.told_by("place")] == ["Last Lamp"]
    (cell,) = evening.told_by("cell")
    assert cell.name == "Last Lamp"
    assert cell.location == pytest.approx((45.2, 13.0), abs=0.02)
    assert found.key_people is None
    assert morning.members is None
    assert "ann" not in json.dumps(found.to_dict(), default=str)


def test_ties_are_of_one_place_and_hour_one_habit_and_friendship(village_graph: Graph) -> None:
    society = analysis.society.find(village_graph, village.AT)
    index = {name: n for n, name in enumerate(society.people)}

    def decay(day: int, hour: int) -> float:
        return math.exp(-(30 - day - hour / 24) / 90)

    mondays = sum(decay(day, 8) for day in (2, 9, 16))
    fridays = sum(decay(day, 22) for day in (6, 13))
    guest = decay(20, 22)
    tied = society.ties
    assert tied[index["ann-0"], index["ann-1"]] == pytest.approx(2 * mondays / 5)
    # On the last Friday they were seven; the habit is of seven too, and the guest's counts once.
    assert tied[index["zoe-0"], index["zoe-1"]] == pytest.approx(
        fridays / 5 + guest / 6 + (fridays + guest) / 6
    )
    assert tied[index["ann-5"], index["zoe-0"]] == pytest.approx(guest / 6 + guest / 6)
    assert tied[index["ann-0"], index["hermit"]] == 1


def test_who_brings_two_circles_together_is_key(client: Client) -> None:
    found = find(client, people=True, k=2)
    assert found.key_people is not None
    bridge = next(person for person in found.key_people if person.id == "ann-5")
    assert bridge.community == "community:1"
    assert (bridge.betweenness_rank, bridge.reached, bridge.ties) == (1, 2, 11)
    # All ways between the circles lead through them: 6 · 6 of the 12 · 11 / 2 pairs of others.
    assert bridge.betweenness == pytest.approx(36 / 66)
    assert "shortest paths" in bridge.because[-2]
    assert found[1].members == tuple(village.CIRCLES["bar"])
    (bond,) = found.bonds
    assert (bond.first, bond.second, bond.ties) == ("community:1", "community:2", 6)


def test_nothing_is_told_of_groups_that_are_too_small(client: Client) -> None:
    found = find(client, min_users=7)
    assert [community.size for community in found] == [7]
    assert found.bonds == ()
    assert found.remarks[0] == "Fewer than 7 people are in no community; nothing is told of them."
    nothing = find(client, min_users=8)
    assert list(nothing) == []
    assert "No group has 8 people or more" in nothing.remarks[0]


def test_communities_are_written_the_same_again_and_forgotten(
    client: Client, village_graph: Graph
) -> None:
    world.spoil(village_graph)
    before = world.rows(village_graph, STANDING, COLUMNS)
    assert not find(client).written
    assert world.rows(village_graph, STANDING, COLUMNS) == before
    assert find(client, write=True).written
    written = world.rows(village_graph, STANDING, COLUMNS)
    find(client, write=True)
    assert world.rows(village_graph, STANDING, COLUMNS) == written
    sizes = {row[0]: row[1] for row in written if row[1]}
    assert sizes == {"community:1": 7, "community:2": 6}
    influence = [row[2] for row in written if row[2] is not None]
    assert len(influence) == 13
    assert sum(influence) == pytest.approx(13)
    record = "MATCH (d:Derivation {name: 'communities'}) RETURN d.asOf AS at, d.events AS events, "
    record += "d.parameters AS parameters, d.modularity AS modularity"
    ((at, events, parameters, modularity),) = world.rows(
        village_graph, record, "at events parameters modularity"
    )
    assert at.to_native() == village.AT
    assert (events, json.loads(parameters)) == (37, {"days": 90.0, "seed": 0, "least": 5})
    assert modularity == pytest.approx(find(client).modularity)
    client.forget_communities()
    assert world.rows(village_graph, STANDING, COLUMNS) == before
    assert world.rows(village_graph, record, "at events parameters modularity") == []


def test_queries_and_audiences_use_what_was_written(client: Client, village_graph: Graph) -> None:
    world.spoil(village_graph)
    bar: dict[str, Any] = {"interests": [village.EVENING], "at": village.AT, "min_size": 1}
    assert client.audience(**bar).size == 7
    with pytest.raises(InputError, match="communities --write"):
        client.audience(**bar, community="community:2")
    find(client, write=True)
    assert client.audience(**bar, community="community:2").size == 6
    assert [user.id for user in client.audience(**bar, community="community:1")] == ["ann-5"]
    assert client.audience(interests=[village.EVENING], community="community:1").size is None
    with pytest.raises(InputError, match="Did you mean 'community:1'"):
        client.audience(**bar, community="comunity:1")
    listed = client.run("communities.list_communities")
    assert [(row["id"], row["size"], row["interests"]) for row in listed] == [
        ("community:1", 7, (village.MORNING,)),
        ("community:2", 6, (village.EVENING,)),
    ]
    assert listed[1]["hours"] == (22,)
    assert listed[0]["asOf"] == village.AT
    assert len(client.run("communities.list_communities", minUsers=7.0)) == 1
    people = client.run("communities.find_people", community="community:2", k=2.0)
    assert [row["community"] for row in people] == ["community:2"] * 2
    everybody = client.run("communities.find_people")
    assert len(everybody) == 13
    assert [row["influence"] for row in everybody] == sorted(
        (row["influence"] for row in everybody), reverse=True
    )


def test_too_little_is_told_with_what_it_takes(graph: Graph, town: Graph) -> None:
    del graph
    client = Client(town.driver, town.connection.database)
    with pytest.raises(InputError, match=r"19 events before .*: communities need 30\."):
        client.communities(at=world.CUT)
    world.spoil(town)
    client.load_events(
        [
            {"user_id": "ann", "item_id": "park", "timestamp": f"2026-02-01T{hour:02}:00:00Z"}
            for hour in range(12)
        ]
    )
    with pytest.raises(InputError, match=r"3 of 4 people have ties.*communities need 10"):
        client.communities(at=world.CUT)


def test_the_command_shows_writes_and_forgets(village_graph: Graph, run: world.Run) -> None:
    world.spoil(village_graph)
    at = ("--at", village.AT.isoformat())
    done = run("communities", *at)
    assert done.returncode == 0
    assert "2 communities of 13 people" in done.stdout
    assert "Last Lamp ×" in done.stdout
    assert "ann" not in done.stdout
    named = run("communities", *at, "--people", "--write", "-k", "1")
    assert "ann-5" in named.stdout
    told = run("audience", "--interest", "Bar", "--community", "community:2", *at)
    assert "Bar: 6 users" in told.stdout
    found = json.loads(run("communities", *at, "--json").stdout)
    assert [row["size"] for row in found["communities"]] == [7, 6]
    assert run("communities", "--forget", "--write").returncode == 2
    assert run("communities", "--forget").returncode == 0
    assert village_graph.read("communities.list_communities") == []
