import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from chronotope import machine
from chronotope.statistics import counts, ease, memory, neighbours, space
from chronotope.statistics.arrays import Events, Items, events_of, items_of, kinds_of
from chronotope.statistics.links import Links
from chronotope.statistics.sheets import _difference
from chronotope.statistics.taste import taste
from chronotope.statistics.together import Together

DAY = 86400
AT = 100 * DAY
ROOM = 10**9


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
                "kinds": [-1 for _ in found],
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


def tallied(found: Events, town: Items) -> counts.Tallies:
    return counts.Tallies.of(found, town, 1.0, found)


def popularity(found: Events, length: int) -> tuple[Links, Links, Sequence[str]]:
    places = neighbours.Places.of(found, length)
    return (*neighbours.local_popularity(places), places.areas)


def test_numbers_of_an_item() -> None:
    found = events(("u", "a", 10, 8), ("u", "a", 5, 8), ("v", "a", 7, 9), ("v", "b", 1, 9))
    numbers = counts.item_numbers(tallied(found, items(2)))
    assert numbers["users"].tolist() == [2, 1]
    assert numbers["events"].tolist() == [3, 1]
    first7 = np.exp(-10 / 7) + np.exp(-7 / 7)
    assert numbers["firstVisits7"] == pytest.approx([first7, np.exp(-1 / 7)])
    first90 = np.exp(-10 / 90) + np.exp(-7 / 90)
    assert numbers["firstVisits90"][0] == pytest.approx(first90)


KINDS = kinds_of(
    [
        {"name": "view", "weight": 0.2, "goal": False, "consumes": False},
        {"name": "purchase", "weight": 2.0, "goal": True, "consumes": True},
        {"name": "hide", "weight": -1.0, "goal": False, "consumes": False},
    ]
)
VIEW, PURCHASE, HIDE, UNKNOWN = 0, 1, 2, -1


def mixture() -> Events:
    """Build events of which a view counts a tenth of a purchase; u bought a, and viewed b then."""
    rows = [
        {
            "user": "u", "items": ["a", "a", "b", "b"], "hours": [8, 8, 10, 11],
            "epochs": [int(AT - age * DAY) for age in (10, 5, 4.9, 1)],
            "kinds": [VIEW, PURCHASE, VIEW, HIDE], "cells": ["place:X"] * 4,
        },
        {
            "user": "v", "items": ["a"], "hours": [9], "epochs": [AT - 3 * DAY],
            "kinds": [VIEW], "cells": ["place:X"],
        },
    ]  # fmt: skip
    return events_of(rows, {"a": 0, "b": 1}, AT, KINDS)


def test_an_event_counts_its_kind_beside_the_largest_that_occurs() -> None:
    found = mixture()
    assert (found.largest, found.kind.tolist()) == (2.0, [VIEW, PURCHASE, VIEW, VIEW])
    assert found.weight is not None
    assert found.weight.tolist() == [0.1, 1.0, 0.1, 0.1]
    first = found.first_visits()
    assert first.weight is not None
    assert (first.age.tolist(), first.weight.tolist()) == ([10, 4.9, 3], [1.0, 0.1, 0.1])
    assert found.visited(2).toarray().tolist() == [[1.0, 0.1], [0.1, 0.0]]


@pytest.mark.parametrize(("kind", "weight"), [(VIEW, 0.2), (PURCHASE, 2.0), (UNKNOWN, 1.0)])
def test_of_one_kind_every_event_counts_one(kind: int, weight: float) -> None:
    row = {"user": "u", "items": ["a"], "hours": [8], "epochs": [5], "cells": [""], "kinds": [kind]}
    found = events_of([row], {"a": 0}, AT, KINDS)
    assert (found.largest, found.weight) == (weight, None)


