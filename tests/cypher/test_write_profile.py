"""Profiles in the graph: listed users, written texts, vectors that follow them."""

from pathlib import Path

import pytest
import world

from chronotope.graph import Graph
from chronotope.language import profile

PROFILES = "MATCH (u:User) RETURN u.id AS id, u.profile AS text, u.embedding AS e ORDER BY id"


@pytest.fixture
def loaded(graph: Graph, tmp_path: Path) -> Graph:
    world.load(graph, tmp_path)
    return graph


def test_profiles_are_written_and_embedded_when_they_change(loaded: Graph) -> None:
    encoder = world.LettersEncoder()
    users = [row["id"] for row in loaded.read("profile.list_users", {"at": world.CUT})]
    assert users == ["ann", "bob", "cid", "dee"]
    told = profile.write_profiles(loaded, users, world.CUT, encoder)
    assert encoder.seen == [told[user] for user in users]
    profile.write_profiles(loaded, users, world.CUT, encoder)
    assert len(encoder.seen) == 4
    profile.write_profiles(loaded, ["ann"], world.END, encoder)
    assert len(encoder.seen) == 5
    found = {
        name: (text, vector) for name, text, vector in world.rows(loaded, PROFILES, "id text e")
    }
    assert found["bob"][0] == told["bob"]
    assert found["bob"][1] == [told["bob"].count("e") + 1, told["bob"].count("a")]


def test_a_profile_of_nothing_is_removed_with_its_vector(loaded: Graph) -> None:
    encoder = world.LettersEncoder()
    profile.write_profiles(loaded, ["ann"], world.CUT, encoder)
    world.delete_later_events(loaded, world.CUT.replace(year=2020))
    rows = [{"id": "ann", "profile": None}]
    assert loaded.write("profile.write_profiles", {"rows": rows}) == [{"written": 1}]
    assert loaded.write("profile.write_profiles", {"rows": rows}) == [{"written": 0}]
    assert world.rows(loaded, PROFILES, "id text e")[0] == ("ann", None, None)


def test_without_an_encoder_the_text_alone_is_written(loaded: Graph) -> None:
    profile.write_profiles(loaded, ["ann"], world.CUT, None, "zh")
    name, text, vector = world.rows(loaded, PROFILES, "id text e")[0]
    assert (name, text[:3], vector) == ("ann", "兴趣：", None)
