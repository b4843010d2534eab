"""How users respond to what was shown to them, by the model that chose it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chronotope.evaluation.metrics import Interval
from chronotope.graph import Graph

_NORMAL = 1.959963984540054  # of a 95 % interval


@dataclass(frozen=True)
class Response:
    """What a model showed: how often, to how many users, and how much of it was answered.

    `model` is 'unknown' where nobody told it; `rate` has a 95 % interval by Wilson's score.
    """

    model: str
    users: int
    shown: int
    answered: int
    rate: Interval


def responses(
    graph: Graph, since: datetime | None, until: datetime, within: timedelta
) -> list[Response]:
    """Return how users answered showings in [since, until) within a span, a row a model."""
    given = {"since": since, "until": until, "within": within}
    return [_response(row) for row in graph.read("evaluate.count_responses", given)]


def wilson(answered: int, shown: int) -> Interval:
    """Return a proportion with its 95 % interval by Wilson's score (Wilson, 1927)."""
    share, z = answered / shown, _NORMAL
    middle = (share + z * z / (2 * shown)) / (1 + z * z / shown)
    half = z * math.sqrt(share * (1 - share) / shown + (z / (2 * shown)) ** 2)
    half /= 1 + z * z / shown
    return Interval(share, max(middle - half, 0.0), min(middle + half, 1.0))


def _response(row: Mapping[str, Any]) -> Response:
    rate = wilson(row["answered"], row["shown"])
    return Response(row["model"], row["users"], row["shown"], row["answered"], rate)
