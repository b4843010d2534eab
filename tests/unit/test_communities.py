"""Communities, influence and descriptions: against networkx, and by hand."""

import math
import sys
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from chronotope.analysis import communities, ties
from chronotope.analysis.communities import Partition
from chronotope.errors import InputError
from chronotope.statistics import ANY_KIND

pytest.importorskip("networkit", reason="needs the extra analysis")
networkx = pytest.importorskip("networkx")


def matrix_of(graph: Any) -> sp.csr_array:
    return sp.csr_array(networkx.to_scipy_sparse_array(graph, dtype=float))


def groups(found: Partition) -> list[set[int]]:
    return [set(np.flatnonzero(found.member == n).tolist()) for n in range(len(found.sizes))]


@pytest.fixture(scope="module")
def karate() -> Any:
    """Return Zachary's karate club: a published example, with weights."""
    return networkx.karate_club_graph()


def test_two_circles_with_a_bridge_are_two_communities() -> None:
    graph = networkx.barbell_graph(4, 0)  # 0-3 and 4-7, tied by 3-4
    found = communities.partition(matrix_of(graph))
    assert groups(found) == [{0, 1, 2, 3}, {4, 5, 6, 7}]
    assert found.modularity == pytest.approx(2 * (6 / 13 - (13 / 26) ** 2), abs=1e-12)


def test_modularity_is_that_of_networkx_and_as_good_as_its_louvain(karate: Any) -> None:
    found = communities.partition(matrix_of(karate), seed=1)
    theirs = networkx.community.modularity
    assert found.modularity == pytest.approx(theirs(karate, groups(found)), abs=1e-12)
    louvain = networkx.community.louvain_communities(karate, seed=1)
    assert found.modularity >= theirs(karate, louvain) - 1e-9
    assert sorted(found.sizes, reverse=True) == found.sizes.tolist()


def test_the_same_seed_finds_the_same(karate: Any) -> None:
    once, again = (communities.partition(matrix_of(karate), seed=7) for _ in range(2))
    assert once.member.tolist() == again.member.tolist()


def test_groups_that_are_too_small_are_no_communities_but_count_for_modularity() -> None:
    graph = networkx.disjoint_union(networkx.complete_graph(5), networkx.complete_graph(2))
    graph.add_node(7)
    found = communities.partition(matrix_of(graph), least=3)
    assert found.member.tolist() == [0] * 5 + [-1] * 3
    assert found.sizes.tolist() == [5]
    parts = [set(range(5)), {5, 6}, {7}]
    assert found.modularity == pytest.approx(networkx.community.modularity(graph, parts))


def test_influence_and_betweenness_are_those_of_networkx(karate: Any) -> None:
    found = communities.centrality(matrix_of(karate))
    ranks = networkx.pagerank(karate, tol=1e-12)
    assert found.influence == pytest.approx([ranks[n] * len(karate) for n in karate], abs=1e-6)
    for _, _, tie in karate.edges(data=True):
        tie["length"] = 1 / tie["weight"]
    paths = networkx.betweenness_centrality(karate, weight="length")
    assert found.betweenness == pytest.approx([paths[n] for n in karate], abs=1e-9)
    assert found.sampled == len(karate)


def test_betweenness_of_many_is_sampled(karate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(communities, "MOST", 20)
    once, again = (communities.centrality(matrix_of(karate), seed=3) for _ in range(2))
    assert once.sampled == 20
    assert once.betweenness.tolist() == again.betweenness.tolist()
    assert int(np.argmax(once.betweenness)) in (0, 2, 33)


def test_nobody_is_tied_to_nobody() -> None:
    alone = sp.csr_array((3, 3))
    assert communities.partition(alone).member.tolist() == [-1, -1, -1]
    assert communities.centrality(alone).influence.tolist() == [0, 0, 0]


def test_what_members_do_more_than_others_is_told_with_its_lift() -> None:
    items = [
        {"id": name, "name": None, "latitude": latitude, "longitude": 13.0, "interests": [name]}
        for name, latitude in (("cafe", 45.0), ("bar", 45.2), ("park", 45.0))
    ]
    interests = [{"id": name, "name": name, "scheme": "category"} for name in ("cafe", "bar")]
    places = ties.places_of(items, interests)
    rows = [
        {"user": f"u{n}", "items": [own] * 3 + ["park"], "epochs": [0] * 4,
         "hours": [hour] * 3 + [15], "weekdays": [1] * 4, "cells": [""] * 4, "kinds": [-1] * 4}
        for n, (own, hour) in enumerate([("cafe", 8)] * 6 + [("bar", 22)] * 6)
    ]  # fmt: skip
    visits = ties.visits_of(rows, places, ANY_KIND, 0.0, 90.0)
    member = np.array([0] * 6 + [1] * 6)
    early, late = communities.traits(visits, places, member, 2)
    told = {(trait.kind, trait.name): trait for trait in late}
    assert set(told) == {("interest", "bar"), ("hour", "22"), ("cell", "bar"), ("place", "bar")}
    bar = told["interest", "bar"]
    assert (bar.share, bar.everyone, bar.lift, bar.people) == (0.75, 0.375, 2, 6)
    # Shares are 0.75 or 0 by halves; of 6 of 12 the mean varies by 0.375² / 6 · 6 / 11.
    assert bar.z == pytest.approx(0.375 / math.sqrt(0.375**2 / 6 * 6 / 11))
    assert {trait.name for trait in early if trait.kind == "hour"} == {"8"}
    assert communities.traits(visits, places, member, 2, least=7) == [[], []]
    bare = ties.places_of([{**item, "interests": []} for item in items], [])
    told_of = communities.traits(visits, bare, member, 2)[1]
    assert {trait.kind for trait in told_of} == {"hour", "cell", "place"}


def test_without_networkit_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "networkit", None)
    with pytest.raises(InputError, match=r"chronotope\[analysis\]"):
        communities.partition(sp.csr_array((2, 2)))
