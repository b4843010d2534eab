"""Whether the candidates of today are like those that a model was learned from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chronotope.catalogue import Query
from chronotope.fusion import Model

FAR = 0.5
"""In units of scale: the mean of a few thousand candidates of fifty users moves less by chance."""


@dataclass(frozen=True)
class Moved:
    """A feature whose mean is elsewhere than it was, and how far, in units of the model's scale."""

    feature: str
    by: float


def moved(model: Model, query: Query, features: NDArray[np.float32]) -> list[Moved]:
    """Return by how much the mean of each feature has moved, the farthest first.

    `features` has the shape (candidates, F), in the order of the query's features, with NaN where
    one could not be computed. Left out are features that the query normalises within each request,
    which cannot move, those that the model does not know, and those that are never there.
    """
    known = ~np.isnan(features)
    count = known.sum(0)
    mean = np.where(known, features, 0).sum(0, dtype=np.float64) / np.maximum(count, 1)
    trained, scale, _ = model.numbers_of(query.feature_names)
    shifts = (mean - trained) / scale
    found = [
        Moved(feature.name, float(shifts[n]))
        for n, feature in enumerate(query.features)
        if not feature.relative and feature.name in model.features and count[n]
    ]
    return sorted(found, key=lambda one: -abs(one.by))
