"""What is published with differential privacy: the publish.* queries, the client, the commands."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import quarter
import world
from quarter import AT, CELLS, DISK

pytest.importorskip("opendp", reason="needs the extra privacy")

from chronotope.analysis import grid
from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.graph import Graph

PEOPLE = 6 + 1 + 5
EXACT = 100.0  # ε at which noise of a few counts a person is 0, but once in 10^14 draws
SPENT: dict[str, Any] = {
    "what": "hotspots", "epsilon": 1.0, "delta": 0.0, "parameters": "{}", "limitEpsilon": 4.0,
    "limitDelta": 1e-5,
}  # fmt: skip


@pytest.fixture
def streets(migrated: Graph) -> Graph:
    """Open the quarter, of which nothing was published."""
    graph = world.play(migrated, "quarter", quarter.load)
    world.execute(graph, "MATCH (n:DataRelease|Derivation) DELETE n")
    return graph


@pytest.fixture
def client(streets: Graph) -> Client:
    return Client(streets.driver, streets.connection.database)


def read(graph: Graph, query: str, **given: Any) -> list[Any]:
    """Return the one column of what a query tells of each person, in an order of ours."""
    return sorted(row for (row,) in (record.values() for record in graph.read(query, given)))


def areas(graph: Graph) -> dict[str, str]:
    return grid.areas((row["id"] for row in graph.read("publish.list_cells")), 8)


def test_cells_are_those_of_each_person_most_events_first(streets: Graph) -> None:
    given: dict[str, Any] = {"areas": areas(streets), "at": AT}
    assert len(given["areas"]) == len(CELLS) + len(DISK)
    cafe = read(streets, "publish.read_cells", interest="category:Cafe", **given)
    assert cafe == [[CELLS["cafe"]]] * 7
    everything = read(streets, "publish.read_cells", **given)
    three = sorted(CELLS[name] for name in ("cafe", "office", "bar"))
    assert everything.count(three) == 6  # as often in each: by name
    assert everything.count(sorted([CELLS["cafe"], CELLS["gym"]])) == 1
    assert len(everything) == PEOPLE
    in_the_morning = read(streets, "publish.read_cells", hours=[8], weekdays=[4], **given)
    assert in_the_morning == [[CELLS["cafe"]]] * 6
    few = {cell: area for cell, area in given["areas"].items() if area == CELLS["gym"]}
    assert read(streets, "publish.read_cells", areas=few, at=AT) == [[CELLS["gym"]]]


def test_hours_are_those_of_each_person(streets: Graph) -> None:
    hours = read(streets, "publish.read_hours", at=AT)
    assert hours == sorted([[8, 10, 22]] * 6 + [[8, 9]] + [[9]] * 5)
    week = read(streets, "publish.read_hours", interest="category:Gym", week=True, at=AT)
    assert week == [[9, 33, 57]]  # two Mondays, then Tuesday and Wednesday
    there = read(streets, "publish.read_hours", areas=areas(streets), cell=CELLS["gym"], at=AT)
    assert there == [[9]]


def test_interests_are_those_of_each_person(streets: Graph) -> None:
    found = read(streets, "publish.read_interests", at=AT)
    out = ["category:Bar", "category:Cafe", "category:Office"]
    tea = ["category:Bread", "category:Tea"]
    assert found == sorted([out] * 6 + [["category:Cafe", "category:Gym"]] + [tea] * 5)
    listed = streets.read("publish.list_interests")
    assert [row["name"] for row in listed] == ["Bar", "Bread", "Cafe", "Gym", "Office", "Tea"]
    assert streets.read("publish.list_interests", {"scheme": "keyword"}) == []


def test_flows_are_those_of_each_person(streets: Graph) -> None:
    given = {"areas": areas(streets), "at": AT}
    found = read(streets, "publish.read_flows", **given)
    to_work = [[CELLS["cafe"], CELLS["office"]]]
    assert found.count(to_work) == 6
    assert found.count([[CELLS["cafe"], CELLS["gym"]]]) == 1
    assert found.count([]) == 5
    gym = read(streets, "publish.read_flows", interest="category:Gym", **given)
    assert gym.count([]) == PEOPLE - 1


def test_scores_are_those_of_an_audience_but_for_the_weights_of_others(streets: Graph) -> None:
    asked = {"interests": ["category:Cafe"], "at": AT}
    scores = read(streets, "publish.read_scores", **asked)
    audience = streets.read("audience.find_users", {**asked, "minScore": 0.0, "minSize": 1})
    assert scores == pytest.approx(sorted(row["score"] for row in audience))
    assert len(scores) == 7
    # That somebody bought something makes what others did no less for the audience published.
    world.execute(streets, "CREATE (:Derivation {name: 'statistics', largestWeight: 2.0})")
    assert read(streets, "publish.read_scores", **asked) == scores


def test_a_budget_is_spent_once_by_an_id_and_not_beyond_its_limit(streets: Graph) -> None:
    def spend(id_: str, **changed: Any) -> tuple[bool, float, float]:
        (row,) = streets.write("publish.spend", {"id": id_, **SPENT, **changed})
        return row["granted"], row["epsilon"], row["delta"]

    assert spend("a", epsilon=3.9) == (True, 3.9, 0.0)
    assert spend("a", epsilon=3.9) == (True, 3.9, 0.0)
    assert spend("b", epsilon=0.1, delta=1e-5) == (True, 4.0, 1e-5)
    assert spend("c", epsilon=1e-6) == (False, 4.0, 1e-5)
    streets.write("publish.set_limit", {"epsilon": 9.0, "delta": 1e-5})
    assert spend("d", delta=1e-9) == (False, 4.0, 1e-5)
    assert spend("d") == (True, 5.0, 1e-5)
    (row,) = streets.read("publish.read_budget")
    assert (row["limitEpsilon"], row["limitDelta"]) == (9.0, 1e-5)
    assert [release["id"] for release in row["releases"]] == ["a", "b", "d"]


def test_of_many_who_spend_at_once_no_more_are_granted_than_the_limit_allows(
    streets: Graph,
) -> None:
    def spend(number: int) -> bool:
        (row,) = streets.write("publish.spend", {"id": str(number), **SPENT, "epsilon": 0.5})
        return bool(row["granted"])

    with ThreadPoolExecutor(16) as pool:
        granted = list(pool.map(spend, range(32)))
    assert granted.count(True) == 8
    assert len(streets.read("publish.read_budget")[0]["releases"]) == 8


def test_hotspots_tell_of_every_cell_of_the_area(client: Client) -> None:
    pytest.importorskip("esda", reason="needs the extra analysis")
    client.limit_privacy_budget(100)
    found = client.publish_hotspots(epsilon=50, at=AT, per_person=1, permutations=99)
    people = {spot.cell: spot.people for spot in found}
    assert people.keys() == {*CELLS.values(), *DISK}
    assert sum(people.values()) == PEOPLE  # each in one cell
    assert sorted(people.values())[: len(DISK) - 5] == [0] * (len(DISK) - 5)
    assert (found.epsilon, found.delta, found.per_person, found.threshold) == (50, 0, 1, None)
    assert found.spent.epsilon == 50
    tea = client.publish_hotspots(
        "Tea", epsilon=40, at=AT, per_person=1, permutations=99, near=(46.0, 13.0), within=2500
    )
    told = {spot.cell: spot.people for spot in tea}
    assert sum(told.values()) == sum(told.get(cell, 0) for cell in DISK) == 5
    assert told.keys() - set(DISK)  # where nothing is, too
    assert tea.request["within"] == 2500
    assert len(tea.__geo_interface__["features"]) == len(tea)
    with pytest.raises(InputError, match="hotspots need 10"):
        client.publish_hotspots(epsilon=1, near=(46.0, 13.0), within=100)
    with pytest.raises(InputError, match="more than 100,000 cells"):
        client.publish_hotspots(epsilon=1, near=(46.0, 13.0), within=1e6)
    assert client.privacy_budget().spent.epsilon == 90  # what was refused costs nothing


def test_flows_below_the_threshold_are_left_out(client: Client) -> None:
    client.limit_privacy_budget(100)
    found = client.publish_flows(epsilon=EXACT, delta=1e-6, at=AT, per_person=1)
    (flow,) = found
    assert (flow.origin, flow.destination) == (CELLS["cafe"], CELLS["office"])
    assert flow.people == 6
    assert found.threshold is not None
    assert 1 < found.threshold <= 6
    assert (found.delta, found.spent.delta) == (1e-6, 1e-6)
    assert "is left out" in found.remarks[0]


def test_a_rhythm_tells_of_every_hour(client: Client) -> None:
    client.limit_privacy_budget(100)
    found = client.publish_rhythm(epsilon=40, at=AT, per_person=3)
    assert {row.hour: row.people for row in found if row.people} == {8: 7, 9: 6, 10: 6, 22: 6}
    assert len(found) == 24
    bound = client.publish_rhythm(epsilon=40, at=AT, per_person=1)
    assert sum(row.people for row in bound) == PEOPLE
    gym = client.publish_rhythm("Gym", epsilon=20, at=AT, week=True, per_person=1)
    assert [(row.weekday, row.hour) for row in gym if row.people] == [(1, 9)]
    assert len(gym) == 168


def test_an_audience_and_interests_are_counted(client: Client) -> None:
    client.limit_privacy_budget(100)
    (size,) = client.publish_audience(interests=["Cafe"], epsilon=40, at=AT)
    assert (size.score, size.users) == (0.05, 7)
    (size,) = client.publish_audience(interests=["Cafe"], epsilon=20, at=AT, min_score=0.99)
    assert size.users == 0
    found = client.publish_interests(epsilon=40, at=AT, per_person=1)
    assert {row.name: row.people for row in found} == {
        "Bar": 6, "Bread": 5, "Cafe": 1, "Gym": 0, "Office": 0, "Tea": 0,
    }  # fmt: skip
    with pytest.raises(InputError, match="No item is about an interest of the scheme 'mood'"):
        client.publish_interests(epsilon=1, scheme="mood")


def test_what_goes_beyond_the_budget_is_refused_before_anything_is_read(client: Client) -> None:
    client.limit_privacy_budget(1.0)
    first = client.publish_interests(epsilon=0.6, at=AT)
    (said,) = first.remarks
    assert said == (
        "Differentially private with ε = 0.6. Each person is in at most 5 interests. 95 % of all "
        f"counts are off by less than {first.error:.1f}. ε = 0.6 of 1 and δ = 0 of 1e-05 are spent."
    )
    with pytest.raises(InputError, match=r"does not allow ε = 0\.6: ε = 0\.6 of 1 and δ = 0 of"):
        client.publish_interests(epsilon=0.6, at=AT)
    with pytest.raises(InputError, match=r"does not allow ε = 0\.1 and δ = 0\.01"):
        client.publish_flows(epsilon=0.1, delta=0.01, at=AT)
    budget = client.privacy_budget()
    assert [(row.what, row.epsilon) for row in budget] == [("interests", 0.6)]
    assert json.loads(budget[0].parameters) == {"scheme": "category", "at": str(AT)}
    with pytest.raises(InputError, match="from 0 to 100"):
        client.limit_privacy_budget(101)


def test_which_interest_is_meant_may_not_depend_on_what_people_did(
    client: Client, streets: Graph
) -> None:
    world.spoil(streets)
    world.execute(
        streets,
        "MATCH (i:Item {id: 'gym'}) CREATE (i)-[:ABOUT]->(:Interest {id: 'keyword:tea', "
        "name: 'Tea', scheme: 'keyword', level: 0})",
    )
    said = "say which by its id: category:Tea, keyword:tea"
    with pytest.raises(InputError, match=said):
        client.publish_rhythm("Tea", epsilon=1)
    with pytest.raises(InputError, match=said):
        client.publish_audience(interests="Tea", epsilon=1)
    assert client.publish_rhythm("keyword:tea", epsilon=1, at=AT).spent.epsilon == 1


def test_commands_publish_and_tell_the_budget(streets: Graph, run: world.Run) -> None:
    pytest.importorskip("esda", reason="needs the extra analysis")
    del streets
    until = ("--at", AT.isoformat())
    told = run("publish", "interests", "--epsilon", "1", "--json", *until)
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert len(answer["rows"]) == 6
    assert answer["spent"] == {"epsilon": 1, "delta": 0, "limitEpsilon": 4, "limitDelta": 1e-5}
    for command in (
        ("rhythm", "--epsilon", "0.5", *until),
        ("flows", "--epsilon", "0.5", *until),
        ("audience", "--interest", "Cafe", "--epsilon", "0.5", *until),
        ("hotspots", "--epsilon", "0.5", *until),
    ):
        done = run("publish", *command)
        assert done.returncode == 0, done.stderr
        assert "Differentially private with ε = 0.5" in done.stderr
    refused = run("publish", "hotspots", "--epsilon", "2", "--geojson", *until)
    assert refused.returncode == 1
    assert "does not allow ε = 2" in refused.stderr
    budget = run("publish", "budget", "--limit-epsilon", "5")
    assert "spent: ε = 3 of 5, δ = 1e-06 of 1e-05" in budget.stdout
    assert len(json.loads(run("publish", "budget", "--json").stdout)["releases"]) == 5
    done = run("publish", "hotspots", "--epsilon", "2", "--geojson", *until)
    assert len(json.loads(done.stdout)["features"]) == len(DISK) + len(CELLS)
