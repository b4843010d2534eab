"""Time recommendations beside yardsticks, in one run on one server.

    python benchmarks/recommend.py                   100,000 users, 20,000 items, 1,000,000 events
    python benchmarks/recommend.py --events 5000000  as many events a user, so five times the users
    python benchmarks/recommend.py --goods           goods that a million purchases are of
                                                     (the textbook query takes seconds there:
                                                     ask for fewer --requests)
    python benchmarks/recommend.py --demo            the demo's city, as it is

Users are drawn by activity (a user with twice the events is drawn twice as often): about 550
events each. The same users and moments go to every query. Prints what deriving the statistics
took, p50 and p95 in milliseconds as one client sees them and as two at once do, the query memory,
and the ratios to the yardsticks: textbook collaborative filtering in Cypher, a bare vector search,
and the VectorCypherRetriever of neo4j-graphrag (where the extra `benchmark` is installed). Then
sixteen clients ask at once, and the vector index of tastes is searched beside the exact answer, as
it came to be and made anew.
"""

import argparse
import random
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from math import inf
from pathlib import Path

import goods
import neo4j
import numpy as np
import town

from chronotope import catalogue, loading, migrations, server, statistics
from chronotope.errors import ChronotopeError
from chronotope.graph import Graph
from chronotope.loading import ImportFiles, read_into

HERE = Path(__file__).parent
OURS = ("recommend.discover", "recommend.next")
READERS = 16
_PER_READER = 25
_SEARCHED = 100
_PER_USER = 10

Request = Callable[[str], object]