def test_a_kind_without_a_weight_is_like_those_that_are_not_there() -> None:
    rows: list[dict[str, Any]] = [
        {"name": "a", "weight": 3, "goal": None, "consumes": None},
        {"name": "b", "weight": None, "goal": False, "consumes": False},
    ]
    found = kinds_of(rows)
    assert (found.numbers, found.weight.tolist()) == ({"a": 0}, [3.0, 1.0])
    assert (found.goal.tolist(), found.consumes.tolist()) == ([True, True], [True, True])


def test_numbers_of_an_item_are_weighted_beside_its_counts() -> None:
    numbers = counts.item_numbers(tallied(mixture(), items(2)))
    assert (numbers["users"].tolist(), numbers["events"].tolist()) == ([2, 1], [3, 1])
    assert numbers["userWeight"].tolist() == pytest.approx([1.1, 0.1])
    assert numbers["eventWeight"].tolist() == pytest.approx([1.2, 0.1])
    assert numbers["firstVisits90"][0] == pytest.approx(np.exp(-10 / 90) + 0.1 * np.exp(-3 / 90))
    recent = 0.1 * np.exp(-10 / 30) + np.exp(-5 / 30) + 0.1 * np.exp(-3 / 30)
    assert numbers["recent30"][0] == pytest.approx(recent)
    visited = mixture().visited(2).sum(axis=0)
    idf = counts.inverse_user_frequency(visited, 2)
    assert idf == pytest.approx([np.log1p(2 / 1.1), np.log1p(2 / 0.1)])


def test_a_count_of_weight_one_has_no_weight_beside_it() -> None:
    numbers = counts.item_numbers(tallied(events(("u", "a", 1, 8)), items(1)))
    assert (numbers["userWeight"].tolist(), numbers["eventWeight"].tolist()) == ([None], [None])


def test_shares_and_hours_take_weights() -> None:
    found = mixture()
    numbers = counts.category_numbers(
        tallied(found, items(2)), items(2)
    )  # a is of the category, b of none
    first = np.exp(-10 / 60) + 0.1 * np.exp(-3 / 60)
    assert numbers["firstVisits60"] == pytest.approx([first])
    two = items_of(
        [
            {"id": k, "latitude": None, "longitude": None, "category": k, "taste": None}
            for k in "ab"
        ],
        [{"id": k, "broader": None} for k in "ab"],
    )
    share = counts.category_numbers(tallied(found, two), two)["share"]
    assert share == pytest.approx([1.6 / (1.6 + 0.6), 0.6 / (1.6 + 0.6)])
    item, _ = counts.hours(tallied(found, two), two)
    at8, at9, at10 = 1.1, 0.1, 0.1  # what happens at these hours; smoothed, at 9 o'clock:
    overall = (at8 + 2 * at9 + at10) / 4 / (at8 + at9 + at10)
    own = (at8 + 2 * at9) / 4
    category = (own + 5 * overall) / (1.2 + 5)
    assert item[0][9] == pytest.approx((own + 4 * category) / (1.2 + 4) / overall)


def test_co_visits_and_moves_are_weighted_beside_their_counts() -> None:
    found = mixture()
    together = neighbours.co_visits(found.visited(2), 9, ROOM)
    gram = np.array([[1.01, 0.1], [0.1, 0.01]]) + ease.EASE_LAMBDA * np.eye(2)
    inverse = np.linalg.inv(gram)
    ((count, weight, heavy),) = together.rows(0, "ab").values()
    assert (count, weight) == (1, pytest.approx(0.1))
    assert heavy == pytest.approx(-inverse[0, 1] / inverse[1, 1], rel=1e-3)
    moves = neighbours.transitions(found, 2)
    assert moves.weight.sum(axis=1).tolist() == [0.1, 0.0]
    assert moves.strongest().rows(0, "ab") == {"b": (1, 0.1)}
    leads = neighbours.category_transitions(
        events(("u", "a", 1.0, 8), ("u", "a", 0.9, 9)), items(1)
    )
    assert leads.rows(0, "c") == {"c": (1, [0, 0, 0, 1, 0, 0, 0, 0])}
    viewed = replace(found, item=np.zeros(4, np.int64))
    leads = neighbours.category_transitions(viewed, items(1))
    assert leads.rows(0, "c") == {"c": (0.1, [0, 0, 0, 0.1, 0, 0, 0, 0])}


