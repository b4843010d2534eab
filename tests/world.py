"""A town of eight items and four users, small enough to compute everything about it by hand."""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from chronotope import catalogue, city, fusion, loading, statistics
from chronotope.graph import Graph
from chronotope.language import Prefixes

ITEMS = """\
item_id,name,category,description,latitude,longitude,tags
cafe-a,Café A,Dining > Coffee Shop,Coffee and cake,45.000,13.000,quiet
cafe-b,Café B,Dining > Coffee Shop,Espresso,45.001,13.000,quiet;wifi
park,Willow Park,Outdoors > Park,Trees and a pond,45.003,13.000,
museum,Glass Museum,Culture > Museum,Glass from three centuries,45.010,13.000,
bar,Last Lamp,Nightlife > Bar,Drinks and music,45.002,13.002,
gym,Iron Gym,Sports > Gym,Weights,45.004,13.001,
tea,铁观音乌龙茶,Goods > Tea,乌龙茶,,,
fresh,Café Fresh,Dining > Coffee Shop,Opened today,45.0005,13.000,
"""

# The moment that statistics stand for in these tests, and one after all events.
CUT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
END = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)

EVENTS = """\
user_id,item_id,timestamp,kind,place
ann,cafe-a,2026-02-02T08:00:00+01:00,visit,
ann,park,2026-02-02T18:00:00+01:00,visit,
ann,cafe-a,2026-02-09T08:10:00+01:00,visit,
ann,cafe-a,2026-02-16T08:05:00+01:00,visit,
ann,park,2026-02-21T15:00:00+01:00,visit,
ann,cafe-a,2026-02-23T08:00:00+01:00,visit,
bob,cafe-a,2026-02-03T08:30:00+01:00,visit,
bob,cafe-b,2026-02-03T12:30:00+01:00,visit,
bob,park,2026-02-07T15:00:00+01:00,visit,
bob,gym,2026-02-24T19:00:00+01:00,visit,
bob,cafe-b,2026-02-25T12:30:00+01:00,visit,
cid,cafe-a,2026-02-05T09:00:00+01:00,visit,
cid,museum,2026-02-08T14:00:00+01:00,visit,
cid,bar,2026-02-13T22:00:00+01:00,visit,
cid,gym,2026-02-20T18:30:00+01:00,visit,
dee,cafe-b,2026-02-10T08:00:00+01:00,visit,
dee,bar,2026-02-14T23:00:00+01:00,visit,
dee,tea,2026-02-15T20:00:00+01:00,visit,Harbour
dee,tea,2026-02-28T20:00:00+01:00,visit,Harbour
ann,gym,2026-03-10T18:00:00+01:00,visit,
ann,tea,2026-03-11T20:00:00+01:00,visit,Harbour
bob,museum,2026-03-14T14:00:00+01:00,visit,
dee,cafe-a,2026-03-15T10:00:00+01:00,visit,
"""

CITY = city.CityOptions(residents=45, venues=150, days=50)
"""A small city, with enough to learn what its people do next and what they discover."""
CITY_CUT = datetime.combine(CITY.first_day, datetime.min.time(), UTC) + timedelta(days=41)
CITY_OPTIONS = loading.ReadOptions(local_timezone=ZoneInfo(city.ZONE), shared=True)
CITY_STATISTICS = statistics.DeriveOptions(taste_dimension=16)
LEARNING = fusion.LearnOptions(seed=3, limit=500, keep=True)
"""How models of the city are learned; the windows stay, for tests that go on with them."""


@dataclass(frozen=True)
class Done:
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


PROCESS = [sys.executable, "-c", "from chronotope.cli.start import run; raise SystemExit(run())"]
"""Runs `chronotope …` in a process of its own, when arguments are added."""

Run = Callable[..., Done]
"""Runs `chronotope …` against the test server; the fixture `run`."""

OPTIONS = loading.ReadOptions(local_timezone=ZoneInfo("Europe/Rome"))


class LettersEncoder:
    """Counts letters: two dimensions, made for the tests."""

    spec = "letters"
    name = "letters"
    dimension = 2

    def __init__(self, revision: str = "1", prefixes: Prefixes = Prefixes()) -> None:  # noqa: B008
        self.revision, self.prefixes = revision, prefixes
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen += texts
        return np.array([[text.count("e") + 1, text.count("a")] for text in texts], np.float32)


def query(text: str, *, mode: str = "read", returns: str = "", params: str = "") -> catalogue.Query:
    """Wrap a statement of a test into a query; `params` names them, separated by blanks."""
    lines = ["// A statement of a test.", f"// @mode {mode}"]
    lines += [f"// @param {name} ANY = null" for name in params.split()]
    lines += [f"// @returns {returns}"] if returns else []
    return catalogue.parse("\n".join([*lines, "CYPHER 25", text]), "test")


