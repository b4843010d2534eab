import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from chronotope.statistics import counts, neighbours, space
from chronotope.statistics.arrays import Events, Items, events_of, items_of
from chronotope.statistics.taste import taste

DAY = 86400
AT = 100 * DAY


def events(*rows: tuple[str, str, float, int], cells: tuple[str, ...] = ()) -> Events:
    """Build events of (user, item, age in days, hour)."""
    by_user: dict[str, list[tuple[str, float, int]]] = {}
    for user, item, age, hour in rows:
        by_user.setdefault(user, []).append((item, age, hour))
    names = sorted({item for _, item, _, _ in rows})
    index = {name: k for k, name in enumerate(names)}
    return events_of(
        [
            {
                "user": user,
                "items": [item for item, _, _ in found],
                "epochs": [int(AT - age * DAY) for _, age, _ in found],
                "hours": [hour for _, _, hour in found],
                "weekdays": [1 for _ in found],
                "cells": list(cells) if cells else ["" for _ in found],
            }
            for user, found in by_user.items()
        ],
        index,
        AT,
    )


def items(count: int, locations: list[tuple[float, float] | None] | None = None) -> Items:
    places = locations or [None] * count
    return items_of(
        [
            {
                "id": f"i{k}",
                "latitude": place[0] if place else None,
                "longitude": place[1] if place else None,
                "category": "c" if k % 2 == 0 else None,
                "taste": None,
            }
            for k, place in enumerate(places)
        ],
        [{"id": "c", "broader": None}],
    )


def test_numbers_of_an_item() -> None:
    found = events(("u", "a", 10, 8), ("u", "a", 5, 8), ("v", "a", 7, 9), ("v", "b", 1, 9))
    numbers = counts.item_numbers(found, items(2))
    assert numbers["users"].tolist() == [2, 1]
    assert numbers["events"].tolist() == [3, 1]
    first7 = np.exp(-10 / 7) + np.exp(-7 / 7)
    assert numbers["firstVisits7"] == pytest.approx([first7, np.exp(-1 / 7)])
    attraction = 0.05 + np.exp(-10 / 90) + np.exp(-7 / 90)
    assert numbers["attraction"][0] == pytest.approx(attraction)


def test_events_are_put_in_the_order_of_time() -> None:
    found = events(("u", "b", 1, 9), ("u", "a", 3, 8), ("u", "a", 2, 8))
    assert found.item.tolist() == [0, 0, 1]
    assert found.age.tolist() == [3.0, 2.0, 1.0]


def test_hours_are_relative_to_all_events() -> None:
    found = events(*[("u", "a", k, 8) for k in range(1, 40)], ("u", "b", 1, 20))
    item, category = counts.hours(found, items(2))
    assert item.shape == (2, 24)
    assert item[0].argmax() in (7, 8, 9)
    assert item[1].argmax() == 20
    assert item[1][20] > 5
    assert category.shape == (1, 24)


def test_gravity_density_and_reach() -> None:
    town = items(3, [(45.0, 13.0), (45.001, 13.0), None])
    attraction = np.array([1.0, 2.0, 3.0])
    numbers = space.space_numbers(town, attraction, np.array([True, True, True]))
    km = space.EARTH_KM * np.radians(0.001)
    assert numbers["gravity1"][:2] == pytest.approx([1 + 2 * np.exp(-km), 2 + np.exp(-km)])
    assert numbers["gravity3"][0] == pytest.approx(1 + 2 * np.exp(-km / 3))
    assert numbers["density"][:2].tolist() == [2, 2]
    assert numbers["reach"][:2] == pytest.approx([km, km])
    assert np.isnan(numbers["gravity1"][2])


def test_ease_is_the_closed_form() -> None:
    visited = sp.csr_array(np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]]))
    x = visited.toarray()
    p = np.linalg.inv(x.T @ x + 5 * np.eye(3))
    expected = -p / np.diag(p)
    np.fill_diagonal(expected, 0)
    assert neighbours.ease(visited, 5) == pytest.approx(expected, rel=1e-4)


def test_co_visits_count_users_in_common() -> None:
    visited = sp.csr_array(np.array([[1.0, 1, 0, 0], [1, 1, 1, 0]]))
    found = {
        item: {j: n for j, n, _ in others} for item, others in neighbours.co_visits(visited, 9)
    }
    assert found == {0: {1: 2, 2: 1}, 1: {0: 2, 2: 1}, 2: {0: 1, 1: 1}}


