"""What is exported of a village: nobody unless people are asked for, and no small number."""

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import village
import world

from chronotope import statistics
from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.graph import Graph

networkx = pytest.importorskip("networkx")
pytest.importorskip("networkit", reason="needs the extra analysis")


@pytest.fixture
def client(migrated: Graph) -> Client:
    def build(graph: Graph) -> None:
        village.load(graph)
        statistics.derive(graph, village.AT, statistics.DeriveOptions(taste_dimension=1))

    graph = world.play(migrated, "derived village", build)
    return Client(graph.driver, graph.connection.database)


def network(client: Client, tmp_path: Path, what: str, **more: Any) -> Any:
    done = client.export(what, tmp_path / "x.graphml", at=village.AT, overwrite=True, **more)
    found = networkx.read_graphml(done.files[0])
    assert (done.nodes, done.edges) == (found.number_of_nodes(), found.number_of_edges())
    return found


def kinds(found: Any) -> dict[str, int]:
    names = [kind for _, _, kind in found.edges(data="kind")]
    return {name: names.count(name) for name in names}


def test_the_graph_has_items_and_interests_and_no_person(client: Client, tmp_path: Path) -> None:
    found = network(client, tmp_path, "graph")
    assert kinds(found) == {"ABOUT": 2, "BROADER": 2}  # one guest alone visited both
    assert found.nodes["item:bar"] == {
        "kind": "Item", "name": "Last Lamp", "users": 7, "events": 19, "active": True,
        "longitude": 13.0, "latitude": 45.2,
    }  # fmt: skip
    text = (tmp_path / "x.graphml").read_text(encoding="utf-8")
    assert not any(name in text for name in ("ann", "zoe", "hermit"))
    few = network(client, tmp_path, "graph", min_users=7)
    assert "users" not in few.nodes["item:cafe"]
    assert kinds(network(client, tmp_path, "graph", min_users=1))["CO_VISITED"] == 1


def test_people_are_in_it_who_were_asked_for(client: Client, tmp_path: Path) -> None:
    found = network(client, tmp_path, "graph", people=True)
    assert kinds(found) == {"ABOUT": 2, "BROADER": 2, "INTERACTED": 13, "KNOWS": 1}
    assert found.edges["user:zoe-1", "item:bar"]["events"] == 3
    assert found.edges["user:zoe-1", "item:bar"]["last"].startswith("2026-02-20T22:00")


def test_interests_go_together_that_people_share_more_than_by_chance(
    client: Client, tmp_path: Path
) -> None:
    found = network(client, tmp_path, "interests")
    assert kinds(found) == {"BROADER": 2}
    assert found.nodes[f"interest:{village.MORNING}"]["users"] == 6
    assert (
        "users"
        not in network(client, tmp_path, "interests", min_users=8).nodes[
            f"interest:{village.EVENING}"
        ]
    )
    with pytest.raises(InputError, match="no place on a map"):
        client.export("interests", tmp_path / "x.geojson")


def test_communities_are_a_network_and_a_map(client: Client, tmp_path: Path) -> None:
    found = network(client, tmp_path, "communities")
    assert kinds(found) == {"TIED": 1}
    assert json.loads(found.nodes["community:2"]["places"]) == ["Last Lamp"]
    assert found.edges["community:1", "community:2"]["ties"] == 6
    everybody = network(client, tmp_path, "communities", people=True)
    assert kinds(everybody) == {"TIED": 1, "MEMBER_OF": 13, "TIE": 15 + 15 + 6 + 1}
    assert everybody.nodes["user:ann-5"]["community"] == "community:1"
    done = client.export("communities", tmp_path / "x.geojson", at=village.AT)
    features = json.loads(done.files[0].read_text(encoding="utf-8"))["features"]
    assert [feature["properties"]["name"] for feature in features] == ["Café A", "Last Lamp"]
    assert done.edges is None


def test_hotspots_are_a_map_and_flows_are_both(client: Client, tmp_path: Path) -> None:
    world.spoil(client.graph)
    with pytest.raises(InputError, match="GraphML holds networks"):
        client.export("hotspots", tmp_path / "h.graphml")
    with pytest.raises(InputError, match="leave it out"):
        client.export("graph", tmp_path / "g.csv", interest="Bar")
    none = network(client, tmp_path, "flows", min_users=1)
    assert none.number_of_edges() == 0  # nobody goes from one to the other within hours
    client.record("ann-5", "cafe", at=village.AT - timedelta(hours=3))
    client.record("ann-5", "bar", at=village.AT - timedelta(hours=2))
    found = network(client, tmp_path, "flows", min_users=1)
    ((_, _, flow),) = found.edges(data=True)
    assert (flow["kind"], flow["users"], flow["steps"]) == ("FLOW", 1, 1)
    assert network(client, tmp_path, "flows").number_of_edges() == 0
    done = client.export("flows", tmp_path / "f.geojson", at=village.AT, min_users=1)
    (line,) = json.loads(done.files[0].read_text(encoding="utf-8"))["features"]
    assert line["geometry"]["type"] == "LineString"
    stalls = [
        {"item_id": f"stall-{n}", "latitude": 45.0 + n / 50, "longitude": 13.1} for n in range(10)
    ]
    client.load_items(stalls)
    client.load_events(
        {"user_id": f"guest-{n}", "item_id": stall["item_id"], "timestamp": "2026-02-20T12:00:00Z"}
        for stall in stalls
        for n in range(5)
    )
    spots = client.export("hotspots", tmp_path / "h.geojson", at=village.AT)
    features = json.loads(spots.files[0].read_text(encoding="utf-8"))["features"]
    assert {feature["geometry"]["type"] for feature in features} == {"Polygon"}
    assert sorted(feature["properties"]["users"] for feature in features) == [5] * 10 + [6, 7]


def test_the_command_writes_files_and_says_which(
    client: Client, run: world.Run, tmp_path: Path
) -> None:
    del client
    at = ("--at", village.AT.isoformat(), "--output", str(tmp_path / "c.csv"))
    done = run("export", "communities", *at)
    assert done.returncode == 0, done.stderr
    assert "No person is in it" in done.stderr
    assert "2 rows and 1 edges" in done.stderr
    rows = list(csv.DictReader((tmp_path / "c.nodes.csv").read_text("utf-8").splitlines()))
    assert [row["size"] for row in rows] == ["7", "6"]
    again = run("export", "communities", *at)
    assert again.returncode == 1
    assert "exists already" in again.stderr
    told = json.loads(run("export", "graph", *at, "--overwrite", "--json").stdout)
    assert told["files"] == [str(tmp_path / f"c.{part}.csv") for part in ("nodes", "edges")]
    unknown = run("export", "graph", "--output", str(tmp_path / "c.xlsx"))
    assert "format is 'graphml' or" in unknown.stderr