def main() -> None:
    """Run the benchmark and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--goods", action="store_true")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--warm-up", type=int, default=150)
    arguments = parser.parse_args()
    with _graph(arguments) as graph:
        _compare(graph, arguments)
        _search_tastes(graph)


def import_files(folder: Path, items: Path, events: Path) -> list[str]:
    """Write files for the bulk import below a folder; return its arguments."""
    imported = folder / "import"
    imported.mkdir()
    with ImportFiles(imported) as files:
        for table, path in ((loading.ITEMS, items), (loading.EVENTS, events)):
            read_into(
                files.write(table), table, [str(path)], loading.ReadOptions(), loading.Watch()
            )
        return files.arguments()


@contextmanager
def _graph(arguments: argparse.Namespace) -> Iterator[Graph]:
    if arguments.demo:
        with Graph(server.start(server.DEMO)) as graph:
            yield graph
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write = goods.write_all if arguments.goods else town.write
        users = arguments.events // _PER_USER
        items, events, vectors = write(folder, users, arguments.items, arguments.events)
        with (
            server.scratch(files=import_files(folder, items, events)) as connection,
            Graph(connection) as graph,
        ):
            migrations.apply(graph, migrations.MigrateOptions(adopt=True))
            loading.load_vectors(
                graph, str(vectors), [str(items)], loading.ReadOptions(), loading.Watch()
            )
            started = time.perf_counter()
            statistics.derive(graph, datetime.now(UTC))
            seconds = time.perf_counter() - started
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            print(f"derive: {seconds:.0f} s, peak memory of the client {peak:.1f} GB", flush=True)
            yield graph


def _compare(graph: Graph, arguments: argparse.Namespace) -> None:
    told = graph.fold(
        "derive.read_events",
        {"at": datetime.now(UTC), "kinds": {}},
        lambda rows: [(row["user"], len(row["items"]), max(row["epochs"])) for row in rows],
        timeout=inf,
    )
    activity = {user: count for user, count, _ in told}
    at = datetime.fromtimestamp(max(last for *_, last in told) + 1, UTC)
    draw = random.Random(1)
    count = arguments.warm_up + arguments.requests
    users = draw.choices(list(activity), list(activity.values()), k=count)
    heavy = sorted(activity, key=lambda user: -activity[user])[:20]
    mean = np.mean([activity[user] for user in users])
    print(
        f"Neo4j {graph.version}; {len(activity):,} users, {sum(activity.values()):,} events, "
        f"{mean:.0f} for the average request\n"
    )
    print(f"{'':28} {'one client':>17} {'two clients':>19} {'20 heaviest':>12} {'memory':>8}")
    print(f"{'query':28} {'p50':>8} {'p95':>8} {'p50':>10} {'p95':>8} {'p50 ms':>12} {'MB':>8}")
    figures: dict[str, tuple[float, float]] = {}
    for name, request in _requests(graph, at).items():
        times = _times(request, users)[arguments.warm_up :]
        alone = np.quantile(times, [0.5, 0.95]) * 1000
        both = np.quantile(_times(request, users[arguments.warm_up :], clients=2), [0.5, 0.95])
        heaviest = np.median(_times(request, heavy)) * 1000
        memory = f"{_memory(graph, name, heavy[:3], at):8.1f}" if name in OURS else ""
        figures[name] = float(alone[0]), float(alone[1])
        print(
            f"{name:28} {alone[0]:8.1f} {alone[1]:8.1f} {both[0] * 1000:10.1f} "
            f"{both[1] * 1000:8.1f} {heaviest:12.1f} {memory}",
            flush=True,
        )
    print("\nratio to " + "".join(f"{name:>40}" for name in ("textbook p95", "bare search p50")))
    for name in OURS:
        p50, p95 = figures[name]
        textbook, search = figures["collaborative_filtering"][1], figures["vector_search"][0]
        print(f"{name:28} {p95 / textbook:20.3f} {p50 / search:39.2f}")
    _readers(graph, users, at)


def _requests(graph: Graph, at: datetime) -> Mapping[str, Request]:
    yardsticks = catalogue.load(HERE / "cypher")
    queries = {name: catalogue.get(name) for name in OURS}
    queries |= {name: yardsticks[name] for name in ("collaborative_filtering", "vector_search")}
    requests: dict[str, Request] = {
        name: partial(_ask, graph, query, at) for name, query in queries.items()
    }
    if find_spec("neo4j_graphrag"):
        requests["VectorCypherRetriever"] = _retriever(graph, at)
    return requests


def _ask(graph: Graph, query: catalogue.Query, at: datetime, user: str) -> object:
    return graph.read(query, {"user": user, "at": at})


def _retriever(graph: Graph, at: datetime) -> Request:
    from neo4j_graphrag.retrievers import VectorCypherRetriever

    connection = graph.connection
    driver = neo4j.GraphDatabase.driver(
        connection.uri,
        auth=(connection.username, connection.password),
        notifications_min_severity="OFF",
    )
    rank = (HERE / "fragments" / "rank_found_items.cypher").read_text(encoding="utf-8")
    retriever = VectorCypherRetriever(driver, "item_embedding", rank)
    latest = catalogue.load(HERE / "cypher")["latest_embedding"]

    def request(user: str) -> object:
        found = graph.read(latest, {"user": user, "at": at})
        return retriever.search(
            query_vector=found[0]["embedding"], top_k=200, query_params={"user": user}
        )

    return request


def _times(request: Request, users: list[str], clients: int = 1) -> list[float]:
    def timed(user: str) -> float:
        started = time.perf_counter()
        request(user)
        return time.perf_counter() - started

    if clients == 1:
        return [timed(user) for user in users]
    with ThreadPoolExecutor(clients) as threads:
        return list(threads.map(timed, users))


def _memory(graph: Graph, name: str, users: list[str], at: datetime) -> float:
    profiles = [graph.profile(name, {"user": user, "at": at}).profile for user in users]
    return max(p["args"]["GlobalMemory"] / 1e6 if p else float("nan") for p in profiles)


def _readers(graph: Graph, users: list[str], at: datetime) -> None:
    """Let many clients ask at once; tell how long they waited, and how many requests failed."""
    failed: list[str] = []
    waited: dict[str, list[float]] = {name: [] for name in OURS}
    shares = [users[number::READERS][:_PER_READER] for number in range(READERS)]
    lock = threading.Lock()

    def reader(share: list[str]) -> None:
        for user in share:
            for name in OURS:
                started = time.perf_counter()
                try:
                    graph.read(name, {"user": user, "at": at})
                except ChronotopeError as problem:
                    with lock:
                        failed.append(str(problem))
                with lock:
                    waited[name].append(time.perf_counter() - started)

    started = time.perf_counter()
    with ThreadPoolExecutor(READERS) as threads:
        list(threads.map(reader, shares))
    total = sum(map(len, shares)) * len(OURS)
    rate = total / (time.perf_counter() - started)
    print(f"\n{READERS} clients at once: {rate:.0f} requests a second, {len(failed)} failed")
    for name, seconds in waited.items():
        p50, p95, p99 = np.quantile(seconds, [0.5, 0.95, 0.99]) * 1000
        print(f"{name:28} p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms", flush=True)
    for problem in failed[:3]:
        print(problem)


def _search_tastes(graph: Graph) -> None:
    """Tell how many of the hundred nearest tastes the vector index finds, and how fast."""
    own = catalogue.load(HERE / "cypher")
    ids, rows = [], []
    for record in graph.stream(own["read_tastes"]):
        ids.append(record["id"])
        rows.append(np.array(record["taste"], np.float32))
    tastes = np.array(rows)
    del rows
    tastes /= np.linalg.norm(tastes, axis=1, keepdims=True)
    drawn = np.random.default_rng(1).choice(len(ids), _SEARCHED, replace=False)
    nearest = [np.argpartition(-(tastes @ tastes[k]), 100)[:100] for k in drawn]
    exact = [{ids[k] for k in found} for found in nearest]
    query = own["nearest_tastes"]

    def told(what: str) -> None:
        seconds, shares = [], []
        for k, expected in zip([*drawn[:20], *drawn], [*exact[:20], *exact], strict=True):
            started = time.perf_counter()
            found = graph.read(query, {"taste": tastes[k].tolist()})
            seconds.append(time.perf_counter() - started)
            shares.append(len(expected.intersection(row["id"] for row in found)) / 100)
        p50, p95 = np.quantile(seconds[20:], [0.5, 0.95]) * 1000
        recall = np.mean(shares[20:])
        print(f"{what:28} recall@100 {recall:.3f}, p50 {p50:.1f} ms, p95 {p95:.1f} ms", flush=True)

    print(f"\n{len(ids):,} tastes of {tastes.shape[1]} numbers, searched by the vector index")
    told("as derive wrote them")
    started = time.perf_counter()
    graph.write(own["drop_taste_index"])
    graph.write(own["create_taste_index"])
    graph.fold("migrate.await_indexes", {"seconds": 7200}, list, timeout=inf)
    told(f"made anew, in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
