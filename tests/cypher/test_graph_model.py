"""docs/graph-model.md says what the graph holds, who writes it and who reads it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import world

from chronotope import catalogue, fusion, language, loading
from chronotope.graph import Graph

PAGE = Path(__file__).resolve().parents[2] / "docs" / "graph-model.md"

# What the town lacks: an item of every column, an event of every column, friends, and texts of
# which keywords are made.
ITEMS = """\
item_id,name,category,description,latitude,longitude,tags,active
lamp,Red Lamp,Nightlife > Bar,"Cold beer, music.",45.0021,13.002,jazz,true
lantern,Green Lantern,Nightlife > Bar,"Cold beer, cake.",45.0022,13.002,,false
"""
EVENTS = """\
user_id,item_id,timestamp,kind,value,latitude,longitude,event_id
ann,lamp,2026-02-21T22:00:00+01:00,visit,4.5,45.0021,13.002,an-event
ann,lantern,2026-02-21T23:00:00+01:00,view,,45.0022,13.002,a-view
"""
FRIENDSHIPS = "user_id,friend_id\nann,bob\n"
KEYWORD = {
    "id": "keyword:cold beer",
    "name": "cold beer",
    "broader": "category:Nightlife > Bar",
    "variants": ["cold beers"],
}
MODEL = replace(
    fusion.Model.blank("discover").named("of a test"),
    as_of=world.CUT,
    trained_at=datetime(2026, 3, 3, tzinfo=UTC),
)
COMMUNITY = {
    "id": "community:1",
    "size": 1,
    "interests": ["category:Dining"],
    "hours": [8],
    "cells": ["a cell"],
    "places": ["cafe-a"],
}
PERSON = {
    "id": "ann",
    "influence": 1.5,
    "betweenness": 0.1,
    "community": "community:1",
    "within": 0.5,
}
RECORD = {"at": world.CUT, "parameters": "{}", "events": 3, "modularity": 0.4}
REPETITION = {
    "version": "0002",
    "checksum": "0",
    "by": "a test",
    "connectedAs": "neo4j",
    "milliseconds": 1,
}
SPENT = {
    "id": "a release",
    "what": "hotspots",
    "epsilon": 1,
    "parameters": "{}",
    "limitEpsilon": 4.0,
    "limitDelta": 1e-5,
}
UNREPEAT = world.query("MATCH ()-[r:REPEATED]->() DELETE r", mode="write")


@dataclass(frozen=True)
class Entry:
    """A row of the page: a property, or with an empty name the label or type itself."""

    owner: str
    name: str
    type: str
    written: str
    read: str

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}" if self.name else self.owner


def entries() -> Iterator[Entry]:
    owner = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"### `(\w+)`", line):
            owner = heading[1]
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if name := len(cells) == 5 and re.fullmatch(r"`(\w+)`|\*\(\w+\)\*", cells[0]):
            yield Entry(owner, name[1] or "", cells[1].strip("`"), *cells[3:])


def named(cell: str) -> set[str]:
    """Return the queries that a cell names; those of a whole topic for `topic.*`."""
    found: set[str] = set()
    for name in re.findall(r"`(\w+\.[\w*]+)`", cell):
        topic, _, verb = name.partition(".")
        known = {query for query in catalogue.load() if query.startswith(f"{topic}.")}
        assert known if verb == "*" else name in known, f"{PAGE.name} names no query with {name}."
        found |= known if verb == "*" else {name}
    return found


def code(name: str) -> str:
    """Return the text of a query without its comments."""
    return re.sub(r"//[^\n]*", "", catalogue.get(name).text)


def alone(entry: Entry) -> set[str]:
    """Return the queries that a row names one by one."""
    return set(re.findall(r"`(\w+\.\w+)`", entry.written + entry.read))


ENTRIES = list(entries())
COMMON = ("hour", "interests", "items", "size", "weights", "within")
"""Names of properties that moments, parameters and the maps of rows have too."""


def test_the_page_names_every_query_that_deals_with_a_label_or_type() -> None:
    wrong: list[str] = []
    for entry in [entry for entry in ENTRIES if not entry.name]:
        dealing = {
            name for name in catalogue.load() if re.search(rf"[:|]{entry.owner}\b", code(name))
        }
        said = named(entry.written) | named(entry.read)
        wrong += [f"{PAGE.name} does not say that {n} deals with {entry}." for n in dealing - said]
        wrong += [
            f"{PAGE.name} says wrongly that {n} deals with {entry}." for n in alone(entry) - dealing
        ]
    assert not wrong, "\n".join(sorted(wrong))


def test_the_page_names_every_query_that_reads_a_property() -> None:
    # Of a name that several have, the text does not tell whose it is.
    uses = Counter(entry.name for entry in ENTRIES)
    wrong = [
        f"{PAGE.name} does not say that {name} deals with {entry}."
        for entry in ENTRIES
        if entry.name and entry.name not in COMMON and uses[entry.name] == 1
        for name in sorted(catalogue.load().keys() - named(entry.written) - named(entry.read))
        if re.search(rf"(?<!db)\.{entry.name}\b", code(name))
    ]
    assert not wrong, "\n".join(wrong)


def test_what_the_page_says_of_a_property_stands_in_the_queries() -> None:
    wrong = []
    for entry in ENTRIES:
        if entry.name and not named(entry.written):
            wrong.append(f"{PAGE.name} does not say who writes {entry}.")
        index = re.search(r"through the index `(\w+)`", entry.read)
        words = {entry.name, index[1] if index else entry.name}
        for name in sorted(alone(entry)) if entry.name else ():
            text = catalogue.get(name).text
            told = any(re.search(rf"\b{word}\b", text) for word in words)
            if not told and not re.search(r"\+= |SET \w+ = row|\$property", text):
                wrong.append(f"{PAGE.name} says that {name} deals with {entry}; its text does not.")
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def full(migrated: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """Open a town in which everything occurs that the product can write."""
    folder = tmp_path_factory.mktemp("full")
    world.wipe(migrated)
    world.load(migrated, folder)
    world.load(migrated, folder, ITEMS, EVENTS)
    (folder / "friendships.csv").write_text(FRIENDSHIPS, encoding="utf-8")
    loading.load(migrated, loading.FRIENDSHIPS, [str(folder / "friendships.csv")])
    for target in ({"item": "bar", "value": 1.0}, {"interest": "Nightlife"}):
        migrated.write("events.decline", {"user": "ann", "at": world.CUT, **target})
    migrated.write("events.show", {"user": "ann", "items": ["bar"], "at": world.CUT})
    world.derive(migrated)
    row = {"id": "park", "vector": [1.0, 2.0], "key": "k"}
    for vector in ("imageEmbedding", "audioEmbedding"):
        migrated.write("load.write_vectors", {"rows": [row], "property": vector})
    encoder = world.LettersEncoder()
    profile = {"id": "ann", "profile": "tea"}
    migrated.write("profile.write_profiles", {"rows": [profile]})
    language.embed(migrated, encoder)
    migrated.write("embed.record_projection", {"name": "ours"})
    migrated.write("extract.write_keywords", {"rows": [KEYWORD]})
    about = {"id": "lamp", "keywords": [{"id": KEYWORD["id"], "weight": 0.5}]}
    migrated.write("extract.write_about", {"rows": [about]})
    migrated.write("extract.record_extraction", {"texts": "a hash", "parameters": "{}"})
    migrated.write("communities.write_communities", {"rows": [COMMUNITY]})
    migrated.write("communities.write_people", {"rows": [PERSON]})
    migrated.write("communities.record", RECORD)
    migrated.write("secrecy.bury", {"hashes": ["a hash"]})
    migrated.write("publish.spend", SPENT)
    fusion.save(migrated, MODEL)
    migrated.write("load.save_checkpoint", {"file": "a file", "position": 1})
    stream = {"name": "a file", "position": 1, "lines": 1, "mark": "1:1:x"}
    migrated.write("streams.save_positions", {"rows": [stream]})
    adopt(migrated)
    migrated.write("derive.take_lock", {"owner": "a test", "patience": 30})
    migrated.write("migrate.acquire_lock", {"id": "a test", "name": "John Doe", "patience": 30})
    migrated.write("migrate.record_repetition", REPETITION)
    yield migrated
    migrated.write("migrate.release_lock", {"id": "a test"})
    migrated.write(UNREPEAT)
    world.execute(migrated, "MATCH (n:__Neo4jMigration {version: 'x'}) DELETE n")
    world.wipe(migrated)


def adopt(graph: Graph) -> None:
    """Adopt a node as a user, one beside an item, and note what there is to be noted."""
    world.execute(graph, "CREATE (:Yours {id: '1'}), (:Yours)")
    found = "MATCH (n:Yours) RETURN elementId(n) AS element ORDER BY n.id"
    (first,), (second,) = world.rows(graph, found, "element")
    names = {"names": ["id"]}
    one, other = {"element": first, "id": "adopted"}, {"element": second, "id": "beside"}
    graph.write("adopt.place_users", {"rows": [one], **names})
    graph.write("adopt.place_items", {"rows": [one], **names})
    graph.write("adopt.place_users_beside", {"rows": [other]})
    graph.write("adopt.place_items_beside", {"rows": [other]})
    record = {"users": "in place", "items": "beside", "schema": ["x"], "renamed": ["a=b"]}
    told = {"labels": ["User"], "migrated": True, "pseudonyms": False}
    graph.write("adopt.write_record", {**record, **told})
    graph.write("adopt.note_schema")
    graph.write("adopt.note_aside")
    graph.write("adopt.note_cleared")
    graph.write("adopt.save_watermark", {"name": "a hash", "since": world.CUT})
    world.execute(graph, "CREATE (:__Neo4jMigration {version: 'x', migrationTarget: 'x'})")


def test_the_page_has_every_label_type_and_property_and_no_other(full: Graph) -> None:
    text = (
        "MATCH (n) UNWIND labels(n) AS owner WITH * WHERE owner <> 'Yours' "
        "UNWIND keys(n) + [''] AS name "
        "RETURN DISTINCT owner, name, valueType(n[name]) AS type UNION "
        "MATCH ()-[r]->() UNWIND keys(r) + [''] AS name "
        "RETURN DISTINCT type(r) AS owner, name, valueType(r[name]) AS type"
    )
    found = {
        (owner, name): type_.replace(" NOT NULL", "") if name else ""
        for owner, name, type_ in world.rows(full, text, "owner name type")
    }
    # A named place is a cell besides: the page has the properties of hexagons with the cells.
    page = {(entry.owner, entry.name): entry.type for entry in ENTRIES}
    for owner, name in sorted(found.keys() - page.keys()):
        what = f"the property {name} of {owner}" if name else f"{owner}"
        pytest.fail(f"The product writes {what}, and {PAGE.name} does not have it.")
    for owner, name in sorted(page.keys() - found.keys()):
        what = f"the property {name} of {owner}" if name else f"{owner}"
        pytest.fail(f"{PAGE.name} has {what}, and nothing writes it.")
    for (owner, name), type_ in sorted(page.items()):
        real = found[owner, name]
        assert type_ == real, f"{owner}.{name} is {real}; {PAGE.name} says {type_}."


def test_the_drawing_and_the_headings_have_every_relationship_between_its_ends(full: Graph) -> None:
    text = (
        "MATCH (a)-[r]->(b) RETURN DISTINCT [l IN labels(a) WHERE l <> 'Place'][0] AS start, "
        "type(r) AS type, [l IN labels(b) WHERE l <> 'Place'][0] AS end"
    )
    found = set(world.rows(full, text, "start type end"))
    page = PAGE.read_text(encoding="utf-8")
    heading = re.compile(r"^### `(\w+)`: (`.+` → `.+`)$", re.MULTILINE)
    ends = re.compile(r"`(\w+)` → `(\w+)`")
    said = {(a, kind, b) for kind, pairs in heading.findall(page) for a, b in ends.findall(pairs)}
    assert said == found
    drawn = set(re.findall(r"(\w+) (?:-->|-\.->|==>)\|(\w+)\| (\w+)", page))
    assert drawn == {edge for edge in found if not edge[0].startswith("__")}


def test_the_page_has_every_index_and_no_other(full: Graph) -> None:
    text = (
        "SHOW INDEXES YIELD name, type, labelsOrTypes, properties WHERE type <> 'LOOKUP' "
        "RETURN name, type AS kind, labelsOrTypes[0] + '(' + "
        "reduce(s = properties[0], p IN properties[1..] | s + ', ' + p) + ')' AS of"
    )
    page = PAGE.read_text(encoding="utf-8").partition("## Indexes")[2]
    listed = set(re.findall(r"^\| `(\w+)` \| (\w+) \| `(.+?)` \|", page, re.MULTILINE))
    found = set(world.rows(full, text, "name kind of"))
    wrong = [f"{PAGE.name} lacks the index {index}." for index in found - listed]
    wrong += [f"{PAGE.name} has the index {index}; the graph has not." for index in listed - found]
    assert not wrong, "\n".join(sorted(wrong))
