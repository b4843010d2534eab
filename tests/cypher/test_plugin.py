"""The plugin's procedures: the rows of the texts, composed with the rest of a graph."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import neo4j
import pytest
import world
from neo4j.spatial import WGS84Point

from chronotope import catalogue, doctor, language
from chronotope.catalogue import Query
from chronotope.graph import Graph
from chronotope.resources import VERSION

CARRIED = [query for query in catalogue.load().values() if query.public and query.mode == "read"]
AT = datetime(2026, 3, 12, 8, tzinfo=UTC)
HERE = WGS84Point((13.0, 45.001))
ANN: dict[str, Any] = {"user": "ann", "at": AT}
VECTOR = "the vector of a question"
CASES: dict[str, dict[str, Any]] = {
    "audience.find_interests": {"vector": VECTOR, "k": 3},
    "audience.find_users": {
        "interests": ["category:Dining"], "at": AT, "minSize": 1, "near": HERE, "within": 5000,
    },
    "communities.find_people": {},
    "communities.list_communities": {"minUsers": 2},
    "explain.describe_item": {"item": "bar", **ANN},
    "explain.trace_co_visits": {"item": "museum", **ANN},
    "explain.trace_distances": {"item": "museum", "here": HERE, **ANN},
    "explain.trace_hours": {"item": "cafe-a", **ANN},
    "explain.trace_interests": {"item": "cafe-b", **ANN},
    "explain.trace_similar_users": {"item": "bar", **ANN},
    "profile.rhythm": {"user": "dee", "at": AT},
    "profile.tags": {"k": 5.0, **ANN},
    "profile.vectors": ANN,
    "recommend.discover": {"here": HERE, "k": 5, **ANN},
    "recommend.new_items": {"here": HERE, "only": "places", **ANN},
    "recommend.next": {"here": HERE, "where": {"id": ["bar", "cafe-b"]}, **ANN},
    "recommend.trending": {"at": AT + timedelta(hours=1), "hours": 12.0, "minUsers": 3},
    "search.find_by_vector": {"vector": VECTOR, "k": 4},
    "search.find_interest": {"interest": "coffee shop"},
    "search.find_items": {"vector": VECTOR, "words": "coffee", "here": HERE, **ANN},
    "search.find_place": {"words": "willow", "name": "Willow Park"},
}  # fmt: skip


@pytest.fixture
def plugged(embedded: Graph) -> Graph:
    """Open the embedded town on a server that has the plugin."""
    if not doctor.plugin(embedded).procedures:
        pytest.skip("the server has no plugin")
    return embedded


def call(graph: Graph, text: str, **given: Any) -> list[dict[str, Any]]:
    answer = graph.driver.execute_query(
        text, given, database_=graph.connection.database, routing_="r"
    )
    return [dict(record) for record in answer.records]


def refused(graph: Graph, text: str, **given: Any) -> str:
    with pytest.raises(neo4j.exceptions.ClientError) as caught:
        call(graph, text, **given)
    return str(caught.value.message)


def identity(node: neo4j.graph.Node | None) -> str | None:
    return None if node is None else node.element_id


def by_name(graph: Graph, query: Query, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Ask a query through its procedure, as its header says that it is called."""
    places = [one.name for one in query.positional]
    options = {name: value for name, value in given.items() if name not in places}
    arguments = {f"p{n}": given.get(name) for n, name in enumerate(places)}
    taken = [f"$p{n}" for n, _ in enumerate(places)]
    if len(places) < len(query.parameters):
        taken.append("$options")
    signature = ", ".join(taken)
    text = re.sub(r"\(.*\)", f"({signature})", query.call)
    columns = text.partition(" YIELD ")[2]
    return call(graph, f"{text} RETURN {columns}", options=options, **arguments)


def test_every_published_query_that_reads_is_a_procedure(plugged: Graph) -> None:
    found = call(
        plugged,
        "SHOW PROCEDURES YIELD name, mode, description, signature "
        "WHERE name STARTS WITH 'chronotope.' RETURN *",
    )
    procedures = {row["name"]: row for row in found}
    assert {row["mode"] for row in found} == {"READ"}
    assert procedures.keys() - {"chronotope.run", "chronotope.queries"} == {
        f"chronotope.{query.name}" for query in CARRIED
    }
    for query in CARRIED:
        assert procedures[f"chronotope.{query.name}"]["description"] == query.summary
    signature = procedures["chronotope.audience.find_users"]["signature"]
    arguments, yielded = signature.split(" :: ", 1)[0], signature
    assert arguments.startswith("chronotope.audience.find_users(interests")
    for column in (
        "user :: NODE",
        "score :: FLOAT",
        "last :: ZONED DATETIME",
        "because :: LIST<MAP>",
    ):
        assert column in yielded


