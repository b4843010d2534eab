"""Real check-ins in a throw-away graph, for benchmarks that ask what people would find in them."""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chronotope import Client, loading, server
from chronotope.analysis import grid
from chronotope.cli.params import parse_pairs
from chronotope.graph import Graph

LEAST = 5
"""People of whom suppression tells at least."""
EPSILONS = (0.5, 1.0, 2.0)
RESOLUTION = 8


def arguments(documentation: str, **numbers: int) -> argparse.Namespace:
    """Parse where check-ins are and how they are read, as `chronotope load` has it, and numbers."""
    parser = argparse.ArgumentParser(description=documentation.partition("\n")[0])
    parser.add_argument("--items", required=True)
    parser.add_argument("--events", required=True)
    parser.add_argument("--map", default="")
    parser.add_argument("--timezone", type=ZoneInfo)
    parser.add_argument("--local-timezone", type=ZoneInfo)
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


@contextmanager
def loaded(given: argparse.Namespace) -> Iterator[tuple[Client, datetime, dict[str, str]]]:
    """Open a graph of check-ins: the client, the end, and the hexagon of each finest cell."""
    options = loading.ReadOptions(
        renamed=parse_pairs(given.map) if given.map else {},
        timezone=given.timezone,
        local_timezone=given.local_timezone,
        shared=True,
    )
    with server.scratch() as connection, Client.open(connection) as client:
        client.migrate()
        client.load_items(given.items, options)
        client.load_events(given.events, options)
        last = client.graph.read("audience.describe_span")[0]["last"].to_native()
        finest = (row["id"] for row in client.graph.read("publish.list_cells"))
        yield client, last + timedelta(milliseconds=1), grid.areas(finest, RESOLUTION)


def contributions(graph: Graph, query: str, asked: Mapping[str, Any]) -> list[list[Any]]:
    """Return what a query of `publish` tells of each person."""
    return graph.fold(query, asked, lambda records: [list(record[0]) for record in records])
