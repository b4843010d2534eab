"""The candidates of today beside those that a model was learned from."""

from dataclasses import replace

import numpy as np

from chronotope.catalogue import parse
from chronotope.doctor import Moved, moved
from chronotope.fusion import Model

QUERY = parse(
    """\
// Recommend.
//
// @mode read
// @returns id STRING
// @feature far  T  a kilometre
// @feature near T  another
// @feature like Gz normalised by the request
// @feature late T  it came after the model
// @feature none T  it is never there
CYPHER 25
LET features = ['far', 'near', 'like', 'late', 'none'], absolute = ['far', 'near', 'late', 'none']
RETURN features[0] AS id
""",
    "recommend.test",
)
MODEL = replace(
    Model.blank("discover"),
    features=("none", "near", "like", "far"),
    mean=np.array([0.0, 10.0, 0.0, 1.0]),
    scale=np.array([1.0, 5.0, 1.0, 0.5]),
    linear=np.zeros(4),
)


def test_how_far_means_have_moved_is_told_in_scales_the_farthest_first() -> None:
    nan = float("nan")
    features = np.array(
        [[1, 20, 90, 7, nan], [2, nan, 90, 7, nan], [3, 10, 90, 7, nan]], np.float32
    )
    # far: a mean of 2 instead of 1, by 0.5 a scale; near: 15 of what is there, instead of 10, by 5.
    assert moved(MODEL, QUERY, features) == [Moved("far", 2.0), Moved("near", 1.0)]


def test_means_that_are_as_they_were_have_not_moved() -> None:
    features = np.array([[0, 9, 0, 0, 0], [2, 11, 0, 0, 0]], np.float32)
    assert moved(MODEL, QUERY, features) == [
        Moved("far", 0.0),
        Moved("near", 0.0),
        Moved("none", 0.0),
    ]


def test_less_than_before_is_below_zero() -> None:
    features = np.array([[0.5, 10, 0, 0, float("nan")]], np.float32)
    assert moved(MODEL, QUERY, features) == [Moved("far", -1.0), Moved("near", 0.0)]
