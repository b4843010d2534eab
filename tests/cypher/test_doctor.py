"""What the doctor says of kinds of events."""

import world

from chronotope.doctor import Finding, examine
from chronotope.graph import Graph


def of_kinds(graph: Graph) -> Finding:
    (found,) = [finding for finding in examine(graph) if finding.subject == "kinds of events"]
    return found


def test_doctor_count_kinds_tells_how_many_events_are_of_each(town: Graph) -> None:
    assert town.read("doctor.count_kinds") == [{"kind": "visit", "events": 23, "weight": 1.0}]
    assert (of_kinds(town).verdict, of_kinds(town).detail) == ("ok", "'visit' (23)")


def test_kinds_that_the_graph_does_not_know_are_told(town: Graph) -> None:
    world.spoil(town)
    world.execute(town, "MATCH (:User {id: 'bob'})-[e:INTERACTED]->() SET e.kind = 'stroll'")
    world.execute(town, "MATCH (:User {id: 'cid'})-[e:INTERACTED]->() SET e.kind = null")
    assert town.read("doctor.count_kinds") == [
        {"kind": "visit", "events": 13, "weight": 1.0},
        {"kind": "stroll", "events": 6, "weight": None},
        {"kind": None, "events": 4, "weight": None},
    ]
    found = of_kinds(town)
    assert found.verdict == "warning"
    assert found.detail == (
        "unknown, so that each weighs 1, is a goal and consumes: 'stroll' (6); say what they are "
        "worth: chronotope kinds set KIND --weight W"
    )


def test_what_was_declined_and_stands_among_the_events_is_told(town: Graph) -> None:
    world.spoil(town)
    world.execute(
        town, "MATCH (:User {id: 'cid'})-[e:INTERACTED]->() SET e.kind = 'not interested'"
    )
    found = of_kinds(town)
    assert found.verdict == "warning"
    assert found.detail == (
        "declined, and among the events all the same: 'not interested' (4); put them where they "
        "belong: chronotope kinds set 'not interested' --weight -1"
    )


def test_without_events_nothing_is_said_of_kinds(graph: Graph) -> None:
    assert "kinds of events" not in {finding.subject for finding in examine(graph)}
