"""Examine a database: whether what recommendations need is there, and is used."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from shlex import quote
from typing import Any

from chronotope import catalogue, migrations, server
from chronotope.doctor import exposure, memory
from chronotope.doctor.answers import examine_answers
from chronotope.doctor.finding import TOLD, Finding, Verdict, listed, second
from chronotope.doctor.plugin import Plugin, plugin
from chronotope.errors import ChronotopeError
from chronotope.graph import Graph
from chronotope.statistics import PATIENCE

_MANY = 0.1
"""The share of all events that statistics may lack before they count as old."""
_LONG_AGO = 400
"""Days after which what decays with time says nothing any more."""


def examine(graph: Graph) -> Iterator[Finding]:
    """Yield the findings one by one; later ones are left out when the schema is not there.

    At the end recommendations are asked for, for a few users: what has failed there, and in the
    schema, the indexes and the statistics, keeps them from being served as they should.
    """
    yield _server(graph)
    yield exposure.examine(graph)
    if found := memory.examine(graph):
        yield found
    try:
        migrations.require_current(graph)
    except ChronotopeError as problem:
        yield Finding("schema", "failed", str(problem), "chronotope migrate info tells more")
        return
    yield _schema(migrations.standing(graph))
    yield _catalogue(migrations.unpublished(graph).names)
    yield _plugin(plugin(graph))
    yield _indexes(graph)
    content = graph.read("doctor.describe_graph")[0]
    yield from _content(content)
    if kinds := graph.read("doctor.count_kinds"):
        yield _kinds(kinds)
    yield from examine_answers(graph, content["newest"])


def _server(graph: Graph) -> Finding:
    found = graph.read("doctor.describe_server")[0]
    detail = f"Neo4j {found['version']} {found['edition']} at {graph.uri}"
    if graph.connection.home and server.is_old(graph.version):
        detail += f"; this version of chronotope has {server.NEO4J_VERSION}"
        return Finding("server", "warning", detail, "run: chronotope server upgrade")
    return Finding("server", "ok", detail)


def _schema(steps: Sequence[migrations.Step]) -> Finding:
    others = [step.source for step in steps if step.state == "unknown"]
    detail = f"{len(steps) - len(others)} migrations applied"
    if others:
        detail += f", and of another folder: {', '.join(others)}"
    return Finding("schema", "ok", detail)


def _catalogue(unpublished: Sequence[str]) -> Finding:
    public = sum(query.public for query in catalogue.load().values())
    if not unpublished:
        return Finding("catalogue", "ok", f"{public} queries published, as this package has them")
    detail = f"not published as this package has them: {listed(unpublished)}"
    return Finding("catalogue", "warning", detail, "run: chronotope migrate apply")


def _plugin(found: Plugin) -> Finding:
    verdict: Verdict = "ok" if found.fits or not found.procedures else "warning"
    return Finding("plugin", verdict, found.detail, found.remedy)


def _indexes(graph: Graph) -> Finding:
    indexes = graph.read("doctor.list_indexes")
    waiting = [index["name"] for index in indexes if index["state"] != "ONLINE"]
    if waiting:
        remedy = "wait until the server has filled them; those that have failed: make them again"
        return Finding("indexes", "failed", f"not online: {', '.join(waiting)}", remedy)
    vectors = sum(index["type"] == "VECTOR" for index in indexes)
    points = sum(index["type"] == "POINT" for index in indexes)
    detail = f"all {len(indexes)} online, {vectors} of vectors and {points} of points"
    return Finding("indexes", "ok", detail)


def _content(graph: Mapping[str, Any]) -> Iterator[Finding]:
    counts = ", ".join(f"{graph[key]:,} {key}" for key in ("users", "items", "events", "interests"))
    if not graph["events"]:
        yield Finding("content", "warning", counts, "load some: chronotope load")
    else:
        newest = graph["newest"].to_native()
        detail, remedy = f"{counts}; the newest event is of {second(graph['newest'])}", None
        if (datetime.now(UTC) - newest).days > _LONG_AGO:
            then = newest.date() + timedelta(days=1)
            detail += ". Nothing is recent or rising now"
            remedy = f"derive and ask as of then, with --at {then.isoformat()}"
        yield Finding("content", "ok", detail, remedy)
    embed = "run: chronotope embed"
    if graph["encoder"] is None:
        yield Finding("encoder", "warning", "no text is embedded", embed)
    elif missing := graph["missingEmbeddings"]:
        yield Finding("encoder", "warning", f"{missing:,} items are not embedded", embed)
    else:
        yield Finding("encoder", "ok", f"{graph['encoder']}, {graph['dimension']} dimensions")
    yield _statistics(graph)


def _statistics(graph: Mapping[str, Any]) -> Finding:
    verdict: Verdict = "ok"
    remedy = None
    derive = "run: chronotope derive"
    if graph["partial"]:
        older = f"of two moments, the older {second(graph['asOf'])}" if graph["asOf"] else "a part"
        detail = f"partial: what stands is {older}"
    elif graph["asOf"] is None:
        verdict, detail, remedy = "warning", "never derived", derive
    else:
        days = (datetime.now(UTC) - graph["asOf"].to_native()).days
        detail = f"as of {second(graph['asOf'])}, {days:,} days ago"
        if graph["recentAsOf"].to_native() > graph["asOf"].to_native():
            detail += f", what is counted as of {second(graph['recentAsOf'])}"
        if since := graph["eventsSince"]:
            share = since / graph["events"]
            detail += f"; {since:,} events came since, {share:.1%} of all"
            if share > _MANY:
                verdict, remedy = "warning", derive
    since = second(graph["derivingSince"]) if graph["derivingSince"] else "long ago"
    if graph["deriving"] and graph["silentSeconds"] <= PATIENCE:
        verdict = "warning" if graph["partial"] else verdict
        detail += f"; being derived by {graph['deriving']}, since {since}"
    elif graph["partial"]:
        verdict, remedy = "failed", "run again: chronotope derive"
        detail += f"; a derivation begun {since} broke off"
    elif graph["deriving"]:
        detail += f"; a derivation begun {since} broke off before it wrote anything"
    return Finding("statistics", verdict, detail, remedy)


def _kinds(found: Sequence[Mapping[str, Any]]) -> Finding:
    declining = [row for row in found if row["weight"] is not None and row["weight"] < 0]
    unknown = [row for row in found if row["weight"] is None and row["kind"] is not None]
    faults, remedies = [], []
    if declining:
        first = declining[0]
        faults.append(f"declined, and among the events all the same: {_counted(declining)}")
        remedies.append(
            "put them where they belong: chronotope kinds set "
            f"{quote(first['kind'])} --weight {first['weight']:g}"
        )
    if unknown:
        faults.append(
            f"unknown, so that each weighs 1, is a goal and consumes: {_counted(unknown)}"
        )
        remedies.append("say what they are worth: chronotope kinds set KIND --weight W")
    if faults:
        return Finding("kinds of events", "warning", "; ".join(faults), "; ".join(remedies))
    return Finding("kinds of events", "ok", _counted(found))


def _counted(kinds: Sequence[Mapping[str, Any]]) -> str:
    """Say how many events are of each kind, of the most frequent ones."""
    said = [
        f"'{row['kind']}' ({row['events']:,})" if row["kind"] else f"none ({row['events']:,})"
        for row in kinds[:TOLD]
    ]
    more = len(kinds) - TOLD
    return ", ".join(said) + (f" and {more:,} more" if more > 0 else "")
