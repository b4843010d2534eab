import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.loading import lists


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Action", ["Action"]),
        ("Action, RPG,Action", ["Action", "RPG"]),
        ("Action;RPG ; ", ["Action", "RPG"]),
        ("Action|Rock, Pop", ["Action", "Rock, Pop"]),
        ('["Action", "RPG"]', ["Action", "RPG"]),
        ("['Action', 'RPG']", ["Action", "RPG"]),
        ("{'Action': 2681, 'FPS': 2048}", ["Action", "FPS"]),
        ("[{'id': 28, 'name': 'Action'}, {'id': 3, 'name': 'RPG'}]", ["Action", "RPG"]),
        ('{"id": 28, "name": "Action"}', ["Action"]),
        ('{Action,"Role Play"}', ["Action", "Role Play"]),
        ("[Action, RPG]", ["Action", "RPG"]),
        ("Action\n  Games", ["Action Games"]),
        ("(Fast) Food (Vegan)", ["(Fast) Food (Vegan)"]),
        ("[Live] at the [Club]", ["[Live] at the [Club]"]),
        ("[The [Band], Pop]", ["The [Band]", "Pop"]),
        ("'n Sync", ["'n Sync"]),
        ("[null, 7]", ["7"]),
        ("[]", []),
        ("", []),
    ],
)
def test_a_list_is_a_list_however_it_is_written(text: str, names: list[str]) -> None:
    assert lists.names(text) == names


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("Dining > Coffee Shop", [("Dining", "Coffee Shop")]),
        ("Food, Beverages > Coffee", [("Food, Beverages", "Coffee")]),
        ("Dining > Café; Bar", [("Dining", "Café"), ("Bar",)]),
        ("Comedy|Drama", [("Comedy",), ("Drama",)]),
        ('[["Dining", "Café"], "Bar"]', [("Dining", "Café"), ("Bar",)]),
        ('["Dining > Café"]', [("Dining", "Café")]),
        (" > ", []),
    ],
)
def test_categories_are_a_list_of_paths(text: str, paths: list[tuple[str, ...]]) -> None:
    assert lists.paths(text) == paths


NAME = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)


@given(st.lists(NAME, unique=True))
def test_lists_of_json_are_read_back(names: list[str]) -> None:
    assert lists.names(json.dumps(names)) == names


@given(st.text())
def test_any_text_is_a_list(text: str) -> None:
    assert all(lists.names(text))
    assert all(all(path) for path in lists.paths(text))


def test_a_long_run_of_spaces_is_read_at_once() -> None:
    gap = " " * 200_000
    assert lists.names(f"a{gap}b\n{gap}\nc") == [f"a{gap}b c"]
    assert lists.paths(f"a{gap}> {gap}b") == [("a", "b")]
