"""`chronotope refresh` does what is due, in order, and nothing twice."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import world

from chronotope import catalogue, fusion, statistics
from chronotope.client import Client, Refreshing
from chronotope.config import Connection
from chronotope.graph import Graph

STEPS = ["migrate", "extract", "embed", "derive", "learn next", "learn discover", "learn new_items"]


@pytest.fixture
def client(connection: Connection) -> Iterator[Client]:
    with Client.open(connection) as client:
        yield client


@pytest.fixture
def loaded(graph: Graph, tmp_path: Path) -> Graph:
    """Open the town as it was loaded."""
    world.load(graph, tmp_path)
    return graph


@pytest.fixture
def outdated(loaded: Graph) -> Iterator[Graph]:
    """Open the town with a migration that has changed since; put its history back."""
    (kinds,) = [row for row in loaded.read("migrate.read_history") if row["version"] == "0009"]
    loaded.write("migrate.rewrite_checksum", {"version": "0009", "checksum": "0"})
    yield loaded
    world.execute(loaded, "MATCH (:__Neo4jMigration)-[r:REPEATED]->() DELETE r")
    back = {"version": "0009", "checksum": kinds["checksum"]}
    loaded.write("migrate.rewrite_checksum", back)


def writes(ran: Counter[str]) -> dict[str, int]:
    """Return how often each query that writes was run."""
    queries = catalogue.load()
    return {name: count for name, count in ran.items() if queries[name].mode != "read"}


def test_what_is_due_is_done_in_order_and_then_nothing_is(
    outdated: Graph, client: Client, ran: Counter[str]
) -> None:
    told: list[Refreshing] = []
    first = client.refresh(announce=told.append)
    assert [step.step for step in first] == STEPS
    assert list(first) == told
    assert [step.step for step in first if step.left] == STEPS[4:]
    assert "There is not enough data to learn from" in first.remarks[0]
    assert first.remarks[0].endswith("For that: chronotope learn next")
    assert first[2].counts["embedded"] == 22
    assert first[3].why == "the statistics were never derived"
    assert first.seconds >= sum(step.seconds for step in first) > 0
    before = writes(ran)
    again = client.refresh()
    assert (len(again), again.remarks, writes(ran)) == (0, (), before)
    assert [model.name for model in fusion.read(outdated)] == ["discover", "new_items", "next"]


def test_one_more_event_makes_statistics_due_and_one_more_item_texts_too(
    loaded: Graph, client: Client
) -> None:
    assert loaded.uri
    client.refresh()
    client.record("ann", "bar")
    (step,) = client.refresh()
    assert (step.step, step.why[:13]) == ("derive", "1 events more")
    client.retract(client.record("ann", "gym").id or "")
    assert not client.refresh()
    client.load_items([{"item_id": "kiosk", "name": "Kiosk", "description": "Papers"}])
    steps = client.refresh()
    assert [(step.step, step.why) for step in steps] == [
        ("extract", "texts are new or have changed since keywords were extracted"),
        ("embed", "1 texts have no vector"),
        ("derive", "1 items more"),
    ]


def test_between_only_what_is_counted_is_brought_up_and_without_statistics_all(
    loaded: Graph, client: Client
) -> None:
    derived = [step for step in client.refresh(recent=True) if step.step == "derive"]
    assert [step.why for step in derived] == ["the statistics were never derived"]
    assert "co-visits" in derived[0].counts
    recorded = client.record("ann", "bar")
    (step,) = client.refresh(recent=True)
    assert (step.step, step.why[:13]) == ("derive", "1 events more")
    assert "co-visits" not in step.counts
    found = statistics.describe(loaded, datetime.now(UTC))
    assert found.as_of
    assert found.recent_as_of
    assert found.as_of < found.recent_as_of
    assert (found.derived_events, found.recent_events) == (23, 24)
    assert not client.refresh(recent=True)
    client.retract(recorded.id or "")
    (step,) = client.refresh(recent=True)
    assert step.why[:14] == "1 events fewer"
    assert not client.refresh(recent=True)


def test_statistics_keep_their_dimension_and_what_broke_off_is_derived(
    loaded: Graph, client: Client
) -> None:
    world.derive(loaded)
    world.execute(loaded, "MATCH (d:Derivation {name: 'statistics'}) SET d.finishedAt = null")
    steps = {step.step: step for step in client.refresh(learn=False)}
    assert list(steps) == STEPS[1:4]
    assert steps["derive"].why == "the last derivation broke off"
    parameters = loaded.read("derive.read_parameters")[0]["parameters"]
    assert json.loads(parameters)["taste_dimension"] == 3


def test_no_model_is_fetched_and_the_rest_is_done(
    loaded: Graph, client: Client, run: world.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chronotope.language.is_at_hand", lambda spec: spec == "packaged")
    client.embed()
    world.execute(loaded, "MATCH (e:Encoder) SET e.spec = 'some/model', e.revision = 'old'")
    done = run("refresh", "--no-learn", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [(step["step"], step["left"] is None) for step in answer["steps"]] == [
        ("extract", False), ("embed", False), ("derive", True),
    ]  # fmt: skip
    assert answer["remarks"][1] == (
        "embed is left: the encoder 'some/model' is not on this machine, and to fetch it may take "
        "long. For that: chronotope embed"
    )


def test_the_command_tells_each_step_with_its_time_or_that_nothing_was_due(
    loaded: Graph, run: world.Run
) -> None:
    assert loaded.uri
    lines = run("refresh").stdout.splitlines()
    assert [line.partition(" (")[0] for line in lines] == STEPS[1:]
    assert all(line.endswith(" s") for line in lines)
    done = run("refresh")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Nothing was due.\n", "")


def test_weights_that_the_query_cannot_score_with_are_learned_again(
    loaded: Graph, client: Client
) -> None:
    client.refresh()
    old = replace(fusion.read_one(loaded, "discover"), normalisation="training")
    fusion.save(loaded, old.named("old"))
    fusion.use(loaded, "old")
    (step,) = client.refresh()
    problem = "was learned on features normalised by training"
    assert (step.step, step.why) == ("learn discover", f"the model 'old' {problem}")
    fusion.use(loaded, "discover")
    assert not client.refresh()


@pytest.mark.parametrize(("events", "due"), [(25, False), (26, True)])
def test_weights_are_learned_again_when_events_have_doubled(
    loaded: Graph, client: Client, events: int, due: bool
) -> None:
    client.refresh(learn=False)
    model = fusion.read_one(loaded, "next")
    fusion.save(loaded, model.named("mine"))
    world.execute(
        loaded, "MATCH (m:FusionModel {name: 'mine'}) SET m.asOf = datetime('2026-02-17T00:00Z')"
    )
    assert client.refresh()  # of the others, which are the shipped ones
    assert "next" not in fusion.attempts(loaded)  # 13 events before, 23 now
    for number in range(events - 23):
        client.record(f"u{number}", "bar")
    steps = [step.step for step in client.refresh()]
    assert steps == ["derive", *(["learn next"] if due else [])]
