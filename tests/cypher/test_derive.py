"""The derive.* queries, through the derivation: what stands in the graph afterwards."""

import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import world

from chronotope import statistics
from chronotope.errors import InputError
from chronotope.graph import Graph

DAY = 86400


def test_derive_read_events_gives_a_row_a_user_before_the_moment(town: Graph) -> None:
    asked = {"at": world.CUT, "kinds": {"view": 0, "visit": 1}}
    rows = town.read("derive.read_events", asked)
    assert [row["user"] for row in rows] == ["ann", "bob", "cid", "dee"]
    assert sorted(rows[3]["items"]) == ["bar", "cafe-b", "tea", "tea"]
    assert rows[3]["cells"].count("place:Harbour") == 2
    assert rows[3]["kinds"] == [1, 1, 1, 1]
    assert town.read("derive.read_events", asked | {"kinds": {}})[3]["kinds"] == [-1] * 4


def test_derive_read_items_and_interests(town: Graph) -> None:
    rows = {row["id"]: row for row in town.read("derive.read_items")}
    assert rows["park"]["category"] == "category:Outdoors > Park"
    assert (rows["park"]["latitude"], rows["tea"]["latitude"]) == (45.003, None)
    above = {row["id"]: row["broader"] for row in town.read("derive.read_interests")}
    assert above["category:Outdoors > Park"] == "category:Outdoors"
    assert above["category:Outdoors"] is None


def test_derive_read_parameters_tells_how_the_statistics_were_derived(town: Graph) -> None:
    found = json.loads(town.read("derive.read_parameters")[0]["parameters"])
    assert found["taste_dimension"] == 3
    assert statistics.recorded(town) == statistics.DeriveOptions(taste_dimension=3)


def test_derive_find_users_finds_those_that_there_are(town: Graph) -> None:
    rows = town.read("derive.find_users", {"ids": ["ann", "nobody", "dee"]})
    assert [row["id"] for row in rows] == ["ann", "dee"]


def test_derive_read_declined_tells_what_was_declined_among_items(town: Graph) -> None:
    world.spoil(town)
    world.execute(
        town,
        """
        MATCH (u:User {id: 'ann'}), (i:Item {id: 'bar'}), (c:Interest {id: 'category:Dining'})
        CREATE (u)-[:DECLINED {id: 'a', at: datetime('1970-01-01T01:00+01:00'), kind: 'hide'}]->(i),
          (u)-[:DECLINED {id: 'b', at: datetime('1970-01-02'), kind: 'hide'}]->(c)
        """,
    )
    told = {"user": "ann", "item": "bar", "kind": "hide", "epochMillis": 0}
    assert town.read("derive.read_declined") == [told]


def test_derive_write_items_and_users(town: Graph) -> None:
    found = world.rows(
        town,
        "MATCH (i:Item {id: 'cafe-a'}) RETURN i.users AS users, i.events AS events, "
        "i.around1 AS around, size(i.hours) AS hours, i.taste AS taste",
        "users events around hours taste",
    )
    assert found[0][:2] == (3, 6)
    assert 1 < found[0][2] < 6  # of six places, itself and those around
    assert found[0][3] == 24
    assert np.float32(found[0][4]).tolist() == found[0][4]
    users = town.read("derive.read_users")
    assert {row["id"] for row in users} == {"ann", "bob", "cid", "dee"}


def test_derive_write_interests_counts_shares_and_what_follows(town: Graph) -> None:
    found = world.rows(
        town,
        "MATCH (i:Interest {id: 'category:Dining > Coffee Shop'}) RETURN i.items AS items, "
        "[(i)-[l:LEADS_TO]->(o) | [o.name, l.count, l.bins[4]]] AS leads",
        "items leads",
    )
    assert found == [(3, [["Coffee Shop", 1, 1]])]


def test_derive_write_co_visits_counts_users_in_common(town: Graph) -> None:
    found = world.rows(
        town,
        "MATCH (:Item {id: 'cafe-a'})-[c:CO_VISITED]->(o) RETURN o.id AS id, c.count AS count",
        "id count",
    )
    assert dict(found) == {"park": 2, "gym": 2, "cafe-b": 1, "museum": 1, "bar": 1}


def test_derive_write_transitions_keeps_moves_of_a_session(town: Graph) -> None:
    text = "MATCH (a)-[f:FOLLOWED_BY]->(b) RETURN a.id AS a, b.id AS b, f.count AS n"
    assert world.rows(town, text, "a b n") == [("cafe-a", "cafe-b", 1)]


def test_derive_write_popularity_is_of_goods_alone(town: Graph) -> None:
    text = "MATCH (i)-[p:POPULAR_IN]->(c) RETURN i.id AS i, c.id AS c, p.hours[20] AS n"
    found = world.rows(town, text, "i c n")
    ages = [(15 * 24 - 20 + 1) / 24, (2 * 24 - 20 + 1) / 24]
    expected = sum(math.exp(-age / 90) for age in ages)
    assert found == [("tea", "place:Harbour", pytest.approx(expected, rel=1e-2))]
    text = "MATCH (i)-[p:MOST_POPULAR_IN]->(c) RETURN i.id AS i, c.id AS c"
    assert world.rows(town, text, "i c") == [("tea", "place:Harbour")]


