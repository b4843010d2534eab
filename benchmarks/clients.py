"""Let many clients ask each query at once, and tell how many requests failed.

    python benchmarks/clients.py                       the demo's city
    NEO4J_URI=bolt://… python benchmarks/clients.py    a graph of your own
    python benchmarks/clients.py --clients 32 --seconds 60

Every client asks over and over, as a driver that does not try again; one in eight asks of the user
with the most events, the others of any. Prints for each query requests, rate, p50 and p95 in
milliseconds, and the errors.
"""

import argparse
import itertools
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import neo4j
import numpy as np
from neo4j.exceptions import Neo4jError

from chronotope import catalogue, config, server

QUERIES = {
    "recommend.discover": {},
    "recommend.next": {},
    "recommend.new_items": {},
    "profile.tags": {},
    "profile.rhythm": {},
    "profile.vectors": {},
    "search.find_items": {"words": "coffee"},
}
_HEAVY_EVERY = 8


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=int, default=60)
    arguments = parser.parse_args()
    connection = config.connection() or server.start(server.DEMO)
    with neo4j.GraphDatabase.driver(
        connection.uri,
        auth=(connection.username, connection.password),
        notifications_min_severity="OFF",
        max_connection_pool_size=arguments.clients,
    ) as driver:
        users = _users(driver)
        print(f"{len(users):,} users, the heaviest with {users[0][1]:,} events\n")
        print(f"{'query':22} {'requests':>9} {'a second':>9} {'p50':>8} {'p95':>8} {'failed':>7}")
        for name in QUERIES:
            _ask_at_once(driver, name, [user for user, _ in users], arguments)


def _users(driver: neo4j.Driver) -> list[tuple[str, int]]:
    """Return users with the number of their events, the heaviest first."""
    histories = catalogue.get("derive.read_events").text
    with driver.session() as session:
        rows = session.run(histories, {"at": datetime.now(UTC)})
        counts = [(row["user"], len(row["items"])) for row in rows]
    return sorted(counts, key=lambda count: -count[1])


def _ask_at_once(
    driver: neo4j.Driver, name: str, users: list[str], arguments: argparse.Namespace
) -> None:
    query = catalogue.get(name)
    parameters = {parameter.name: None for parameter in query.parameters} | QUERIES[name]
    failed: Counter[str] = Counter()
    times: list[float] = []
    end = time.perf_counter() + arguments.seconds

    def client(number: int) -> None:
        draw = random.Random(number)
        with driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
            for _ in itertools.takewhile(lambda _: time.perf_counter() < end, itertools.count()):
                user = users[0] if number % _HEAVY_EVERY == 0 else draw.choice(users)
                started = time.perf_counter()
                try:
                    session.run(query.text, parameters | {"user": user}).consume()
                    times.append(time.perf_counter() - started)
                except Neo4jError as problem:
                    failed[problem.message or "?"] += 1

    with ThreadPoolExecutor(arguments.clients) as threads:
        list(threads.map(client, range(arguments.clients)))
    p50, p95 = np.quantile(times, [0.5, 0.95]) * 1000 if times else (np.nan, np.nan)
    print(
        f"{name:22} {len(times):9,} {len(times) / arguments.seconds:9.1f} {p50:8.0f} {p95:8.0f} "
        f"{failed.total():7,}",
        flush=True,
    )
    for message, count in failed.most_common(3):
        print(f"    {count} x {message[:150]}")


if __name__ == "__main__":
    main()
