"""What each part of U = f(G, T, L) adds: models that lack a part, and controls for L."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from chronotope.evaluation import Protocol, ask, metrics, ranking, scored
from chronotope.fusion.candidates import as_model, fit
from chronotope.fusion.collect import Collector
from chronotope.fusion.learn import enough_windows
from chronotope.fusion.model import save
from chronotope.fusion.options import LearnOptions
from chronotope.graph import Graph
from chronotope.progress import Progress, labelled, silent
from chronotope.replay import Past
from chronotope.statistics import Floats

_TRUE, _SHUFFLED, _RANDOM = "as they are", "shuffled", "random"
_BATCH = 500


@dataclass(frozen=True)
class _Row:
    """A row of the table: the groups of features that it has, and what was done to vectors."""

    name: str
    groups: str
    vectors: str = _TRUE
    beside: str = "G+T"
    """The row that the difference is told to."""


ROWS = (
    _Row("G", "G"),
    _Row("G+T", "GT"),
    _Row("G+L", "GL"),
    _Row("G+T+L", "GTL"),
    _Row("G+T+shuffled L", "GTL", _SHUFFLED),
    _Row("G+T+random L", "GTL", _RANDOM),
)
NEW_ITEMS_ALONE = (
    *ROWS,
    _Row("L", "L", beside="shuffled L"),
    _Row("shuffled L", "L", _SHUFFLED),
)
NEW_ITEMS_AMONG_ALL = tuple(row for row in ROWS if row.name in ("G+T", "G+T+L", "G+T+shuffled L"))


def ablate(
    past: Past,
    what: Protocol,
    as_of: datetime,
    options: LearnOptions = LearnOptions(),  # noqa: B008  frozen
    progress: Progress = silent,
) -> dict[str, Any]:
    """Learn each row's model as of a moment, and return its metrics on the protocol's instances.

    Candidates are the query's own, whatever the row: text search among its sources sees the
    vectors of the row. Every row also tells its difference to "G+T", or to what it is set beside.
    """
    features = what.task.query.features
    with_language = any(feature.group == "L" for feature in features)
    rows = [row for row in _rows(what) if with_language or "L" not in row.groups]
    chosen = enough_windows(past.history, what.task, as_of, options)
    vectors = _Vectors(past.graph, options.seed)
    size = len(np.unique(past.history.before(what.cut).item))
    values = {}
    for kind in dict.fromkeys(row.vectors for row in rows):  # vectors are slow to write
        vectors.become(kind)
        variant = "" if kind == _TRUE else kind  # those that a model was just learned from
        collector = Collector(past, what.task, options.limit, options.seed, variant, options.users)
        parts = collector.collect(chosen, labelled(progress, f"vectors {kind}"))
        past.derive(what.cut, progress)
        for row in rows:
            if row.vectors != kind:
                continue
            progress(f"fitting {row.name}", 0, 1)
            kept = np.array([feature.group in row.groups for feature in features])
            found = fit(what.task, parts, options.seed, kept)
            model = as_model(what.task, found, as_of).named(row.name)
            save(past.graph, model)
            task = what.task
            answers = ask(
                past.graph, task.query, what.instances, k=task.candidates, model=model.name
            )
            values[row.name] = scored(what.task, ranking(what, answers, size), size).values
        collector.forget()
    vectors.become(_TRUE)
    return {row.name: _report(row, values, what.users) for row in rows}


def _rows(what: Protocol) -> Sequence[_Row]:
    if what.task.new_items:
        return NEW_ITEMS_ALONE
    return NEW_ITEMS_AMONG_ALL if what.new_items else ROWS


def _report(
    row: _Row, values: Mapping[str, Mapping[str, Floats]], users: Sequence[str]
) -> dict[str, Any]:
    report = {}
    for metric, numbers in values[row.name].items():
        report[metric] = metrics.interval(numbers, users).plain()
        if row.name != row.beside:
            beside = values[row.beside][metric]
            report[metric]["difference"] = metrics.difference(numbers, beside, users).plain()
    return report


class _Vectors:
    """The items' embeddings, and what can be done to them as a control."""

    def __init__(self, graph: Graph, seed: int) -> None:
        items = [row for row in graph.read("replay.read_items") if row["embedding"] is not None]
        self._graph = graph
        self._ids = [row["id"] for row in items]
        self._keys = [row["key"] for row in items]
        vectors = np.array([row["embedding"] for row in items], np.float32)
        draw = np.random.default_rng(seed)
        noise = draw.standard_normal(vectors.shape).astype(np.float32)
        self._kinds = {
            _TRUE: vectors,
            _SHUFFLED: vectors[draw.permutation(len(vectors))],
            _RANDOM: noise,
        }
        self._kind = _TRUE

    def become(self, kind: str) -> None:
        """Give every item the vector of that kind."""
        if kind == self._kind or not self._ids:
            return
        rows = (
            {"id": name, "key": key, "vector": vector.tolist()}
            for name, key, vector in zip(self._ids, self._keys, self._kinds[kind], strict=True)
        )
        self._graph.write_rows("embed.write_items", rows, size=_BATCH)
        self._kind = kind
