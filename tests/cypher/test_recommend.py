"""What the three recommendation queries have in common, as any Bolt client sees it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import neo4j
import numpy as np
import pytest
import world
from neo4j.exceptions import Neo4jError
from neo4j.spatial import CartesianPoint

from chronotope.config import Connection
from chronotope.errors import InputError
from chronotope.evaluation import TASKS
from chronotope.graph import Graph

WRONG = [
    ({"user": 5}, "user has to be a STRING, it is INTEGER NOT NULL"),
    ({"at": "2026-03-02"}, "at has to be a ZONED DATETIME, it is STRING NOT NULL"),
    (
        {"at": datetime(2026, 3, 2)},
        "at has to be a ZONED DATETIME, it is LOCAL DATETIME NOT NULL",
    ),
    ({"here": [13.0, 45.0]}, "here has to be a POINT, it is LIST<FLOAT NOT NULL> NOT NULL"),
    (
        {"here": CartesianPoint((13.0, 45.0))},
        "here has to be a POINT of longitude and latitude",
    ),
    ({"only": "shops"}, "only has to be 'places' or 'goods'"),
    ({"only": True}, "only has to be 'places' or 'goods'"),
    ({"k": "ten"}, "k has to be an INTEGER, it is STRING NOT NULL"),
    ({"terms": True}, "terms has to be an INTEGER, it is BOOLEAN NOT NULL"),
    ({"explain": 1}, "explain has to be a BOOLEAN, it is INTEGER NOT NULL"),
    ({"model": 1}, "model has to be a STRING, it is INTEGER NOT NULL"),
    ({"model": "x"}, "there is no fusion model 'x'"),
]
every_task = pytest.mark.parametrize("task", list(TASKS))


@pytest.fixture(scope="module")
def driver(connection: Connection) -> Iterator[neo4j.Driver]:
    """Open a driver that knows nothing of us."""
    auth = (connection.username, connection.password)
    with neo4j.GraphDatabase.driver(connection.uri, auth=auth) as driver:
        yield driver


def ask(driver: neo4j.Driver, task: str, **given: Any) -> list[neo4j.Record]:
    """Ask with the text alone: every parameter that is not given is null."""
    query = TASKS[task].query
    parameters = {parameter.name: None for parameter in query.parameters} | given
    return driver.execute_query(query.text, parameters).records


@every_task
def test_base_shares_and_rest_add_up_to_the_score(town: Graph, task: str) -> None:
    query = TASKS[task].query
    everything = town.read(query, {"user": "ann", "at": world.CUT, "terms": 99})
    strongest = town.read(query, {"user": "ann", "at": world.CUT})
    assert everything
    for whole, row in zip(everything, strongest, strict=True):
        assert {term["feature"] for term in whole["terms"]} == set(query.feature_names)
        assert whole["rest"] == pytest.approx(0, abs=1e-12)
        assert row["terms"] == whole["terms"][:12]
        shares = [abs(term["share"]) for term in whole["terms"]]
        assert shares == sorted(shares, reverse=True)
        for one in (whole, row):
            total = one["base"] + sum(term["share"] for term in one["terms"]) + one["rest"]
            assert total == pytest.approx(one["score"], abs=1e-9)
        values = dict(zip(query.feature_names, whole["features"], strict=True))
        assert {term["feature"]: term["value"] for term in whole["terms"]} == values


@every_task
def test_without_explain_there_are_no_terms(town: Graph, task: str) -> None:
    rows = town.read(TASKS[task].query, {"user": "ann", "at": world.CUT, "explain": False})
    assert rows
    for row in rows:
        assert (row["terms"], row["rest"], row["because"]) == (None, None, None)


@every_task
@pytest.mark.usefixtures("town")
def test_any_client_may_leave_everything_null(driver: neo4j.Driver, task: str) -> None:
    rows = ask(driver, task)
    assert 0 < len(rows) <= 20
    assert {row["model"] for row in rows} == {task}


@every_task
@pytest.mark.usefixtures("town")
def test_integers_may_be_floats_as_javascript_sends_them(driver: neo4j.Driver, task: str) -> None:
    rows = ask(driver, task, user="ann", at=world.CUT, k=1.0, terms=2.0)
    assert len(rows) == 1
    assert len(rows[0]["terms"]) == 2


@pytest.mark.parametrize(
    ("task", "wrong", "sentence"),
    # The checks are one region: where it stands, one of them tells that it is there.
    [("new_items", *wrong) for wrong in WRONG] + [(t, *WRONG[0]) for t in ("next", "discover")],
    ids=str,
)
@pytest.mark.usefixtures("town")
def test_what_cannot_be_asked_is_an_error_in_words(
    driver: neo4j.Driver, task: str, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Neo4jError) as caught:
        ask(driver, task, **{"user": "ann", **wrong})
    assert f'"{sentence}"' in str(caught.value)


@every_task
def test_the_graph_tells_such_an_error_as_a_sentence_of_its_own(town: Graph, task: str) -> None:
    with pytest.raises(InputError) as caught:
        town.read(TASKS[task].query, {"user": "ann", "model": "x"})
    assert str(caught.value) == f"recommend.{task}: there is no fusion model 'x'."


@pytest.fixture
def old(town: Graph, task: str) -> Iterator[np.ndarray[Any, Any]]:
    """Write a model `old` that knows the features in another order, and lacks one of them."""
    town.write(
        world.query(
            """
            MATCH (m:FusionModel {name: $task})
            LET places = [n IN range(size(m.features) - 1, 1, -1) | n]
            MERGE (old:FusionModel {name: 'old'})
            SET old.task = $task, old.bias = 0.5,
              old.features = [p IN places | m.features[p]],
              old.linear = [p IN places | m.linear[p]],
              old.mean = [p IN places | m.mean[p]], old.scale = [p IN places | m.scale[p]],
              old.normalisation = m.normalisation
            """,
            mode="write",
            params="task",
        ),
        {"task": task},
    )
    linear = world.rows(town, f"MATCH (m:FusionModel {{name: '{task}'}}) RETURN m.linear AS w", "w")
    yield np.array(linear[0][0])
    town.write(world.query("MATCH (m:FusionModel {name: 'old'}) DETACH DELETE m", mode="write"))


@every_task
def test_weights_go_by_the_names_of_features(
    town: Graph, task: str, old: np.ndarray[Any, Any]
) -> None:
    query = TASKS[task].query
    numbers = world.rows(
        town,
        f"MATCH (m:FusionModel {{name: '{task}'}}) RETURN m.mean AS mean, m.scale AS scale",
        "mean scale",
    )
    mean, scale = map(np.array, numbers[0])
    rows = town.read(query, {"user": "ann", "at": world.CUT, "model": "old"})
    assert rows
    for row in rows:
        seen = row.get("normalised") or row["features"]
        x = np.array([np.nan if value is None else value for value in seen])
        z = np.clip(np.nan_to_num((x - mean) / scale), -6, 6)
        assert row["score"] == pytest.approx(0.5 + old[1:] @ z[1:], abs=1e-9)
        assert row["model"] == "old"


@every_task
@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "old.features = old.features[..-1] + ['charm']",
            "the model 'old' weighs the feature 'charm', which this version",
        ),
        (
            "old.normalisation = 'rank'",
            "the model 'old' was learned on features normalised by rank, this query has",
        ),
        ("old.task = 'other'", "the model 'old' is of other, not of {task}"),
    ],
)
def test_a_model_that_cannot_be_scored_as_it_was_learned_is_refused(
    town: Graph, driver: neo4j.Driver, task: str, change: str, sentence: str
) -> None:
    town.write(world.query(f"MATCH (old:FusionModel {{name: 'old'}}) SET {change}", mode="write"))
    with pytest.raises(Neo4jError) as caught:
        ask(driver, task, user="ann", model="old")
    assert f'"{sentence.format(task=task)}' in str(caught.value)


@every_task
@pytest.mark.usefixtures("town")
def test_a_graph_without_a_model_in_use_says_so(
    town: Graph, driver: neo4j.Driver, task: str
) -> None:
    town.write(world.query("MATCH (m:FusionModel) SET m.serves = null", mode="write"))
    try:
        with pytest.raises(Neo4jError, match=f"no fusion model is in use for {task}"):
            ask(driver, task, user="ann")
    finally:
        town.write(world.USE_THE_SHIPPED)
