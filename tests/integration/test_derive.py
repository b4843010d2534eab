"""Derivations that repeat, meet, break off, or have a load beside them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import world

from chronotope import statistics
from chronotope.client import Client
from chronotope.config import Connection
from chronotope.doctor import examine
from chronotope.errors import DatabaseError, InputError
from chronotope.graph import Graph
from chronotope.statistics import DeriveOptions, lock

OPTIONS = DeriveOptions(taste_dimension=3)
EXACTLY = DeriveOptions(taste_dimension=3, keep_basis=False)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have signs of life come often, and be missed soon."""
    monkeypatch.setattr(lock, "BEAT", 0.2)
    monkeypatch.setattr(lock, "PATIENCE", 2)


@pytest.fixture
def spoiled(town: Graph) -> Graph:
    """Open the town, which the test changes."""
    world.spoil(town)
    return town


def of_statistics(graph: Graph) -> tuple[str, str]:
    (found,) = [finding for finding in examine(graph) if finding.subject == "statistics"]
    return found.verdict, found.text


def test_at_the_same_moment_nothing_is_written(spoiled: Graph) -> None:
    before = world.standing(spoiled)
    written = statistics.derive(spoiled, world.CUT, OPTIONS).written
    assert written == {
        "categories": 0, "category transitions": 0, "items": 0, "tastes of items": 0,
        "co-visits": 0, "transitions": 0, "local popularity": 0, "most popular": 0, "users": 0,
    }  # fmt: skip
    assert world.standing(spoiled) == before


def test_a_day_later_nothing_is_written_but_late_visits_whose_days_are_others(
    spoiled: Graph,
) -> None:
    text = "MATCH (i:Item) RETURN i.id AS id, properties(i) AS values ORDER BY id"
    before = dict(world.rows(spoiled, text, "id values"))
    written = statistics.derive(spoiled, world.CUT + DAY, OPTIONS).written
    assert written == {
        "categories": 0, "category transitions": 0, "items": 7, "tastes of items": 0,
        "co-visits": 0, "transitions": 0, "local popularity": 0, "most popular": 0, "users": 0,
    }  # fmt: skip
    after = dict(world.rows(spoiled, text, "id values"))
    changed = {
        name
        for item, values in after.items()
        for name, value in values.items()
        if value != before[item].get(name)
    }
    assert changed == {"firstVisitsLate"}
    assert world.rows(spoiled, "MATCH (d:Derivation) RETURN d.asOf AS t", "t")[0][
        0
    ].to_native() == (world.CUT + DAY)


def test_what_a_new_event_changes_is_written(spoiled: Graph, tmp_path: Path) -> None:
    more = "user_id,item_id,timestamp\nbob,museum,2026-02-26T10:00:00+01:00\n"
    world.load(spoiled, tmp_path, events=more)
    written = statistics.derive(spoiled, world.CUT, EXACTLY).written
    pairs = 2 * len(["cafe-a", "cafe-b", "park", "gym"])  # bob's others, in both directions
    assert written["co-visits"] >= pairs
    assert (written["transitions"], written["local popularity"]) == (0, 0)
    after = world.standing(spoiled)
    world.execute(spoiled, world.FORGET)
    statistics.derive(spoiled, world.CUT, EXACTLY)
    assert world.standing(spoiled) == after


def test_without_a_basis_to_keep_nothing_of_before_is_left(spoiled: Graph) -> None:
    statistics.derive(spoiled, world.CUT, EXACTLY)
    fresh = world.standing(spoiled)
    statistics.derive(spoiled, world.END, OPTIONS)
    assert world.standing(spoiled) != fresh
    statistics.derive(spoiled, world.CUT, EXACTLY)
    assert world.standing(spoiled) == fresh