WIPE = query(
    "MATCH (n) WHERE NOT n:__Neo4jMigration|FusionModel|HiddenUnit|EventKind|ChronotopeQuery "
    "OR n:FusionModel AND NOT n.name IN ['next', 'discover', 'new_items'] DETACH DELETE n",
    mode="write",
)
DERIVED = (
    "MATCH (n:Item|User|Interest) RETURN n.id AS id, properties(n) AS values ORDER BY n.id",
    """
    MATCH (a)-[r:CO_VISITED|FOLLOWED_BY|LEADS_TO|POPULAR_IN|MOST_POPULAR_IN]->(b)
    RETURN a.id + type(r) + b.id AS id, properties(r) AS values ORDER BY id
    """,
)
FORGET = """
MATCH (n:Item|User|Interest)
SET n.taste = null, n.users = null, n.hours = null, n.share = null
WITH n OPTIONAL MATCH (n)-[r:CO_VISITED|FOLLOWED_BY|LEADS_TO|POPULAR_IN|MOST_POPULAR_IN]->()
DELETE r
"""
"""Forgets some of what was derived of nodes, and all links."""
_standing: dict[str, str] = {}
"""The scene that was played last in the graph at a URI, unless it was wiped since."""
TASTES = (
    "MATCH (i:Item) RETURN i.id AS id, i.taste AS taste, "
    "log(1 + 4.0 / nullIf(coalesce(i.userWeight, i.users), 0)) AS idf"
)
"""The taste and the rarity of each item of the town, before the cut."""
AWAIT_INDEXES = query("CALL db.awaitIndexes(60)", mode="write")
USE_THE_SHIPPED = query("MATCH (m:FusionModel) SET m.serves = m.task", mode="write")


def rows(graph: Graph, text: str, columns: str) -> list[tuple[Any, ...]]:
    """Run a reading statement of a test; return its rows as tuples."""
    returns = ", ".join(f"{column} ANY" for column in columns.split())
    found = graph.read(query(text, returns=returns))
    return [tuple(row[column] for column in columns.split()) for row in found]


def standing(graph: Graph) -> list[list[tuple[Any, ...]]]:
    """Return what was derived: of each node, and of each link, its id and its properties."""
    return [rows(graph, text, "id values") for text in DERIVED]


def is_same(one: Any, other: Any) -> bool:
    """Compare numbers in what is nested: counts exactly, sums to 1e-9."""
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    if isinstance(one, Sequence) and not isinstance(one, str):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def wipe(graph: Graph) -> None:
    """Remove everything that tests wrote; the schema and the shipped models stay."""
    spoil(graph)
    graph.write(WIPE)
    graph.write(USE_THE_SHIPPED)


def strip(graph: Graph) -> None:
    """Remove everything, the schema and the history of migrations too."""
    graph.write(query("MATCH (n) DETACH DELETE n", mode="write"))
    for kind in ("CONSTRAINT", "INDEX"):
        names = rows(
            graph, f"SHOW {kind} YIELD name, type WHERE type <> 'LOOKUP' RETURN name", "name"
        )
        graph.run_statements([f"DROP {kind} `{name}`" for (name,) in names], "strip")


def play(graph: Graph, scene: str, build: Callable[[Graph], None]) -> Graph:
    """Return the graph with a scene, which `build` makes in one without data.

    It is built once for the tests that ask for it one after another, and again after a wipe.
    """
    if _standing.get(graph.uri) != scene:
        wipe(graph)
        build(graph)
        _standing[graph.uri] = scene
    return graph


def spoil(graph: Graph) -> None:
    """Have the scene that stands in the graph built anew for the next test: this one changes it."""
    _standing.pop(graph.uri, None)


def load(graph: Graph, folder: Path, items: str = ITEMS, events: str = EVENTS) -> None:
    """Load the town through the product's own loader."""
    (folder / "items.csv").write_text(items, encoding="utf-8")
    (folder / "events.csv").write_text(events, encoding="utf-8")
    loading.load(graph, loading.ITEMS, [str(folder / "items.csv")], OPTIONS)
    loading.load(graph, loading.EVENTS, [str(folder / "events.csv")], OPTIONS)


def derive(graph: Graph, at: datetime = CUT) -> None:
    """Derive the statistics, with tastes small enough for four users."""
    statistics.derive(graph, at, statistics.DeriveOptions(taste_dimension=3))


def execute(graph: Graph, text: str) -> None:
    """Run a writing statement of a test."""
    graph.write(query(text, mode="write"))


def decline(graph: Graph, user: str, what: str, moment: str) -> None:
    """Have a user decline an item or an interest."""
    execute(
        graph,
        f"MATCH (u:User {{id: '{user}'}}), (w:Item|Interest {{id: '{what}'}}) CREATE (u)-[:DECLINED"
        f" {{id: randomUUID(), kind: 'hide', at: datetime('{moment}')}}]->(w)",
    )


def delete_later_events(graph: Graph, at: datetime) -> None:
    """Delete all events at or after a moment."""
    graph.write(
        query("MATCH ()-[e:INTERACTED]->() WHERE e.at >= $at DELETE e", mode="write", params="at"),
        {"at": at},
    )
