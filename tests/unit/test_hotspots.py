"""Gi* against PySAL's worked example and the formula, and what is expected of cells."""

import h3
import numpy as np
import pytest

from chronotope.analysis import grid, hotspots
from chronotope.errors import InputError

pytest.importorskip("esda", reason="needs the extra analysis")

# The example of esda's documentation: six points, neighbours within 15.
POINTS = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], float)
VALUES = np.array([2, 3, 3.2, 5, 8, 7])
STAR = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]


def test_gi_star_is_that_of_pysals_worked_example() -> None:
    apart = np.sqrt(((POINTS[:, None] - POINTS[None]) ** 2).sum(2))
    near = [[j for j in range(6) if j != i and apart[i, j] <= 15] for i in range(6)]
    assert hotspots.gi_star(near, VALUES, 99, 0).z == pytest.approx(STAR, abs=1e-7)


def disk() -> list[str]:
    return sorted(h3.grid_disk(h3.latlng_to_cell(45.0, 13.0, 8), 4))


def test_gi_star_of_hexagons_is_the_formula_of_ord_and_getis() -> None:
    cells = disk()
    values = np.random.default_rng(1).normal(size=len(cells))
    found = hotspots.heat(cells, values, permutations=99)
    n, mean, deviation = len(cells), values.mean(), values.std()
    for k, cell in enumerate(cells):
        own = [cells.index(c) for c in h3.grid_disk(cell, 1) if c in cells]
        w = len(own)
        z = (values[own].sum() - w * mean) / (deviation * np.sqrt((n * w - w * w) / (n - 1)))
        assert found.z[k] == pytest.approx(z, abs=1e-5)


def test_a_warm_quarter_is_found_and_chance_is_not() -> None:
    cells = disk()
    draw = np.random.default_rng(2)
    values = draw.normal(size=len(cells))
    warm = h3.grid_disk(cells[30], 1)
    assert (hotspots.heat(cells, values).q > 0.05).all()
    values[[cells.index(c) for c in warm if c in cells]] += 6
    found = hotspots.heat(cells, values)
    assert found.q[30] <= 0.05
    assert found.z.argmax() == 30
    again = hotspots.heat(cells, values)
    assert (found.p == again.p).all()


def test_a_cell_without_neighbours_is_no_hotspot() -> None:
    far = str(h3.latlng_to_cell(10.0, 10.0, 8))
    cells = [*disk(), far]
    values = np.zeros(len(cells))
    values[-1] = 100.0
    assert hotspots.heat(cells, values, permutations=99).p[-1] == 1


def test_expected_is_the_share_of_the_interest_at_each_hour_anywhere() -> None:
    whole, fitting = np.zeros((2, 168)), np.zeros((2, 168))
    whole[0, 8], whole[1, 8], whole[0, 20] = 10, 30, 60
    fitting[0, 8], fitting[1, 8], fitting[0, 20] = 8, 2, 6
    chosen = np.ones(168)
    expected = hotspots.expected(fitting, whole, chosen, of_interest=True)
    assert expected.tolist() == [10 * 0.25 + 60 * 0.1, 30 * 0.25]
    chosen[20] = 0
    expected = hotspots.expected(fitting, whole, chosen, of_interest=True)
    assert expected.tolist() == [2.5, 7.5]
    assert hotspots.excess(np.array([8.0, 2.0]), expected).tolist() == pytest.approx(
        [5.5 / 2.5**0.5, -5.5 / 7.5**0.5]
    )
    # Without an interest: 40 of 100 events are at the chosen hours, and cell 0 has 70 of all.
    assert hotspots.expected(fitting, whole, chosen, of_interest=False).tolist() == [28, 12]
    assert hotspots.expected(fitting, whole, np.ones(168), of_interest=False).tolist() == [50, 50]


def test_too_little_is_said() -> None:
    with pytest.raises(InputError, match="2 cells have events; hotspots need 10"):
        hotspots.heat(disk()[:2], np.array([1.0, 2.0]))
    with pytest.raises(InputError, match="there is no hotspot"):
        hotspots.heat(disk(), np.ones(61))


def test_cells_have_neighbours_corners_and_distances() -> None:
    cells = disk()
    middle = str(h3.latlng_to_cell(45.0, 13.0, 8))
    assert len(grid.neighbours(cells, 1)[middle]) == 6
    assert len(grid.neighbours(cells, 2)[middle]) == 18
    assert len(grid.boundary(middle)) == 6
    told = grid.distances([middle], cells)[0]
    for cell, metres in zip(cells, told, strict=True):
        real = h3.great_circle_distance(grid.center(middle), grid.center(cell), unit="m")
        assert metres == pytest.approx(real, rel=1e-5)
    with pytest.raises(InputError, match="not 3"):
        grid.areas([], 3)