@pytest.mark.parametrize("query", CARRIED, ids=lambda query: query.name)
def test_a_procedure_and_its_text_give_equal_rows(plugged: Graph, query: Query) -> None:
    given = dict(CASES[query.name])
    if given.get("vector") == VECTOR:
        encoder = language.open_encoder("packaged")
        given["vector"] = language.encode_query(encoder, "coffee and cake")
    if query.name.startswith("communities."):
        world.spoil(plugged)
        few = {"id": "community:1", "size": 3, "interests": [], "hours": [8], "cells": []}
        plugged.write("communities.write_communities", {"rows": [{**few, "places": ["bar"]}]})
        ann = {"id": "ann", "influence": 1.5, "betweenness": 0.5, "within": 1.0}
        plugged.write("communities.write_people", {"rows": [{**ann, "community": "community:1"}]})
    if query.name == "recommend.trending":  # nothing rises in the town until then
        world.spoil(plugged)
        for user in ("ann", "bob", "cid"):
            plugged.write("events.record", {"user": user, "item": "bar", "at": AT})
    expected = plugged.read(query, given)
    assert expected
    rows = by_name(plugged, query, given)
    anyway = call(plugged, "CALL chronotope.run($n, $p) YIELD row, node", n=query.name, p=given)
    assert [row["row"] for row in anyway] == expected
    if query.node:
        nodes = [row.pop(query.node.name) for row in rows]
        assert [node and node["id"] for node in nodes] == [row["id"] for row in expected]
        assert all(node is None or set(query.node.labels) & node.labels for node in nodes)
        assert [identity(row["node"]) for row in anyway] == [identity(node) for node in nodes]
    assert rows == expected


def test_answers_compose_with_the_rest_of_a_graph(plugged: Graph) -> None:
    found = call(
        plugged,
        "MATCH (user:User) WITH user ORDER BY user.id "
        "CALL chronotope.recommend.discover(user.id, {at: $at, k: 2}) YIELD item, score "
        "MATCH (item)-[:ABOUT]->(interest:Interest {scheme: 'category'}) "
        "RETURN user.id AS user, item.id AS item, score, interest.name AS category",
        at=AT,
    )
    expected = [
        {"user": user, "item": row["id"], "score": row["score"], "category": row["category"]}
        for user in ("ann", "bob", "cid", "dee")
        for row in plugged.read("recommend.discover", {"user": user, "at": AT, "k": 2})
    ]
    assert [{**row, "category": None} for row in found] == [
        {**row, "category": None} for row in expected
    ]
    assert all(
        row["category"] in said["category"] for row, said in zip(found, expected, strict=True)
    )


def test_a_statement_of_cypher_5_may_call(plugged: Graph) -> None:
    asked = "CYPHER 5 CALL chronotope.profile.tags('ann', {at: $at, k: 1}) YIELD interest, weight"
    (row,) = call(plugged, f"{asked} RETURN interest.name AS name, weight", at=AT)
    (tag,) = plugged.read("profile.tags", {**ANN, "k": 1})
    assert row == {"name": tag["name"], "weight": tag["weight"]}


def test_a_call_sees_what_its_transaction_wrote(plugged: Graph) -> None:
    record = catalogue.get("events.record")
    asked = (
        "CALL chronotope.explain.describe_item('bar', {user: 'ann', at: $at}) YIELD had RETURN had"
    )
    event = record.bind({"user": "ann", "item": "bar", "at": datetime(2026, 3, 11, tzinfo=UTC)})
    with (
        plugged.driver.session(database=plugged.connection.database) as session,
        session.begin_transaction() as transaction,
    ):
        assert [row["had"] for row in transaction.run(asked, at=AT)] == [False]
        transaction.run(record.text, event).consume()
        assert [row["had"] for row in transaction.run(asked, at=AT)] == [True]
        transaction.rollback()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("recommend.discover('ann', {kk: 3})",
         "recommend.discover has no option 'kk'; it takes: at, here, place, only, items, "),
        ("recommend.discover('ann', {user: 'bob'})", "recommend.discover has no option 'user'; it"),
        ("recommend.discover('ann', {k: 'ten'})",
         "recommend.discover: k has to be INTEGER, or null for its default; it is 'ten'."),
        ("recommend.discover('ann', {k: 1.5})", "k has to be INTEGER, or null for its default"),
        ("recommend.discover('ann', {items: ['bar', 3]})", "items has to be LIST<STRING>, or null"),
        ("recommend.discover('ann', {at: localdatetime()})", "at has to be ZONED DATETIME, or"),
        ("recommend.discover('ann', {only: 'shops'})",
         "recommend.discover: only has to be 'places' or 'goods'."),
        ("recommend.discover('ann', {within: 5})",
         "recommend.discover: within is a distance from here: here has to be given too."),
        ("profile.tags(null)", "profile.tags: user has to be STRING; it is null."),
        ("run('profile.tags', {k: 1})", "profile.tags: user has to be STRING; it is null."),
        ("run('profile.tag')", "There is no query 'profile.tag' that reads; there are: audience."),
        ("run('events.record', {})", "There is no query 'events.record' that reads; there are: "),
    ],
)  # fmt: skip
def test_an_error_names_the_parameter_and_what_is_allowed(
    plugged: Graph, text: str, said: str
) -> None:
    assert said in refused(plugged, f"CALL chronotope.{text}")


def test_what_the_plugin_carries_is_told_by_itself_and_by_the_doctor(
    plugged: Graph, run: world.Run
) -> None:
    found = plugged.read("plugin.list_queries")
    assert {row["name"]: row["fingerprint"] for row in found} == {
        query.name: query.fingerprint for query in CARRIED
    }
    texts = call(plugged, "CALL chronotope.queries() YIELD name, text, call")
    assert {row["name"]: row["text"] for row in texts} == {q.name: q.text for q in CARRIED}
    procedures = {row["name"] for row in plugged.read("plugin.list_procedures")}
    assert {"chronotope.run", "chronotope.queries"} < procedures
    (said,) = [one for one in doctor.examine(plugged) if one.subject == "plugin"]
    fits = f"{VERSION}, and it fits: its {len(CARRIED)} queries are those of this package"
    assert said == doctor.Finding("plugin", "ok", fits)
    done = run("plugin", "status")
    assert (done.returncode, done.stdout) == (0, f"{fits}\n")
