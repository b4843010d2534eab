"""The catalogue in the graph: published once, compared, and never in the way."""

from collections import Counter
from collections.abc import Iterator

import pytest
import world

from chronotope import catalogue, doctor, migrations
from chronotope.client import Client
from chronotope.graph import Graph
from chronotope.migrations import MigrateOptions
from chronotope.resources import VERSION

PUBLIC = [query for query in catalogue.load().values() if query.public]


@pytest.fixture
def published(graph: Graph) -> Iterator[Graph]:
    """Open a graph in which a test spoils the published queries; put them back."""
    yield graph
    migrations.apply(graph)


def names(graph: Graph) -> set[str]:
    return {
        name for (name,) in world.rows(graph, "MATCH (q:ChronotopeQuery) RETURN q.name AS n", "n")
    }


def finding(graph: Graph) -> doctor.Finding:
    (found,) = [one for one in doctor.examine(graph) if one.subject == "catalogue"]
    return found


def test_every_public_query_is_published_as_its_header_says(graph: Graph) -> None:
    found = {row["query"]["name"]: row["query"] for row in graph.read("catalogue.read_published")}
    assert found.keys() == {query.name for query in PUBLIC}
    tags = catalogue.get("profile.tags")
    assert found["profile.tags"] == {
        "name": "profile.tags",
        "summary": "Tell a user's interests as tags, with the events behind them.",
        "doc": tags.doc,
        "mode": "read",
        "text": tags.text,
        "parameters": [
            "user STRING  the user's id; an unknown one has no tags",
            "at ZONED DATETIME = datetime()  the moment; it may come in any zone",
            "scheme STRING = null  category or keyword; null: both",
            "k INTEGER = 20  how many",
        ],
        "columns": [
            "id STRING", "name STRING", "scheme STRING", "broader STRING", "weight FLOAT",
            "lift FLOAT", "trend STRING", "events INTEGER", "first ZONED DATETIME",
            "last ZONED DATETIME", "hours LIST<INTEGER>", "weekdays LIST<INTEGER>",
            "places LIST<MAP>", "evidence LIST<MAP>",
        ],
        "features": [],
        "fingerprint": tags.fingerprint,
        "version": VERSION,
    }  # fmt: skip
    discover = catalogue.get("recommend.discover")
    assert found["recommend.discover"]["features"] == list(discover.feature_names)
    assert found["events.record"]["mode"] == "write"


def test_what_is_published_already_is_not_written(graph: Graph, ran: Counter[str]) -> None:
    before = ran["catalogue.publish"]
    migrations.apply(graph)
    assert ran["catalogue.publish"] == before
    assert finding(graph) == doctor.Finding(
        "catalogue", "ok", f"{len(PUBLIC)} queries published, as this package has them"
    )


def test_what_differs_is_told_and_written_and_what_is_gone_goes(
    published: Graph, ran: Counter[str]
) -> None:
    world.execute(
        published, "MATCH (q:ChronotopeQuery {name: 'profile.tags'}) SET q.text = 'RETURN 1'"
    )
    world.execute(published, "MATCH (q:ChronotopeQuery {name: 'items.upsert'}) DELETE q")
    world.execute(published, "CREATE (:ChronotopeQuery {name: 'old.one'})<-[:LIKES]-(:Reader)")
    told = finding(published)
    assert told.verdict == "warning"
    assert told.text == (
        "not published as this package has them: items.upsert, old.one, profile.tags; "
        "run: chronotope migrate apply"
    )
    client = Client(published.driver, published.connection.database)
    would = client.migrate(dry_run=True)
    assert (len(would), would.published) == (0, ("items.upsert", "old.one", "profile.tags"))
    assert "old.one" in names(published)
    marked = "MATCH (q:ChronotopeQuery {name: 'profile.rhythm'}) RETURN elementId(q) AS id"
    before, writes = world.rows(published, marked, "id"), ran["catalogue.publish"]
    assert client.migrate().published == ("items.upsert", "old.one", "profile.tags")
    assert ran["catalogue.publish"] == writes + 1
    assert world.rows(published, marked, "id") == before
    assert names(published) == {query.name for query in PUBLIC}
    assert client.migrate().published == ()
    assert finding(published).verdict == "ok"


def test_only_a_whole_schema_has_the_catalogue(bare: Graph) -> None:
    migrations.apply(bare, MigrateOptions(to="10"))
    assert names(bare) == set()
    migrations.apply(bare)
    assert names(bare) == {query.name for query in PUBLIC}


def test_a_graph_with_the_catalogue_alone_is_empty(bare: Graph) -> None:
    migrations.apply(bare)
    assert bare.read("load.is_empty") == [{"empty": True}]
    migrations.clean(bare)
    assert bare.read("migrate.count_foreign_nodes") == [{"nodes": 0}]
    migrations.apply(bare)  # nobody else's graph
    world.execute(bare, "CREATE (:Customer)")
    assert bare.read("load.is_empty") == [{"empty": False}]
    assert bare.read("migrate.count_foreign_nodes") == [{"nodes": 1}]


def test_the_command_says_how_many_queries_it_published(published: Graph, run: world.Run) -> None:
    world.execute(published, "MATCH (q:ChronotopeQuery {name: 'profile.tags'}) SET q.summary = ''")
    assert run("migrate", "apply", "--dry-run").stdout == "Would publish 1 query in the graph.\n"
    assert run("migrate", "apply").stdout == "Published 1 query in the graph.\n"
    assert run("migrate", "apply").stdout == "The schema is up to date.\n"
