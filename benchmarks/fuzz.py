"""A hundred thousand hostile texts through every door: stored exactly, answered, or refused.

    python benchmarks/fuzz.py [--seed 1] [--share 1.0]

Each text is an id, a name, an interest, a place, a path, a name of columns, a search, a parameter,
a mapping, a message of a stream, or a statement. Nothing of it may be executed: the graph keeps its
labels, types, schema, users and a node that watches, and no file appears. Nothing may break: what
is refused is refused in a sentence. What is stored is compared, sign by sign. No output may carry
a control character to a terminal. Prints a line for each door, and what went wrong; ends with 1 if
something did. It runs on a scratch server.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import fuzz_files
import fuzz_graph
from fuzz_doors import Door, Outcome, surroundings
from hostile import Hostile

from chronotope import config, migrations, server
from chronotope.client import Client
from chronotope.graph import Graph

DOORS: tuple[Door, ...] = (*fuzz_graph.DOORS, *fuzz_files.DOORS)
SHOWN = 20


def fuzz(graph: Graph, folder: Path, seed: int, share: float) -> Iterator[tuple[str, Outcome]]:
    """Yield the name of each door and what came of its texts, then what became of the graph."""
    client = Client(graph.driver, graph.connection.database)
    before = surroundings(graph, folder)
    for number, door in enumerate(DOORS):
        started, outcome = time.monotonic(), Outcome()
        door.knock(
            client, folder, Hostile(seed * 1000 + number), max(int(door.texts * share), 5), outcome
        )
        outcome.seconds = time.monotonic() - started
        yield door.name, outcome
    after = surroundings(graph, folder)
    changed = Outcome(counts=Counter(same=sum(before[name] == after[name] for name in before)))
    changed.faults += [
        f"{name}: {before[name]!r} became {after[name]!r}"
        for name in before
        if before[name] != after[name]
    ]
    yield "the graph and the folder after all that", changed


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="of the hundred thousand")
    arguments = parser.parse_args()
    total, faults = 0, 0
    with tempfile.TemporaryDirectory() as name, server.scratch() as connection:
        os.chdir(name)  # where a command that is executed would leave its file
        os.environ |= config.variables(connection) | {
            "CHRONOTOPE_HOME": f"{name}/home",
            "CHRONOTOPE_KEYS_FILE": f"{name}/keys.json",
        }
        with Graph(connection) as graph:
            migrations.apply(graph)
            for door, outcome in fuzz(graph, Path(name), arguments.seed, arguments.share):
                told = ", ".join(f"{number:,} {fate}" for fate, number in outcome.counts.items())
                print(f"{door:42} {told}; {outcome.seconds:.1f} s", flush=True)
                for fault in outcome.faults[:SHOWN]:
                    print(f"  {fault}")
                total, faults = total + sum(outcome.counts.values()), faults + len(outcome.faults)
    print(f"{total:,} texts of seed {arguments.seed}: {faults:,} faults.")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