@pytest.mark.parametrize("enough", [1, 40])
def test_transactions_of_any_size_write_the_same(
    spoiled: Graph, monkeypatch: pytest.MonkeyPatch, enough: int
) -> None:
    statistics.derive(spoiled, world.CUT, EXACTLY)
    before = world.standing(spoiled)
    world.execute(spoiled, world.FORGET)
    written = statistics.derive(spoiled, world.CUT, EXACTLY).written
    world.execute(spoiled, world.FORGET)
    monkeypatch.setattr("chronotope.statistics.standing._FEW", 3)
    monkeypatch.setattr("chronotope.statistics.standing._ENOUGH", enough)
    assert statistics.derive(spoiled, world.CUT, EXACTLY).written == written
    assert world.standing(spoiled) == before


def test_what_two_derivations_at_once_had_left_is_put_right(spoiled: Graph) -> None:
    before = world.standing(spoiled)
    world.execute(
        spoiled,
        "MATCH (a:Item {id: 'cafe-a'})-[r:CO_VISITED]->(b) CREATE (a)-[s:CO_VISITED]->(b) "
        "SET s = properties(r)",
    )
    world.execute(spoiled, "MATCH (a:Item {id: 'gym'}), (b:Item {id: 'tea'}) "
                     "CREATE (a)-[:CO_VISITED {count: 9, ease: 1.0}]->(b)")  # fmt: skip
    written = statistics.derive(spoiled, world.CUT, OPTIONS).written
    assert written["co-visits"] == 5 + 1
    assert world.standing(spoiled) == before


class BrokenError(Exception):
    """What a test breaks a derivation with."""


def break_off(graph: Graph, at: datetime) -> None:
    """Derive statistics, and break when it comes to the users."""

    def progress(what: str, done: int, total: int | None) -> None:
        if (what, done) == ("users", 0) and total:
            raise BrokenError

    with pytest.raises(BrokenError):
        statistics.derive(graph, at, EXACTLY, progress=progress)


def test_what_broke_off_is_told_until_the_next_has_replaced_it(spoiled: Graph) -> None:
    break_off(spoiled, world.END)
    history = spoiled.read("user.describe_history", {"user": "ann"})[0]
    assert (history["partial"], history["derivedAsOf"].to_native()) == (True, world.CUT)
    verdict, detail = of_statistics(spoiled)
    assert verdict == "failed"
    assert "partial: what stands is of two moments, the older 2026-03-02T00:00:00" in detail
    assert detail.endswith("broke off; run again: chronotope derive")
    client = Client(spoiled.driver, spoiled.connection.database)
    answer = client.discover("ann", at=world.END)
    assert (answer.partial, answer.as_of) == (True, world.CUT)
    assert "partial" in answer.remarks[0]
    assert client.tags("ann").partial
    break_off(spoiled, world.CUT - 10 * DAY)  # of three moments the oldest
    history = spoiled.read("user.describe_history", {"user": "ann"})[0]
    assert history["derivedAsOf"].to_native() == world.CUT - 10 * DAY


def test_the_next_derivation_replaces_what_broke_off(spoiled: Graph) -> None:
    break_off(spoiled, world.END)
    done = statistics.derive(spoiled, world.END, EXACTLY)
    assert done.remarks[0].startswith("An earlier derivation, begun 20")
    assert done.remarks[0].endswith("broke off; this one replaces it.")
    assert of_statistics(spoiled)[0] == "ok"
    found = world.standing(spoiled)
    world.execute(spoiled, world.FORGET)
    assert not statistics.derive(spoiled, world.END, EXACTLY).remarks
    assert world.standing(spoiled) == found