def test_derive_begin_and_finish_record_the_derivation(town: Graph) -> None:
    text = (
        "MATCH (d:Derivation) RETURN d.name AS name, d.asOf AS asOf, "
        "d.finishedAt >= d.startedAt AS finished, d.parameters AS parameters, d.owner AS owner"
    )
    (found,) = world.rows(town, text, "name asOf finished parameters owner")
    name, as_of, finished, parameters, owner = found
    assert (name, as_of.to_native(), finished, owner) == ("statistics", world.CUT, True, None)
    assert json.loads(parameters)["taste_dimension"] == 3


def test_derive_describe_tells_what_came_since(town: Graph) -> None:
    told = town.read("derive.describe", {"at": world.CUT})[0]
    moments = [told.pop(name).to_native() for name in ("asOf", "recentAsOf", "epoch")]
    assert moments == [world.CUT, world.CUT, world.CUT]
    assert json.loads(told.pop("parameters"))["taste_dimension"] == 3
    assert told == {
        "events": 19, "items": 8, "partial": False, "newer": False,
        "derivedEvents": 19, "derivedItems": 8, "stale": False,
        "lateDays": pytest.approx(5.104166666666667), "largestWeight": 1.0, "weighted": False,
        "recentEvents": 19, "newerThanRecent": False,
    }  # fmt: skip
    rome = datetime.fromisoformat("2026-03-10T18:00:00+01:00")  # the moment of an event
    assert town.read("derive.describe", {"at": rome.astimezone(UTC)})[0]["events"] == 19
    later = statistics.describe(town, rome + timedelta(seconds=1))
    assert (later.events, later.newer, later.derived_events) == (20, True, 19)
    now = town.read("derive.describe")[0]
    assert (now["events"], now["newer"]) == (23, True)


def test_derive_read_repeats_is_the_share_of_what_could_be_one(town: Graph) -> None:
    """Of 15 events after their user's first, these return: 3 + 1 of ann, 1 of bob, 1 of dee."""
    assert town.read("derive.read_repeats") == [{"repeatShare": pytest.approx(6 / 15)}]
    text = "MATCH (i:Interest {level: 2}) RETURN i.name AS name, i.repeatShare AS share"
    shares = dict(world.rows(town, text, "name share"))
    assert shares["Coffee Shop"] == pytest.approx((4 + 5 * 0.4) / (5 + 5))  # of 8, 3 are first ones
    assert shares["Bar"] == pytest.approx((0 + 5 * 0.4) / (2 + 5))
    assert shares["Tea"] == pytest.approx((1 + 5 * 0.4) / (2 + 5))


def test_derive_read_derived_items_and_interests_read_what_was_written(town: Graph) -> None:
    asked = {"ids": ["tea", "nothing", "cafe-a"], "numbers": ["users", "departures", "nothing"]}
    tea, cafe = town.read("derive.read_derived_items", asked)
    assert (tea["id"], tea["numbers"]) == ("tea", [1, 0, None])
    assert [place[0] for place in tea["popular"]] == ["place:Harbour"]
    assert tea["mostPopular"] == [tea["popular"][0][:3]]
    assert len(tea["popular"][0][3]) == 24
    assert (len(cafe["taste"]), cafe["transitions"]) == (3, [["cafe-b", 1, None]])
    assert {other: count for other, count, *_ in cafe["coVisits"]}["park"] == 2
    coffee = "category:Dining > Coffee Shop"
    (row,) = town.read("derive.read_derived_interests", {"ids": [coffee], "numbers": ["items"]})
    assert (row["numbers"], row["leadsTo"]) == ([3], [[coffee, 1, [0, 0, 0, 0, 1, 0, 0, 0]]])


def take(graph: Graph, owner: str, patience: int = 30) -> dict[str, Any]:
    return graph.write("derive.take_lock", {"owner": owner, "patience": patience})[0]


def test_derive_take_keep_and_release_lock_exclude_another_owner(graph: Graph) -> None:
    assert take(graph, "first")["taken"]
    second = take(graph, "second")
    assert (second["taken"], second["holder"], second["partial"]) == (False, "first", False)
    assert second["startedAt"] == second["heartbeatAt"]
    graph.write("derive.keep_lock", {"owner": "first"})
    assert take(graph, "second")["heartbeatAt"] > second["heartbeatAt"]
    graph.write("derive.release_lock", {"owner": "second"})
    assert not take(graph, "second")["taken"]
    graph.write("derive.release_lock", {"owner": "first"})
    assert world.rows(graph, "MATCH (d:Derivation) RETURN d.name AS name", "name") == []


def test_an_owner_who_gives_no_sign_of_life_is_replaced_and_hears_of_it(graph: Graph) -> None:
    take(graph, "first")
    assert take(graph, "second", patience=-1)["holder"] == "first"
    with pytest.raises(InputError, match="another derivation took the place of this one"):
        graph.write_all([("derive.keep_lock", {"owner": "first"})])
    moment = {
        "at": world.CUT,
        "recentAt": world.CUT,
        "parameters": "{}",
        "largestWeight": 1.0,
        "weighted": False,
        "usualPopularity": 1.0,
        "epoch": world.CUT,
        "lateDays": 1.0,
        "users": 4,
        "firstVisits": 10.0,
        "firstVisitsLate": 1.0,
    }
    graph.write("derive.begin", {"owner": "first", **moment})
    assert world.rows(graph, "MATCH (d:Derivation) RETURN d.parameters AS p", "p") == [(None,)]


def test_without_events_there_is_nothing_to_derive(graph: Graph) -> None:
    with pytest.raises(InputError, match="no event before 2026-03-02"):
        statistics.derive(graph, world.CUT)
    assert world.rows(graph, "MATCH (d:Derivation) RETURN d.name AS name", "name") == []
