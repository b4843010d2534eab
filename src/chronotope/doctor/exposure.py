"""What of a server others can reach who should not."""

from chronotope.doctor.finding import Finding
from chronotope.errors import DatabaseError
from chronotope.graph import Graph
from chronotope.server import exposure


def examine(graph: Graph) -> Finding:
    """Tell of the password's file, of the listener, and of what the server reads for a query."""
    try:
        rows = graph.read("doctor.list_settings")
    except DatabaseError:  # who may not see settings is told nothing of them
        rows = []
    settings = {row["name"]: row["value"] for row in rows}
    found = list(exposure.faults(graph.connection, settings, asks_addresses=_asks_addresses(graph)))
    if found:
        details, remedies = zip(*found, strict=True)
        return Finding("exposure", "warning", "; ".join(details), "; ".join(remedies))
    told = "nothing that others should not reach" if rows else "the settings cannot be seen"
    return Finding("exposure", "ok", told)


def _asks_addresses(graph: Graph) -> bool:
    """Tell whether the server asks addresses of its own machine for a query."""
    try:
        graph.read("doctor.ask_address")
    except DatabaseError as problem:
        tried = "ExternalResourceFailed" in getattr(problem.__cause__, "code", "")
        return tried and "is blocked" not in str(problem)
    return True
