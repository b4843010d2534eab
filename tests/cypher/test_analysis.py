"""When and where: the analysis.* queries, the client's answers and the commands, on a quarter."""

import json
from typing import Any

import pytest
import quarter
import world
from quarter import AT, CELLS, DISK, WARM

from chronotope.analysis import grid
from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.graph import Graph

UNTIL = ("--at", AT.isoformat())


@pytest.fixture
def streets(migrated: Graph) -> Graph:
    return world.play(migrated, "quarter", quarter.load)


@pytest.fixture
def client(streets: Graph) -> Client:
    return Client(streets.driver, streets.connection.database)


def areas(graph: Graph) -> dict[str, str]:
    return grid.areas((row["id"] for row in graph.read("analysis.list_cells")), 8)


def ask(graph: Graph, query: str, *columns: str, **given: Any) -> set[tuple[Any, ...]]:
    rows = graph.read(f"analysis.{query}", {"at": AT, **given})
    return {tuple(row[column] for column in columns) for row in rows}


def test_events_are_counted_by_cell_and_hour_of_the_week(streets: Graph) -> None:
    given = {"areas": areas(streets), "interest": "category:Cafe", "cell": CELLS["office"]}
    columns = ("cell", "weekday", "hour", "events", "fitting")
    office = ask(streets, "count_hours", *columns, **given)
    assert (CELLS["office"], 1, 10, 18, 0) in office
    assert len(office) == 4  # Monday to Thursday
    cafe = ask(streets, "count_hours", *columns, **{**given, "cell": CELLS["cafe"]})
    assert (CELLS["cafe"], 1, 8, 20, 20) in cafe
    late = ask(streets, "count_hours", *columns, since=quarter.MONDAY.replace(day=22), **given)
    assert late == {(CELLS["office"], 4, 10, 6, 0)}


def test_people_are_counted_by_what_is_asked_for(streets: Graph) -> None:
    given = {"areas": areas(streets), "interest": "category:Cafe"}
    assert ask(streets, "count_people", "events", "users", by=[], **given) == {(64, 7)}
    by_hour = ask(streets, "count_people", "cell", "hour", "users", by=["cell", "hour"], **given)
    assert by_hour == {(CELLS["cafe"], 8, 7)}
    assert ask(streets, "count_people", "users", weekdays=[4], **given) == {(6,)}
    assert ask(streets, "count_people", "users", hours=[9], **given) == set()


def test_days_are_local_and_counted_with_their_hours(streets: Graph) -> None:
    rows = streets.read("analysis.count_days", {"at": AT, "cell": "x"})
    assert rows == []
    days = streets.read("analysis.count_days", {"at": AT, "interest": "category:Gym"})
    assert [(str(row["day"]), row["hour"], row["events"]) for row in days] == [
        ("2026-01-05", 9, 1), ("2026-01-06", 9, 1), ("2026-01-07", 9, 1), ("2026-01-12", 9, 1),
    ]  # fmt: skip


def test_a_users_hours_name_their_places(streets: Graph) -> None:
    found = ask(streets, "user_hours", "id", "name", "hour", "events", user="p0")
    assert found == {("cafe", "Cafe", 8, 1), ("office", "Office", 10, 1), ("bar", "Bar", 22, 1)}


def test_interests_are_counted_in_two_spans(streets: Graph) -> None:
    columns = ("name", "before", "after", "users")
    given = {"at": quarter.MONDAY.replace(day=19), "span": 7.0}
    found = ask(streets, "count_interests", *columns, **given)
    assert {("Cafe", 21, 19, 7), ("Gym", 3, 1, 1), ("Office", 18, 18, 6)} <= found
    assert ask(streets, "count_interests", *columns, **given, user="alone") == {
        ("Cafe", 3, 1, 1),
        ("Gym", 3, 1, 1),
    }


def test_demand_stands_where_people_live_or_work_and_few_are_put_together(streets: Graph) -> None:
    given = {"areas": areas(streets), "interest": "category:Cafe"}
    columns = ("cell", "visits", "users")
    # Homes are at the bar, work is in the office, which is the nearer one to the café.
    assert ask(streets, "count_demand", *columns, **given) == {
        (CELLS["office"], 60, 6),
        (None, 4, 1),
    }
    all_told = ask(streets, "count_demand", *columns, **given, minUsers=1)
    assert all_told == {(CELLS["office"], 60, 6), (CELLS["gym"], 4, 1)}
    assert streets.read("analysis.count_supply", given) == [{"cell": CELLS["cafe"], "items": 1}]
    named = {"cells": areas(streets), "interest": "category:Cafe"}
    found = streets.read("analysis.name_cells", named)
    assert found == [{"cell": CELLS["cafe"], "names": ["Cafe"]}]


