"""recommend.next: every feature recomputed from the rows of the town, and the traps."""

import math
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import world
from neo4j.spatial import WGS84Point
from recompute import Next

from chronotope import catalogue
from chronotope.graph import Graph

QUERY = catalogue.get("recommend.next")
MORNING = datetime.fromisoformat("2026-03-02T08:00:00+01:00")  # a Monday


def following(graph: Graph, user: str, at: datetime = MORNING, **more: Any) -> dict[str, Any]:
    return {row["id"]: row for row in graph.read(QUERY, {"user": user, "at": at, **more})}


def features(row: dict[str, Any]) -> dict[str, float]:
    return dict(zip(QUERY.feature_names, row["features"], strict=True))


@pytest.mark.parametrize("user", ["ann", "bob", "cid", "dee"])
@pytest.mark.parametrize(
    "at", ["2026-03-02T08:00:00+01:00", "2026-02-28T23:10:00+01:00", "2026-02-24T19:20:00+01:00"]
)
def test_every_feature_of_every_candidate_agrees_with_numpy(
    town: Graph, user: str, at: str
) -> None:
    moment = datetime.fromisoformat(at)
    rows = following(town, user, moment, k=100)
    expected = Next(town, user, moment)
    assert len(rows) >= 7
    for item, row in rows.items():
        found = features(row)
        wanted = expected.features(item)
        assert set(found) == set(wanted)
        missing = {name for name, value in wanted.items() if value is None}
        assert {name for name, value in found.items() if value is None} == missing
        known = [name for name in found if name not in missing]
        assert [found[name] for name in known] == pytest.approx(
            [wanted[name] for name in known], abs=1e-6
        )


def test_transitions_within_eight_hours_count(town: Graph) -> None:
    found = following(town, "ann")
    departures = 1  # Café A -> Café B (bob); ann's Café A -> park took ten hours
    transition = features(found["cafe-b"])["transition"]
    assert transition == pytest.approx(math.log(1 / (departures + 5) + 1e-3), rel=1e-9)
    assert features(found["park"])["transition"] == pytest.approx(math.log(1e-3), rel=1e-9)


def test_a_new_place_has_the_novelty_terms(town: Graph) -> None:
    found = features(following(town, "ann")["cafe-b"])
    assert found["visited"] == 0.0
    assert found["newPopularity"] == found["popularity"] == pytest.approx(math.log(1 + 2))
    assert found["newDistance"] == found["distance"]
    assert found["newTransition"] == found["transition"]
    assert found["newCategory"] == pytest.approx(math.log(4 / 6 + 0.005))


def test_the_routine_wins_at_its_hour(town: Graph) -> None:
    assert next(iter(following(town, "ann"))) == "cafe-a"
    saturday = datetime.fromisoformat("2026-03-07T15:00:00+01:00")
    assert next(iter(following(town, "ann", saturday))) == "park"


def test_here_moves_the_distances(town: Graph) -> None:
    here = WGS84Point((13.000, 45.003))
    found = features(following(town, "ann", here=here)["park"])
    assert found["distance"] == pytest.approx(-math.log(0.1))


def test_because_tells_the_routine(town: Graph) -> None:
    because = {fact["reason"]: fact for fact in following(town, "ann")["cafe-a"]["because"]}
    assert because["candidate"]["sources"] == ["own", "nearby", "non-personalized"]
    assert because["visited"]["count"] == 4
    assert because["visited"]["days"] == pytest.approx(7.0)
    assert because["atThisHour"]["count"] == 4
    assert because["afterLast"] == {
        "reason": "afterLast", "id": "cafe-a", "name": "Café A", "count": 1,
    }  # fmt: skip


def test_hours_are_those_of_the_users_zone(town: Graph) -> None:
    in_tokyo = MORNING.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+09:00").tzinfo)
    assert following(town, "ann", in_tokyo) == following(town, "ann", MORNING)


def test_a_stranger_gets_what_is_popular_near_here_at_this_hour(town: Graph) -> None:
    here = WGS84Point((13.000, 45.0005))
    rows = following(town, "nobody", here=here)
    assert next(iter(rows)) in {"cafe-a", "cafe-b"}
    assert features(rows["cafe-a"])["hour"] is None
    assert features(rows["cafe-a"])["itemHour"] > 0
    late = following(town, "nobody", datetime.fromisoformat("2026-03-02T22:30:00+01:00"), here=here)
    assert features(late["bar"])["itemHour"] > 0 > features(late["cafe-a"])["itemHour"]


def test_a_user_with_one_event_works(town: Graph) -> None:
    at = datetime.fromisoformat("2026-02-03T09:00:00+01:00")
    rows = following(town, "bob", at)
    assert features(rows["cafe-a"])["visits"] == pytest.approx(math.log(2))
    assert all(math.isfinite(row["score"]) for row in rows.values())


def test_a_graph_without_coordinates_works(graph: Graph, tmp_path: Path) -> None:
    items = "item_id,name\n" + "".join(
        f"{line.split(',')[0]},{line.split(',')[1]}\n" for line in world.ITEMS.splitlines()[1:]
    )
    world.load(graph, tmp_path, items=items)
    world.derive(graph)
    rows = following(graph, "ann")
    assert next(iter(rows)) == "cafe-a"
    assert features(rows["cafe-a"])["distance"] is None
    assert all(math.isfinite(row["score"]) for row in rows.values())


def test_memory_stays_small(town: Graph) -> None:
    plan = town.profile(QUERY, {"user": "ann", "at": MORNING}).profile
    assert plan is not None
    assert plan["args"]["GlobalMemory"] < 40e6
