"""Examine a database: whether what recommendations need is there, and is used."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from shlex import quote
from typing import Any, Literal

from neo4j.time import DateTime

from chronotope import catalogue, evaluation, fusion, migrations
from chronotope.errors import ChronotopeError
from chronotope.graph import Graph
from chronotope.statistics import PATIENCE

Verdict = Literal["ok", "warning", "failed"]

_NOBODY = ""
_TOLD = 10
_LONG_AGO = 400
"""Days after which what decays with time says nothing any more."""
_LISTS_QUERIES = "chronotope.queries"
"""The procedure that tells what the plugin carries."""


@dataclass(frozen=True)
class Finding:
    """One thing that was examined, and what to do if it is not well."""

    subject: str
    verdict: Verdict
    detail: str


@dataclass(frozen=True)
class Plugin:
    """What a server has of chronotope's plugin.

    `version` is None where it has none, or one that does not say. `queries` are those that it
    carries, and `differing` the ones that it lacks, has too much, or has otherwise than this
    package.
    """

    procedures: tuple[str, ...]
    version: str | None
    queries: tuple[str, ...]
    differing: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether it runs what this package would run."""
        return bool(self.queries) and not self.differing

    @property
    def text(self) -> str:
        """All that in words, with what to do about it."""
        if not self.procedures:
            return (
                "none, and nothing but CALL chronotope… needs it: chronotope plugin install FOLDER"
            )
        version = self.version or "of an unknown version"
        if self.fits:
            return (
                f"{version}, and it fits: its {len(self.queries)} queries are those of this package"
            )
        return (
            f"{version}, and it does not fit this package: {_listed(self.differing)}; the local "
            "server gets this one when it starts again (chronotope server stop), others by: "
            "chronotope plugin install FOLDER"
        )


def examine(graph: Graph) -> Iterator[Finding]:
    """Yield the findings one by one; later ones are left out when the schema is not there.

    Planning a recommendation takes a second once: the queries are run here for nobody, so that
    the first user after that gets an answer at once.
    """
    server = graph.read("doctor.describe_server")[0]
    yield Finding("server", "ok", f"Neo4j {server['version']} {server['edition']} at {graph.uri}")
    try:
        migrations.require_current(graph)
    except ChronotopeError as problem:
        yield Finding("schema", "failed", str(problem))
        return
    yield _schema(migrations.standing(graph))
    yield _catalogue(migrations.unpublished(graph).names)
    yield _plugin(plugin(graph))
    yield _indexes(graph)
    yield from _content(graph.read("doctor.describe_graph")[0])
    if found := graph.read("doctor.count_kinds"):
        yield _kinds(found)
    for task in evaluation.TASKS:
        model = _model(fusion.in_use(graph, task), task)
        yield model
        name = f"recommend.{task}"
        if model.verdict != "failed":
            graph.read(name, {"user": _NOBODY, "k": 1})
        yield _plan(graph, name)


def _schema(steps: Sequence[migrations.Step]) -> Finding:
    others = [step.source for step in steps if step.state == "unknown"]
    detail = f"{len(steps) - len(others)} migrations applied"
    if others:
        detail += f", and of another folder: {', '.join(others)}"
    return Finding("schema", "ok", detail)


def plugin(graph: Graph) -> Plugin:
    """Tell what the server has of the plugin, and whether that is what this package has."""
    procedures = tuple(sorted(row["name"] for row in graph.read("plugin.list_procedures")))
    tells = _LISTS_QUERIES in procedures
    found = graph.read("plugin.list_queries") if tells else []
    carried = {row["name"]: row["fingerprint"] for row in found}
    own = {
        query.name: query.fingerprint
        for query in catalogue.load().values()
        if query.public and query.mode == "read"
    }
    differing = [name for name in own | carried if own.get(name) != carried.get(name)]
    return Plugin(
        procedures=procedures,
        version=found[0]["version"] if found else None,
        queries=tuple(carried),
        differing=tuple(sorted(differing)) if procedures else (),
    )


def _catalogue(unpublished: Sequence[str]) -> Finding:
    public = sum(query.public for query in catalogue.load().values())
    if not unpublished:
        return Finding("catalogue", "ok", f"{public} queries published, as this package has them")
    detail = (
        f"not published as this package has them: {_listed(unpublished)}; "
        "run: chronotope migrate apply"
    )
    return Finding("catalogue", "warning", detail)


def _plugin(found: Plugin) -> Finding:
    verdict: Verdict = "ok" if found.fits or not found.procedures else "warning"
    return Finding("plugin", verdict, found.text)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _TOLD
    return ", ".join(names[:_TOLD]) + (f" and {more:,} more" if more > 0 else "")


def _indexes(graph: Graph) -> Finding:
    indexes = graph.read("doctor.list_indexes")
    waiting = [index["name"] for index in indexes if index["state"] != "ONLINE"]
    if waiting:
        return Finding("indexes", "failed", f"not online: {', '.join(waiting)}")
    vectors = sum(index["type"] == "VECTOR" for index in indexes)
    points = sum(index["type"] == "POINT" for index in indexes)
    detail = f"all {len(indexes)} online, {vectors} of vectors and {points} of points"
    return Finding("indexes", "ok", detail)