def test_flows_go_from_event_to_event_of_one_person(client: Client) -> None:
    (flow,) = client.flows(at=AT)
    assert (flow.origin, flow.destination) == (CELLS["cafe"], CELLS["office"])
    assert (flow.steps, flow.users) == (60, 6)
    assert flow.hours == (*[None] * 10, 60, *[None] * 13)
    assert flow.kilometres == pytest.approx(5.6, abs=0.6)
    steps = {(f.origin, f.destination): f.steps for f in client.flows(at=AT, within=12)}
    assert steps == {
        (CELLS["cafe"], CELLS["office"]): 60,
        (CELLS["office"], CELLS["bar"]): 60,
        (CELLS["bar"], CELLS["cafe"]): 42,
    }
    assert len(client.flows(at=AT, min_users=1)) == 2  # with who goes from the café to the gym
    assert len(client.flows("Gym", at=AT, min_users=1)) == 1
    nothing = client.flows(at=AT, hours=[3])
    assert nothing.remarks == (
        "No two cells have 5 people or more who went from one to the other.",
    )
    (feature,) = client.flows(at=AT).__geo_interface__["features"]
    assert feature["geometry"]["type"] == "LineString"


def test_hotspots_are_where_tea_is_denser_than_bread_lets_expect(client: Client) -> None:
    pytest.importorskip("esda", reason="needs the extra analysis")
    found = client.hotspots("Tea", at=AT)
    assert found.events == 7 * 5 + 12
    assert found.cells == len(DISK) + len(CELLS)
    assert found.hidden == 12
    assert {spot.cell for spot in found} == WARM - {max(WARM)}  # which goes with the 12
    assert found[0].cell == DISK[0]
    assert found[0].hot
    assert (found[0].events, found[0].users) == (5, 5)
    assert found[0].names == ("Tea 0",)
    (said,) = found.remarks
    assert said.startswith("12 cells have events of fewer than 5 people: they are suppressed")
    feature = found.__geo_interface__["features"][0]
    assert feature["geometry"]["coordinates"][0][0] == feature["geometry"]["coordinates"][0][-1]
    assert feature["properties"]["events"] == 5
    with pytest.raises(InputError, match="10 events fit; hotspots need 30"):
        client.hotspots("Tea", at=quarter.MONDAY.replace(day=6, hour=10), min_users=1)


def test_gaps_are_where_nothing_is_within_reach(client: Client) -> None:
    found = client.gaps("Cafe", at=AT, within=1000, facilities=1)
    (gap,) = found
    assert (gap.cell, gap.demand, gap.users, gap.supply) == (CELLS["office"], 60, 6, 0)
    assert (gap.access, gap.unmet) == (0, 60)
    assert gap.nearest == pytest.approx(1000 * client.flows(at=AT)[0].kilometres)
    assert (found.demand, found.hidden, found.supply) == (60, None, 1)  # a visitor was alone
    assert found.remarks == (
        "Some visits are of people in cells with fewer than 5; they count nowhere.",
    )
    assert [p.objective for p in found.proposals] == ["p-median", "maximal coverage"]
    for proposal in found.proposals:
        assert [(site.cell, site.visits) for site in proposal] == [(CELLS["office"], 60)]
        assert (proposal.metres, proposal.covered, proposal.gap) == (0, 60, 0)
    assert found.halfway is None
    assert found.assumptions[0] == "What is within 1,000 m is within reach, all of it alike."
    assert client.gaps("Cafe", at=AT, within=7000)[0].unmet == 0
    with pytest.raises(InputError, match="0 visits of people whose home or work"):
        client.gaps("Gym", at=AT)


def test_reach_is_what_people_travel(client: Client, streets: Graph) -> None:
    (row, _) = streets.read("analysis.count_demand", {"interest": "category:Cafe", "at": AT})
    assert row["ways"] == pytest.approx([row["metres"]] * 20)  # the office is 5.6 km from the café
    found = client.gaps("Cafe", at=AT)
    assert found.within == found.halfway == pytest.approx(row["metres"])
    assert "as three of four visits of the interest are" in found.assumptions[0]
    assert found[0].access in (0, pytest.approx(1 / 60))


