"""Attacks find what is not protected, and are no better than chance where it is."""

from collections import Counter

import numpy as np
import pytest

from chronotope.privacy import attacks, judge
from chronotope.secrecy.noise import bounded

TOWN = [f"cell {n}" for n in range(12)]
LEAST = 5


def people(count: int = 60, seed: int = 1) -> list[list[str]]:
    """Return people with three cells each: some cells have many people, some a few."""
    generator = np.random.default_rng(seed)
    weights = np.linspace(1, 8, len(TOWN))
    return [
        generator.choice(TOWN, 3, replace=False, p=weights / weights.sum()).tolist()
        for _ in range(count)
    ]


def scores(epsilon: float | None, least: int = 0) -> tuple[list[float], list[float]]:
    """Attack each person, once in the table and once not; `least` suppresses."""
    pytest.importorskip("opendp", reason="needs the extra privacy")
    from chronotope.secrecy import noise

    everybody = people()
    made = noise.laplace(epsilon, 3) if epsilon else None
    both: tuple[list[float], list[float]] = ([], [])
    for n, own in enumerate(everybody):
        others = bounded(everybody[:n] + everybody[n + 1 :], 3)
        for scored, counts in zip(both, (bounded(everybody, 3), others), strict=True):
            for _ in range(10 if made else 1):
                table = made.over(TOWN, counts) if made else attacks.suppressed(counts, TOWN, least)
                scored.append(attacks.membership(table, others, own, least))
    return both


def test_who_is_in_exact_counts_is_found() -> None:
    inside, outside = scores(None)
    assert inside == [3.0] * 60
    assert outside == [-3.0] * 60
    assert judge.auc(inside, outside) == judge.Estimate(1, 1, 1)
    assert judge.advantage(inside, outside) == judge.Estimate(1, 1, 1)


def test_suppression_does_not_protect_who_is_among_many() -> None:
    inside, outside = scores(None, LEAST)
    assert judge.auc(inside, outside).value > 0.95


def test_noise_brings_the_attack_to_chance() -> None:
    weak = judge.advantage(*scores(0.1))
    assert weak.low < judge.bound(0.1)
    assert weak.value < 0.2
    strong = judge.advantage(*scores(8.0))
    assert strong.value > 0.7  # where ε is large there is little protection


def test_a_suppressed_count_says_what_it_would_be_with_the_person() -> None:
    others = {"a": 4, "b": 3, "c": 9}
    without = attacks.suppressed(others, others, LEAST)
    assert without == {"a": None, "b": None, "c": 9}
    assert attacks.membership(without, others, ["a"], LEAST) == -1  # it would have been told
    assert attacks.membership(without, others, ["b"], LEAST) == 0
    assert attacks.membership(without, others, ["c"], LEAST) == -1
    joined = attacks.suppressed(Counter(others) + Counter("abc"), others, LEAST)
    assert attacks.membership(joined, others, "abc", LEAST) == 2


def test_a_table_resembles_those_who_are_in_it() -> None:
    inside, outside = people(30, 2), people(30, 3)
    table = dict(bounded(inside, 3))
    reference = bounded(people(30, 4), 3)
    scored = [
        [attacks.resemblance(table, reference, own) for own in some] for some in (inside, outside)
    ]
    assert judge.auc(*scored).value > 0.55
    assert attacks.resemblance({"a": None}, reference, ["a"]) == 0


def test_a_home_is_found_in_exact_counts_and_guessed_where_there_is_noise() -> None:
    pytest.importorskip("opendp", reason="needs the extra privacy")
    from chronotope.secrecy import noise

    homes = [cells[:1] for cells in people(200)]
    made = noise.laplace(0.05, 1)
    exact, noisy = [], []
    for n, (own,) in enumerate(homes):
        others = bounded(homes[:n] + homes[n + 1 :], 1)
        counts = bounded(homes, 1)
        table = dict.fromkeys(TOWN, 0) | dict(counts)
        exact.append(attacks.home(table, others, 0)[0] == own)
        noisy.append(attacks.home(made.over(TOWN, counts), others, made.scale)[0] == own)
    assert judge.share(exact).value == 1
    largest = max(bounded(homes, 1).values()) / len(homes)
    assert judge.share(noisy).value < largest + 0.15


def test_a_stranger_sees_how_high_somebodys_places_rank() -> None:
    assert attacks.exposure({"a", "b"}, [["x", "a"], ["y"], ["b"]]) == pytest.approx(0.5)
    assert attacks.exposure({"a"}, []) == 0
    assert attacks.elsewhere(["work", "home", "work", "bar", "home"], "work") == ["home", "bar"]


def test_an_auc_is_told_with_an_interval() -> None:
    found = judge.auc([1, 2, 3, 4], [0, 1, 2, 3])
    assert found.value == pytest.approx((4 + 3 * 0.5 + 6) / 16)
    assert 0 <= found.low < 0.5 < found.value < found.high <= 1
    assert judge.auc([1, 1], [1, 1]).value == 0.5
    assert str(judge.Estimate(0.5, 0.4, 0.6)) == "0.50 (0.40 to 0.60)"
    assert judge.bound(1.0) == pytest.approx((np.e - 1) / (np.e + 1))