def _content(graph: Mapping[str, Any]) -> Iterator[Finding]:
    counts = ", ".join(f"{graph[key]:,} {key}" for key in ("users", "items", "events", "interests"))
    if not graph["events"]:
        yield Finding("content", "warning", f"{counts}; load some: chronotope load")
    else:
        newest = graph["newest"].to_native()
        detail = f"{counts}; the newest event is of {_second(graph['newest'])}"
        if (datetime.now(UTC) - newest).days > _LONG_AGO:
            then = newest.date() + timedelta(days=1)
            detail += (
                ". Nothing is recent or rising now: derive and ask as of then, with --at "
                f"{then.isoformat()}"
            )
        yield Finding("content", "ok", detail)
    if graph["encoder"] is None:
        yield Finding("encoder", "warning", "no text is embedded; run: chronotope embed")
    elif graph["missingEmbeddings"]:
        missing = f"{graph['missingEmbeddings']:,} items are not embedded; run: chronotope embed"
        yield Finding("encoder", "warning", missing)
    else:
        yield Finding("encoder", "ok", f"{graph['encoder']}, {graph['dimension']} dimensions")
    yield _statistics(graph)


def _statistics(graph: Mapping[str, Any]) -> Finding:
    verdict: Verdict = "ok"
    if graph["partial"]:
        older = f"of two moments, the older {_second(graph['asOf'])}" if graph["asOf"] else "a part"
        detail = f"partial: what stands is {older}"
    elif graph["asOf"] is None:
        verdict, detail = "warning", "never derived; run: chronotope derive"
    else:
        days = (datetime.now(UTC) - graph["asOf"].to_native()).days
        detail = f"as of {_second(graph['asOf'])}, {days:,} days ago"
    since = _second(graph["derivingSince"]) if graph["derivingSince"] else "long ago"
    if graph["deriving"] and graph["silentSeconds"] <= PATIENCE:
        verdict = "warning" if graph["partial"] else verdict
        detail += f"; being derived by {graph['deriving']}, since {since}"
    elif graph["partial"]:
        verdict = "failed"
        detail += f"; a derivation begun {since} broke off; run again: chronotope derive"
    elif graph["deriving"]:
        detail += f"; a derivation begun {since} broke off before it wrote anything"
    return Finding("statistics", verdict, detail)


def _kinds(found: Sequence[Mapping[str, Any]]) -> Finding:
    declining = [row for row in found if row["weight"] is not None and row["weight"] < 0]
    unknown = [row for row in found if row["weight"] is None and row["kind"] is not None]
    faults = []
    if declining:
        first = declining[0]
        faults.append(
            f"declined, and among the events all the same: {_counted(declining)}; put them where "
            f"they belong: chronotope kinds set {quote(first['kind'])} --weight {first['weight']:g}"
        )
    if unknown:
        faults.append(
            f"unknown, so that each weighs 1, is a goal and consumes: {_counted(unknown)}; say "
            "what they are worth: chronotope kinds set KIND --weight W"
        )
    if faults:
        return Finding("kinds of events", "warning", "; ".join(faults))
    return Finding("kinds of events", "ok", _counted(found))


def _counted(kinds: Sequence[Mapping[str, Any]]) -> str:
    """Say how many events are of each kind, of the most frequent ones."""
    said = [
        f"'{row['kind']}' ({row['events']:,})" if row["kind"] else f"none ({row['events']:,})"
        for row in kinds[:_TOLD]
    ]
    more = len(kinds) - _TOLD
    return ", ".join(said) + (f" and {more:,} more" if more > 0 else "")


def _second(moment: DateTime) -> str:
    return moment.to_native().isoformat(timespec="seconds")


def _model(model: fusion.Model | None, task: str) -> Finding:
    subject = f"model of {task}"
    if model is None:
        return Finding(subject, "failed", "none is in use; choose one: chronotope models use NAME")
    if problem := model.problem():
        return Finding(subject, "failed", f"'{model.name}' {problem}; {fusion.remedy(model)}")
    whose = fusion.whose_weights(task, model.learned_from)
    return Finding(subject, "ok", f"'{model.name}' fits the query{f', {whose}' if whose else ''}")


def _plan(graph: Graph, name: str) -> Finding:
    query = catalogue.get(name)
    plan = graph.explain(query).plan
    used = set(_index_kinds(plan)) if plan else set()
    missing = {"POINT INDEX", *(["VECTOR INDEX"] if "NodeVectorIndexSearch" in query.plan else [])}
    missing -= used
    if missing:
        return Finding(name, "failed", f"the plan uses no {' and no '.join(sorted(missing))}")
    return Finding(name, "ok", f"planned with {', '.join(sorted(used))}")


def _index_kinds(plan: Mapping[str, Any]) -> Iterator[str]:
    details = plan["args"].get("Details", "")
    if "VectorIndexSearch" in plan["operatorType"]:
        yield "VECTOR INDEX"
    for kind in ("POINT INDEX", "RANGE INDEX"):
        if kind in details:
            yield kind
    for child in plan.get("children", []):
        yield from _index_kinds(child)
