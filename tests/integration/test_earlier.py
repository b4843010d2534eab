"""A graph that an earlier version of this project made: it is migrated, and answers."""

import csv
import json
from datetime import datetime
from pathlib import Path

import world

from chronotope import fusion, migrations
from chronotope.graph import Graph
from chronotope.migrations import MigrateOptions

EARLIER = Path(__file__).parents[1] / "data" / "earlier"
ITEMS = """
UNWIND $rows AS row
MERGE (interest:Interest {id: row.category}) SET interest.name = row.category
CREATE (item:Item {id: row.item_id, name: row.name,
  location: point({longitude: toFloat(row.longitude), latitude: toFloat(row.latitude)})})
CREATE (item)-[:ABOUT {weight: 1.0}]->(interest)
"""


def make(graph: Graph) -> None:
    """Make the town as it was then: a dislike is an event among others, kinds are only words."""
    migrations.apply(graph, MigrateOptions(EARLIER / "migrations"))
    items = list(csv.DictReader(world.ITEMS.splitlines()))
    graph.driver.execute_query(ITEMS, rows=items)
    rows = [
        {
            "id": str(n),
            "user": row["user_id"],
            "item": row["item_id"],
            "epochMillis": round(datetime.fromisoformat(row["timestamp"]).timestamp() * 1000),
            "zone": "Europe/Rome",
            "kind": row["kind"],
        }
        for n, row in enumerate(csv.DictReader(world.EVENTS.splitlines()))
    ]
    rows.append({**rows[0], "id": "disliked", "item": "museum", "kind": "dislike"})
    text = (EARLIER / "merge_events.cypher").read_text(encoding="utf-8")
    done = graph.driver.execute_query(text, rows=rows)
    assert done.records[0].data() == {"created": len(rows), "conflicts": []}


def test_a_graph_of_an_earlier_version_is_migrated_and_answers(
    bare: Graph, run_bare: world.Run
) -> None:
    make(bare)
    refused = run_bare("recommend", "ann", "--at", world.CUT.isoformat())
    assert (refused.returncode, "run: chronotope migrate apply" in refused.stderr) == (4, True)

    assert run_bare("migrate", "apply").returncode == 0
    steps = migrations.standing(bare)
    assert {step.state for step in steps} == {"applied"}
    assert [step.source for step in steps] == [one.source for one in migrations.read_folder()]
    assert world.rows(bare, "MATCH ()-[e:INTERACTED]->() RETURN count(e) AS n", "n") == [(23,)]
    declined = "MATCH (u:User)-[d:DECLINED]->(i:Item) RETURN u.id AS u, i.id AS i, d.id AS id"
    assert world.rows(bare, declined, "u i id") == [("ann", "museum", "disliked")]
    for task in ("next", "discover", "new_items"):
        model = fusion.in_use(bare, task)
        assert model is not None
        assert model.problem() is None

    assert run_bare("derive", "--at", world.CUT.isoformat()).returncode == 0
    for option, expected in (("--next", "cafe-a"), ("--discover", "cafe-b")):
        done = run_bare("recommend", "ann", option, "--at", world.CUT.isoformat(), "--json")
        assert done.returncode == 0, done.stderr
        found = [row["id"] for row in json.loads(done.stdout)["recommendations"]]
        assert expected in found
        assert "museum" not in found  # which was disliked
    healthy = run_bare("doctor", "--json")
    findings = {one["subject"]: one for one in json.loads(healthy.stdout)["findings"]}
    assert healthy.returncode == 0, findings
    assert findings["recommendations"]["verdict"] == "ok"
