"""Time recommendations beside two yardsticks, in one run on one graph.

    python benchmarks/recommend.py            the graph of NEO4J_URI, else the local server's
    python benchmarks/recommend.py --demo     the demo's city

Users are drawn by activity (a user with twice the events is drawn twice as often); the same users
and moments go to every query. Prints p50 and p95 in milliseconds as a client sees them, the query
memory of the heaviest user, and the ratios to the yardsticks.
"""

import argparse
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from chronotope import catalogue, config, server
from chronotope.catalogue import Query
from chronotope.graph import Graph

HERE = Path(__file__).parent / "cypher"


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--warm-up", type=int, default=150)
    arguments = parser.parse_args()
    local = server.DEMO if arguments.demo else server.MAIN
    connection = (None if arguments.demo else config.connection()) or server.start(local)
    yardsticks = catalogue.load(HERE)
    queries = [
        catalogue.get("recommend.discover"),
        catalogue.get("recommend.next"),
        yardsticks["collaborative_filtering"],
        yardsticks["vector_search"],
    ]
    with Graph(connection) as graph:
        histories = graph.read("derive.read_events", {"at": datetime.now(UTC)})
        activity = {row["user"]: len(row["items"]) for row in histories}
        last = max(max(row["epochs"]) for row in histories)
        at = datetime.fromtimestamp(last + 1, UTC)
        draw = random.Random(1)
        count = arguments.warm_up + arguments.requests
        users = draw.choices(list(activity), list(activity.values()), k=count)
        heaviest = max(activity, key=lambda user: activity[user])
        print(
            f"Neo4j {graph.version}; {len(activity):,} users, {sum(activity.values()):,} events, "
        )
        print(f"{np.mean([activity[user] for user in users]):.0f} events for the average request\n")
        print(f"{'query':28} {'p50 ms':>8} {'p95 ms':>8} {'MB, heaviest':>13}")
        figures = {}
        for query in queries:
            times = _times(graph, query, users, at)[arguments.warm_up :]
            p50, p95 = np.quantile(times, [0.5, 0.95]) * 1000
            profile = graph.profile(query, {"user": heaviest, "at": at}).profile
            memory = profile["args"]["GlobalMemory"] / 1e6 if profile else float("nan")
            figures[query.name] = p50, p95
            print(f"{query.name:28} {p50:8.1f} {p95:8.1f} {memory:13.1f}")
    textbook, search = figures["collaborative_filtering"], figures["vector_search"]
    print("\nratio to                     textbook p95   bare search p50")
    for name in ("recommend.discover", "recommend.next"):
        p50, p95 = figures[name]
        print(f"{name:28} {p95 / textbook[1]:12.2f} {p50 / search[0]:17.2f}")


def _times(graph: Graph, query: Query, users: list[str], at: datetime) -> list[float]:
    times = []
    for user in users:
        started = time.perf_counter()
        graph.read(query, {"user": user, "at": at})
        times.append(time.perf_counter() - started)
    return times


if __name__ == "__main__":
    main()
