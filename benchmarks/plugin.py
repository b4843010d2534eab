"""Time the plugin's procedures beside the texts that they run, request by request.

    python benchmarks/plugin.py                        the demo's city
    NEO4J_URI=bolt://… python benchmarks/plugin.py     a graph of your own
    python benchmarks/plugin.py --requests 600

The same users and moments go to each way of asking, in an order that is drawn for every request.
Prints p50 and p95 in milliseconds, and the ratio of p50 to that of the text.
"""

import argparse
import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import neo4j
import numpy as np

from chronotope import catalogue, config, doctor, server
from chronotope.graph import Graph

QUERIES: Mapping[str, Mapping[str, Any]] = {
    "recommend.discover": {"k": 10},
    "recommend.next": {"k": 10},
    "profile.tags": {"k": 10},
    "search.find_items": {"words": "coffee", "k": 10},
}
_WARM_UP = 40


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=300)
    arguments = parser.parse_args()
    with Graph(config.connection() or server.start(server.DEMO)) as graph:
        if not doctor.plugin(graph).fits:
            raise SystemExit(f"The plugin: {doctor.plugin(graph).text}")
        print(f"{'query':22} {'asked by':9} {'p50 ms':>8} {'p95 ms':>8} {'beside the text':>16}")
        for name, given in QUERIES.items():
            _compare(graph, name, given, arguments.requests)


def _compare(graph: Graph, name: str, given: Mapping[str, Any], requests: int) -> None:
    query = catalogue.get(name)
    places = [one.name for one in query.positional]
    columns = ", ".join(column for column, _ in query.returns)
    arguments = ", ".join(f"${name}" for name in (*places, "options"))
    statements = {
        "text": query.text,
        "CALL": f"CALL chronotope.{name}({arguments}) YIELD {columns} RETURN {columns}",
        "run": f"CALL chronotope.run('{name}', $options) YIELD row RETURN row",
    }
    users = [row["id"] for row in graph.read("profile.list_users")]
    draw, now = random.Random(0), datetime.now(UTC)
    times: dict[str, list[float]] = {way: [] for way in statements}
    with graph.driver.session(
        database=graph.connection.database,
        default_access_mode=neo4j.READ_ACCESS,
        notifications_min_severity="OFF",
    ) as session:
        for number, user in enumerate(draw.choices(users, k=requests + _WARM_UP)):
            values = {**given, "user": user, "at": now}
            options = {key: value for key, value in values.items() if key not in places}
            parameters = {
                "text": query.bind(values),
                "CALL": {place: values[place] for place in places} | {"options": options},
                "run": {"options": values},
            }
            for way in draw.sample(list(statements), len(statements)):
                started = time.perf_counter()
                list(session.run(statements[way], parameters[way]))
                if number >= _WARM_UP:
                    times[way].append(time.perf_counter() - started)
    text = np.quantile(times["text"], 0.5)
    for way, taken in times.items():
        p50, p95 = np.quantile(taken, [0.5, 0.95])
        print(f"{name:22} {way:9} {p50 * 1e3:8.2f} {p95 * 1e3:8.2f} {p50 / text:16.3f}", flush=True)


if __name__ == "__main__":
    main()
