"""Compare the weights of two models. Pure."""

from dataclasses import dataclass

from chronotope.errors import InputError
from chronotope.fusion.model import Model


@dataclass(frozen=True)
class WeightChange:
    """The linear weight of a feature in two models, None where a model lacks it."""

    feature: str
    first: float | None
    second: float | None

    @property
    def change(self) -> float | None:
        """The second weight minus the first, if both models have the feature."""
        if self.first is None or self.second is None:
            return None
        return self.second - self.first


def compare(first: Model, second: Model) -> list[WeightChange]:
    """Return the weights of both, the largest change first. Raises InputError for two tasks.

    A weight is the change of the score when the feature rises by its usual spread, without what
    hidden units add.
    """
    if first.task != second.task:
        raise InputError(
            f"'{first.name}' is of {first.task} and '{second.name}' of {second.task}; "
            "compare two of one task."
        )
    before, after = (
        dict(zip(model.features, model.linear.tolist(), strict=True)) for model in (first, second)
    )
    changes = [
        WeightChange(feature, before.get(feature), after.get(feature))
        for feature in dict.fromkeys([*first.features, *second.features])
    ]
    return sorted(changes, key=lambda row: -abs((row.second or 0.0) - (row.first or 0.0)))
