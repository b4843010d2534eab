"""Statistics by Spark in a cluster of processes, of which some are killed."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psutil
import pytest
import town as towns
import world

import chronotope
from chronotope import statistics
from chronotope.graph import Graph
from chronotope.statistics import DeriveOptions, Lake
from chronotope.statistics.spark import SparkEngine

pyspark = pytest.importorskip("pyspark", reason="needs the extra spark")

OPTIONS = DeriveOptions(taste_dimension=3, ease_items=1, keep_basis=False)
"""As for more items than EASE is dense in: by blocks."""
CLUSTER = "local-cluster[2,1,2048]"


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[SparkEngine]:
    """Start a master and two workers, which leave no folders behind."""
    monkeypatch.setenv("PYTHONPATH", str(Path(chronotope.__file__).parents[1]))
    folder = Path(pyspark.__file__).parent / "work"
    before = set(folder.glob("*"))
    with statistics.spark_engine(CLUSTER) as engine:
        yield engine
    for one in set(folder.glob("*")) - before:
        shutil.rmtree(one, ignore_errors=True)


@pytest.mark.world
def test_when_workers_are_killed_the_result_is_complete(
    graph: Graph, cluster: SparkEngine, tmp_path: Path
) -> None:
    """In a cluster of processes; one of two is killed in the middle of each step that they have."""
    world.spoil(graph)
    world.execute(graph, "UNWIND range(0, 299) AS n CREATE (:Item {id: 'i' + n})")
    world.execute(graph, "UNWIND range(0, 1999) AS n CREATE (:User {id: 'u' + n})")
    towns.write_lake(tmp_path, 2_000, 300, 40_000)
    lake = Lake(str(tmp_path))
    statistics.derive(graph, world.END, OPTIONS, lake=lake)
    expected = world.standing(graph)
    assert len(expected[1]) > 10_000
    world.execute(graph, world.FORGET)
    killer = Killer(cluster)
    done = statistics.derive(graph, world.END, OPTIONS, lake=lake, engine=cluster, progress=killer)
    assert killer.killed == ["counts", "co-visits", "items"]
    assert done.remarks == ()
    assert world.is_same(world.standing(graph), expected)


class Killer:
    """Hears of the steps of a derivation, and kills a worker in the middle of some."""

    def __init__(self, cluster: SparkEngine) -> None:
        self._tracker = cluster.spark.sparkContext.statusTracker()
        self.killed: list[str] = []

    def __call__(self, what: str, done: int, total: int | None) -> None:
        del total
        if what in ("counts", "co-visits", "items") and done == 0:
            Thread(target=self._kill, args=[what], daemon=True).start()

    def _kill(self, what: str) -> None:
        for _ in range(3000):
            stages = map(self._tracker.getStageInfo, self._tracker.getActiveStageIds())
            if any(stage and stage.numActiveTasks for stage in stages):
                workers()[0].kill()
                self.killed.append(what)
                return
            time.sleep(0.02)


def workers() -> list[psutil.Process]:
    """Return the processes of the workers."""
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "CoarseGrainedExecutorBackend" in " ".join(child.cmdline())
    ]
