"""Time the adoption of somebody's shop, and tell how much memory it takes.

    python benchmarks/adopt.py                     a million purchases
    python benchmarks/adopt.py --events 10000000   ten million

Prints what each step took, how many rows a second it read, and the memory of the client at its
highest until then, in MB: that is flat when a run of ten times the events ends with the same.
"""

import argparse
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chronotope import Client, catalogue, server
from chronotope.graph import Graph

MAPPING = {
    "users": {"match": "MATCH (c:Customer) RETURN c AS user", "id": "number"},
    "items": {"match": "MATCH (p:Product) RETURN p AS item", "id": "number", "name": "title"},
    "events": {
        "match": "MATCH (c:Customer)-[b:BOUGHT]->(p:Product) RETURN elementId(c) AS user, "
        "elementId(p) AS item, b.at AS at, b.quantity AS value, toString(b.line) AS id",
        "kind": "purchase",
    },
}
_PART = 50_000


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--items", type=int, default=20_000)
    arguments = parser.parse_args()
    with server.scratch() as connection, Graph(connection) as graph:
        _make(graph, arguments)
        print(f"{'step':24} {'seconds':>8} {'rows/s':>8} {'MB':>6}")
        with Client.open(connection) as client:
            _time("try it", arguments.events, lambda: client.adopt(MAPPING, dry_run=True))
            _time("adopt", arguments.events, lambda: client.adopt(MAPPING))
            _time("adopt, nothing new", arguments.events, lambda: client.adopt(MAPPING))
            _time("take it off again", arguments.events, client.undo_adoption)


def _make(graph: Graph, arguments: argparse.Namespace) -> None:
    queries = catalogue.load(Path(__file__).parent / "cypher")
    for kind in ("customers", "products"):
        graph.write(queries[f"index_{kind}"])
    shop = {"customers": arguments.users, "products": arguments.items}
    for first in range(0, arguments.events, _PART):
        part = {"first": first, "purchases": min(_PART, arguments.events - first)}
        graph.write(queries["make_shop"], {**shop, **part})


def _time(step: str, rows: int, work: Callable[[], Any]) -> None:
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{step:24} {seconds:8.1f} {rows / seconds:8,.0f} {memory:6,}", flush=True)


if __name__ == "__main__":
    main()
