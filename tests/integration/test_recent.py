"""Statistics of which a part is brought up to a moment: that part is as of it, the rest stays."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import world

from chronotope import catalogue, statistics
from chronotope.doctor import examine
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.statistics import DeriveOptions

KEEPING = DeriveOptions(taste_dimension=3)
EXACTLY = DeriveOptions(taste_dimension=3, keep_basis=False)
LEFT = ("taste", "around1", "around3", "gravity1", "gravity3", "density", "reach")
"""What is left of items and users as it stands, beside co-visits."""
COUNTED = ("popularity", "events", "rising7", "rising30", "rising90", "risingLate", "trend", "age",
    "idle", "categoryRate", "category", "broaderCategory", "localPopularity", "hour")  # fmt: skip
"""Features of `recommend.discover` that the part alone has to do with."""
MOMENTS = "MATCH (d:Derivation {name: 'statistics'}) RETURN d.asOf AS a, d.recentAsOf AS r"
EVE = "user_id,item_id,timestamp\neve,park,2026-03-20T10:00:00Z\neve,bar,2026-03-21T22:00:00Z\n"


@pytest.fixture
def older(town: Graph) -> Graph:
    """Open the town, which the test changes, with statistics that four events came after."""
    world.spoil(town)
    statistics.derive(town, world.CUT, EXACTLY)
    return town


def parts(graph: Graph) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the numbers and links that are counted, and those that are left."""
    nodes, links = (dict(found) for found in world.standing(graph))
    counted = {
        name: {key: value for key, value in values.items() if key not in LEFT}
        for name, values in nodes.items()
    }
    left = {
        name: {key: value for key, value in values.items() if key in LEFT}
        for name, values in nodes.items()
    }
    co_visits = {name: values for name, values in links.items() if "CO_VISITED" in name}
    others = {name: values for name, values in links.items() if name not in co_visits}
    return counted, others, left, co_visits


def moments(graph: Graph) -> list[Any]:
    (found,) = world.rows(graph, MOMENTS, "a r")
    return [moment.to_native() for moment in found]


def features(graph: Graph) -> dict[str, list[float]]:
    query = catalogue.get("recommend.discover")
    rows = graph.read(query, {"user": "ann", "at": world.END})
    chosen = [query.feature_names.index(name) for name in COUNTED]
    return {row["id"]: [row["features"][place] for place in chosen] for row in rows}


def test_what_is_counted_is_that_of_a_whole_derivation_and_the_rest_stays(older: Graph) -> None:
    before = parts(older)
    statistics.derive(older, world.END, KEEPING)
    whole, expected = parts(older), features(older)
    statistics.derive(older, world.CUT, EXACTLY)
    done = statistics.derive(older, world.END, recent=True)
    found = parts(older)
    assert found[:2] == whole[:2]
    assert found[2:] == before[2:]
    assert found[:2] != before[:2]
    assert features(older) == expected
    assert moments(older) == [world.CUT, world.END]
    assert "co-visits" not in done.written
    assert statistics.recorded(older).taste_dimension == 3
    again = statistics.derive(older, world.END, recent=True)
    assert not any(again.written.values())


def test_a_new_user_gets_a_taste_by_those_of_items(older: Graph, tmp_path: Path) -> None:
    text = "MATCH (u:User) WHERE u.taste IS NOT NULL RETURN u.id AS id, u.taste AS taste"
    before = dict(world.rows(older, text, "id taste"))
    world.load(older, tmp_path, events=EVE)
    written = statistics.derive(older, world.END, recent=True).written
    after = dict(world.rows(older, text, "id taste"))
    assert (written["users"], after.keys() - before.keys()) == (1, {"eve"})
    tastes = {
        name: np.array(taste) for name, taste, _ in world.rows(older, world.TASTES, "id taste idf")
    }
    folded = np.log1p(5 / 3) * tastes["park"] + np.log1p(5 / 3) * tastes["bar"]
    assert after.pop("eve") == pytest.approx(folded / np.linalg.norm(folded), abs=1e-6)
    assert after == before


def test_the_next_derivation_of_all_stands_as_of_one_moment(older: Graph) -> None:
    statistics.derive(older, world.END - timedelta(days=5), recent=True)
    seen = statistics.describe(older, world.END)
    assert (seen.newer, seen.derived_events, seen.events) == (True, 19, 23)
    statistics.derive(older, world.END, KEEPING)
    expected = parts(older)
    assert moments(older) == [world.END, world.END]
    statistics.derive(older, world.CUT, EXACTLY)
    statistics.derive(older, world.END, KEEPING)
    assert parts(older)[0] == expected[0]


def test_the_doctor_and_answers_tell_of_which_moment_what_is_counted_is(
    older: Graph, run: world.Run
) -> None:
    done = run("derive", "--recent", "--at", world.END.isoformat(), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["asOf"] == world.END.isoformat()
    (found,) = [finding for finding in examine(older) if finding.subject == "statistics"]
    assert "as of 2026-03-02T00:00:00" in found.text
    assert "what is counted as of 2026-04-01T00:00:00" in found.text
    asked = run("recommend", "ann", "--discover", "--at", "2026-03-10T00:00:00Z")
    assert "stand as of 2026-04-01T00:00:00+00:00, later than the moment" in " ".join(
        asked.stderr.split()
    )
    refused = run("derive", "--recent", "--events", "x", "--to", "y")
    assert (refused.returncode, "goes without --to" in refused.stderr) == (2, True)


def weigh(graph: Graph) -> None:
    world.execute(graph, "MATCH (:User {id: 'bob'})-[e:INTERACTED]->() SET e.kind = 'view'")


def of_derivation(change: str) -> Callable[[Graph], None]:
    def do(graph: Graph) -> None:
        world.execute(graph, f"MATCH (d:Derivation {{name: 'statistics'}}) {change}")

    return do


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (of_derivation("DELETE d"), "There are no statistics"),
        (of_derivation("SET d.finishedAt = null"), "The statistics are partial"),
        (of_derivation("SET d.stale = true"), "Users were erased since"),
        (of_derivation("SET d.epoch = null"), "are those of an earlier version"),
        (of_derivation("SET d.recentAsOf = datetime('2026-05-01T00:00Z')"), "a later moment"),
        (of_derivation("SET d.epoch = datetime('2000-01-01T00:00Z')"), "relative to is another"),
        (weigh, "What events count by their kinds has changed"),
    ],
)
def test_what_cannot_be_brought_up_is_told_and_left(
    older: Graph, spoil: Callable[[Graph], None], sentence: str
) -> None:
    spoil(older)
    before = world.standing(older)
    with pytest.raises(InputError, match=f"{sentence}.*derive all of them: chronotope derive"):
        statistics.derive(older, world.END, recent=True)
    assert world.standing(older) == before