@pytest.mark.parametrize("at_once", [3, 1000])
def test_local_ease_on_all_neighbours_is_ease(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "_AT_ONCE", at_once)
    draw = np.random.default_rng(0)
    visited = sp.csr_array((draw.random((40, 8)) < 0.5).astype(float))
    found = neighbours.local_ease(sp.csr_array(visited.T @ visited), 5).toarray()
    assert found == pytest.approx(neighbours.ease(visited, 5), abs=1e-5)


def test_local_ease_is_the_ridge_regression_on_the_nearest() -> None:
    visited = sp.csr_array(np.array([[1.0, 1, 0], [1, 1, 1], [1, 0, 0]]))
    together = sp.csr_array(visited.T @ visited)
    found = neighbours.local_ease(together, 5, neighbours=1).toarray()
    assert found[1, 0] == pytest.approx(together[1, 0] / (together[1, 1] + 5))
    assert found[2, 0] == 0


def test_beyond_the_limit_of_ease_the_weights_are_local() -> None:
    draw = np.random.default_rng(0)
    visited = sp.csr_array((draw.random((40, 8)) < 0.5).astype(float))
    dense, local = (
        {(item, j): w for item, others in neighbours.co_visits(visited, n) for j, _, w in others}
        for n in (8, 7)
    )
    assert local == pytest.approx(dense, abs=1e-5)


def test_transitions_are_moves_within_eight_hours() -> None:
    found = events(
        ("u", "a", 2.0, 8), ("u", "b", 1.9, 10), ("u", "b", 1.8, 12), ("u", "a", 1.0, 8),
        ("v", "b", 0.5, 9),
    )  # fmt: skip
    moves = neighbours.transitions(found, 2)
    assert moves.toarray().tolist() == [[0, 1], [0, 0]]
    assert list(neighbours.strongest(moves)) == [(0, [(1, 1)])]


def test_categories_lead_to_categories_by_three_hours() -> None:
    found = events(("u", "a", 1.0, 8), ("u", "a", 0.9, 10))
    leads = neighbours.category_transitions(found, items(1))
    assert leads.shape == (1, 1, 8)
    assert leads[0, 0].tolist() == [0, 0, 0, 1, 0, 0, 0, 0]


def test_goods_are_popular_where_they_were_bought() -> None:
    found = events(("u", "a", 90, 8), ("u", "a", 0, 20), cells=("place:X", "place:X"))
    item, areas = next(iter(neighbours.local_popularity(found, 1)))
    assert (item, areas[0]["id"]) == (0, "place:X")
    assert areas[0]["count"] == pytest.approx(1 + np.exp(-1))
    assert areas[0]["hours"][20] == pytest.approx(1)


def test_the_most_popular_of_a_place_are_marked() -> None:
    rows = [("u", f"{n:03}", float(n), 8) for n in range(neighbours.KEPT + 1)]
    found = events(*rows, cells=("place:X",) * len(rows))
    marks = [areas[0]["most"] for _, areas in neighbours.local_popularity(found, len(rows))]
    assert marks == [True] * neighbours.KEPT + [False]  # the last one was bought the longest ago


def visits(draw: st.DrawFn) -> sp.csr_array:
    shape = draw(st.integers(2, 8)), draw(st.integers(2, 8))
    cells = draw(
        st.lists(st.booleans(), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1])
    )
    return sp.csr_array(np.array(cells, float).reshape(shape))


@given(st.composite(visits)())
def test_a_users_taste_is_the_folded_taste_of_their_items(visited: sp.csr_array) -> None:
    idf = counts.inverse_user_frequency(np.asarray(visited.sum(0)), visited.shape[0])
    users, basis = taste(visited, idf, 8)
    known = ~np.isnan(basis[:, 0])
    folded = (visited.toarray() * idf)[:, known] @ basis[known].astype(float)
    for row, own in zip(folded, users, strict=True):
        length = np.linalg.norm(row)
        if length > 1e-3:
            assert row / length == pytest.approx(own, abs=1e-4)
        else:
            assert np.isnan(own).all()


def test_a_new_basis_is_rotated_onto_the_old_one() -> None:
    rng = np.random.default_rng(1)
    visited = sp.csr_array((rng.random((30, 12)) < 0.4).astype(float))
    idf = np.ones(12)
    _, old = taste(visited, idf, 4)
    turned, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    _, again = taste(visited, idf, 4, (old @ turned).astype(np.float32))
    assert again == pytest.approx(old @ turned, abs=1e-5)


def test_the_same_basis_is_kept_to_the_digit() -> None:
    visited = sp.csr_array(np.array([[1.0, 1, 0], [0, 1, 1], [1, 0, 1.0]]))
    users, basis = taste(visited, np.ones(3), 2)
    assert [x.tolist() for x in taste(visited, np.ones(3), 2, basis)] == [
        users.tolist(),
        basis.tolist(),
    ]
