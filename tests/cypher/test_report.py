"""Pages of a village: nobody but the one who is asked for, and no small number."""

import json
from pathlib import Path

import pytest
import village
import world

from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.graph import Graph

pytest.importorskip("plotly", reason="needs the extra pages")
pytest.importorskip("networkit", reason="needs the extra analysis")
PEOPLE = ("ann-", "zoe-", "hermit")
AT = ("--at", village.AT.isoformat())


@pytest.fixture
def client(migrated: Graph) -> Client:
    graph = world.play(migrated, "village", village.load)
    return Client(graph.driver, graph.connection.database)


def page(run: world.Run, folder: Path, *arguments: str) -> str:
    done = run("report", *arguments, "--output", str(folder), "--overwrite")
    assert done.returncode == 0, done.stderr
    assert str(folder / "index.html") in done.stderr
    return (folder / "index.html").read_text(encoding="utf-8")


def test_an_overview_counts_people_by_hour_and_area(client: Client) -> None:
    found = client.overview(at=village.AT)
    assert (found.people, found.events) == (12, 37)
    assert {area.name: area.people[8] for area in found} == {"Café A": 6, "Last Lamp": 0}
    assert {area.name: area.people[22] for area in found} == {"Café A": 0, "Last Lamp": 7}
    assert [(turn.name, turn.people) for turn in found.interests] == [
        ("Bar", 7),
        ("Coffee Shop", 6),
    ]
    assert found.week[4][22] == 7
    few = client.overview(at=village.AT, min_users=7)
    assert [area.name for area in few] == ["Last Lamp"]
    assert few.week[0][8] is None
    night = client.overview("Nightlife", at=village.AT)
    assert night.interest == {"id": "category:Nightlife", "name": "Nightlife"}
    assert [area.name for area in night] == ["Last Lamp"]
    with pytest.raises(InputError, match=r"Fewer than 8 people did something .* about Nightlife"):
        client.overview("Nightlife", at=village.AT, min_users=8)


def test_the_city_and_an_interest_name_nobody(
    client: Client, run: world.Run, tmp_path: Path
) -> None:
    del client
    told = page(run, tmp_path / "city", "city", *AT)
    assert "2 communities of 13 people" in told
    assert "Last Lamp ×" in told
    assert not any(name in told for name in PEOPLE)
    named = page(run, tmp_path / "city", "city", *AT, "--people")
    assert "ann-5" in named
    assert not any(name in page(run, tmp_path / "bar", "interest", "Bar", *AT) for name in PEOPLE)
    few = run("report", "city", *AT, "--min-users", "13", "--output", str(tmp_path / "few"))
    assert "Fewer than 13 people" in few.stderr


def test_a_user_is_shown_alone(client: Client, run: world.Run, tmp_path: Path) -> None:
    world.spoil(client.graph)
    client.derive(village.AT, taste_dimension=1)
    told = page(run, tmp_path / "user", "user", "ann-5", *AT, "--language", "zh")
    assert "ann-5" in told
    assert "Café A" in told
    assert not any(f"ann-{n}" in told for n in range(5))
    assert "zoe-" not in told


def test_an_evaluation_becomes_a_page(run: world.Run, tmp_path: Path) -> None:
    value = {"value": 0.2, "ci95": [0.1, 0.3]}
    told = {"task": "next", "metrics": {"mrr": value}, "baselines": {"popularity": {"mrr": 0.1}}}
    (tmp_path / "e.json").write_text(json.dumps(told))
    assert "popularity" in page(run, tmp_path / "e", "evaluation", str(tmp_path / "e.json"))
    again = run("report", "evaluation", str(tmp_path / "e.json"), "--output", str(tmp_path / "e"))
    assert again.returncode == 1
    assert "exists already" in again.stderr
