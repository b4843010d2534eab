"""The commands of meaning, as a person calls them: search, tags, profile, audience."""

import json
from pathlib import Path

import numpy as np
import pytest
import world

from chronotope.graph import Graph

AT = ("--at", "2026-03-02T00:00:00Z")


@pytest.mark.usefixtures("embedded")
def test_search_understands_time_and_place(run: world.Run) -> None:
    done = run("search", "espresso near Willow Park on a weekday morning", *AT, "--json")
    assert done.returncode == 0, done.stderr
    assert "Near Willow Park." in done.stderr
    found = json.loads(done.stdout)
    assert (found["text"], found["weekdays"]) == ("espresso", [1, 2, 3, 4, 5])
    rows = found["items"]
    assert rows[0]["id"] in {"cafe-a", "cafe-b"}
    assert rows[0]["terms"]["distance"] < 0
    assert rows[0]["terms"]["hour"] > 0
    assert "Café" in run("search", "安静的咖啡馆", "-k", "1").stdout


@pytest.mark.usefixtures("embedded")
def test_search_filters_and_says_what_it_does_not_know(run: world.Run) -> None:
    found = json.loads(run("search", "weights", "--interest", "Coffee Shop", "--json").stdout)
    assert {row["id"] for row in found["items"]} == {"cafe-a", "cafe-b", "fresh"}
    assert "There is no interest 'flying'" in run("search", "x", "--interest", "flying").stderr
    assert "No place is called 'Atlantis'" in run("search", "tea near Atlantis").stderr
    assert run("search", "tea", "--within", "100").returncode == 1
    assert run("search").returncode == 1


def test_search_takes_a_vector_of_pictures(embedded: Graph, run: world.Run, tmp_path: Path) -> None:
    world.spoil(embedded)
    (tmp_path / "items.csv").write_text(world.ITEMS, encoding="utf-8")
    np.save(tmp_path / "pictures.npy", np.eye(8, 4, dtype=np.float32) + 0.1)
    done = run(
        "load", "items", str(tmp_path / "items.csv"), "--vectors", str(tmp_path / "pictures.npy"),
        "--vectors-index", "item_image",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    embedded.write(world.AWAIT_INDEXES)
    np.save(tmp_path / "one.npy", np.array([0, 0, 1, 0], np.float32))
    given = ("--vector-file", str(tmp_path / "one.npy"), "--index", "item_image", "--json")
    assert json.loads(run("search", *given).stdout)["items"][0]["id"] == "park"
    np.save(tmp_path / "none.npy", np.zeros(4))
    assert (
        "no vector of finite numbers"
        in run("search", "--vector-file", f"{tmp_path}/none.npy").stderr
    )


@pytest.mark.usefixtures("embedded")
def test_tags_and_rhythm_show_what_is_behind_them(run: world.Run) -> None:
    shown = run("tags", "ann", *AT).stdout
    assert "Coffee Shop" in shown
    assert "Café A (4)" in shown
    assert "8-9 h" in shown
    rows = json.loads(run("tags", "ann", *AT, "--scheme", "keyword", "--json").stdout)
    assert [row["id"] for row in rows["tags"]] == ["keyword:quiet"]
    assert "Willow Park" in run("rhythm", "ann", *AT).stdout
    assert "The graph has no user 'x'." in run("tags", "x").stderr


def test_profile_is_text_and_numbers_and_is_kept(embedded: Graph, run: world.Run) -> None:
    world.spoil(embedded)
    told = run("profile", "ann", *AT).stdout
    assert told.startswith("Interests: Coffee Shop (rising, weekdays 8-9 h, at Café A)")
    assert "兴趣：" in run("profile", "ann", *AT, "--language", "zh").stdout
    found = json.loads(run("profile", "ann", *AT, "--json", "--vector").stdout)
    assert len(found["meaning"]) == 512
    assert len(found["taste"]) == 3
    assert len(found["rhythm"][0]["hours"]) == 24
    assert set(found["terms"]) == {"next", "discover", "new_items"}
    kept = "MATCH (u:User) WHERE u.profile IS NOT NULL RETURN u.id AS id, size(u.embedding) AS n"
    assert world.rows(embedded, kept, "id n") == []  # another moment is not kept
    assert run("profile", "ann").returncode == 0
    assert world.rows(embedded, kept, "id n") == [("ann", 512)]
    assert "profiles of 4 users" in run("profile", "--all").stdout
    assert run("profile", "ann", "--all").returncode == 1


@pytest.mark.usefixtures("embedded")
def test_audience_shows_nothing_of_few(run: world.Run) -> None:
    few = run("audience", "coffee", *AT)
    assert "fewer than 5 users; nothing is shown" in few.stdout
    assert "ann" not in few.stdout
    found = json.loads(
        run("audience", "--interest", "Coffee Shop", *AT, "--min-size", "2", "--json",
            "--overlap", "gym").stdout
    )  # fmt: skip
    assert found["size"] == 4
    assert found["reach"][0] == {"score": 0.05, "users": 4}
    assert found["overlap"]["common"] == 2
    assert "No interest means" in run("audience", "qwrtzpsdfg").stderr


@pytest.mark.usefixtures("embedded")
def test_recommendations_are_said_in_sentences(run: world.Run) -> None:
    done = run("recommend", "ann", "--new-items", *AT, "--text")
    assert done.returncode == 0, done.stderr
    assert "Monday, 1:00: Café Fresh, Coffee Shop - " in done.stdout
    chinese = run("recommend", "ann", "--new-items", *AT, "--text", "--language", "zh").stdout
    assert "星期一1:00，为您推荐Café Fresh（Coffee Shop）：" in chinese
    assert "离Café A约60米" in chinese
    assert run("recommend", "ann", "--new-items", "--discover").returncode == 1
