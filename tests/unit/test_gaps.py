"""Catchment areas by hand, and sites against all choices that there are."""

from itertools import combinations

import numpy as np
import pytest

from chronotope.analysis import gaps


def test_supply_is_shared_among_the_demand_within_reach() -> None:
    demand, supply = np.array([10.0, 30.0, 20.0]), np.array([2.0, 1.0])
    metres = np.array([[100, 900], [400, 300], [5000, 5000]], float)
    # The first is shared by 40, the second by 30 alone.
    access = gaps.access(demand, supply, gaps.Travel(500).near(metres))
    assert access.tolist() == pytest.approx([2 / 40, 2 / 40 + 1 / 30, 0])
    # Fair is 3 / 60 each: the first has that, the second more, the third nothing.
    assert gaps.unmet(demand, access, supply).tolist() == pytest.approx([0, 0, 20])
    assert gaps.unmet(demand, access, np.zeros(2)).tolist() == demand.tolist()


def test_how_far_people_go_is_taken_from_their_visits() -> None:
    # 30 visits go 100 or 300 m, half of them each; ten go 1,000 m.
    travel = gaps.travel([30, 10], [[100, 300], [1000, 1000]], 50)
    assert (travel.half, travel.reach) == (300, 300)
    assert gaps.travel([10, 30], [[100, 300], [1000, 2000]], 50) == gaps.Travel(2000, 1000)
    assert gaps.travel([30, 10], [[100, 300], [1000, 1000]], 800) == gaps.Travel(800, 800)
    near = gaps.Travel(800, 400).near(np.array([0.0, 400, 800, 801]))
    assert near.tolist() == [1, 0.5, 0.25, 0]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("count", [1, 2, 3])
def test_proposed_sites_are_the_best_of_all_choices(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    demand, metres = draw.integers(1, 50, 12).astype(float), draw.uniform(0, 3000, (12, 8))
    choices = [list(c) for c in combinations(range(8), count)]
    shortest = min(float(demand @ metres[:, c].min(1)) for c in choices)
    most = max(float(demand[metres[:, c].min(1) <= 600].sum()) for c in choices)
    found = gaps.p_median(demand, metres, count, 600)
    assert found.metres * demand.sum() == pytest.approx(shortest)
    assert sum(found.demand) == pytest.approx(demand.sum())
    assert found.gap == pytest.approx(0, abs=1e-4)
    covering = gaps.maximal_coverage(demand, metres, count, 600)
    assert covering.covered == pytest.approx(most)
    assert sum(covering.demand) == pytest.approx(most)
    assert len(found.chosen) == len(covering.chosen) == count
