"""What the doctor says of kinds of events, of statistics, of answers and of memory."""

from dataclasses import replace

import pytest
import world

from chronotope import fusion
from chronotope.doctor import Finding, examine
from chronotope.doctor.memory import judge, megabytes
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
    assert found.detail == "unknown, so that each weighs 1, is a goal and consumes: 'stroll' (6)"
    assert found.remedy == "say what they are worth: chronotope kinds set KIND --weight W"
    assert found.text == f"{found.detail}; {found.remedy}"


def test_what_was_declined_and_stands_among_the_events_is_told(town: Graph) -> None:
    world.spoil(town)
    world.execute(
        town, "MATCH (:User {id: 'cid'})-[e:INTERACTED]->() SET e.kind = 'not interested'"
    )
    found = of_kinds(town)
    assert found.verdict == "warning"
    assert found.detail == "declined, and among the events all the same: 'not interested' (4)"
    assert found.remedy == (
        "put them where they belong: chronotope kinds set 'not interested' --weight -1"
    )


def test_without_events_nothing_is_said_of_kinds(graph: Graph) -> None:
    assert "kinds of events" not in {finding.subject for finding in examine(graph)}


def found_in(graph: Graph) -> dict[str, Finding]:
    return {finding.subject: finding for finding in examine(graph)}


def test_doctor_draw_users_draws_those_with_events(town: Graph) -> None:
    world.spoil(town)
    world.execute(town, "CREATE (:User {id: 'idle'})")
    drawn = [row["id"] for row in town.read("doctor.draw_users", {"k": 9})]
    assert sorted(drawn) == ["ann", "bob", "cid", "dee"]
    (one,) = town.read("doctor.draw_users", {"k": 1})
    assert one["id"] in drawn


def test_recommendations_are_asked_for(town: Graph) -> None:
    found = found_in(town)
    assert {one.verdict for one in found.values()} <= {"ok", "warning"}
    assert found["recommendations"] == Finding(
        "recommendations", "ok", "asked for 4 users: they come"
    )


def test_a_graph_without_events_fails_and_says_what_to_do(graph: Graph) -> None:
    found = found_in(graph)
    assert found["content"].verdict == "warning"
    assert found["content"].remedy == "load some: chronotope load"
    assert found["statistics"] == Finding(
        "statistics", "warning", "never derived", "run: chronotope derive"
    )
    assert found["recommendations"] == Finding(
        "recommendations",
        "failed",
        "there is no user with an event",
        "load events, chronotope load, and run: chronotope refresh",
    )


def test_statistics_that_lack_many_events_are_old(town: Graph) -> None:
    found = found_in(town)["statistics"]
    assert (found.verdict, found.remedy) == ("warning", "run: chronotope derive")
    assert found.detail.endswith("; 4 events came since, 17.4% of all")
    world.spoil(town)
    world.derive(town, world.END)
    found = found_in(town)["statistics"]
    assert (found.verdict, found.remedy) == ("ok", None)
    assert "came since" not in found.detail


def test_drift_from_weights_of_this_graph_is_a_warning_and_from_shipped_ones_a_remark(
    town: Graph,
) -> None:
    shipped = found_in(town)["drift of next"]
    assert shipped.verdict == "ok"
    assert shipped.remedy == "learn your own: chronotope learn next"
    world.spoil(town)
    model = fusion.in_use(town, "next")
    assert model is not None
    at = model.features.index("popularity")
    mean = model.mean.copy()
    mean[at] = 100 * model.scale[at]
    fusion.save(town, replace(model, name="own", mean=mean, learned_from=fusion.OWN))
    fusion.use(town, "own")
    own = found_in(town)["drift of next"]
    assert (own.verdict, own.remedy) == ("warning", "learn anew: chronotope learn next")
    assert ": popularity by -9" in own.detail


def test_doctor_describe_memory_tells_heap_and_page_cache(town: Graph) -> None:
    told = {row["name"]: row["value"] for row in town.read("doctor.describe_memory")}
    assert list(told) == ["server.memory.heap.max_size", "server.memory.pagecache.size"]
    home = town.connection.home
    if home is None:
        pytest.skip("needs the local server's own configuration")
    found = found_in(town)["memory"]
    assert found.verdict == "ok"
    assert found.detail.startswith(f"heap {told['server.memory.heap.max_size']}, page cache ")
    few = {**told, "server.memory.pagecache.size": "1.00MiB"}
    small = judge("…", few, home)
    assert (small.verdict, small.detail.endswith(": it has to read from the disk")) == (
        "warning",
        True,
    )
    much = judge("…", {**told, "server.memory.heap.max_size": "9.00TiB"}, home)
    assert (much.verdict, much.detail.endswith(": it may run out of memory")) == ("warning", True)


@pytest.mark.parametrize(
    ("text", "size"), [("512.00MiB", 512), ("1.50GiB", 1536), ("0.50KiB", 0), ("2.00TiB", 2**21)]
)
def test_sizes_are_read_as_the_server_tells_them(text: str, size: int) -> None:
    assert megabytes(text) == size