def test_local_popularity_is_weighted_beside_its_count() -> None:
    popular, most, areas = popularity(mixture(), 2)
    faded = [np.exp(-age / 90) for age in (10, 5, 3)]
    count, weight = sum(faded), faded[0] * 0.1 + faded[1] + faded[2] * 0.1
    found = popular.rows(0, areas)["place:X"]
    assert found[:2] == (pytest.approx(count), pytest.approx(weight))
    assert (sum(found[2]), found[2][9]) == (pytest.approx(weight), pytest.approx(0.1 * faded[2]))
    assert most.rows(0, areas)["place:X"] == found[:2]


def test_those_who_have_more_in_common_come_first() -> None:
    # Ten users viewed 0 and 1, one bought 0 and 2.
    visited = np.zeros((11, 3))
    visited[:10, :2], visited[10, [0, 2]] = 0.1, 1.0
    found = neighbours.co_visits(sp.csr_array(visited), 9, ROOM)
    links = {j: pair for j, (*pair, _) in found.rows(0, range(3)).items()}
    assert links == {2: [1, None], 1: [10, pytest.approx(0.1)]}
    assert list(links) == [2, 1]


def test_events_are_put_in_the_order_of_time() -> None:
    found = events(("u", "b", 1, 9), ("u", "a", 3, 8), ("u", "a", 2, 8))
    assert found.item.tolist() == [0, 0, 1]
    assert found.age.tolist() == [3.0, 2.0, 1.0]


def test_repeats_are_later_events_at_what_the_user_had() -> None:
    """A basket is one moment; another user's event is nobody's past."""
    basket = [("u", "i0", 9, 8), ("u", "i0", 9, 8), ("u", "i1", 9, 8)]
    found = events(*basket, ("u", "i0", 5, 8), ("u", "i2", 4, 8), ("v", "i0", 9, 8))
    repeats = counts.repeats(found)
    assert repeats.late.tolist() == [False, False, False, True, True, False]
    assert repeats.again.tolist() == [False, False, False, True, False, False]
    tallies = tallied(found, items(3))
    assert tallies.repeat_share() == 0.5
    categories = counts.repeats_by_category(tallies)  # i0 and i2 are of one
    assert categories == pytest.approx([(1 + 5 * 0.5) / (2 + 5)])


def test_without_a_second_moment_no_share_of_repeats_is_known() -> None:
    found = events(("u", "i0", 9, 8), ("v", "i1", 9, 8))
    tallies = tallied(found, items(2))
    assert tallies.repeat_share() is None
    assert np.isnan(counts.repeats_by_category(tallies)).all()
    assert tallied(events(), items(0)).repeat_share() is None


def test_hours_are_relative_to_all_events() -> None:
    found = events(*[("u", "a", k, 8) for k in range(1, 40)], ("u", "b", 1, 20))
    item, category = counts.hours(tallied(found, items(2)), items(2))
    assert item.shape == (2, 24)
    assert item[0].argmax() in (7, 8, 9)
    assert item[1].argmax() == 20
    assert item[1][20] > 5
    assert category.shape == (1, 24)


def test_gravity_density_and_reach() -> None:
    town = items(3, [(45.0, 13.0), (45.001, 13.0), None])
    first_visits = np.array([1.0, 2.0, 3.0])
    numbers = space.space_numbers(town, first_visits, np.array([True, True, True]))
    km = space.EARTH_KM * np.radians(0.001)
    assert numbers["gravity1"][:2] == pytest.approx([1 + 2 * np.exp(-km), 2 + np.exp(-km)])
    assert numbers["gravity3"][0] == pytest.approx(1 + 2 * np.exp(-km / 3))
    assert numbers["around1"][0] == pytest.approx(1 + np.exp(-km))
    assert numbers["density"][:2].tolist() == [2, 2]
    assert numbers["reach"][:2] == pytest.approx([km, km])
    assert np.isnan(numbers["gravity1"][2])


