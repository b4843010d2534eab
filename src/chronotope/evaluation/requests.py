"""Ask a recommendation query about many instances, as clients would: several at once."""

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import neo4j
import numpy as np
from numpy.typing import NDArray

from chronotope.catalogue import Query
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.replay import Instance

CLIENTS = 2
_WARM_UP = 100


@dataclass(frozen=True)
class Answer:
    """All candidates of a request, best first.

    `features` has a row a candidate: what a model sees of them, normalised within the request where
    the query does that; NaN where a feature could not be computed.
    """

    ids: tuple[str, ...]
    scores: NDArray[np.float64]
    features: NDArray[np.float32]
    seconds: float
    categories: tuple[str | None, ...] = ()


def ask(
    graph: Graph,
    query: Query,
    instances: Sequence[Instance],
    *,
    k: int,
    model: str | None = None,
    given: Mapping[str, Any] = MappingProxyType({}),
    progress: Progress = silent,
) -> list[Answer]:
    """Return the answers to the instances, in their order; `given` are further parameters."""
    column = "normalised" if query.normalisation == "request" else "features"

    def one(instance: Instance) -> Answer:
        parameters = {
            "user": instance.user,
            "at": instance.at,
            "k": k,
            "explain": False,
            "model": model,
            **given,
        }
        started = time.perf_counter()
        ids, scores, features, categories = graph.fold(
            query, parameters, lambda records: _columns(records, column)
        )
        seconds = time.perf_counter() - started
        return Answer(
            tuple(ids),
            np.array(scores, np.float64),
            np.array(features, np.float32).reshape(len(ids), len(query.features)),
            seconds,
            tuple(categories),
        )

    answers: list[Answer] = []
    progress("asking", 0, len(instances))
    with ThreadPoolExecutor(CLIENTS) as clients:
        for answer in clients.map(one, instances):
            answers.append(answer)
            progress("asking", len(answers), len(instances))
    return answers


def warm_up(
    graph: Graph, query: Query, instances: Sequence[Instance], k: int, model: str | None = None
) -> None:
    """Ask some questions whose time does not count: the server compiles what runs often."""
    ask(graph, query, instances[:_WARM_UP], k=k, model=model)


def _columns(
    records: Iterable[neo4j.Record], column: str
) -> tuple[list[str], list[float], list[list[float | None]], list[str | None]]:
    ids, scores, features, categories = [], [], [], []
    for record in records:
        ids.append(record["id"])
        scores.append(record["score"])
        features.append(record[column])
        categories.append(record["category"])
    return ids, scores, features, categories
