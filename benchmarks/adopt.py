"""Time the adoption of somebody's shop, and tell how much memory it takes.

    python benchmarks/adopt.py                     a million purchases
    python benchmarks/adopt.py --events 10000000   ten million
    python benchmarks/adopt.py --steps adopt       only that: of try, adopt, again and undo

Prints, with every million rows and at the end of each step: seconds, rows a second, processor time
of the client and of the server, and their memory at its highest until then, in MB. That of the
client is flat when a run of ten times the events ends with the same. A bulk import makes the shop.
"""

import argparse
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from chronotope import Client, server
from chronotope.loading import Watch

MAPPING = {
    "users": {"match": "MATCH (c:Customer) RETURN c AS user", "id": "number"},
    "items": {"match": "MATCH (p:Product) RETURN p AS item", "id": "number", "name": "title"},
    "events": {
        "match": "MATCH (c:Customer)-[b:BOUGHT]->(p:Product) RETURN elementId(c) AS user, "
        "elementId(p) AS item, b.at AS at, b.quantity AS value, toString(b.line) AS id",
        "kind": "purchase",
    },
}
_BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
_BETWEEN = timedelta(seconds=31)
_TOLD = 1_000_000
STEPS = {
    "try": lambda client, watch: client.adopt(MAPPING, watch, dry_run=True),
    "adopt": lambda client, watch: client.adopt(MAPPING, watch),
    "again": lambda client, watch: client.adopt(MAPPING, watch),
    "undo": lambda client, watch: client.undo_adoption(progress=watch.progress),
}


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        files = _write_shop(Path(folder), arguments)
        with server.scratch(files=files) as connection:
            print(f"The shop was made in {time.perf_counter() - began:.0f} s.")
            print(
                f"{'step':6} {'rows':>11} {'seconds':>8} {'rows/s':>8} {'CPU s':>9} {'server':>9} "
                f"{'MB':>9} {'server':>9}"
            )
            with Client.open(connection) as client:
                for step in arguments.steps:
                    meter = _Meter(step)
                    STEPS[step](client, Watch(progress=meter.progress))
                    meter.tell(arguments.events)


def _write_shop(folder: Path, arguments: argparse.Namespace) -> list[str]:
    """Write a shop as somebody may have it, and return what imports it."""
    customers, products, purchases = (folder / f"{name}.csv" for name in ("c", "p", "b"))
    with customers.open("w") as file:
        file.write("number:ID(Customer){id-type:long}\n")
        file.writelines(f"{n}\n" for n in range(arguments.users))
    with products.open("w") as file:
        file.write("number:ID(Product){id-type:long},title\n")
        file.writelines(f"{n},Product {n}\n" for n in range(arguments.items))
    with purchases.open("w") as file:
        file.write(":START_ID(Customer),:END_ID(Product),at:datetime,quantity:long,line:long\n")
        for n in range(arguments.events):
            customer, product = n * 7919 % arguments.users, (n * n + n // 17) % arguments.items
            at = (_BEGIN + n * _BETWEEN).isoformat()
            file.write(f"{customer},{product},{at},{1 + n % 3},{n}\n")
    return [
        f"--nodes=Customer={customers}",
        f"--nodes=Product={products}",
        f"--relationships=BOUGHT={purchases}",
    ]


class _Meter:
    """Tells what a step takes of the client and of the server, a process of ours."""

    def __init__(self, step: str) -> None:
        self._step = step
        self._started, self._spent = time.perf_counter(), self._processor()
        self._next = _TOLD

    def progress(self, what: str, done: int, total: int | None) -> None:  # noqa: ARG002
        """Print a line for each million rows."""
        if done >= self._next:
            self._next += _TOLD
            self.tell(done)

    def tell(self, rows: int) -> None:
        """Print a line: what was taken since the step began, and memory at its highest."""
        seconds = time.perf_counter() - self._started
        own, other = (now - then for now, then in zip(self._processor(), self._spent, strict=True))
        print(
            f"{self._step:6} {rows:11,} {seconds:8.1f} {rows / seconds:8,.0f} {own:9.1f} "
            f"{other:9.1f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:9,} "
            f"{_peak(_server()):9,}",
            flush=True,
        )

    def _processor(self) -> tuple[float, float]:
        times = _server().cpu_times()
        return time.process_time(), times.user + times.system


def _server() -> psutil.Process:
    return max(psutil.Process().children(), key=lambda child: child.memory_info().rss)


def _peak(process: psutil.Process) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    main()