def test_of_the_first_derivation_there_is_no_moment_until_it_ends(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.load(graph, tmp_path)
    write, seen = graph.write_all, []

    def write_all(steps: Any) -> Any:
        done = write(steps)
        row = graph.read("doctor.describe_graph")[0]
        seen.append((row["partial"], row["asOf"], row["deriving"] is not None))
        return done

    monkeypatch.setattr(graph, "write_all", write_all)
    world.derive(graph)
    assert set(seen[:-1]) == {(True, None, True)}
    assert seen[-1][0] is False
    assert seen[-1][1].to_native() == world.CUT


def test_all_that_is_derived_of_an_item_is_written_at_once(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.load(graph, tmp_path)
    write, steps_of_items = graph.write_all, []

    def write_all(steps: Any) -> Any:
        names = [name for name, _ in steps]
        steps_of_items.extend([names] if "derive.write_items" in names else [])
        return write(steps)

    monkeypatch.setattr(graph, "write_all", write_all)
    world.derive(graph)
    assert steps_of_items == [
        [
            "derive.write_items", "derive.write_tastes", "derive.write_co_visits",
            "derive.write_transitions", "derive.write_popularity", "derive.write_most_popular",
            "derive.keep_lock",
        ]
    ]  # fmt: skip


def while_deriving(graph: Graph, work: Callable[[], None]) -> list[BaseException]:
    """Do something while statistics of the graph are derived, and stand half written."""
    problems: list[BaseException] = []

    def progress(what: str, done: int, total: int | None) -> None:
        if (what, done) == ("users", 0) and total:
            try:
                work()
            except BaseException as problem:
                problems.append(problem)

    statistics.derive(graph, world.END, OPTIONS, progress=progress)
    return problems


def test_a_second_derivation_is_told_who_is_at_it(spoiled: Graph) -> None:
    told: list[str] = []

    def second() -> None:
        told.append(of_statistics(spoiled)[1])
        statistics.derive(spoiled, world.CUT, OPTIONS)

    (problem,) = while_deriving(spoiled, second)
    assert isinstance(problem, DatabaseError)
    assert f"process {os.getpid()}, run " in str(problem)
    assert "since 20" in str(problem)
    assert "One derivation" not in told[0]
    assert "; being derived by " in told[0]
    assert of_statistics(spoiled)[0] == "ok"
    before = world.standing(spoiled)
    assert not any(statistics.derive(spoiled, world.END, OPTIONS).written.values())
    assert world.standing(spoiled) == before


def test_of_several_derivations_at_once_one_does_the_work(spoiled: Graph) -> None:
    world.execute(spoiled, world.FORGET)
    fates: list[str] = []

    def work() -> None:
        try:
            statistics.derive(spoiled, world.END, EXACTLY)
            fates.append("done")
        except DatabaseError:
            fates.append("told")

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "done" in fates
    assert set(fates) <= {"done", "told"}
    found = world.standing(spoiled)
    world.execute(spoiled, world.FORGET)
    statistics.derive(spoiled, world.END, EXACTLY)
    assert world.standing(spoiled) == found


def test_one_that_was_replaced_writes_nothing_more(spoiled: Graph) -> None:
    def replace() -> None:
        spoiled.write("derive.take_lock", {"owner": "another", "patience": -1})

    with pytest.raises(InputError, match="another derivation took the place of this one"):
        while_deriving(spoiled, replace)
    assert world.rows(spoiled, "MATCH (d:Derivation) RETURN d.owner AS o", "o") == [("another",)]


HALTING = """
import time, chronotope
def progress(what, done, total):
    if what == "{where}":
        print("there", flush=True)
        time.sleep(100)
with chronotope.connect() as client:
    client.derive(taste_dimension=3, progress=progress)
"""


@pytest.mark.parametrize("where", ["co-visits", "users"])
def test_a_derivation_that_was_killed_is_replaced(
    spoiled: Graph, connection: Connection, where: str
) -> None:
    environment = {
        **os.environ,
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
    }
    program = [sys.executable, "-c", HALTING.format(where=where)]
    with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        process.kill()
    world.execute(spoiled, "MATCH (d:Derivation) SET d.heartbeatAt = datetime() - duration('PT1M')")
    verdict, detail = of_statistics(spoiled)
    if where == "users":
        assert (verdict, detail[:45]) == ("failed", "partial: what stands is of two moments, the o")
    else:
        assert verdict == "warning"  # of the events that came since
        assert detail.endswith("broke off before it wrote anything; run: chronotope derive")
    done = statistics.derive(spoiled, world.END, OPTIONS)
    assert f"process {process.pid}, run" in done.remarks[0]
    assert of_statistics(spoiled)[0] == "ok"
    assert spoiled.read("doctor.describe_graph")[0]["asOf"].to_native() == world.END


def test_items_that_a_load_brings_meanwhile_are_for_the_next_time(
    spoiled: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = spoiled.read

    def reading(query: Any, parameters: Mapping[str, Any] | None = None) -> Any:
        rows = read(query, parameters)
        if query == "derive.read_items":
            more = "item_id,name,category\nlate,Late,Dining > Late Category\n"
            events = "user_id,item_id,timestamp\nann,late,2026-02-22T10:00:00Z\n"
            monkeypatch.undo()
            world.load(spoiled, tmp_path, items=more, events=events)
        return rows

    monkeypatch.setattr(spoiled, "read", reading)
    statistics.derive(spoiled, world.CUT, OPTIONS)
    text = "MATCH (i:Item {id: 'late'}) RETURN i.users AS users"
    assert world.rows(spoiled, text, "users") == [(None,)]
    statistics.derive(spoiled, world.CUT, OPTIONS)
    assert world.rows(spoiled, text, "users") == [(1,)]


def test_items_that_are_deleted_meanwhile_are_left_out(spoiled: Graph) -> None:
    def delete() -> None:
        world.execute(spoiled, "MATCH (u:User {id: 'dee'}) DETACH DELETE u")

    assert while_deriving(spoiled, delete) == []


def test_dates_without_a_clock_count_at_no_hour(spoiled: Graph) -> None:
    world.execute(spoiled, "MATCH ()-[e:INTERACTED]->(:Item {id: 'gym'}) SET e.hour = null")
    statistics.derive(spoiled, world.END, OPTIONS)
    text = (
        "MATCH (i:Item {id: 'gym'}), (c:Interest {id: 'category:Sports > Gym'}) "
        "RETURN i.events AS events, c.items AS items, i.hours = c.hours AS same"
    )
    assert world.rows(spoiled, text, "events items same") == [(3, 1, True)]


@pytest.mark.parametrize("kind", ["purchase", "view", "a kind that nobody described", None])
def test_events_of_any_one_kind_give_the_same_statistics(spoiled: Graph, kind: str | None) -> None:
    statistics.derive(spoiled, world.CUT, EXACTLY)
    before = world.standing(spoiled)
    spoiled.write(
        world.query("MATCH ()-[e:INTERACTED]->() SET e.kind = $kind", mode="write", params="kind"),
        {"kind": kind},
    )
    assert not any(statistics.derive(spoiled, world.CUT, EXACTLY).written.values())
    assert world.standing(spoiled) == before
    world.execute(spoiled, world.FORGET)
    statistics.derive(spoiled, world.CUT, EXACTLY)
    assert world.standing(spoiled) == before
    largest = world.rows(spoiled, "MATCH (d:Derivation) RETURN d.largestWeight AS w", "w")
    assert largest == [({"purchase": 2.0, "view": 0.2}.get(kind or "", 1.0),)]


def test_of_several_kinds_weights_stand_beside_counts_until_all_count_alike_again(
    spoiled: Graph,
) -> None:
    statistics.derive(spoiled, world.CUT, EXACTLY)
    before = world.standing(spoiled)
    world.execute(spoiled, "MATCH (:User {id: 'bob'})-[e:INTERACTED]->(:Item {id: 'cafe-b'}) "
                     "SET e.kind = 'view'")  # fmt: skip
    world.execute(spoiled, "MATCH (:User {id: 'ann'})-[e:INTERACTED]->(:Item {id: 'park'}) "
                     "SET e.kind = 'purchase'")  # fmt: skip
    statistics.derive(spoiled, world.CUT, EXACTLY)
    text = (
        "MATCH (i:Item) WHERE i.users IS NOT NULL RETURN i.id AS id, i.users AS users, "
        "i.userWeight AS u, i.events AS events, i.eventWeight AS e"
    )
    found = {row[0]: row[1:] for row in world.rows(spoiled, text, "id users u events e")}
    assert found["cafe-b"] == (2, pytest.approx(0.1 + 0.5), 3, pytest.approx(0.1 + 0.1 + 0.5))
    assert found["park"] == (2, pytest.approx(1 + 0.5), 3, pytest.approx(1 + 1 + 0.5))
    text = (
        "MATCH (:Item {id: 'cafe-a'})-[r:CO_VISITED|FOLLOWED_BY]->(b {id: 'cafe-b'}) "
        "RETURN type(r) AS type, r.count AS n, r.weight AS w, valueType(r.count) AS t ORDER BY type"
    )
    assert world.rows(spoiled, text, "type n w t") == [
        ("CO_VISITED", 1, pytest.approx(0.5 * 0.1), "INTEGER NOT NULL"),
        ("FOLLOWED_BY", 1, pytest.approx(0.1), "INTEGER NOT NULL"),
    ]
    largest = "MATCH (d:Derivation) RETURN d.largestWeight AS w"
    assert world.rows(spoiled, largest, "w") == [(2.0,)]
    world.execute(spoiled, "MATCH ()-[e:INTERACTED]->() SET e.kind = 'like'")
    statistics.derive(spoiled, world.CUT, EXACTLY)
    assert (world.standing(spoiled), world.rows(spoiled, largest, "w")) == (before, [(1.0,)])


def test_what_people_declined_is_no_event_of_statistics(spoiled: Graph) -> None:
    statistics.derive(spoiled, world.CUT, EXACTLY)
    before = world.standing(spoiled)
    world.execute(
        spoiled,
        "MATCH (u:User {id: 'ann'}), (i:Item {id: 'bar'}) CREATE (u)-[:INTERACTED {id: 'declined', "
        "kind: 'hide', at: datetime('2026-02-20T10:00:00Z'), hour: 10, weekday: 5}]->(i)",
    )
    statistics.derive(spoiled, world.CUT, EXACTLY)
    assert world.standing(spoiled) == before


def live(graph: Graph, owner: str, seconds: float) -> None:
    """Give signs of life."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        graph.write("derive.keep_lock", {"owner": owner})
        time.sleep(0.1)


def test_the_command_tells_what_was_written(run: world.Run, spoiled: Graph) -> None:
    command = ("derive", "--at", world.CUT.isoformat(), "--taste-dimension", "3")
    done = run(*command, "--memory", "100MB")
    assert (done.returncode, done.stderr.count("Error")) == (0, 0)
    assert done.stdout == (
        "Wrote 0 categories, 0 category transitions, 0 items, 0 tastes of items, 0 co-visits, "
        "0 transitions, 0 local popularity, 0 most popular, 0 users.\n"
    )
    spoiled.write("derive.take_lock", {"owner": "somebody", "patience": 30})
    thread = Thread(target=live, args=(spoiled, "somebody", 3))
    thread.start()
    refused = run(*command)
    thread.join()
    assert refused.returncode == 1
    assert "Statistics are being derived by somebody, since 20" in " ".join(refused.stderr.split())
    killed = run(*command)  # nobody gives signs of life any more
    assert killed.returncode == 0
    assert "An earlier derivation of somebody, begun" in " ".join(killed.stderr.split())


@pytest.mark.parametrize("size", ["0", "much", "-2GB", "2TB"])
def test_an_amount_of_memory_is_a_number_and_a_unit(run: world.Run, size: str) -> None:
    done = run("derive", f"--memory={size}")
    assert done.returncode == 2
    assert f"'{size}' is no amount of memory" in " ".join(done.stderr.split())