@pytest.mark.parametrize("tile", [3, 1000])
def test_gravity_adds_up_all_near_and_far(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Items of a town, one on the same spot, one a walk, a drive, a flight away, one unvisited."""
    monkeypatch.setattr(space, "_TILE", tile)
    draw = np.random.default_rng(1)
    town = [(float(a), float(b)) for a, b in draw.normal((45, 13), 0.05, (40, 2))]
    places = [*town, town[0], (45.5, 13.0), (46.3, 13.0), (-44.9, -167.0), (46.0, 14.4)]
    visited = np.arange(len(places)) < len(places) - 1
    first_visits = draw.uniform(0.05, 5, len(places))
    numbers = space.space_numbers(items(len(places), [*places]), first_visits, visited)
    latitude, longitude = np.radians(places).T
    ring = np.cos(latitude)
    points = np.stack([ring * np.cos(longitude), ring * np.sin(longitude), np.sin(latitude)], 1)
    chord = np.linalg.norm(points[:, None] - points[None, visited], axis=2)
    km = 2 * space.EARTH_KM * np.arcsin(chord / 2)
    for b in (1, 3):
        fading = np.exp(-km / b)
        gravity = fading @ first_visits[visited]
        assert numbers[f"gravity{b}"] == pytest.approx(gravity, rel=1e-9, abs=0)
        assert numbers[f"around{b}"] == pytest.approx(fading.sum(axis=1), rel=1e-9, abs=0)


def test_ease_is_the_closed_form() -> None:
    visited = sp.csr_array(np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]]))
    x = visited.toarray()
    p = np.linalg.inv(x.T @ x + 5 * np.eye(3))
    expected = -p / np.diag(p)
    np.fill_diagonal(expected, 0)
    assert ease.ease(Together(visited, ROOM), 5) == pytest.approx(expected, rel=1e-4)


def test_co_visits_count_users_in_common() -> None:
    visited = sp.csr_array(np.array([[1.0, 1, 0, 0], [1, 1, 1, 0]]))
    found = neighbours.co_visits(visited, 9, ROOM)
    counts = [{j: n for j, (n, _, _) in found.rows(k, range(4)).items()} for k in range(4)]
    assert counts == [{1: 2, 2: 1}, {0: 2, 2: 1}, {0: 1, 1: 1}, {}]


def brute_co_visits(visited: NDArray[np.float64]) -> list[dict[int, tuple[int, float]]]:
    """Compute co-visits with the weights of EASE, those of items that somebody visited."""
    together = visited.T @ visited
    p = np.linalg.inv(together + ease.EASE_LAMBDA * np.eye(len(together)))
    weights = np.where(np.eye(len(p)) > 0, 0, -p / np.diag(p))
    return [
        {
            j: (int(together[k, j]), max(weights[k, j], 0.0))
            for j in np.flatnonzero(together[k]).tolist()
            if j != k
        }
        for k in range(len(p))
    ]


@pytest.mark.parametrize("limit", [100, 1], ids=["dense", "local"])
@pytest.mark.parametrize("room", [ROOM, 60_000, 4_000, 1], ids=str)
def test_co_visits_are_the_same_in_any_room(
    limit: int, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ease, "_BLOCK", 7)
    visited = (np.random.default_rng(3).random((50, 40)) < 0.3).astype(float)
    visited[0] = 1
    found = neighbours.co_visits(sp.csr_array(visited), limit, room)
    for k, expected in enumerate(brute_co_visits(visited)):
        rows = found.rows(k, range(40))
        together = {j: link for j, link in rows.items() if link[0]}
        assert {j: n for j, (n, *_) in together.items()} == {j: n for j, (n, _) in expected.items()}
        weights = {j: w for j, (_, w) in expected.items()}
        assert {j: w for j, (_, _, w) in together.items()} == pytest.approx(weights, abs=1e-6)


def visits(draw: st.DrawFn, most: int = 8) -> sp.csr_array:
    shape = draw(st.integers(2, most)), draw(st.integers(2, most))
    cells = draw(
        st.lists(st.booleans(), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1])
    )
    return sp.csr_array(np.array(cells, float).reshape(shape))


@given(st.composite(visits)(most=15), st.integers(1, 2_000), st.sampled_from([1, 15]))
def test_blocks_of_any_size_give_the_same_numbers(
    visited: sp.csr_array, room: int, limit: int
) -> None:
    # The limit decides, not the room: half of it would not hold EASE.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "most_items", lambda memory: limit)
        whole = neighbours.co_visits(visited, limit, ROOM)
        found = neighbours.co_visits(visited, limit, room)
    assert found.start.tolist() == whole.start.tolist()
    assert found.other.tolist() == whole.other.tolist()
    for name, column in whole.values.items():
        assert found.values[name].tolist() == column.tolist()


def test_a_user_of_many_items_takes_no_more_than_the_room() -> None:
    items, room = 2_000, 4_000_000  # all pairs at once would take 32 MB
    visited = sp.csr_array(np.ones((1, items)))
    tracemalloc.start()
    found = neighbours.co_visits(visited, items, room)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    lists = items * ease.KEPT * 64  # the neighbours of each: what comes out, and on its way
    assert peak < 2 * room + lists
    assert set(found.values["count"].tolist()) == {1}
    assert len(found.other) == items * ease.KEPT


def test_where_there_is_no_room_for_ease_it_is_local(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ease.most_items(8 * 100**2) == 100
    visited = sp.csr_array((np.random.default_rng(0).random((100, 120)) < 0.5).astype(float))
    local = neighbours.co_visits(visited, 1, ROOM)
    dense = neighbours.co_visits(visited, 10_000, ROOM)
    monkeypatch.setattr(neighbours, "most_items", lambda memory: 100)
    found = neighbours.co_visits(visited, 10_000, ROOM)
    assert found.values["ease"].tolist() == local.values["ease"].tolist()
    assert found.values["ease"].tolist() != dense.values["ease"].tolist()


def test_the_room_is_a_quarter_of_what_the_container_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(machine, "_LIMIT_OF_GROUP", limit)
    whole = memory.budget()
    assert whole > 50_000_000
    for text, expected in (("max", whole), ("200000000", 50_000_000)):
        limit.write_text(text + "\n")
        assert memory.budget() == expected


@pytest.mark.parametrize("at_once", [3, 1000])
def test_local_ease_on_all_neighbours_is_ease(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ease, "_AT_ONCE", at_once)
    draw = np.random.default_rng(0)
    visited = sp.csr_array((draw.random((40, 8)) < 0.5).astype(float))
    together = Together(visited, ROOM)
    local = ease.local_ease(together, 5)
    found = local.by_neighbour(local.weights).toarray()
    assert found == pytest.approx(ease.ease(together, 5), abs=1e-5)


def test_local_ease_is_the_ridge_regression_on_the_nearest() -> None:
    visited = sp.csr_array(np.array([[1.0, 1, 0], [1, 1, 1], [1, 0, 0]]))
    together = visited.T @ visited
    local = ease.local_ease(Together(visited, ROOM), 5, neighbours=1)
    found = local.by_neighbour(local.weights).toarray()
    assert found[1, 0] == pytest.approx(together[1, 0] / (together[1, 1] + 5))
    assert found[2, 0] == 0


def test_beyond_the_limit_of_ease_the_weights_are_local() -> None:
    draw = np.random.default_rng(0)
    visited = sp.csr_array((draw.random((40, 8)) < 0.5).astype(float))
    dense, local = (neighbours.co_visits(visited, n, ROOM).values["ease"] for n in (8, 7))
    assert local == pytest.approx(dense, abs=1e-5)


def test_transitions_are_moves_within_eight_hours() -> None:
    found = events(
        ("u", "a", 2.0, 8), ("u", "b", 1.9, 10), ("u", "b", 1.8, 12), ("u", "a", 1.0, 8),
        ("v", "b", 0.5, 9),
    )  # fmt: skip
    moves = neighbours.transitions(found, 2)
    assert moves.count.toarray().tolist() == [[0, 1], [0, 0]]
    found_links = moves.strongest()
    assert [found_links.rows(k, range(2)) for k in range(2)] == [{1: (1, None)}, {}]


def test_categories_lead_to_categories_by_three_hours() -> None:
    found = events(("u", "a", 1.0, 8), ("u", "a", 0.9, 10))
    leads = neighbours.category_transitions(found, items(1))
    assert leads.rows(0, ["c"]) == {"c": (1, [0, 0, 0, 1, 0, 0, 0, 0])}


def test_transitions_of_thirty_thousand_categories_take_no_square() -> None:
    count = 30_000
    rows = [
        {"id": f"i{k}", "latitude": None, "longitude": None, "category": f"c{k:05}", "taste": None}
        for k in range(count)
    ]
    many = items_of(rows, [{"id": f"c{k:05}", "broader": None} for k in range(count)])
    index = np.arange(count)
    zeros = np.zeros(count, np.int64)
    walk = Events(["u"], [], zeros, index, index, zeros.astype(float), index % 24, zeros - 1, zeros)
    tracemalloc.start()
    leads = neighbours.category_transitions(walk, many)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000
    assert leads.rows(5, many.categories) == {"c00006": (1, [0, 0, 1, 0, 0, 0, 0, 0])}
    assert leads.rows(count - 1, many.categories) == {}


def test_category_transitions_are_those_counted_one_by_one() -> None:
    draw = np.random.default_rng(5)
    found = events(
        *((f"u{u}", f"{i:02}", float(age) / 10, int(hour))
          for u, i, age, hour in draw.integers((0, 0, 0, -1), (5, 30, 300, 24), (400, 4)))
    )  # fmt: skip
    town = items(30)
    expected: dict[tuple[int, int], list[int]] = {}
    for k in range(len(found.user) - 1):
        a, b = town.category[found.item[k]], town.category[found.item[k + 1]]
        soon = found.epoch[k + 1] - found.epoch[k] < 8 * 3600
        if found.user[k] == found.user[k + 1] and soon and a >= 0 and b >= 0:
            cells = expected.setdefault((int(a), int(b)), [0] * 9)
            cells[8] += 1
            if found.hour[k + 1] >= 0:
                cells[found.hour[k + 1] // 3] += 1
    leads = neighbours.category_transitions(found, town)
    assert expected
    assert {
        (a, b): [*bins, count]
        for a in range(len(town.categories))
        for b, (count, bins) in leads.rows(a, range(len(town.categories))).items()
    } == expected


def test_a_date_without_a_clock_counts_but_at_no_hour() -> None:
    timed = events(("u", "a", 2.0, 8), ("u", "a", 1.9, 10), cells=("place:X", "place:X"))
    both = events(
        ("u", "a", 2.0, 8), ("u", "a", 1.9, 10), ("u", "a", 1.8, -1), cells=("place:X",) * 3
    )
    for known, other in zip(
        *(counts.hours(tallied(found, items(1)), items(1)) for found in (timed, both)), strict=True
    ):
        assert known.tolist() == other.tolist()
    assert counts.item_numbers(tallied(both, items(1)))["events"].tolist() == [3]
    assert neighbours.category_transitions(both, items(1)).rows(0, ["c"]) == {
        "c": (2, [0, 0, 0, 1, 0, 0, 0, 0])
    }
    ((count, _, hours),) = popularity(both, 1)[0].rows(0, ["place:X"]).values()
    assert count == pytest.approx(sum(np.exp(-age / 90) for age in (2.0, 1.9, 1.8)))
    assert sum(hours) == pytest.approx(sum(np.exp(-age / 90) for age in (2.0, 1.9)))


def test_where_no_event_has_an_hour_all_hours_are_alike() -> None:
    found = events(("u", "a", 1, -1), ("v", "b", 1, -1))
    assert [
        set(table.ravel().tolist()) for table in counts.hours(tallied(found, items(2)), items(2))
    ] == [
        {1.0},
        {1.0},
    ]


def test_events_at_items_that_came_while_the_graph_was_read_are_left_out() -> None:
    row = {"user": "u", "items": ["new", "a"], "epochs": [5, 7], "hours": [1, 2], "cells": ["", ""]}
    row["kinds"] = [-1, -1]
    late = {**row, "user": "v", "items": ["new", "new"]}
    found = events_of([late, row], {"a": 0}, AT)
    assert (found.users, found.item.tolist(), found.epoch.tolist()) == (["u"], [0], [7])


def test_links_stand_by_their_start() -> None:
    links = Links.of_pairs(3, np.array([0, 0, 2]), np.array([1, 2, 0]), count=np.array([5, 6, 7]))
    assert [links.rows(k, "abc") for k in range(3)] == [{"b": (5,), "c": (6,)}, {}, {"a": (7,)}]


def test_what_differs_is_deleted_and_created_what_stands_twice_too() -> None:
    stands = [["same", 1, 0.5], ["other", 1, 0.5], ["old", 1, 0.5], ["twice", 1, 0.5]]
    stands += [["twice", 1, 0.5], ["old twice", 1, 0.0], ["old twice", 2, 0.0]]
    links = {"same": (1, 0.5), "other": (2, 0.5), "new": (1, 0.0), "twice": (1, 0.5)}
    gone, new = _difference(stands, links, ("count", "ease"), None)
    assert gone == {"other", "old", "twice", "old twice"}
    assert new == {"other", "new", "twice"}


def test_goods_are_popular_where_they_were_bought() -> None:
    found = events(("u", "a", 90, 8), ("u", "a", 0, 20), cells=("place:X", "place:X"))
    popular, most, areas = popularity(found, 1)
    ((place, (count, _, hours)),) = popular.rows(0, areas).items()
    assert place == "place:X"
    assert count == pytest.approx(1 + np.exp(-1))
    assert hours[20] == pytest.approx(1)
    assert most.rows(0, areas) == {"place:X": (count, None)}


def test_the_most_popular_of_a_place_are_marked() -> None:
    rows = [("u", f"{n:03}", float(n), 8) for n in range(ease.KEPT + 1)]
    found = events(*rows, cells=("place:X",) * len(rows))
    _, most, areas = popularity(found, len(rows))
    marks = [len(most.rows(k, areas)) for k in range(len(rows))]
    assert marks == [1] * ease.KEPT + [0]  # the last one was bought the longest ago


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


def test_an_item_that_hardly_moved_keeps_its_taste() -> None:
    visited = sp.csr_array((np.random.default_rng(2).random((60, 20)) < 0.4).astype(float))
    _, old = taste(visited, np.ones(20), 4)
    before = old.copy()
    before[3] *= 1.5
    before[4] *= 1.05
    _, now = taste(visited, np.ones(20), 4, before)
    kept = (now == before).all(axis=1)
    assert not kept[3]
    assert kept[4]


def test_the_same_basis_is_kept_to_the_digit() -> None:
    visited = sp.csr_array(np.array([[1.0, 1, 0], [0, 1, 1], [1, 0, 1.0]]))
    users, basis = taste(visited, np.ones(3), 2)
    assert [x.tolist() for x in taste(visited, np.ones(3), 2, basis)] == [
        users.tolist(),
        basis.tolist(),
    ]
