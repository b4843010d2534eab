"""Statistics of events that stand in Parquet files, into the graph and without one."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import world
from pyarrow import parquet

from chronotope import statistics
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.statistics import DeriveOptions, Lake

EXACTLY = DeriveOptions(taste_dimension=3, keep_basis=False)
COLUMNS = ("user_id", "item_id", "timestamp", "kind", "place")
Row = dict[str, Any]


def of_town() -> list[Row]:
    """Return the events of the town, with their zone."""
    lines = [line.split(",") for line in world.EVENTS.splitlines()[1:]]
    rows = [dict(zip(COLUMNS, line, strict=True)) for line in lines]
    return [
        row
        | {
            "timestamp": datetime.fromisoformat(row["timestamp"]).astimezone(UTC),
            "zone": row["timestamp"][-6:],
            "place": row["place"] or None,
        }
        for row in rows
    ]


def save(path: Path, rows: Sequence[Row]) -> Lake:
    parquet.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
    return Lake(str(path))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Return the events of the town in two files, the last ones first."""
    rows = of_town()
    (tmp_path / "lake").mkdir()
    save(tmp_path / "lake" / "a.parquet", rows[12:])
    save(tmp_path / "lake" / "b.parquet", rows[:12])
    return Lake(str(tmp_path / "lake" / "*.parquet"))


@pytest.mark.parametrize("at", [world.CUT, world.END], ids=["cut", "end"])
def test_a_lake_gives_what_the_graph_gives(town: Graph, lake: Lake, at: datetime) -> None:
    world.spoil(town)
    statistics.derive(town, at, EXACTLY)
    expected = world.standing(town)
    done = statistics.derive(town, at, EXACTLY, lake=lake)
    assert (done.as_of, done.remarks) == (at, ())
    assert not any(done.written.values())
    world.execute(town, "MATCH (n:Item|User) REMOVE n.taste, n.users, n.hours")
    world.execute(town, "MATCH ()-[r:CO_VISITED|FOLLOWED_BY|POPULAR_IN]->() DELETE r")
    statistics.derive(town, at, EXACTLY, lake=lake)
    assert world.standing(town) == expected


def test_the_graph_need_not_hold_the_events_of_the_lake(town: Graph, lake: Lake) -> None:
    world.spoil(town)
    statistics.derive(town, world.END, EXACTLY)
    expected = world.standing(town)
    world.execute(town, "MATCH ()-[e:INTERACTED]->() WHERE e.at < datetime('2026-03-01') DELETE e")
    done = statistics.derive(town, world.END, EXACTLY, lake=lake)
    assert not any(done.written.values())
    assert world.standing(town) == expected


def test_statistics_of_a_lake_stand_as_of_its_last_event(town: Graph, lake: Lake) -> None:
    world.spoil(town)
    done = statistics.derive(town, None, EXACTLY, lake=lake)
    last = datetime.fromisoformat("2026-03-15T10:00:00+01:00")
    assert done.as_of == last + timedelta(milliseconds=1)
    assert statistics.describe(town, world.END).as_of == done.as_of


def test_what_the_graph_does_not_count_is_left_out_and_told(town: Graph, tmp_path: Path) -> None:
    world.spoil(town)
    world.execute(
        town,
        """
        MERGE (kind:EventKind {name: 'hide'}) SET kind.weight = -1.0
        WITH kind MATCH (u:User {id: 'ann'}), (i:Item {id: 'bar'})
        CREATE (u)-[:DECLINED {id: 'x', at: datetime('2026-02-20T08:00:00Z'), kind: 'rating'}]->(i)
        """,
    )
    statistics.derive(town, world.CUT, EXACTLY)
    expected = world.standing(town)
    rows = of_town()
    moment = datetime(2026, 2, 20, 8, tzinfo=UTC)
    more = [
        rows[0],
        rows[0] | {"item_id": "razed"},
        rows[0] | {"user_id": "erased"},
        rows[0] | {"user_id": "erased", "item_id": "razed"},
        rows[0] | {"kind": "hide"},
        rows[0] | {"item_id": "bar", "kind": "rating", "timestamp": moment},
        rows[0] | {"timestamp": None},
    ]
    done = statistics.derive(
        town, world.CUT, EXACTLY, lake=save(tmp_path / "e.parquet", [*rows, *more])
    )
    (told,) = done.remarks
    assert told == (
        "Left out: 1 rows without a user, an item or a moment, 1 events of kinds that decline, "
        "1 events that were declined, 2 events of users whom the graph does not have, "
        "1 events at items that the graph does not have, 1 events that are told again."
    )
    assert world.standing(town) == expected


