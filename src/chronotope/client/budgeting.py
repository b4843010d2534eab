"""The part of the client that keeps the privacy budget of a graph."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from chronotope.client.core import Core
from chronotope.client.published import DataRelease, PrivacyBudget, Spent
from chronotope.errors import InputError

LIMIT_EPSILON, LIMIT_DELTA = 4.0, 1e-5
"""Of the privacy budget, where none was set."""
_LARGEST = 100.0


class Budgeting(Core):
    """What tells, limits and spends the budget."""

    def privacy_budget(self) -> PrivacyBudget:
        """Tell what was published with differential privacy, what it cost, and the limit."""
        row = self._migrated.read("publish.read_budget")[0]
        releases = row["releases"]
        limits = row["limitEpsilon"], row["limitDelta"]
        return PrivacyBudget(
            spent=Spent(
                epsilon=round(sum(release["epsilon"] for release in releases), 12),
                delta=round(sum(release["delta"] for release in releases), 12),
                limit_epsilon=LIMIT_EPSILON if limits[0] is None else limits[0],
                limit_delta=LIMIT_DELTA if limits[1] is None else limits[1],
            ),
            rows=DataRelease.of_all(releases),
        )

    def limit_privacy_budget(self, epsilon: float, delta: float = LIMIT_DELTA) -> PrivacyBudget:
        """Set how much may be spent in all: what was spent stays spent. Returns the budget."""
        if not 0 <= epsilon <= _LARGEST or not 0 <= delta < 1:
            raise InputError(
                f"The limit of epsilon is from 0 to {_LARGEST:.0f}, that of delta from 0 to 1."
            )
        self._migrated.write("publish.set_limit", {"epsilon": epsilon, "delta": delta})
        return self.privacy_budget()

    def _spend(
        self, what: str, request: Mapping[str, Any], epsilon: float, delta: float = 0.0
    ) -> Spent:
        """Spend of the budget before anything is read. Raises InputError beyond its limit."""
        row = self._migrated.write(
            "publish.spend",
            {
                "id": str(uuid.uuid4()),
                "what": what,
                "epsilon": float(epsilon),
                "delta": float(delta),
                "parameters": json.dumps(request, default=str, ensure_ascii=False),
                "limitEpsilon": LIMIT_EPSILON,
                "limitDelta": LIMIT_DELTA,
            },
        )[0]
        spent = Spent.of(row)
        if not row["granted"]:
            cost = f"ε = {epsilon:g}" + (f" and δ = {delta:g}" if delta else "")
            raise InputError(
                f"The privacy budget does not allow {cost}: {of_limit(spent)}. Show what was "
                "published before (`chronotope publish budget` lists it); to raise the limit "
                "weakens what people were promised."
            )
        return spent


def of_limit(spent: Spent) -> str:
    """Say how much of the budget is spent."""
    said = f"ε = {spent.epsilon:g} of {spent.limit_epsilon:g}"
    return f"{said} and δ = {spent.delta:g} of {spent.limit_delta:g} are spent"
