"""Ties between people, by hand."""

import math
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from chronotope.analysis import ties
from chronotope.analysis.ties import CROWD, STRONGEST, Places, Visits
from chronotope.statistics import ANY_KIND

ITEMS: list[dict[str, Any]] = [
    {"id": "cafe", "name": "Café", "latitude": 45.0, "longitude": 13.0,
     "interests": ["category:Coffee", "keyword:quiet"]},
    {"id": "bar", "name": None, "latitude": 45.1, "longitude": 13.0, "interests": ["keyword:loud"]},
    {"id": "tea", "name": "Tea", "latitude": None, "longitude": None, "interests": []},
]  # fmt: skip
INTERESTS = [
    {"id": "category:Coffee", "name": "Coffee", "scheme": "category"},
    {"id": "keyword:loud", "name": "loud", "scheme": "keyword"},
    {"id": "keyword:quiet", "name": "quiet", "scheme": "keyword"},
]
DAY = 86400
AT = 100 * DAY


@pytest.fixture
def places() -> Places:
    return ties.places_of(ITEMS, INTERESTS)


def row(user: str, *events: tuple[str, float, int, int]) -> dict[str, object]:
    """Return the row of a user; an event is an item, its age in days, its hour and its weekday."""
    items, ages, hours, weekdays = zip(*events, strict=True)
    return {
        "user": user,
        "items": list(items),
        "epochs": [int(AT - DAY * age) for age in ages],
        "hours": list(hours),
        "weekdays": list(weekdays),
        "cells": ["place:Harbour" if item == "tea" else "" for item in items],
        "kinds": [-1] * len(items),
    }


def visits(places: Places, *rows: dict[str, object], days: float = 10.0) -> Visits:
    return ties.visits_of(rows, places, ANY_KIND, AT, days)


def test_pairs_of_a_group_share_what_the_less_active_did_divided_by_all_others() -> None:
    person, group = np.array([0, 1, 2, 2, 0]), np.array([7, 7, 7, 7, 8])
    tied = ties.grouped(person, group, np.array([1.0, 0.5, 0.1, 0.2, 9.0]), 3)
    expected = [[0, 0.5 / 2, 0.3 / 2], [0, 0, 0.3 / 2], [0, 0, 0]]
    assert tied.toarray() == pytest.approx(np.array(expected))


def test_a_crowd_ties_nobody_and_one_person_less_ties_all() -> None:
    everybody = np.arange(CROWD + 1)
    assert ties.grouped(everybody, 0 * everybody, np.ones(CROWD + 1), CROWD + 1).nnz == 0
    tied = ties.grouped(everybody[1:], 0 * everybody[1:], np.ones(CROWD), CROWD + 1)
    assert tied.nnz == CROWD * (CROWD - 1) // 2
    assert tied.sum() == pytest.approx(CROWD / 2)  # each has what they did, met from two sides


def test_pairs_are_added_up_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(0)
    given = draw.integers(0, 20, 500), draw.integers(0, 60, 500), draw.random(500), 20
    whole = ties.grouped(*given).toarray()
    monkeypatch.setattr(ties, "_BLOCK", 10)
    assert ties.grouped(*given).toarray() == pytest.approx(whole)


def test_items_are_turned_to_by_their_category_else_by_their_keywords(places: Places) -> None:
    assert places.names == ["Café", "bar", "Tea"]
    assert places.about.toarray().tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 0]]
    assert places.turned_to.toarray().tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_visits_have_places_hours_and_weights(places: Places) -> None:
    found = visits(places, row("ann", ("cafe", 10, 8, 1), ("tea", 0, 20, 7), ("gone", 1, 1, 1)))
    assert found.users == ["ann"]
    assert [places.names[item] for item in found.item] == ["Café", "Tea"]
    assert found.hour.tolist() == [8, 6 * 24 + 20]
    assert found.moment.tolist() == [(AT - 10 * DAY) // 3600, AT // 3600]
    assert [found.cells[cell] for cell in found.cell] == [places.cells[0], "place:Harbour"]
    assert found.areas[found.area[1]] == "place:Harbour"
    assert found.weight == pytest.approx([math.exp(-1), 1])


def test_people_are_tied_by_presence_habits_and_friendship(places: Places) -> None:
    found = visits(
        places,
        row("ann", ("cafe", 7, 8, 1)),
        row("bob", ("cafe", 7, 8, 1)),  # at the same hour of the same day: presence and habit
        row("cid", ("cafe", 14, 8, 1)),  # a week earlier: a habit
        row("dee", ("cafe", 7, -1, 1)),  # of whom a date alone is known
    )
    tied = ties.ties(found, places, [(3, 4), (4, 3), (0, 0)], 5).toarray()
    late, early = math.exp(-0.7), math.exp(-1.4)
    assert tied[0, 1] == pytest.approx(late + late / 2)
    assert tied[0, 2] == tied[1, 2] == pytest.approx(early / 2)
    assert tied[3].tolist() == [0, 0, 0, 0, 1]
    assert tied == pytest.approx(tied.T)


def test_what_has_no_place_ties_by_interest_and_hour() -> None:
    goods = ties.places_of([{**ITEMS[1], "latitude": None, "longitude": None}], INTERESTS)
    found = visits(goods, row("ann", ("bar", 7, 8, 1)), row("bob", ("bar", 7, 8, 1)))
    assert found.cell.tolist() == [-1, -1]
    assert ties.ties(found, goods, [], 2).toarray()[0, 1] == pytest.approx(math.exp(-0.7))


def test_a_tie_stays_that_is_among_the_strongest_of_either() -> None:
    people = STRONGEST + 3
    star = np.zeros((people, people))
    star[0, 1:] = star[1:, 0] = np.arange(1, people)  # the first knows all, the others only them
    assert ties.strongest(sp.csr_array(star)).toarray().tolist() == star.tolist()
    full = np.add.outer(np.arange(people), np.arange(people)) + 1.0
    np.fill_diagonal(full, 0)
    before = sp.csr_array(full)
    kept = ties.strongest(before)
    assert before.toarray().tolist() == full.tolist()
    assert kept.toarray().tolist() == kept.toarray().T.tolist()
    assert kept.toarray()[0, :5].tolist() == [0, 0, 0, 4, 5]  # the last 50 of everybody
    assert kept.toarray()[1, :5].tolist() == [0, 0, 0, 5, 6]


def test_without_events_there_are_no_ties(places: Places) -> None:
    nothing = visits(places)
    assert len(nothing) == 0
    assert ties.ties(nothing, places, [], 0).shape == (0, 0)


def test_areas_have_a_middle_and_named_places_have_none(places: Places) -> None:
    latitude, longitude = ties.center_of(ties.area_around(places.cells[0])) or (0, 0)
    assert (latitude, longitude) == pytest.approx((45, 13), abs=0.02)
    assert ties.center_of("place:Harbour") is None
    assert ties.area_around("place:Harbour") == "place:Harbour"
