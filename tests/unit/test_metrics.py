"""Metrics of ranked lists, by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.evaluation import metrics
from chronotope.evaluation.diversity import intra_list_diversity

INF = math.inf


def test_ndcg_discounts_by_the_logarithm_of_the_rank() -> None:
    found = metrics.ndcg(np.array([1, 3, INF]), 20)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found == pytest.approx((1 + 1 / math.log2(4)) / ideal)


def test_ndcg_of_more_relevant_items_than_places_can_be_one() -> None:
    assert metrics.ndcg(np.arange(1.0, 31.0), 20) == pytest.approx(1)


def test_recall_is_over_twenty_at_most() -> None:
    assert metrics.recall(np.array([1, 20, 21, INF]), 20) == 0.5
    assert metrics.recall(np.arange(1.0, 31.0), 20) == 1


def test_discover_metrics_have_a_number_an_instance() -> None:
    found = metrics.discover_metrics([np.array([2.0, INF]), np.array([INF])])
    assert found["mrr"].tolist() == [0.5, 0]
    assert found["recall@20"].tolist() == [0.5, 0]
    assert found["ndcg@20"].tolist() == pytest.approx(
        [1 / math.log2(3) / (1 + 1 / math.log2(3)), 0]
    )


def test_next_metrics_are_hits_and_the_reciprocal_rank() -> None:
    found = metrics.next_metrics([np.array([1.0]), np.array([5.0]), np.array([1.5])])
    assert found["acc@1"].tolist() == [1, 0, 0]
    assert found["acc@5"].tolist() == [1, 1, 1]
    assert found["mrr"].tolist() == [1, 0.2, 1 / 1.5]


def test_ties_share_their_expected_rank() -> None:
    scores = np.array([3.0, 1, 1, 1, 0])
    assert metrics.expected_rank(scores, 0) == 1
    assert metrics.expected_rank(scores, 2) == 3
    assert metrics.expected_rank(scores, 4) == 5


def test_what_is_not_in_a_list_is_ranked_at_infinity() -> None:
    assert metrics.ranks_in_list(["a", "b"], ["b", "c"]).tolist() == [2, INF]


def test_an_interval_resamples_whole_users() -> None:
    values = np.array([1.0, 1, 1, 0])
    by_event = metrics.interval(values, list("abcd"))
    by_user = metrics.interval(values, list("aaab"))
    assert by_event.value == by_user.value == 0.75
    assert (by_user.low, by_user.high) == (0, 1)
    assert by_event.low > 0


def test_a_ratio_of_equal_systems_is_one_without_spread() -> None:
    values = np.array([0.1, 0.5, 0.9])
    assert metrics.ratio(values, values, list("abc")) == metrics.Interval(1, 1, 1)
    assert metrics.ratio(values, 0 * values, list("abc")).plain()["value"] != 1  # NaN


@given(st.lists(st.one_of(st.integers(1, 50), st.just(INF)), min_size=1, max_size=30, unique=True))
def test_every_metric_lies_between_none_and_all(ranks: list[float]) -> None:
    for values in metrics.discover_metrics([np.array(ranks, np.float64)]).values():
        assert 0 <= values[0] <= 1 + 1e-12


def test_intra_list_diversity_is_the_part_of_pairs_that_differ() -> None:
    assert intra_list_diversity(["tea", "tea", "bread"]) == pytest.approx(2 / 3)
    assert intra_list_diversity([None, None]) == 1  # nobody knows that they are alike
    assert intra_list_diversity(["tea"]) == 0
