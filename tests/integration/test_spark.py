"""Statistics by Spark are those of one machine, into a folder and into the graph."""

import os
import subprocess
import sys
from collections.abc import Iterator
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
from chronotope.statistics.session import java_home
from chronotope.statistics.spark import SparkEngine

pytest.importorskip("pyspark", reason="needs the extra spark")

EXACTLY = DeriveOptions(taste_dimension=3, keep_basis=False)
LOCALLY = DeriveOptions(taste_dimension=3, ease_items=1, keep_basis=False)
"""As for more items than EASE is dense in: by blocks."""
MASTER = "local[2]"
Row = dict[str, Any]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkEngine]:
    """Have Spark in this process; another session, once it is closed, is one more."""
    with statistics.spark_engine(MASTER) as engine:
        yield engine


def of_town() -> list[Row]:
    """Return the events of the town, some told twice, one by its id, and what is no event."""
    lines = [line.split(",") for line in world.EVENTS.splitlines()[1:]]
    rows = [
        {
            "user_id": user,
            "item_id": item,
            "timestamp": datetime.fromisoformat(at).astimezone(UTC),
            "kind": kind,
            "place": place or None,
            "zone": at[-6:],
            "event_id": None,
        }
        for user, item, at, kind, place in lines
    ]
    first = rows[0]
    return [
        *rows,
        first,
        first | {"event_id": "once", "item_id": "gym"},
        first | {"event_id": "once", "user_id": "dee"},
        first | {"user_id": None},
        first | {"user_id": "erased", "item_id": "razed"},
    ]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Return events in three files."""
    rows, folder = of_town(), tmp_path / "lake"
    folder.mkdir()
    columns = pa.Table.from_pylist(rows).schema
    for name, part in (("a", rows[14:]), ("b", rows[:6]), ("c", rows[6:14])):
        parquet.write_table(pa.Table.from_pylist(part, columns), folder / f"{name}.parquet")
    return Lake(str(folder / "*.parquet"))


def files(folder: Path) -> dict[str, list[Row]]:
    return {path.stem: parquet.read_table(path).to_pylist() for path in folder.glob("*.parquet")}


@pytest.mark.slow
@pytest.mark.parametrize("options", [EXACTLY, LOCALLY], ids=["dense", "local"])
def test_of_a_lake_the_same_files_come(
    spark: SparkEngine, lake: Lake, tmp_path: Path, options: DeriveOptions
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    whole = statistics.derive_files(lake, here, options=options)
    done = statistics.derive_files(lake, there, options=options, engine=spark)
    assert done == whole
    assert done.remarks == (
        "Left out: 1 rows without a user, an item or a moment, 2 events that are told again.",
    )
    assert world.is_same(files(there), files(here))
    texts = [(folder / "derivation.json").read_text() for folder in (here, there)]
    assert texts[0] == texts[1]


@pytest.mark.slow
def test_into_the_graph_the_same_numbers_come_from_it_and_from_a_lake(
    spark: SparkEngine, town: Graph, lake: Lake
) -> None:
    world.spoil(town)
    whole = statistics.derive(town, world.CUT, EXACTLY)
    expected = world.standing(town)
    world.execute(town, world.FORGET)
    statistics.derive(town, world.CUT, EXACTLY, engine=spark)
    assert world.is_same(world.standing(town), expected)
    assert whole.remarks == ()
    from_files = statistics.derive(town, world.CUT, LOCALLY, lake=lake)
    expected = world.standing(town)
    world.execute(town, world.FORGET)
    done = statistics.derive(town, world.CUT, LOCALLY, lake=lake, engine=spark)
    assert done.remarks == from_files.remarks
    (told,) = done.remarks
    assert told == (
        "Left out: 1 rows without a user, an item or a moment, 1 events of users whom the graph "
        "does not have, 2 events that are told again."
    )
    assert done.written["co-visits"] > 0
    assert world.is_same(world.standing(town), expected)
    at = world.rows(town, "MATCH (d:Derivation) RETURN d.asOf AS at, d.owner AS owner", "at owner")
    assert [(moment.to_native(), owner) for moment, owner in at] == [(world.CUT, None)]


@pytest.mark.slow
def test_statistics_stand_as_of_the_last_event_of_the_lake(
    spark: SparkEngine, lake: Lake, tmp_path: Path
) -> None:
    done = statistics.derive_files(lake, tmp_path / "out", options=EXACTLY, engine=spark)
    last = datetime.fromisoformat("2026-03-15T10:00:00+01:00")
    assert done.as_of == last + timedelta(milliseconds=1)


@pytest.mark.slow
def test_what_a_worker_cannot_read_is_told(spark: SparkEngine, tmp_path: Path) -> None:
    row = {"user_id": "ann", "item_id": "park", "timestamp": datetime(2026, 2, 2)}
    parquet.write_table(pa.Table.from_pylist([row]), tmp_path / "e.parquet")
    with pytest.raises(InputError, match="have no zone; say what they mean with --timezone, like"):
        statistics.derive_files(Lake(str(tmp_path)), tmp_path / "out", engine=spark)


@pytest.mark.slow
def test_a_master_beside_a_session_is_refused(spark: SparkEngine) -> None:
    del spark
    with (
        pytest.raises(InputError, match="There is a session of Spark already"),
        statistics.spark_engine(MASTER),
    ):
        pass


@pytest.mark.slow
def test_workers_do_not_share_a_driver(spark: SparkEngine, town: Graph) -> None:
    world.spoil(town)
    shared = Graph.share(town.driver, town.connection.database)
    with pytest.raises(InputError, match="connect with an address, a name and a password"):
        statistics.derive(shared, world.END, EXACTLY, engine=spark)


@pytest.mark.slow
@pytest.mark.parametrize("is_submitted", [False, True], ids=["own session", "spark-submit"])
def test_the_command_runs_in_a_session_of_its_own_and_under_spark_submit(
    lake: Lake, tmp_path: Path, is_submitted: bool
) -> None:
    statistics.derive_files(lake, tmp_path / "here", options=EXACTLY)
    job = tmp_path / "job.py"
    job.write_text("from chronotope.cli.start import run\nraise SystemExit(run())\n")
    submit = [str(Path(sys.executable).with_name("spark-submit")), "--master", MASTER, str(job)]
    start, more = (submit, []) if is_submitted else (world.PROCESS, ["--master", MASTER])
    command = ["derive", "--engine", "spark", "--events", lake.files, "--taste-dimension", "3"]
    there = tmp_path / "there"
    done = subprocess.run(
        [*start, *command, "--to", str(there), *more],
        capture_output=True,
        text=True,
        env=os.environ | {"JAVA_HOME": str(java_home()), "PYSPARK_PYTHON": sys.executable},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = done.stderr + done.stdout  # spark-submit makes one of both
    assert "As of 2026-03-15T09:00:00+00:00" in told
    assert "Wrote 8 items" in told
    assert world.is_same(files(there), files(tmp_path / "here"))
