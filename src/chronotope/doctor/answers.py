"""Ask for recommendations as people do: whether they come, by which plan, as they were learned."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from neo4j.time import DateTime

from chronotope import catalogue, evaluation, fusion
from chronotope.doctor.drift import FAR, moved
from chronotope.doctor.finding import TOLD, Finding
from chronotope.evaluation import Answer
from chronotope.graph import Graph
from chronotope.replay import Instance

_NOBODY = ""
_ASKED = 50
"""Users who are asked for."""


def examine_answers(graph: Graph, newest: DateTime | None) -> Iterator[Finding]:
    """Yield what is to be said of each recommendation query, and whether any of them answers.

    It is asked for users who are drawn by chance, at this moment, or a day after the newest event
    where that is earlier. Planning takes a second once: afterwards the first user of all gets an
    answer at once, for nobody is asked for, too, as the client asks.
    """
    at = datetime.now(UTC)
    if newest is not None:
        at = min(at, newest.to_native().astimezone(UTC) + timedelta(days=1))
    drawn = graph.read("doctor.draw_users", {"k": _ASKED})
    asked = [Instance(row["id"], at, ()) for row in drawn]
    served = 0
    for name, task in evaluation.TASKS.items():
        model = fusion.in_use(graph, name)
        found = _model(model, name)
        yield found
        yield _plan(graph, f"recommend.{name}")
        if model is None or found.verdict == "failed":
            continue
        graph.read(task.query, {"user": _NOBODY, "at": at, "k": 20, "terms": 12, "explain": True})
        answers = evaluation.ask(graph, task.query, asked, k=task.candidates)
        served += sum(bool(answer.ids) for answer in answers)
        if any(answer.ids for answer in answers):
            yield _drift(model, task, answers)
    yield _served(len(asked), served)


def _served(asked: int, served: int) -> Finding:
    subject = "recommendations"
    if served:
        return Finding(subject, "ok", f"asked for {asked} users: they come")
    if not asked:
        load = "load events, chronotope load, and run: chronotope refresh"
        return Finding(subject, "failed", "there is no user with an event", load)
    remedy = "see to what else has failed here, and run: chronotope refresh"
    return Finding(subject, "failed", f"asked for {asked} users: nobody gets any", remedy)


def _model(model: fusion.Model | None, task: str) -> Finding:
    subject = f"model of {task}"
    if model is None:
        choose = "choose one: chronotope models use NAME"
        return Finding(subject, "failed", "none is in use", choose)
    if problem := model.problem():
        return Finding(subject, "failed", f"'{model.name}' {problem}", fusion.remedy(model))
    whose = fusion.whose_weights(task, model.learned_from)
    return Finding(subject, "ok", f"'{model.name}' fits the query{f', {whose}' if whose else ''}")


def _drift(model: fusion.Model, task: evaluation.Task, answers: Sequence[Answer]) -> Finding:
    """Compare the candidates of today with those that a model was learned from.

    Weights that others taught fit more or less from the beginning: nobody need be warned of that.
    """
    subject = f"drift of {task.name}"
    features = np.concatenate([answer.features for answer in answers])
    shifts = moved(model, task.query, features)
    far = [one for one in shifts if abs(one.by) > FAR]
    compared = f"of {len(shifts)} features, {len(features):,} candidates"
    if not far:
        return Finding(subject, "ok", f"none has moved by more than {FAR} scales, {compared}")
    told = ", ".join(f"{one.feature} by {one.by:+.1f}" for one in far[:TOLD])
    more = f" and {len(far) - TOLD} more" if len(far) > TOLD else ""
    own = model.learned_from == fusion.OWN
    return Finding(
        subject,
        "warning" if own else "ok",
        f"{len(far)} {compared}, are elsewhere than where the weights were learned, in scales: "
        f"{told}{more}",
        f"learn {'anew' if own else 'your own'}: chronotope learn {task.name}",
    )


def _plan(graph: Graph, name: str) -> Finding:
    query = catalogue.get(name)
    plan = graph.explain(query).plan
    used = set(_index_kinds(plan)) if plan else set()
    missing = {"POINT INDEX", *(["VECTOR INDEX"] if "NodeVectorIndexSearch" in query.plan else [])}
    missing -= used
    if missing:
        return Finding(
            name,
            "failed",
            f"the plan uses no {' and no '.join(sorted(missing))}",
            "make the indexes that are missing: chronotope migrate info tells which migration "
            "made them",
        )
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
