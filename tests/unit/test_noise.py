"""Bounding and noise: what differential privacy promises, held against many draws."""

import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("opendp", reason="needs the extra privacy")

from chronotope.errors import InputError
from chronotope.secrecy import noise
from chronotope.secrecy.noise import Noise, bounded

DRAWS = 10_000
SIGMAS = 6.0  # chance is off by as much once in a thousand million times


def violations(one: Sequence[int], other: Sequence[int], epsilon: float, delta: float = 0) -> int:
    """Count the events of which the first sample has more than ε and δ allow, beyond chance.

    Events are "at most t" and "at least t" for every t, which tell apart the neighbours of a count
    best.
    """
    a, b = np.sort(one), np.sort(other)
    found = 0
    for at in np.unique(np.concatenate([a, b])):
        for side in (
            [np.searchsorted(x, at, "right") / len(x) for x in (a, b)],
            [1 - np.searchsorted(x, at, "left") / len(x) for x in (a, b)],
        ):
            p, q = side
            spread = math.sqrt((p * (1 - p) + math.exp(2 * epsilon) * q * (1 - q)) / len(a))
            found += p - math.exp(epsilon) * q - delta > SIGMAS * spread + 1e-3
    return found


def draw(made: Noise, count: int) -> list[int]:
    """Draw the noisy count many times."""
    domain = range(DRAWS)
    return list(made.over(domain, dict.fromkeys(domain, count)).values())


def test_a_person_counts_once_in_the_first_of_their_keys_that_are_public() -> None:
    people = [["a", "a", "x", "b", "c"], ["c"], [], ["b", "a"]]
    assert bounded(people, 2, {"a", "b", "c"}) == Counter(a=2, b=2, c=1)
    assert bounded(people, 1) == Counter(a=1, c=1, b=1)
    assert bounded(people, 9) == Counter(a=2, x=1, b=2, c=2)


def test_whoever_is_left_out_changes_so_many_counts_by_one_and_no_other() -> None:
    generator = np.random.default_rng(3)
    people = [generator.permutation(40)[: generator.integers(1, 40)].tolist() for _ in range(50)]
    whole = bounded(people, 4, range(30))
    for left in range(50):
        rest = bounded(people[:left] + people[left + 1 :], 4, range(30))
        changed = {key: whole[key] - rest[key] for key in whole if whole[key] != rest[key]}
        assert len(changed) <= 4
        assert set(changed.values()) <= {1}


@pytest.mark.parametrize("epsilon", [0.5, 1.0, 2.0])
def test_a_count_of_neighbours_is_at_most_so_much_likelier(epsilon: float) -> None:
    made = noise.laplace(epsilon, 1)
    without, with_them = draw(made, 5), draw(made, 6)
    assert violations(without, with_them, epsilon) == 0
    assert violations(with_them, without, epsilon) == 0
    # The same test finds noise that is too small.
    small = replace(made, scale=made.scale / 2)
    assert violations(draw(small, 6), draw(small, 5), epsilon) > 0


def test_who_is_in_several_counts_is_protected_in_all_of_them_together() -> None:
    epsilon, bound = 1.0, 3
    people = [["a"], ["a", "b"], ["c", "b"]] * 3
    neighbours = [bounded(people, bound), bounded([*people, ["a", "b", "c", "d"]], bound)]
    assert (neighbours[1] - neighbours[0]) == Counter(a=1, b=1, c=1)
    made = noise.laplace(epsilon, bound)
    # The sum of all three counts tells most of whether the person is there.
    sums = [
        np.sum([draw(made, counts[key]) for key in "abc"], axis=0).tolist() for counts in neighbours
    ]
    assert violations(sums[0], sums[1], epsilon) == 0
    assert violations(sums[1], sums[0], epsilon) == 0
    for_one = noise.laplace(epsilon, 1)
    sums = [
        np.sum([draw(for_one, counts[key]) for key in "abc"], axis=0).tolist()
        for counts in neighbours
    ]
    assert violations(sums[1], sums[0], epsilon) > 0


def test_what_is_missing_from_a_public_domain_tells_nothing() -> None:
    made = noise.laplace(0.5, 1)
    told = made.over(["a", "b", "c"], {"b": 1, "never asked": 9})
    assert list(told) == ["a", "b", "c"]
    assert made.over([], {"b": 1}) == {}
    with pytest.raises(ValueError, match="without a domain"):
        noise.thresholded(1.0, 1e-6, 1).over(["a"], {"a": 1})
    with pytest.raises(ValueError, match="of a domain"):
        made.above({"a": 1})


def test_a_key_that_one_person_brings_is_told_with_probability_delta_at_most() -> None:
    delta = 0.02
    made = noise.thresholded(1.0, delta, 1)
    told = made.above({str(n): 1 for n in range(DRAWS)})
    rate = len(told) / DRAWS
    assert rate <= delta + SIGMAS * math.sqrt(delta / DRAWS)
    assert rate > 0  # chance has a part in it
    assert made.threshold is not None
    assert min(told.values()) >= made.threshold
    many = made.above({str(n): 1000 for n in range(100)})
    assert len(many) == 100
    assert made.above({"gone": 0}) == {}


@pytest.mark.parametrize("epsilon", [0.05, 0.3, 1 / 3, 0.7, 1.1, 2.0, 9.9])
@pytest.mark.parametrize("bound", [1, 3, 7])
def test_the_scale_is_what_epsilon_asks_for(epsilon: float, bound: int) -> None:
    made = noise.laplace(epsilon, bound)
    assert made.scale == pytest.approx(bound / epsilon)
    assert made.delta == 0
    rare = noise.thresholded(epsilon, 1e-6, bound)
    assert rare.scale == pytest.approx(made.scale)
    assert rare.threshold is not None
    # P(1 + noise >= t), once in each of `bound` counts, is about δ.
    tail = bound * math.exp(-(rare.threshold - 1) / rare.scale) / (1 + math.exp(-1 / rare.scale))
    assert tail <= 1.000001e-6


def test_the_error_is_that_of_95_percent_of_all_counts() -> None:
    made = noise.laplace(1.0, 3)
    off = np.abs(np.array(draw(made, 7)) - 7)
    assert 0.945 < (off < made.error).mean() < 0.972


@pytest.mark.parametrize(
    ("epsilon", "bound", "said"),
    [
        (0.0, 1, "epsilon is more than 0"),
        (-1.0, 1, "epsilon is more than 0"),
        (math.nan, 1, "epsilon is more than 0"),
        (101.0, 1, "at most 100"),
        (1.0, 0, "1 or more, not 0"),
        (1.0, True, "1 or more, not True"),
    ],
)
def test_what_promises_nothing_is_refused(epsilon: float, bound: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        noise.laplace(epsilon, bound)


def test_a_delta_is_a_probability() -> None:
    assert noise.thresholded(100.0, 1e-6, 1).threshold == 3  # where there is hardly any noise
    with pytest.raises(InputError, match="delta is a probability"):
        noise.thresholded(1.0, 1.0, 1)


def test_without_the_extra_nothing_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opendp.prelude", None)
    with pytest.raises(InputError, match=r"pip install 'chronotope\[privacy\]'"):
        noise.laplace(1.0, 1)
