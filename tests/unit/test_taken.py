"""What of our names a graph has already, and what is done about it."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from neo4j.spatial import WGS84Point

from chronotope import migrations
from chronotope.adoption import names
from chronotope.adoption.taken import Index, Label, Nodes, Plan, Survey, decide, faults_of
from chronotope.migrations import Made
from chronotope.statistics.sheets import RETIRED

PAGE = Path(__file__).resolve().parents[2] / "docs" / "graph-model.md"
OURS = [
    Made("CONSTRAINT", "user_id", "User", ("id",)),
    Made("RANGE", "event_at", "INTERACTED", ("at",)),
    Made("VECTOR", "user_taste", "User", ("taste",)),
]


def plan(
    *,
    indexes: list[Index] | None = None,
    labels: list[Label] | None = None,
    users: Mapping[str, int] | None = None,
    wanted: Any = None,
) -> Plan:
    found = {"users": Nodes(9, Counter(users or {})), "items": Nodes(9)}
    known = {label.name: label for label in labels or ()}
    survey = Survey(known, {}, indexes or [], found, OURS, is_migrated=False)
    return decide(survey, {"users": wanted, "items": None})


def test_the_page_has_every_name_that_is_looked_for_and_no_other() -> None:
    page = PAGE.read_text(encoding="utf-8")
    headings = re.findall(r"^### `(\w+)`$", page, re.MULTILINE)
    types = re.findall(r"^### `(\w+)`: ", page, re.MULTILINE)
    assert {name for name in headings if not name.startswith("__")} == set(names.OWN_LABELS) - {
        "ChronotopeQuery"
    } | ({"ChronotopeQuery"} & set(headings))
    assert set(types) - {"MIGRATED_TO", "REPEATED"} == set(names.TYPES)
    for kind, label in names.LABELS.items():
        section = page.partition(f"### `{label}`\n")[2].partition("\n### ")[0]
        own = set(names.PROPERTIES[kind]) - set(RETIRED)
        assert set(re.findall(r"^\| `(\w+)` \|", section, re.M)) == own


def test_every_index_of_the_migrations_is_known() -> None:
    made = {
        one.name
        for file in migrations.read_folder()
        for statement in file.statements
        if (one := migrations.made(statement))
    }
    page = PAGE.read_text(encoding="utf-8").partition("## Indexes")[2]
    assert made | set(names.CHAIN) - {"repeated_at__Neo4jMigration"} >= {
        name for name in re.findall(r"^\| `(\w+)` \|", page, re.M) if "__" not in name
    }


@pytest.mark.parametrize(
    ("row", "properties", "types", "expected"),
    [
        ({"item_id": "a", "name": "A"}, [("id", "STRING NOT NULL", "a")], [], []),
        ({"item_id": "7"}, [("id", "INTEGER NOT NULL", 7)], [], ["`id` (INTEGER)"]),
        (
            {"item_id": "b"},
            [("id", "STRING NOT NULL", "a")],
            [],
            ["`id`, which says something else than the mapping"],
        ),
        ({"item_id": "a"}, [("name", "STRING NOT NULL", "A")], [], []),
        (
            {"item_id": "a", "name": "B"},
            [("name", "STRING NOT NULL", "A")],
            [],
            ["`name`, which says something else than the mapping"],
        ),
        (
            {},
            [("users", "INTEGER NOT NULL", 3)],
            ["KNOWS"],
            ["`users` (INTEGER)", "relationships `KNOWS`"],
        ),
        ({}, [("price", "INTEGER NOT NULL", 3)], [], []),
        ({}, [("location", "STRING NOT NULL", "Rome")], [], ["`location` (STRING)"]),
        ({}, [("location", "POINT NOT NULL", WGS84Point((16, 48)))], [], []),
        (
            {"latitude": "48.0", "longitude": "16.0"},
            [("location", "POINT NOT NULL", WGS84Point((16, 48)))],
            [],
            [],
        ),
        (
            {"location": "1,2"},
            [("location", "POINT NOT NULL", WGS84Point((16, 48)))],
            [],
            ["`location`, which says something else than the mapping"],
        ),
        ({}, [("theirs", "STRING NOT NULL", "x")], [], ["`theirs` (STRING)"]),
    ],
)
def test_what_a_node_has_of_ours_may_say_the_same(
    row: dict[str, str], properties: list[Any], types: list[str], expected: list[str]
) -> None:
    assert faults_of("items", row, properties, types) == expected


def test_a_node_with_the_label_of_the_other_kind_gets_one_beside() -> None:
    assert faults_of("items", {}, [], [], ["Movie", "User"]) == ["the label `User`"]
    assert faults_of("users", {}, [], [], ["Item"]) == ["the label `Item`"]
    assert faults_of("users", {}, [], [], ["User"]) == []


def test_nodes_with_names_of_ours_get_nodes_beside_them() -> None:
    assert plan().places == {"users": "in place", "items": "in place"}
    found = plan(users={"`id` (INTEGER)": 9})
    assert found.places == {"users": "beside", "items": "in place"}
    assert found.remarks[0].startswith("The users have `id` (INTEGER) on 9 of their own")
    assert plan(users={"`id` (INTEGER)": 9}, wanted="beside").remarks == ()
    (problem,) = plan(users={"`id` (INTEGER)": 9}, wanted="in place").problems
    assert "cannot be adopted in place" in problem


def test_a_name_of_a_constraint_or_index_that_is_taken_is_changed_or_refused() -> None:
    taken = [
        Index("user_id", "CONSTRAINT", "Customer", ("id",)),
        Index("event_at", "RANGE", "Movie", ("released",)),
    ]
    assert plan(indexes=taken).renamed == {
        "user_id": "chronotope_user_id",
        "event_at": "chronotope_event_at",
    }
    same = [Index("user_id", "CONSTRAINT", "User", ("id",))]
    assert plan(indexes=same).renamed == {}
    assert plan(indexes=[Index("mine", "RANGE", "User", ("id",))]).renamed == {"user_id": ""}
    (problem,) = plan(indexes=[Index("user_taste", "FULLTEXT", "User", ("bio",))]).problems
    assert "DROP INDEX `user_taste`" in problem


def test_a_constraint_that_nodes_of_ours_would_break_is_refused() -> None:
    theirs = [Index("names", "CONSTRAINT", "User", ("influence",))]
    assert not plan(indexes=theirs).problems
    (problem,) = plan(indexes=theirs, wanted="beside").problems
    assert "The constraint `names` keeps User(influence) unique" in problem
    for name, is_refused in (("name", True), ("id", False), ("genre", False)):
        index = Index("names", "CONSTRAINT", "Interest", (name,))
        assert bool(plan(indexes=[index]).problems) is is_refused


def test_labels_that_are_taken_are_told_or_refused() -> None:
    (problem,) = plan(labels=[Label("EventKind", 3, 0, None)]).problems
    assert "SET n:TheirEventKind REMOVE n:EventKind" in problem
    (problem,) = plan(labels=[Label("Place", 3, 3, None, recorded=2)]).problems
    assert "2 of them with the property `theirs`" in problem
    (problem,) = plan(labels=[Label("User", 3, 3, "a", "a")]).problems
    assert "several have the id 'a'" in problem
    loose = plan(labels=[Label("User", 3, 0, 7)])
    assert loose.renamed == {"user_id": "INDEX user_id"}
    assert loose.remarks[-1].startswith("Several `User` have the id 7, so that `user_id` is an")
    assert not plan(labels=[Label("User", 3, 3, None)]).problems
    assert not plan(labels=[Label("Place", 3, 3, "a")]).problems
    found = plan(labels=[Label("User", 3, 3, None)], wanted="beside")
    assert 'their id is that one: id = "id"' in found.problems[0]