def test_an_event_id_is_told_once_and_tells_two_events_of_one_moment(
    town: Graph, tmp_path: Path
) -> None:
    world.spoil(town)
    first = of_town()[0]
    told = [("a", "park"), ("b", "park"), ("a", "gym"), (None, "park"), (None, "park")]
    rows = [first | {"event_id": own, "item_id": item} for own, item in told]
    statistics.derive(town, world.CUT, EXACTLY, lake=save(tmp_path / "e.parquet", rows))
    found = world.rows(
        town, "MATCH (i:Item) WHERE i.users > 0 RETURN i.id AS i, i.events AS n", "i n"
    )
    assert found == [("park", 3)]


def test_without_a_graph_the_same_numbers_come_into_a_folder(
    town: Graph, lake: Lake, tmp_path: Path, run: world.Run
) -> None:
    world.spoil(town)
    statistics.derive(town, world.CUT, EXACTLY)
    folder = tmp_path / "out"
    done = run("derive", "--events", lake.files, "--to", str(folder), "--taste-dimension", "3",
               "--at", world.CUT.isoformat())  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = {path.stem: parquet.read_table(path).to_pylist() for path in folder.glob("*.parquet")}
    assert set(found) == {
        "items", "users", "co_visits", "transitions", "local_popularity", "most_popular",
    }  # fmt: skip
    names = (
        "users",
        "events",
        "firstVisits7",
        "recent30",
        "sinceLast",
        "firstVisits90",
        "departures",
    )
    returned = ", ".join(f"i.{name} AS {name}" for name in names)
    expected = world.rows(
        town,
        f"MATCH (i:Item) WHERE i.users > 0 RETURN i.id AS id, {returned}",
        f"id {' '.join(names)}",
    )
    here = [(row["id"], *(row[name] for name in names)) for row in found["items"] if row["users"]]
    assert sorted(here) == sorted(expected)
    links = world.rows(
        town,
        "MATCH (a)-[r:CO_VISITED]->(b) RETURN a.id AS a, b.id AS b, r.count AS n, r.ease AS e",
        "a b n e",
    )
    there = {(a, b): (n, pytest.approx(e, rel=1e-6)) for a, b, n, e in links}
    assert {(r["id"], r["other"]): (r["count"], r["ease"]) for r in found["co_visits"]} == there
    (place,) = found["most_popular"]
    assert (place["id"], place["other"]) == ("tea", "place:Harbour")
    assert [row["id"] for row in found["users"]] == ["ann", "bob", "cid", "dee"]
    told = json.loads((folder / "derivation.json").read_text())
    assert (told["events"], told["items"]) == (19, 7)
    again = run("derive", "--events", lake.files, "--to", str(folder))
    assert (again.returncode, "is not empty" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"user_id": None}, "has no column user_id; its columns are item_id, timestamp."),
        ({"timestamp": "2026-02-02"}, "are of the type string; make them moments"),
        ({"timestamp": datetime(2026, 2, 2)}, "have no zone; say what they mean with --timezone"),
    ],
)
def test_files_that_are_no_events_are_told(tmp_path: Path, change: Row, sentence: str) -> None:
    row = {"user_id": "ann", "item_id": "park", "timestamp": world.CUT} | change
    row = {name: value for name, value in row.items() if value is not None}
    lake = save(tmp_path / "e.parquet", [row])
    with pytest.raises(InputError, match=sentence):
        statistics.derive_files(lake, tmp_path / "out")


def test_files_that_are_not_there_or_no_parquet_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There are no files"):
        statistics.derive_files(Lake(str(tmp_path / "*.parquet")), tmp_path / "out")
    (tmp_path / "e.parquet").write_text("user_id,item_id,timestamp\n")
    with pytest.raises(InputError, match="is no Parquet file that can be read"):
        statistics.derive_files(Lake(str(tmp_path)), tmp_path / "out")
    with pytest.raises(InputError, match="cannot be found"):
        statistics.derive_files(Lake("nowhere://lake/*.parquet"), tmp_path / "out")


def test_moments_without_a_zone_are_those_of_the_timezone(tmp_path: Path) -> None:
    row = {"user_id": "ann", "item_id": "park", "timestamp": datetime(2026, 7, 2, 8)}
    lake = Lake(save(tmp_path / "e.parquet", [row]).files, "Europe/Rome")
    done = statistics.derive_files(lake, tmp_path / "out", options=DeriveOptions(2))
    assert done.as_of == datetime(2026, 7, 2, 6, 0, 0, 1000, tzinfo=UTC)
    (item,) = parquet.read_table(tmp_path / "out" / "items.parquet").to_pylist()
    assert item["events"] == 1


def test_that_memory_is_not_kept_is_told(lake: Lake, tmp_path: Path) -> None:
    (told,) = statistics.derive_files(lake, tmp_path / "a", options=EXACTLY, room=1_000_000).remarks
    assert "1 were given: they are not kept." in told
    assert statistics.derive_files(lake, tmp_path / "b", options=EXACTLY).remarks == ()