def test_that_not_all_cells_are_candidates_is_said(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chronotope.client.mapping._PAIRS", 1)
    found = client.gaps("Cafe", at=AT, within=1000, facilities=1, min_users=1)
    assert len(found) == 2
    (said,) = found.remarks
    assert said.startswith("1 of 2 cells are candidates for sites")
    assert client.gaps("Cafe", at=AT, facilities=1).remarks[1:] == ()


def test_of_interests_of_one_name_the_one_with_most_events_is_taken(
    client: Client, streets: Graph
) -> None:
    world.spoil(streets)
    twins = (("a-tea", "keyword:tea", "bread-0"), ("b-tea", "category:Shop > Tea", "gym"))
    for _, id_, item in twins:
        streets.driver.execute_query(
            "MATCH (i:Item {id: $item}) CREATE (i)-[:ABOUT]->(:Interest {id: $id, name: 'tea', "
            "scheme: split($id, ':')[0], level: 0})",
            item=item, id=id_, database_=streets.connection.database,
        )  # fmt: skip
    found = [row["id"] for row in streets.read("search.find_interest", {"interest": "TEA"})]
    assert found == ["category:Tea", "keyword:tea", "category:Shop > Tea"]  # 47, 5 and 4 events
    assert client.flows("tea", at=AT).remarks[0] == (
        "Several interests are called 'Tea': category:Tea is meant, which has the most events; "
        "others are keyword:tea, category:Shop > Tea."
    )
    said = client.flows("keyword:tea", at=AT).remarks
    assert not any("Several" in remark for remark in said)


def test_the_rhythm_of_an_interest_tells_cells_and_key_times(client: Client) -> None:
    found = client.rhythm(interest="Cafe", at=AT)
    (place,) = found
    assert (place.id, place.events, place.last) == (CELLS["cafe"], 64, None)
    assert place.hours[8] == pytest.approx(1)
    (time,) = found.key_times
    whole = 60 * 3 + 8 + 19 * 5 + 47
    assert (time.weekday, time.hour, time.events) == (None, 8, 64)
    assert time.expected == pytest.approx(64 * 64 / whole)
    assert found.remarks == ("2 whole weeks are known; periods and unusual days need 4.",)
    week = client.rhythm(interest="Cafe", at=AT, week=True)
    assert week.week is not None
    assert sum(week.week) == pytest.approx(1)
    assert {(t.weekday, t.hour) for t in week.key_times} == {(1, 8), (2, 8), (3, 8), (4, 8)}


def test_the_rhythm_of_a_user_tells_what_places_are(client: Client) -> None:
    found = client.rhythm("p0", at=AT)
    assert {(place.name, place.role) for place in found.key_places} == {
        ("Bar", "home-like"),
        ("Office", "work-like"),
        ("Cafe", "regular"),
    }
    assert found.events == 30
    assert {place.name for place in found} == {"Bar", "Office", "Cafe"}
    few = client.rhythm("alone", at=AT)
    assert few.key_times == ()
    assert few.remarks[0] == "8 events; key times need 30."


def test_of_too_few_people_nothing_is_told(client: Client) -> None:
    for given in ({"interest": "Gym"}, {"cell": CELLS["gym"]}):
        with pytest.raises(InputError, match="Fewer than 5 people"):
            client.rhythm(at=AT, **given)  # type: ignore[arg-type]
    everyone = client.rhythm(everyone=True, at=AT)
    assert CELLS["gym"] not in {place.id for place in everyone}
    assert everyone.remarks[0] == (
        "1 cell has events of fewer than 5 people: they are suppressed, and with them the smallest "
        "of the others, so that no total betrays them."
    )
    # Of 19 cells with 5 people the last one is taken.
    assert max(DISK) not in {place.id for place in client.rhythm(everyone=True, at=AT, k=99)}
    assert client.rhythm(cell=CELLS["cafe"], at=AT).events == 64


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Say whose rhythm"),
        ({"user": "p0", "everyone": True}, "Say whose rhythm"),
        ({"user": "p0", "next_week": True}, "not of a user"),
        ({"everyone": True, "next_week": True}, "whole weeks: a forecast needs 100 in 4"),
        ({"everyone": True, "span": 0}, "span are days"),
        ({"everyone": True, "min_users": 0}, "min_users is how many people"),
        ({"interest": "Caffe"}, "There is no interest 'Caffe'"),
    ],
)
def test_a_rhythm_that_cannot_be_told_is_refused(
    client: Client, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        client.rhythm(at=AT, **given)


def test_commands_print_tables_json_and_geojson(streets: Graph, run: world.Run) -> None:
    del streets
    cafe = ("--interest", "Cafe")
    assert "key times" in run("rhythm", *cafe, *UNTIL).stdout
    assert "home-like" in run("rhythm", "p0", *UNTIL).stdout
    assert "Mon" in run("rhythm", "--all", "--week", *UNTIL).stdout
    gaps = run("gaps", *cafe, "--facilities", "1", *UNTIL).stdout
    assert "assumed:" in gaps
    assert "no choice is better by more than 0.00%" in gaps
    assert "10:00 (60)" in run("flows", *UNTIL).stdout
    for command in ("gaps", "flows"):
        given = cafe if command == "gaps" else ()
        features = json.loads(run(command, *given, *UNTIL, "--geojson").stdout)
        assert features["type"] == "FeatureCollection"
        found = json.loads(run(command, *given, *UNTIL, "--json").stdout)
        assert len(found[command]) == len(features["features"]) == 1
    pytest.importorskip("esda", reason="needs the extra analysis")
    assert f"*  {DISK[0]}" in run("hotspots", "--interest", "Tea", *UNTIL).stdout
    refused = run("hotspots", *cafe, "--hours", "3-4", *UNTIL)
    assert refused.returncode == 1
    assert "0 events fit; hotspots need 30." in refused.stderr
