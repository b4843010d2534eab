"""One derivation at a time: a lock in the graph, whose owner gives signs of life."""

import getpass
import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from chronotope.errors import ChronotopeError, DatabaseError
from chronotope.graph import Graph
from chronotope.progress import Progress

BEAT = 5.0
"""Seconds between two signs of life."""
PATIENCE = 30
"""Seconds without one after which an owner counts as dead."""


@dataclass(frozen=True)
class Lock:
    """The lock while it is held; `remark` tells of a derivation before that broke off."""

    owner: str
    remark: str | None


@contextmanager
def exclusive(graph: Graph, progress: Progress) -> Iterator[Lock]:
    """Hold the lock of the derivation, and release it if the work inside fails.

    The end of the work releases it: `derive.finish`. Raises DatabaseError while somebody else is at
    it; one who gives no sign of life is waited for, and then replaced.
    """
    me = f"{getpass.getuser()} on {socket.gethostname()}, process {os.getpid()}"
    owner = f"{me}, run {uuid.uuid4().hex[:8]}"
    row = _take(graph, owner, progress)
    with graph.beating("derive.keep_lock", {"owner": owner}, BEAT):
        try:
            yield Lock(owner, _remark(row))
        except BaseException:
            with suppress(ChronotopeError):
                graph.write("derive.release_lock", {"owner": owner})
            raise


def _take(graph: Graph, owner: str, progress: Progress) -> dict[str, Any]:
    heard = None
    while True:
        row = graph.write("derive.take_lock", {"owner": owner, "patience": PATIENCE})[0]
        if row["taken"]:
            return row
        if heard is not None and row["heartbeatAt"] != heard:
            since = row["startedAt"].to_native().isoformat(timespec="seconds")
            raise DatabaseError(
                f"Statistics are being derived by {row['holder']}, since {since}. There is one "
                "derivation at a time; wait until that one is done.",
                transient=True,
            )
        heard = row["heartbeatAt"]
        progress("waiting for a sign of life of another derivation", 0, None)
        time.sleep(BEAT / 5)


def _remark(row: dict[str, Any]) -> str | None:
    if not row["partial"] and row["holder"] is None:
        return None
    since = row["startedAt"]
    whose = f" of {row['holder']}" if row["holder"] else ""
    begun = f", begun {since.to_native().isoformat(timespec='seconds')}," if since else ""
    return f"An earlier derivation{whose}{begun} broke off; this one replaces it."
