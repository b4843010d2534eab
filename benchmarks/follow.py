"""How many messages a second a follower brings into the graph, new ones and again.

    python benchmarks/follow.py [--kafka] [--messages 200000] [--base 1000000]

Into a graph of `--base` events, from a file and with `--kafka` from a topic of two partitions: a
broker is started for it, as the tests do.
"""

import argparse
import csv
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from load import OPTIONS, write_data

from chronotope import migrations, server
from chronotope.client import Client, Status, Watch

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
_TOPIC = "events"


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--base", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--kafka", action="store_true")
    arguments = parser.parse_args()
    sources = 2 if arguments.kafka else 1
    with (
        tempfile.TemporaryDirectory() as name,
        server.scratch() as connection,
        Client.open(connection) as client,
    ):
        folder = Path(name)
        total = arguments.base + sources * arguments.messages
        items, events = write_data(folder, arguments.users, arguments.items, total)
        rows = read_rows(events)
        migrations.apply(client.graph)
        client.load_items(items)
        print(f"{os.cpu_count()} cores; {arguments.messages:,} messages a source\n")
        started = time.perf_counter()
        client.load_events(islice(rows, arguments.base), OPTIONS)
        tell("load", "new", arguments.base, time.perf_counter() - started)
        path = folder / "events.ndjson"
        with path.open("w") as file:
            file.writelines(f"{json.dumps(row)}\n" for row in islice(rows, arguments.messages))
        follow(client, "file", str(path), arguments.messages)
        if arguments.kafka:
            import broker

            (folder / "kafka").mkdir()
            with broker.running(folder / "kafka") as kafka:
                address = kafka.create_topic(_TOPIC)
                kafka.produce(_TOPIC, ((row["user_id"], json.dumps(row)) for row in rows))
                follow(client, "Kafka", address, arguments.messages)


def read_rows(events: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a file of events."""
    with events.open(newline="") as file:
        yield from csv.DictReader(file)


def follow(client: Client, label: str, source: str, messages: int) -> None:
    """Follow a source twice, and print the messages a second."""
    for what in ("new", "again"):
        done = 0.0

        def on_status(status: Status) -> None:
            nonlocal done
            if status.messages >= messages:
                done = done or time.perf_counter()

        started = time.perf_counter()
        followed = client.follow(
            source,
            OPTIONS,
            Watch(interrupted=lambda: bool(done)),  # noqa: B023  called before the next one
            name=f"{what} {source}",
            on_status=on_status,
        )
        assert followed.rejected == 0  # noqa: S101
        tell(label, what, messages, done - started)


def tell(label: str, what: str, messages: int, seconds: float) -> None:
    """Print a rate."""
    print(f"{label:6} {what:6} {messages / seconds:>8,.0f} messages/s", flush=True)


if __name__ == "__main__":
    main()
