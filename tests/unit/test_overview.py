"""Where and when people are, counted by hand."""

from typing import Any

import numpy as np

from chronotope.analysis import overview as overviews
from chronotope.analysis import ties
from chronotope.statistics import ANY_KIND

ITEMS = [
    {"id": "cafe", "name": "Café", "latitude": 45.0, "longitude": 13.0, "interests": ["coffee"]},
    {"id": "bar", "name": "Bar", "latitude": 45.2, "longitude": 13.0, "interests": ["beer"]},
]
INTERESTS = [{"id": name, "name": name, "scheme": "category"} for name in ("beer", "coffee")]
PLACES = ties.places_of(ITEMS, INTERESTS)


def rows() -> list[dict[str, Any]]:
    """Return three who drink coffee at 8 on Mondays, twice each, and one of them beer at 22."""
    found: list[dict[str, Any]] = []
    for n in range(3):
        beer = n == 0
        found.append(
            {
                "user": f"u{n}",
                "items": ["cafe", "cafe"] + ["bar"] * beer,
                "epochs": [0, 0] + [0] * beer,
                "hours": [8, 8] + [22] * beer,
                "weekdays": [1, 1] + [5] * beer,
                "cells": ["", ""] + [""] * beer,
                "kinds": [-1, -1] + [-1] * beer,
            }
        )
    return found


VISITS = ties.visits_of(rows(), PLACES, ANY_KIND, 0.0, 90.0)


def test_people_are_counted_once_an_hour_and_area() -> None:
    found = overviews.overview(VISITS, PLACES, least=1)
    assert (found.people, found.events) == (3, 7)
    assert found.at_hour[:, 8].tolist() == [3, 0]
    assert found.at_hour[:, 22].tolist() == [0, 1]
    assert found.names == ["Café", "Bar"]
    assert found.week[0, 8] == 3
    assert found.week[4, 22] == 1
    assert found.week.sum() == 4
    assert [PLACES.interests[n]["name"] for n in found.interests] == ["coffee", "beer"]
    assert found.having.tolist() == [3, 1]
    assert found.mix[:, 8].tolist() == [1, 0]
    assert found.mix[:, 22].tolist() == [0, 1]


def test_of_few_nothing_is_told() -> None:
    found = overviews.overview(VISITS, PLACES, least=2)
    assert found.names == ["Café"]
    assert found.having.tolist() == [3]
    assert found.week[4, 22] == -1


def test_what_is_chosen_counts_alone() -> None:
    found = overviews.overview(VISITS, PLACES, VISITS.item == 1, least=1)
    assert (found.people, found.events, found.names) == (1, 1, ["Bar"])
    nothing = overviews.overview(VISITS, PLACES, np.zeros(len(VISITS), bool), least=1)
    assert (nothing.people, nothing.names) == (0, [])
